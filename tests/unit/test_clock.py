"""The one clock: it runs on from its start and is moved forward only."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from schedules.clock import Clock
from tests.district import MORNING, ZONE
from tests.service import PATIENCE
from tests.set_back import TOLD, Machine

CLOSE = timedelta(seconds=5)


def test_it_starts_where_it_is_told_and_shows_the_offices_zone() -> None:
    clock = Clock(ZONE, MORNING.astimezone(UTC))
    assert timedelta(0) <= clock.now() - MORNING < CLOSE
    assert clock.now().tzinfo is ZONE


def test_a_start_may_lie_back_when_the_process_began() -> None:
    """Loading a service takes seconds; the clock that it was given starts with the process."""
    clock = Clock(ZONE, MORNING, began=Clock(ZONE).steady() - 60)
    assert timedelta(0) <= clock.now() - MORNING - timedelta(minutes=1) < CLOSE


def test_it_runs_on() -> None:
    clock = Clock(ZONE, MORNING)
    first = clock.now()
    assert clock.now() >= first
    assert clock.steady() <= clock.steady()


def test_it_is_moved_forward_and_never_back() -> None:
    clock = Clock(ZONE, MORNING)
    clock.move_to(MORNING + timedelta(days=10))
    assert timedelta(days=10) <= clock.now() - MORNING < timedelta(days=10) + CLOSE
    with pytest.raises(ValueError, match="forward only"):
        clock.move_to(MORNING)
    assert clock.now() > MORNING + timedelta(days=10)


def test_the_wall_shows_when_an_instant_will_come_on_the_machines_own_clock() -> None:
    present, moved = Clock(ZONE), Clock(ZONE, MORNING)
    assert present.wall(MORNING) == MORNING
    assert abs(moved.wall(MORNING) - present.now()) < CLOSE
    moved.move_to(MORNING + timedelta(days=1))
    assert abs(moved.wall(MORNING + timedelta(days=2)) - present.now() - timedelta(days=1)) < CLOSE


async def test_who_sleeps_until_an_instant_wakes_when_the_clock_is_moved_past_it() -> None:
    clock = Clock(ZONE, MORNING)
    sleeper = asyncio.create_task(clock.sleep_until(MORNING + timedelta(hours=2)))
    await asyncio.sleep(0)
    clock.move_to(MORNING + timedelta(hours=1))
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.move_to(MORNING + timedelta(hours=2))
    async with asyncio.timeout(PATIENCE):
        await sleeper


async def test_who_sleeps_until_a_near_instant_wakes_by_itself() -> None:
    clock = Clock(ZONE, MORNING)
    soon = clock.now() + timedelta(milliseconds=20)
    async with asyncio.timeout(PATIENCE):
        await clock.sleep_until(soon)
    assert clock.now() >= soon


async def test_an_instant_that_has_passed_is_not_waited_for() -> None:
    async with asyncio.timeout(PATIENCE):
        await Clock(ZONE, MORNING).sleep_until(datetime(2000, 1, 1, tzinfo=UTC))


def test_it_does_not_follow_a_machine_whose_clock_is_set_back() -> None:
    """What was done must not lie in the future, nor what is due wait for an hour more; one line tells it."""
    machine = Machine()
    clock = Clock(ZONE, MORNING, machine=machine)
    before = clock.now()
    with capture_logs() as logs:
        machine.back = timedelta(hours=1)
        assert timedelta(0) <= clock.now() - before < CLOSE
        assert timedelta(0) <= clock.now() - before < CLOSE
    (line,) = logs
    assert (line["event"], line["log_level"]) == (TOLD, "warning")
    assert line["by"].startswith(("1:00:00", "0:59:59"))


def test_it_never_goes_back_by_a_moment_either() -> None:
    """A machine's clock that is kept right goes back by moments: that is no trouble, and told nobody."""
    machine = Machine()
    clock = Clock(ZONE, MORNING, machine=machine)
    shown = []
    with capture_logs() as logs:
        for milliseconds in (0, 900, 0, 1500, 300):
            machine.back = timedelta(milliseconds=milliseconds)
            shown.append(clock.now())
    assert shown == sorted(shown)
    assert not logs


def test_it_follows_a_machine_whose_clock_is_set_forward_or_right_again() -> None:
    machine = Machine()
    clock = Clock(ZONE, MORNING, machine=machine)
    with capture_logs():
        for hours in (1, 0, -2):
            machine.back = timedelta(hours=hours)
            clock.now()
    assert timedelta(hours=2) <= clock.now() - MORNING < timedelta(hours=2) + CLOSE


async def test_a_sleep_ends_in_time_though_the_machines_clock_is_set_back_meanwhile() -> None:
    machine = Machine()
    clock = Clock(ZONE, MORNING, machine=machine)
    sleeper = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(milliseconds=50)))
    await asyncio.sleep(0)
    machine.back = timedelta(hours=1)
    async with asyncio.timeout(PATIENCE):
        await sleeper
