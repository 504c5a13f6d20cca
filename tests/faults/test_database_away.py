"""The database is restarted, or is away for a while: what comes meanwhile waits, and everything goes on by itself."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.sandbox.limits import Limits
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests import postgresql
from tests.promises import lines, nothing_is_permanent
from tests.service import BEFORE, DUE, NOTICE, PATIENCE, ZONE, Town, town, until

HEADING = "国庆节"
TEXT = "请大家注意"
AWAY = "the database is away; nothing is lost, everything waits for it"
BACK = "the database is back"
IN_FLIGHT = 5
"""What may be under way at 30 a second when the database goes: sent and not recorded."""


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL that only these tests use: they stop it."""
    with postgresql.running(durable=True) as server:
        yield server


@pytest.fixture
async def place(server: postgresql.Server, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, 60, limits=Limits(per_chat=0), url=await server.fresh()) as place:
        yield place


@asynccontextmanager
async def away(server: postgresql.Server, mode: str = "fast") -> AsyncIterator[None]:
    """The server is down within the block."""
    await server.stop(mode)
    try:
        yield
    finally:
        await server.start()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_the_database_is_restarted_in_the_middle_of_a_broadcast(
    place: Town, server: postgresql.Server, mode: str
) -> None:
    """Promises 1 and 2: lost 0, repeated at most what was in flight; the lease is taken again; two lines tell it."""
    with capture_logs() as logs:
        async with place.serving(BEFORE, send_rate=30) as service:
            notice_id = await place.issue(service, TEXT)
            await until(lambda: sum(place.said(TEXT).values()) >= 15)
            async with away(server, mode):
                await until(lambda: bool(lines(logs, AWAY)))
            await place.settled(notice_id, delivered=60)
            await until(lambda: bool(lines(logs, BACK)))
            assert service.senders.holds(1)
            assert service.web.ready
    said = place.said(TEXT)
    assert min(said.values()) == 1
    assert sum(said.values()) - 60 <= IN_FLIGHT
    await nothing_is_permanent(place)
    (line,) = lines(logs, AWAY)
    assert line["log_level"] == "error"
    assert len(line["error"]) < 250
    assert not [line for line in logs if line.get("exc_info")]


async def test_presses_made_while_the_database_is_away_are_recorded_and_answered_when_it_is_back(
    place: Town, server: postgresql.Server
) -> None:
    """Promise 3: no press is lost or answered before it is recorded; nobody has to press twice."""
    with capture_logs() as logs:
        async with place.serving(BEFORE) as service:
            await service.move_clock(DUE)
            await place.settled(await place.notice_id(), delivered=60)
            async with away(server):
                presses = [asyncio.create_task(place.press(n, place.heard(n, HEADING)[0])) for n in range(1, 21)]
                await until(lambda: bool(lines(logs, AWAY)))
                assert not place.sandbox.calls("answerCallbackQuery")
            async with asyncio.timeout(PATIENCE):
                toasts = await asyncio.gather(*presses)
            assert all(toast and "已" in toast for toast in toasts), toasts
            assert await place.acknowledged() == 21  # the second person holds two posts
            await until(lambda: bool(lines(logs, BACK)))
    assert len(lines(logs, AWAY)) == 1


async def test_what_falls_due_while_the_database_is_away_is_planned_once_when_it_is_back(
    place: Town, server: postgresql.Server
) -> None:
    """Promise 1: lost 0, repeated 0; the planner finds by state what it could not plan."""
    with capture_logs() as logs:
        async with place.serving(BEFORE) as service:
            async with away(server):
                await service.move_clock(DUE)
                await until(lambda: bool(lines(logs, AWAY)))
            await until(lambda: place.said(HEADING) == place.everyone())
            await place.settled(await place.notice_id(), delivered=60)
    assert (await place.keys()).count(NOTICE) == 1
    assert len(lines(logs, AWAY)) == 1
    assert not service.jobs.failures


async def test_a_stop_while_the_database_is_away_ends_soon_and_loses_nothing(
    place: Town, server: postgresql.Server
) -> None:
    """Promises 1 and 2: a stop needs no database; what could not be recorded is what was in flight."""
    service_at = DUE + timedelta(minutes=1)
    planner = Planner(db=place.db, policy=load(None), zone=ZONE, calendars=Calendars(place.db, "CN"))
    for at in (BEFORE, DUE):
        await planner.run(at)
    process = await place.start("serve", at=service_at, SEND_RATE="30")
    try:
        await until(lambda: sum(place.said(HEADING).values()) >= 15)
        async with away(server, "immediate"):
            process.send_signal(signal.SIGTERM)
            assert await process.seconds_to_end() < 7
        _, err = await process.communicate()
        assert process.returncode == 0
        assert b"stopped" in err
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    await place.db.close()  # its connections are those to the server before
    async with place.serving(service_at):
        await place.settled(await place.notice_id(), delivered=60)
    said = place.said(HEADING)
    assert min(said.values()) == 1
    assert sum(said.values()) - 60 <= IN_FLIGHT
