"""What a claim or an outcome writes while its notice is paused, resumed or cancelled is found again, and follows it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from messages.deliveries import DeliveryState
from messages.notices import Lane
from messages.store import claims, steering, tables
from messages.store import deliveries as sending
from messages.store.claims import Sender
from messages.store.database import Database
from messages.store.deliveries import Settlement
from schedules import notice_acts
from schedules.notice_acts import Steering, cancel, pause, resume
from schedules.steering import sweep
from schedules.workdays import WorkCalendar
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def district(db: Database) -> District:
    """Three people of one bureau."""
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


async def states(district: District, notice: int) -> set[str]:
    """The states of the notice's deliveries."""
    return set((await district.states(notice)).values())


async def mark_only(district: District, notice: int) -> None:
    async with district.db.writing() as conn:
        await steering.mark(conn, notice, MORNING, paused_at=MORNING)


ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time: there nothing comes between."""


@ON_POSTGRESQL
async def test_what_a_claim_sets_aside_while_its_notice_is_resumed_goes_on(district: District) -> None:
    """A claim read that its notice was paused; before it was committed, the notice was resumed and its walk was over.

    The walk had found nothing paused, so what the claim then set aside waited for ever under a notice that ran.
    """
    notice = await district.issue(saying())
    await mark_only(district, notice)
    async with district.db.writing() as conn:
        order = claims.Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=100)
        assert await claims.claim(conn, [order], MORNING) == []
        await resume(district.db, notice, None, LATER, WorkCalendar())
    assert await states(district, notice) == {"paused"}
    assert await sweep(district.db, LATER) == 3
    assert (await states(district, notice), len(await district.claim(LATER))) == ({"planned"}, 3)


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("act", "then"), [(notice_acts.acts(WorkCalendar())[Steering.RESUME], {"planned"}), (cancel, {"cancelled"})]
)
async def test_what_comes_back_from_the_wire_while_its_notice_is_steered_follows_it(
    district: District, act: notice_acts.Steer, then: set[str]
) -> None:
    """The same with outcomes: recorded as paused by a transaction that had not seen what came of the pause."""
    notice = await district.issue(saying())
    ids = await district.claim()
    await pause(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        back = [
            Settlement(delivery_id=one, term=0, state=DeliveryState.PLANNED, at=MORNING, unsent=True) for one in ids
        ]
        await sending.settle(conn, back)
        await act(district.db, notice, None, LATER)
    assert await states(district, notice) == {"paused"}
    assert (await sweep(district.db, LATER), await states(district, notice)) == (3, then)


async def test_a_sweep_leaves_alone_what_waits_for_the_end_of_its_pause(district: District) -> None:
    waiting, lost = await district.issue(saying()), await district.issue(saying("broadcast:2"))
    for notice in (waiting, lost):
        await pause(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.notices).where(tables.notices.c.id == lost).values(paused_at=None))
    assert (await sweep(district.db, MORNING), await sweep(district.db, MORNING)) == (3, 0)
    assert (await states(district, waiting), await states(district, lost)) == ({"paused"}, {"planned"})
