import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from messages.acknowledgements import (
    REFUSALS_RECORDED,
    Acknowledging,
    AlreadyRecorded,
    PressRefused,
    Recorded,
    Why,
)
from messages.deliveries import DeliveryState
from messages.store import tables
from messages.store.database import Database, DatabaseFailure
from schedules import notice_acts
from tests.acknowledging import acknowledger
from tests.office import Office

ZHANG, LI, NEW_PHONE, STRANGER = 101, 102, 111, 7_000_000_000  # chats' ids may need more than 32 bits


@pytest.fixture
async def office(db: Database) -> Office:
    """Zhang, with two posts, and Li have joined."""
    office = Office(db)
    for name, titles, chat_id in (("张三", ["科长", "监督员"], ZHANG), ("李四", ["科员"], LI)):
        await office.join(await office.hire(name, titles), chat_id)
    return office


ZHANG_ID, LI_ID = 1, 2


async def press(office: Office, delivery_id: int, chat_id: int = ZHANG) -> Acknowledging:
    return await acknowledger(office.db).acknowledge(
        chat_id=chat_id, delivery_id=delivery_id, now=office.now, message_id=7
    )


async def test_one_press_acknowledges_for_every_post(office: Office) -> None:
    await office.issue()
    await office.deliver()

    assert await press(office, await office.delivery_of(ZHANG_ID)) == Recorded(at=office.now, posts=2, language="zh_CN")

    assert await office.acknowledged() == 2
    [event] = await office.events("acknowledged")
    assert event["posts"] == [1, 2]


async def test_the_first_time_stands(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery, first = await office.delivery_of(ZHANG_ID), office.now
    await press(office, delivery)
    office.now += timedelta(hours=3)

    assert await press(office, delivery) == AlreadyRecorded(at=first, language="zh_CN")

    assert await office.acknowledged() == 2
    assert len(await office.events("acknowledged")) == 1


async def together(office: Office, *presses: tuple[int, int | None]) -> list[Acknowledging | BaseException]:
    """Presses of ``(chat, delivery)`` (None: a forged one) that come at the same time, in their order."""
    recording = acknowledger(office.db)
    waiting = [
        recording.refuse_forged(chat_id=chat_id, now=office.now)
        if delivery_id is None
        else recording.acknowledge(chat_id=chat_id, delivery_id=delivery_id, now=office.now, message_id=7)
        for chat_id, delivery_id in presses
    ]
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_many_presses_of_one_button_at_once_record_once(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery = await office.delivery_of(ZHANG_ID)

    first, *others = await together(office, *[(ZHANG, delivery)] * 20)

    assert first == Recorded(at=office.now, posts=2, language="zh_CN")
    assert others == [AlreadyRecorded(at=office.now, language="zh_CN")] * 19
    assert await office.acknowledged() == 2
    assert len(await office.events("acknowledged")) == 1


async def test_two_processes_that_record_the_same_presses_record_each_once(office: Office) -> None:
    await office.issue()
    await office.deliver()
    deliveries = [(ZHANG, await office.delivery_of(ZHANG_ID)), (LI, await office.delivery_of(LI_ID))]

    here, there = await asyncio.gather(together(office, *deliveries), together(office, *reversed(deliveries)))

    for one, other in zip(here, reversed(there), strict=True):
        assert {type(one), type(other)} == {Recorded, AlreadyRecorded}
    assert await office.acknowledged() == 3
    assert len(await office.events("acknowledged")) == 2


async def test_presses_that_come_together_are_each_judged_by_themselves(office: Office) -> None:
    """A group of everything: two waves of one notice, another notice, a stranger's, a forged one, an unknown one."""
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    await office.deliver()
    first, reminder = await office.delivery_of(ZHANG_ID), await office.delivery_of(ZHANG_ID, wave=1)
    lis = await office.delivery_of(LI_ID)

    outcomes = await together(
        office, (ZHANG, reminder), (LI, first), (ZHANG, first), (ZHANG, None), (LI, lis), (LI, 999), (STRANGER, lis)
    )

    assert outcomes == [
        Recorded(at=office.now, posts=2, language="zh_CN"),
        PressRefused(why=Why.OTHER_ACCOUNT),
        AlreadyRecorded(at=office.now, language="zh_CN"),
        PressRefused(why=Why.FORGED),
        Recorded(at=office.now, posts=1, language="zh_CN"),
        PressRefused(why=Why.UNKNOWN_DELIVERY),
        PressRefused(why=Why.OTHER_ACCOUNT),
    ]
    assert [event["delivery"] for event in await office.events("acknowledged")] == [reminder, lis]
    assert await office.events("press_refused") == [
        {"chat_id": LI, "delivery": first, "why": "other_account"},
        {"chat_id": ZHANG, "delivery": None, "why": "forged"},
        {"chat_id": LI, "delivery": 999, "why": "unknown_delivery"},
        {"chat_id": STRANGER, "delivery": lis, "why": "other_account"},
    ]


async def test_a_press_that_cannot_be_recorded_harms_no_other(office: Office) -> None:
    await office.issue()
    await office.deliver()
    mine, lis = await office.delivery_of(ZHANG_ID), await office.delivery_of(LI_ID)

    zhang, impossible, li = await together(office, (ZHANG, mine), (ZHANG, 2**70), (LI, lis))

    assert isinstance(zhang, Recorded)
    assert isinstance(impossible, Exception) or impossible == PressRefused(why=Why.UNKNOWN_DELIVERY)
    assert isinstance(li, Recorded)
    assert await office.acknowledged() == 3


async def test_a_presser_who_is_cut_off_takes_nobody_s_record_along(office: Office) -> None:
    await office.issue()
    await office.deliver()
    mine, lis = await office.delivery_of(ZHANG_ID), await office.delivery_of(LI_ID)
    recording = acknowledger(office.db)
    cut_off, other = (
        asyncio.create_task(recording.acknowledge(chat_id=chat_id, delivery_id=delivery_id, now=office.now))
        for chat_id, delivery_id in ((ZHANG, mine), (LI, lis))
    )
    await asyncio.sleep(0)
    cut_off.cancel()

    assert isinstance(await other, Recorded)
    await asyncio.wait([cut_off])
    assert cut_off.cancelled()


async def test_a_database_that_fails_answers_nobody_and_records_again_when_it_is_back(office: Office) -> None:
    await office.issue()
    await office.deliver()
    presses = (ZHANG, await office.delivery_of(ZHANG_ID)), (LI, await office.delivery_of(LI_ID))
    await rename(office.db, "ledger", "ledger_away")

    outcomes = await together(office, *presses)

    assert all(isinstance(outcome, DatabaseFailure) for outcome in outcomes)
    assert await office.acknowledged() == 0
    await rename(office.db, "ledger_away", "ledger")
    assert all(isinstance(outcome, Recorded) for outcome in await together(office, *presses))


async def rename(db: Database, name: str, new: str) -> None:
    async with db.writing() as conn:
        await conn.execute(text(f"ALTER TABLE {name} RENAME TO {new}"))


async def test_a_crowd_takes_as_many_statements_as_one_person(office: Office) -> None:
    crowd = [(200 + number, await office.hire(f"人员{number}")) for number in range(30)]
    for chat_id, person_id in crowd:
        await office.join(person_id, chat_id)
    await office.issue()
    await office.deliver()
    presses = [(chat_id, await office.delivery_of(person_id)) for chat_id, person_id in crowd]
    with counted(office.db) as alone:
        await together(office, presses[0])
    with counted(office.db) as crowded:
        outcomes = await together(office, *presses[1:])

    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    assert len(crowded) == len(alone)


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements that the database is given."""
    given: list[str] = []

    def keep(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        given.append(statement)

    engine = db._engine.sync_engine  # noqa: SLF001 -- nothing else shows them
    event.listen(engine, "before_cursor_execute", keep)
    yield given
    event.remove(engine, "before_cursor_execute", keep)


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.PLANNED])
async def test_a_press_proves_that_the_message_arrived(office: Office, state: DeliveryState) -> None:
    """The press may come before the send's outcome is recorded, or after a crash lost that outcome."""
    await office.issue()
    ids = await office.claim()
    if state is not DeliveryState.SENDING:
        await office.settle(ids, state)

    assert isinstance(await press(office, await office.delivery_of(ZHANG_ID)), Recorded)

    assert await office.states(ZHANG_ID) == ["delivered"]
    assert await office.states(LI_ID) == [state.value]


async def test_who_acknowledged_is_not_reminded(office: Office) -> None:
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    assert await office.states(ZHANG_ID) == ["delivered", "planned"]

    await press(office, await office.delivery_of(ZHANG_ID))

    assert await office.states(ZHANG_ID) == ["delivered", "cancelled"]
    assert await office.states(LI_ID) == ["delivered", "planned"]


async def test_a_press_under_a_reminder_counts_for_the_notice(office: Office) -> None:
    await office.issue()
    await office.deliver()
    office.now += timedelta(days=1)
    await office.plan()
    await office.deliver()
    first, reminder = await office.delivery_of(ZHANG_ID), await office.delivery_of(ZHANG_ID, wave=1)

    assert isinstance(await press(office, reminder), Recorded)
    assert await press(office, first) == AlreadyRecorded(at=office.now, language="zh_CN")


async def test_an_expired_notice_is_acknowledged_late(office: Office) -> None:
    await office.issue(expires_at=office.now + timedelta(days=10))
    await office.deliver()
    office.now += timedelta(days=20)
    assert await press(office, await office.delivery_of(ZHANG_ID)) == Recorded(at=office.now, posts=2, language="zh_CN")


async def test_another_account_cannot_acknowledge(office: Office) -> None:
    await office.issue()
    await office.deliver()

    assert await press(office, await office.delivery_of(ZHANG_ID), chat_id=LI) == PressRefused(why=Why.OTHER_ACCOUNT)

    assert await office.acknowledged() == 0
    [event] = await office.events("press_refused")
    assert event["why"] == "other_account"


async def test_an_account_that_was_left_cannot_acknowledge(office: Office) -> None:
    await office.issue(acknowledge=True)
    await office.deliver()
    delivery = await office.delivery_of(ZHANG_ID)
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
    delivery = 999 if case == "unknown" else await office.delivery_of(ZHANG_ID)
    if case == "handed over":
        await office.hand_over(ZHANG_ID)
    if case == "cancelled":
        await notice_acts.cancel(office.db, notice, None, office.now)
    before = await office.states(ZHANG_ID)

    assert await press(office, delivery) == PressRefused(why=why)

    assert await office.acknowledged() == 0
    assert await office.states(ZHANG_ID) == before
    [event] = await office.events("press_refused")
    assert event == {"chat_id": ZHANG, "delivery": delivery, "why": why.value}


async def test_an_obligation_that_came_by_handover_can_be_acknowledged_later(office: Office) -> None:
    await office.issue()
    await office.deliver()
    delivery = await office.delivery_of(ZHANG_ID)
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
    recording = acknowledger(office.db)
    for _ in range(REFUSALS_RECORDED + 5):
        assert await recording.refuse_forged(chat_id=ZHANG, now=office.now) == PressRefused(why=Why.FORGED)
    assert len(await office.events("press_refused")) == REFUSALS_RECORDED

    await recording.refuse_forged(chat_id=STRANGER, now=office.now)
    office.now += timedelta(hours=1, seconds=1)
    await recording.refuse_forged(chat_id=ZHANG, now=office.now)

    assert len(await office.events("press_refused")) == REFUSALS_RECORDED + 2


async def test_a_flood_that_comes_together_is_noted_at_its_start_only(office: Office) -> None:
    await together(office, *[(ZHANG, None)] * (REFUSALS_RECORDED + 5), (LI, None))
    assert len(await office.events("press_refused")) == REFUSALS_RECORDED + 1
