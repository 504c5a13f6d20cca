import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from messages.acknowledgements import (
    REFUSALS_RECORDED,
    Acknowledging,
    AlreadyRecorded,
    PressRefused,
    Recorded,
    Why,
    acknowledge,
    refuse_forged,
)
from messages.deliveries import DeliveryState
from messages.store import notices, tables
from messages.store.database import Database
from tests.office import Office

ZHANG, LI, NEW_PHONE = 101, 102, 111


@pytest.fixture
async def office(any_db: Database) -> Office:
    """Zhang, with two posts, and Li have joined."""
    office = Office(any_db)
    for name, titles, chat_id in (("张三", ["科长", "监督员"], ZHANG), ("李四", ["科员"], LI)):
        await office.join(await office.hire(name, titles), chat_id)
    return office


ZHANG_ID, LI_ID = 1, 2


async def press(office: Office, delivery_id: int, chat_id: int = ZHANG) -> Acknowledging:
    return await acknowledge(office.db, chat_id=chat_id, delivery_id=delivery_id, now=office.now, message_id=7)


async def delivery_of(office: Office, person_id: int, wave: int = 0) -> int:
    mine = tables.deliveries.c.person_id == person_id, tables.deliveries.c.wave == wave
    async with office.db.reading() as conn:
        found = await conn.scalar(select(tables.deliveries.c.id).where(*mine))
    assert found is not None
    return int(found)


async def test_one_press_acknowledges_for_every_post(office: Office) -> None:
    await office.issue()
    await office.deliver()

    assert await press(office, await delivery_of(office, ZHANG_ID)) == Recorded(
        at=office.now, posts=2, language="zh_CN"
    )

    assert await office.acknowledged() == 2
    [event] = await office.events("acknowledged")
    assert event["posts"] == [1, 2]


async def test_the_first_time_stands(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery, first = await delivery_of(office, ZHANG_ID), office.now
    await press(office, delivery)
    office.now += timedelta(hours=3)

    assert await press(office, delivery) == AlreadyRecorded(at=first, language="zh_CN")

    assert await office.acknowledged() == 2
    assert len(await office.events("acknowledged")) == 1


async def test_many_presses_at_once_record_once(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery = await delivery_of(office, ZHANG_ID)

    outcomes = await asyncio.gather(*(press(office, delivery) for _ in range(20)))

    assert sum(isinstance(outcome, Recorded) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyRecorded) for outcome in outcomes) == 19
    assert await office.acknowledged() == 2


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.PLANNED])
async def test_a_press_proves_that_the_message_arrived(office: Office, state: DeliveryState) -> None:
    """The press may come before the send's outcome is recorded, or after a crash lost that outcome."""
    await office.issue()
    ids = await office.claim()
    if state is not DeliveryState.SENDING:
        await office.settle(ids, state)

    assert isinstance(await press(office, await delivery_of(office, ZHANG_ID)), Recorded)

    assert await office.states(ZHANG_ID) == ["delivered"]
    assert await office.states(LI_ID) == [state.value]


async def test_who_acknowledged_is_not_reminded(office: Office) -> None:
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    assert await office.states(ZHANG_ID) == ["delivered", "planned"]

    await press(office, await delivery_of(office, ZHANG_ID))

    assert await office.states(ZHANG_ID) == ["delivered", "cancelled"]
    assert await office.states(LI_ID) == ["delivered", "planned"]


async def test_a_press_under_a_reminder_counts_for_the_notice(office: Office) -> None:
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    await office.deliver()
    first, reminder = await delivery_of(office, ZHANG_ID), await delivery_of(office, ZHANG_ID, wave=1)

    assert isinstance(await press(office, reminder), Recorded)
    assert await press(office, first) == AlreadyRecorded(at=office.now, language="zh_CN")


async def test_an_expired_notice_is_acknowledged_late(office: Office) -> None:
    await office.issue(expires_at=office.now + timedelta(days=10))
    await office.deliver()
    office.now += timedelta(days=20)
    assert await press(office, await delivery_of(office, ZHANG_ID)) == Recorded(
        at=office.now, posts=2, language="zh_CN"
    )


async def test_another_account_cannot_acknowledge(office: Office) -> None:
    await office.issue()
    await office.deliver()

    assert await press(office, await delivery_of(office, ZHANG_ID), chat_id=LI) == PressRefused(why=Why.OTHER_ACCOUNT)

    assert await office.acknowledged() == 0
    [event] = await office.events("press_refused")
    assert event["why"] == "other_account"


async def test_an_account_that_was_left_cannot_acknowledge(office: Office) -> None:
    await office.issue(acknowledge=True)
    await office.deliver()
    delivery = await delivery_of(office, ZHANG_ID)
    await office.join(ZHANG_ID, NEW_PHONE, issue=2)
    assert await press(office, delivery) == PressRefused(why=Why.NOT_SENT)
    assert await office.deliver() == [delivery]

    assert await press(office, delivery) == PressRefused(why=Why.OTHER_ACCOUNT)
    assert isinstance(await press(office, delivery, chat_id=NEW_PHONE), Recorded)


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("unknown", Why.UNKNOWN_DELIVERY),
        ("not sent", Why.NOT_SENT),
        ("not asked", Why.NOT_ASKED),
        ("cancelled", Why.CANCELLED),
        ("handed over", Why.NO_POST),
    ],
)
async def test_a_stale_press_changes_nothing_and_is_recorded(office: Office, case: str, why: Why) -> None:
    notice = await office.issue(acknowledge=case != "not asked")
    if case != "not sent":
        await office.deliver()
    delivery = 999 if case == "unknown" else await delivery_of(office, ZHANG_ID)
    if case == "handed over":
        await office.hand_over(ZHANG_ID)
    if case == "cancelled":
        async with office.db.writing() as conn:
            await notices.cancel(conn, notice, office.now)
    before = await office.states(ZHANG_ID)

    assert await press(office, delivery) == PressRefused(why=why)

    assert await office.acknowledged() == 0
    assert await office.states(ZHANG_ID) == before
    [event] = await office.events("press_refused")
    assert event == {"chat_id": ZHANG, "delivery": delivery, "why": why.value}


async def test_an_obligation_that_came_by_handover_can_be_acknowledged_later(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery = await delivery_of(office, ZHANG_ID)
    await press(office, delivery)
    async with office.db.writing() as conn:
        lis_post = tables.obligations.c.person_id == LI_ID
        zhangs = select(tables.assignments.c.id).where(tables.assignments.c.person_id == LI_ID).scalar_subquery()
        await conn.execute(
            update(tables.assignments).where(tables.assignments.c.id == zhangs).values(person_id=ZHANG_ID)
        )
        await conn.execute(update(tables.obligations).where(lis_post).values(person_id=ZHANG_ID))

    assert await press(office, delivery) == Recorded(at=office.now, posts=1, language="zh_CN")


async def test_a_flood_of_refused_presses_is_noted_at_its_start_only(office: Office) -> None:
    for _ in range(REFUSALS_RECORDED + 5):
        assert await refuse_forged(office.db, chat_id=ZHANG, now=office.now) == PressRefused(why=Why.FORGED)
    assert len(await office.events("press_refused")) == REFUSALS_RECORDED

    await refuse_forged(office.db, chat_id=LI, now=office.now)
    office.now += timedelta(hours=1, seconds=1)
    await refuse_forged(office.db, chat_id=ZHANG, now=office.now)

    assert len(await office.events("press_refused")) == REFUSALS_RECORDED + 2
