"""An acknowledgement says by itself all that can count of it: nothing has to be looked up later."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Category
from messages.scores.fact_reading import fact_of
from messages.scores.facts import Acknowledged, LedgerEvent
from messages.store import tables
from messages.store.database import Database
from tests.acknowledging import acknowledger
from tests.office import MORNING, Office

ZHANG, LI, NEW_PHONE = 101, 102, 111
ZHANG_ID, LI_ID = 1, 2


@pytest.fixture
async def office(db: Database) -> Office:
    """Zhang, with two posts, and Li have joined."""
    office = Office(db)
    for name, titles, chat_id in (("张三", ["科长", "监督员"], ZHANG), ("李四", ["科员"], LI)):
        await office.join(await office.hire(name, titles), chat_id)
    return office


async def press(office: Office, delivery_id: int, chat_id: int = ZHANG) -> None:
    await acknowledger(office.db).acknowledge(chat_id=chat_id, delivery_id=delivery_id, now=office.now, message_id=7)


async def fact(office: Office) -> Acknowledged:
    """What the newest acknowledgement says that can count."""
    query = select(tables.ledger).where(tables.ledger.c.kind == "acknowledged").order_by(tables.ledger.c.id.desc())
    async with office.db.reading() as conn:
        row = (await conn.execute(query.limit(1))).one()
    found = fact_of(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body))
    assert isinstance(found, Acknowledged)
    return found


async def test_an_acknowledgement_says_all_that_can_count_of_it(office: Office) -> None:
    sent = office.now
    notice = await office.issue()
    office.now += timedelta(seconds=40)
    await office.deliver()
    came = office.now
    office.now += timedelta(hours=3)
    await press(office, await office.delivery_of(ZHANG_ID))

    said = await fact(office)

    assert (said.notice, said.key, said.category) == (notice, "holiday:2026:national-day:formal", Category.BROADCAST)
    assert (said.sent, said.delivered, said.at) == (sent, came, office.now)
    assert (said.due, said.since) == (sent + timedelta(days=3), MORNING)
    assert (said.posts, said.first, said.provisional) == ((1, 2), True, False)


async def test_who_gets_it_days_later_has_as_many_working_days_more(office: Office) -> None:
    """Sent on a Monday to be acknowledged by Thursday; to one it comes on Thursday, three working days later."""
    await office.issue()
    await office.deliver()
    async with office.db.writing() as conn:
        lis = tables.deliveries.c.person_id == LI_ID
        await conn.execute(update(tables.deliveries).where(lis).values(settled_at=office.now + timedelta(days=3)))
    office.now += timedelta(days=4)
    await press(office, await office.delivery_of(LI_ID), chat_id=LI)

    # Friday 25 September is Mid-Autumn; working days after Thursday are Monday to Wednesday.
    assert (await fact(office)).due == MORNING + timedelta(days=9)


async def test_the_first_message_of_several_is_the_one_that_counts(office: Office) -> None:
    """A reminder after it makes no day later; where the first one was lost, the reminder is when it came."""
    await office.issue()
    first = await office.claim()
    await office.settle([one for one in first if one != await office.delivery_of(LI_ID)], DeliveryState.DELIVERED)
    await office.settle([await office.delivery_of(LI_ID)], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    office.now += timedelta(days=1)
    await office.plan()
    await office.deliver()
    reminded = office.now
    office.now += timedelta(hours=1)

    await press(office, await office.delivery_of(ZHANG_ID, wave=1))
    assert (await fact(office)).delivered == MORNING
    await press(office, await office.delivery_of(LI_ID, wave=1), chat_id=LI)
    assert (await fact(office)).delivered == reminded


async def test_a_message_that_was_sent_again_to_a_new_account_came_when_it_came_first(office: Office) -> None:
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.join(ZHANG_ID, NEW_PHONE, issue=2)
    await office.deliver()
    office.now += timedelta(hours=1)
    await press(office, await office.delivery_of(ZHANG_ID), chat_id=NEW_PHONE)

    assert (await fact(office)).delivered == MORNING


async def test_a_press_is_the_proof_of_what_nobody_saw_arrive(office: Office) -> None:
    """Then it came at that moment, as far as is known, and is acknowledged in time."""
    await office.issue()
    await office.settle(await office.claim(), DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    office.now += timedelta(days=30)
    await press(office, await office.delivery_of(ZHANG_ID))

    said = await fact(office)
    assert said.delivered == office.now
    assert said.due is not None
    assert said.due > office.now


async def test_only_the_first_acknowledgement_of_a_notice_says_that_it_is(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery = await office.delivery_of(ZHANG_ID)
    await press(office, delivery)
    async with office.db.writing() as conn:
        for table in (tables.assignments, tables.obligations):
            await conn.execute(update(table).where(table.c.person_id == LI_ID).values(person_id=ZHANG_ID))
    await press(office, delivery)

    assert not (await fact(office)).first
    assert [event["first"] for event in await office.events("acknowledged")] == [True, False]


async def test_a_notice_without_a_day_says_that_there_is_none(office: Office) -> None:
    await office.issue()
    await office.deliver()
    async with office.db.writing() as conn:
        await conn.execute(update(tables.notices).values(acknowledge_by=None))
    await press(office, await office.delivery_of(ZHANG_ID))
    assert (await fact(office)).due is None
