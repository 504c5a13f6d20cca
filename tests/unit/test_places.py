"""Places on a bot's wire: asked for by a process that answers, given by the one that sends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlalchemy import func, select

from messages.store import tables
from messages.store.database import PLACE_ASKED, PLACE_GRANTED, Database
from messages.store.lease import Duty, Lease, Leases, leases_of
from schedules.clock import Clock
from schedules.pacer import Limits, Pacer
from schedules.places import Asking, Granting, SharedPace
from tests.conftest import ZONE
from tests.leasing import keeping
from tests.service import PATIENCE, until

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

BOT = 1
CHAT = 1001
clock = Clock(ZONE)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as the process sees it that sends."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def leases(db: Database) -> AsyncIterator[Leases]:
    """The leases of the process that answers."""
    async with keeping(leases_of(db, clock.since_boot, sends=False)) as kept:
        yield kept


class Sending:
    """The process that sends, as far as places go."""

    def __init__(self) -> None:
        self.pacer = Pacer(Limits(rate=1000), clock.steady)
        self.held = True

    def wires(self) -> list[tuple[int, Pacer]]:
        return [(BOT, self.pacer)]

    def holds(self, bot_id: int) -> bool:
        return self.held and bot_id == BOT


@asynccontextmanager
async def granting(db: Database, sending: Sending, leases: Leases) -> AsyncIterator[None]:
    assert await leases.take(Lease(Duty.SENDING, BOT))
    grants = Granting(db, sending)
    tasks = [asyncio.create_task(grants.run()), _listening(db, PLACE_ASKED, lambda _: grants.wake())]
    try:
        yield
    finally:
        await _end(tasks)


def _listening(db: Database, channel: str, hear: Callable[[str], None]) -> asyncio.Task[None]:
    return asyncio.create_task(db.listen({channel: hear}))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def asked(db: Database) -> int:
    async with db.reading() as conn:
        return int(await conn.scalar(select(func.count()).select_from(tables.places)) or 0)


async def test_a_place_is_given_by_the_process_that_sends(db: Database, other: Database, leases: Leases) -> None:
    sending = Sending()
    asking = Asking(db, leases, clock.steady)
    async with AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(keeping(leases_of(other, clock.since_boot, sends=True)))
        await stack.enter_async_context(granting(other, sending, theirs))
        hearing = _listening(db, PLACE_GRANTED, asking.granted)
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.gather(*(asking.place(BOT, CHAT + number) for number in range(20))) == [True] * 20
        await _end([hearing])
    assert await asked(db) == 0
    assert all(sending.pacer.chat_free_at(CHAT + number) > clock.steady() for number in range(20))


async def test_a_grant_that_nobody_tells_of_is_seen_by_looking(db: Database, other: Database, leases: Leases) -> None:
    async with AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(keeping(leases_of(other, clock.since_boot, sends=True)))
        await stack.enter_async_context(granting(other, Sending(), theirs))
        async with asyncio.timeout(PATIENCE):
            assert await Asking(db, leases, clock.steady).place(BOT, CHAT)


async def test_who_lost_the_bot_meanwhile_gives_no_place(db: Database, other: Database, leases: Leases) -> None:
    """A frozen sender that wakes up must not let anybody write beside the one that took over."""
    sending = Sending()
    sending.held = False
    async with AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(keeping(leases_of(other, clock.since_boot, sends=True)))
        await stack.enter_async_context(granting(other, sending, theirs))
        waiting = asyncio.create_task(Asking(db, leases, clock.steady).place(BOT, CHAT))
        await until(lambda: sending.pacer.chat_free_at(CHAT) > 0)
        assert await asked(db) == 1
        sending.held = True
        async with asyncio.timeout(PATIENCE):
            assert await waiting


async def test_where_nobody_sends_the_answer_goes_by_the_pace_of_its_own_process(db: Database, leases: Leases) -> None:
    pacer = Pacer(Limits(rate=30), clock.steady)
    pace = SharedPace(BOT, pacer, holds=lambda _: False, asking=Asking(db, leases, clock.steady))
    async with asyncio.timeout(PATIENCE):
        send = await pace.answer(CHAT)
    pace.end(send)
    assert send.ended is not None
    assert await asked(db) == 0
