"""Tasks that fail are begun again, after pauses that grow. Time is made up."""

import asyncio
from itertools import pairwise

import pytest

from bot.supervision import Supervisor
from tests import virtual_time
from tests.virtual_time import steady


def test_a_task_that_fails_is_counted_and_begun_again_after_a_growing_pause() -> None:
    begun: list[float] = []

    async def work() -> None:
        begun.append(steady())
        if len(begun) < 12:
            raise RuntimeError

    async def scene() -> Supervisor:
        supervisor = Supervisor(steady, lambda _error: False)
        supervisor.start("work", work)
        await supervisor.finish("work", within=1000)
        return supervisor

    supervisor = virtual_time.run(scene())
    assert len(begun) == 12
    assert supervisor.restarts == {"work": 11}
    pauses = [later - earlier for earlier, later in pairwise(begun)]
    assert pauses[:4] == pytest.approx([0.5, 1, 2, 4], abs=0.01)
    assert pauses[-1] == pytest.approx(8, abs=0.01)


def test_a_task_that_ends_well_is_not_begun_again() -> None:
    begun: list[int] = []

    async def work() -> None:
        begun.append(1)

    async def scene() -> None:
        supervisor = Supervisor(steady, lambda _error: False)
        supervisor.start("work", work)
        await asyncio.sleep(100)
        await supervisor.finish("work", within=1)
        assert supervisor.restarts.total() == 0

    virtual_time.run(scene())
    assert begun == [1]


def test_the_failure_of_one_does_not_stop_another() -> None:
    async def fails() -> None:
        raise RuntimeError

    async def scene() -> bool:
        supervisor, done = Supervisor(steady, lambda _error: False), asyncio.Event()

        async def works() -> None:
            await asyncio.sleep(60)
            done.set()

        supervisor.start("fails", fails)
        supervisor.start("works", works)
        await done.wait()
        await supervisor.cancel("fails")
        return supervisor.restarts["fails"] > 3

    assert virtual_time.run(scene())


def test_a_task_that_does_not_end_in_time_is_cancelled() -> None:
    async def scene() -> tuple[float, bool]:
        supervisor, cancelled = Supervisor(steady, lambda _error: False), asyncio.Event()

        async def stays() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        supervisor.start("stays", stays)
        await asyncio.sleep(1)
        asked = steady()
        await supervisor.finish("stays", within=4.5)
        return steady() - asked, cancelled.is_set()

    took, cancelled = virtual_time.run(scene())
    assert took == pytest.approx(4.5, abs=0.1)
    assert cancelled


def test_ending_what_was_never_begun_is_nothing() -> None:
    async def scene() -> None:
        supervisor = Supervisor(steady, lambda _error: False)
        await supervisor.finish("nothing", within=1)
        await supervisor.cancel("nothing")

    virtual_time.run(scene())


def test_a_task_that_fails_while_it_is_cancelled_is_not_begun_again() -> None:
    """A lost database turned the cancellation into a failure of its own; the stop then waited for good."""

    async def scene() -> list[float]:
        begun: list[float] = []
        supervisor = Supervisor(steady, lambda _error: True)

        async def hides_it() -> None:
            begun.append(steady())
            try:
                await asyncio.Event().wait()
            finally:
                raise ConnectionError

        supervisor.start("hides it", hides_it)
        await asyncio.sleep(1)
        await supervisor.cancel("hides it")
        return begun

    assert len(virtual_time.run(scene())) == 1


def test_what_fails_for_a_database_that_is_away_is_begun_again_every_second() -> None:
    """The pauses do not grow: what waits for the database goes on as soon as it is back."""
    begun: list[float] = []

    async def work() -> None:
        begun.append(steady())
        if len(begun) < 12:
            raise ConnectionError

    async def scene() -> None:
        supervisor = Supervisor(steady, lambda error: isinstance(error, ConnectionError))
        supervisor.start("work", work)
        await supervisor.finish("work", within=1000)

    virtual_time.run(scene())
    assert [later - earlier for earlier, later in pairwise(begun)] == pytest.approx([1.0] * 11, abs=0.01)
