"""What comes back from the wire after its notice was cancelled, or its person moved, goes out no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState, Reason
from messages.store import anew, claims, deliveries, notices, tables
from messages.store.claims import Sender
from messages.store.database import Database
from schedules import notice_acts
from tests.office import Office


async def states(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list(await conn.scalars(select(tables.deliveries.c.state).order_by(tables.deliveries.c.id)))


@pytest.mark.parametrize("interrupted", [False, True])
async def test_what_was_in_flight_when_its_notice_was_cancelled_is_not_sent_again(
    db: Database,
    *,
    interrupted: bool,
) -> None:
    """A send failed for a moment after the notice was cancelled, was planned again, and went out all the same."""
    office = Office(db)
    await office.join(await office.hire("张三"), 1001)
    notice = await office.issue()
    (sending,) = await office.claim()
    await notice_acts.cancel(db, notice, None, office.now)
    if interrupted:
        async with db.writing() as conn:
            await claims.requeue_interrupted(conn, Sender(bot_id=1, term=1))
    else:
        await office.settle([sending], DeliveryState.PLANNED, Reason.SERVER)

    assert await states(db) == ["cancelled"]


async def test_a_temporary_failure_is_planned_again_and_a_crash_too(db: Database) -> None:
    office = Office(db)
    await office.join(await office.hire("张三"), 1001)
    await office.issue()
    await office.settle(await office.claim(), DeliveryState.PLANNED, Reason.SERVER)
    assert await states(db) == ["planned"]
    await office.claim()
    async with db.writing() as conn:
        assert await claims.requeue_interrupted(conn, Sender(bot_id=1, term=1)) == 1
    assert await states(db) == ["planned"]


async def test_an_account_that_was_left_takes_nothing_from_the_new_one(db: Database) -> None:
    """The old chat answered 403 after its person had moved, and what was planned for the new chat was given up."""
    office = Office(db)
    person = await office.hire("张三")
    await office.join(person, 1001)
    await office.issue()
    await office.join(person, 2002, issue=2)
    async with db.writing() as conn:
        await deliveries.lose_person(conn, person, Reason.BLOCKED, office.now, chat_id=1001, bot_id=1)

    assert await states(db) == ["planned"]


async def test_a_second_cancellation_leaves_the_first_time(db: Database) -> None:
    office = Office(db)
    notice = await office.issue()
    for later in (0, 5):
        await notice_acts.cancel(db, notice, None, office.now + timedelta(minutes=later))
    async with db.reading() as conn:
        found = await notices.find(conn, notice)
    assert found is not None
    assert found.cancelled_at == office.now


async def test_what_was_in_flight_while_its_person_moved_to_another_account_goes_there_once_more(
    db: Database,
) -> None:
    """It arrived at the account that was left, where its button is refused; the new one would have heard nothing."""
    office = Office(db)
    person = await office.hire("张三")
    await office.join(person, 1001)
    await office.issue()
    (sending,) = await office.claim()
    await office.join(person, 1002, issue=2)
    await office.settle([sending], DeliveryState.DELIVERED)
    async with db.writing() as conn:
        await anew.follow_moved(conn, [sending], office.now)

    assert await states(db) == ["planned"]


@pytest.mark.parametrize(("reason", "state"), [(Reason.BLOCKED, "planned"), (Reason.REJECTED, "unreachable")])
async def test_what_met_a_block_while_its_person_moved_goes_to_the_new_account(
    db: Database, reason: Reason, state: str
) -> None:
    """It asked for no acknowledgement, and so was given up although its person had joined anew."""
    office = Office(db)
    person = await office.hire("张三")
    await office.join(person, 1001)
    await office.issue(acknowledge=False)
    (sending,) = await office.claim()
    await office.join(person, 1002, issue=2)
    await office.settle([sending], DeliveryState.UNREACHABLE, reason)
    async with db.writing() as conn:
        await anew.follow_moved(conn, [sending], office.now)

    assert await states(db) == [state]


async def test_what_arrived_stays_delivered_where_nobody_moved(db: Database) -> None:
    office = Office(db)
    await office.join(await office.hire("张三"), 1001)
    await office.issue()
    (sending,) = await office.claim()
    await office.settle([sending], DeliveryState.DELIVERED)
    async with db.writing() as conn:
        await anew.follow_moved(conn, [sending], office.now)

    assert await states(db) == ["delivered"]
