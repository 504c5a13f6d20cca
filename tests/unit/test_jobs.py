"""APScheduler only wakes: at once, at the instant that is due, and after the clock was moved."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from schedules.clock import Clock
from schedules.jobs import Jobs
from tests.district import MORNING, ZONE
from tests.service import PATIENCE


class Work:
    """Counts how often it is done, and asks for the next wake as told."""

    def __init__(self) -> None:
        self.at: list[datetime | None] = []
        self.done = 0
        self.fails = 0
        self._news = asyncio.Event()

    async def __call__(self) -> datetime | None:
        self.done += 1
        self._news.set()
        if self.fails:
            self.fails -= 1
            raise RuntimeError
        return self.at.pop(0) if self.at else None

    async def until(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.done < number:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def jobs(work: Work) -> AsyncIterator[Jobs]:
    jobs = Jobs(Clock(ZONE, MORNING), work)
    jobs.start()
    yield jobs
    await jobs.stop()


async def test_it_wakes_at_the_instant_that_the_work_asks_for(jobs: Jobs, work: Work) -> None:
    work.at = [jobs._clock.now() + timedelta(milliseconds=300)]  # noqa: SLF001 -- its own clock
    asked = asyncio.get_running_loop().time()
    await jobs.wake()
    await work.until(2)
    assert asyncio.get_running_loop().time() - asked >= 0.29


async def test_an_instant_that_has_passed_wakes_at_once(jobs: Jobs, work: Work) -> None:
    """The default misfire grace of one second would lose it after a pause of the machine."""
    work.at = [MORNING - timedelta(days=3)]
    await jobs.wake()
    await work.until(2)


async def test_it_wakes_at_once_for_who_has_put_work_in(jobs: Jobs, work: Work) -> None:
    await work.until(1)
    for number in (2, 3):
        jobs.soon()
        await work.until(number)


async def test_the_wake_follows_when_something_nearer_comes_up(jobs: Jobs, work: Work) -> None:
    far = MORNING + timedelta(days=1)
    work.at = [far, MORNING]
    await jobs.wake()
    await jobs.wake()
    await work.until(3)


async def test_after_the_clock_was_moved_the_wake_is_set_anew(work: Work) -> None:
    clock = Clock(ZONE, MORNING)
    jobs = Jobs(clock, work)
    jobs.start()
    due = MORNING + timedelta(hours=1)
    work.at = [due, due]
    await jobs.wake()
    clock.move_to(due - timedelta(milliseconds=200))
    await jobs.moved()
    await work.until(3)
    await jobs.stop()
    assert clock.now() >= due


async def test_work_that_fails_is_counted_and_woken_again(jobs: Jobs, work: Work) -> None:
    work.at = [MORNING, MORNING]
    await jobs.wake()
    work.fails = 1
    await work.until(2)
    await asyncio.sleep(0)
    work.at = [MORNING]
    await jobs.wake()
    await work.until(4)
    assert jobs.failures == 1


async def test_two_wakes_at_once_work_one_after_the_other_and_a_stop_waits_for_both() -> None:
    running, most, ended, go = 0, 0, 0, asyncio.Event()

    async def work() -> None:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        await go.wait()
        running -= 1
        ended += 1

    jobs = Jobs(Clock(ZONE, MORNING), work)
    wakes = [asyncio.create_task(jobs.wake()) for _ in range(2)]
    await asyncio.sleep(0)
    stop = asyncio.create_task(jobs.stop())
    await asyncio.sleep(0)
    assert not stop.done()
    go.set()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(stop, *wakes)
    assert (most, ended) == (1, 2)


class Late(Clock):
    """A clock whose steady seconds a test moves on."""

    late = 0.0

    def steady(self) -> float:
        return super().steady() + self.late


async def test_a_scheduler_that_was_thrown_off_by_the_machines_clock_is_set_anew(work: Work) -> None:
    """APScheduler goes by the machine's clock: where that is an hour back, its next wake is an hour away."""
    clock = Late(ZONE, MORNING)
    jobs = Jobs(clock, work)
    jobs.start()
    work.at = [MORNING + timedelta(days=1)]
    await jobs.wake()
    with capture_logs() as logs:
        await jobs.check()
        assert (work.done, logs) == (1, [])
        clock.late = 12.0
        work.at = [clock.now() + timedelta(milliseconds=50)]
        await jobs.check()
        assert work.done == 2
        await work.until(3)
    await jobs.stop()
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("no wake came for long; the scheduler is set anew", "warning")
