"""Waves become deliveries, each in one set-based statement, on both databases."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from messages.deliveries import DeliveryState, Reason
from messages.notices import Lane
from messages.organisation.records import Role
from messages.scopes import EVERYWHERE
from messages.store import deliveries, organisation, tables, waves
from messages.store.database import Database
from messages.store.recipients import ByHand, Named
from schedules import notice_acts
from tests.acknowledging import acknowledger
from tests.district import MORNING, REMINDED_GAP, District, saying

LATER = MORNING + timedelta(days=1)


@pytest.fixture
async def district(db: Database) -> District:
    """A (two posts), B and C have joined, N never did."""
    district = District(db)
    await district.unit("财政局")
    await district.person("A", ("P1", "财政局", 1), ("P2", "财政局", 2), roles=[(Role.DUTY, "财政局")])
    await district.person("B", ("P3", "财政局", 3))
    await district.person("C", ("P4", "财政局", 3))
    await district.person("N", ("P5", "财政局", 3), joined=False)
    return district


async def test_each_person_gets_one_delivery_however_many_posts(district: District) -> None:
    notice = await district.issue(saying())
    assert await district.states(notice) == {"A": "planned", "B": "planned", "C": "planned", "N": "unreachable"}


async def test_who_never_joined_is_unreachable_by_name_at_once(district: District) -> None:
    await district.issue(saying(audience="person:N"))
    async with district.db.reading() as conn:
        row = (await conn.execute(select(tables.deliveries))).one()
    assert (row.state, row.reason, row.settled_at) == ("unreachable", "never_joined", MORNING)


async def test_who_is_lost_keeps_the_reason(district: District) -> None:
    async with district.db.writing() as conn:
        await deliveries.lose_person(conn, 2, Reason.DEACTIVATED, MORNING, chat_id=1002, bot_id=1)
    await district.issue(saying(audience="person:B"))
    async with district.db.reading() as conn:
        row = (await conn.execute(select(tables.deliveries))).one()
    assert (row.state, row.reason) == ("unreachable", "deactivated")


async def test_a_delivery_takes_lane_time_and_expiry_from_its_wave(district: District) -> None:
    earlier = MORNING - timedelta(hours=2)
    await district.issue(saying(audience="person:B", lane=Lane.ORANGE, send_at=earlier, expires_at=LATER))
    async with district.db.reading() as conn:
        row = (await conn.execute(select(tables.deliveries))).one()
    assert (row.lane, row.due_at, row.expires_at, row.wave) == (Lane.ORANGE, earlier, LATER, 0)


async def test_a_wave_is_planned_once(district: District) -> None:
    await district.add(saying())
    assert await district.plan() == 4
    assert await district.plan() == 0


async def test_a_wave_that_was_cut_off_after_its_deliveries_doubles_none(district: District) -> None:
    """Even if a wave came again, (notice, person, wave) is unique."""
    await district.issue(saying(acknowledge=True))
    async with district.db.writing() as conn:
        await conn.execute(tables.waves.update().values(planned_at=None))
    assert await district.plan() <= 0
    async with district.db.reading() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.deliveries)) == 4
        assert await conn.scalar(select(func.count()).select_from(tables.obligations)) == 5


async def test_thousands_are_planned_by_as_many_statements_as_one(district: District) -> None:
    await district.add(saying(acknowledge=True))
    said: list[str] = []
    async with district.db.writing() as conn:
        (batch,) = await waves.due(conn, MORNING)

        @event.listens_for(conn.sync_connection, "before_cursor_execute")
        def listen(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
            said.append(statement.split(maxsplit=1)[0])

        assert await waves.fan_out(conn, batch, MORNING, reminded_gap=REMINDED_GAP) == 4
    # The wave; deliveries, obligations, and that they are to be counted.
    assert [verb for verb in said if verb in {"UPDATE", "INSERT"}] == ["UPDATE", "INSERT", "INSERT", "INSERT"]


async def test_every_post_of_the_audience_is_obliged_even_of_those_not_reached(district: District) -> None:
    await district.issue(saying(acknowledge=True, audience="all -person:C"))
    async with district.db.reading() as conn:
        rows = await conn.execute(select(tables.obligations.c.post_id, tables.obligations.c.person_id))
        assert sorted(tuple(row) for row in rows) == [(1, 1), (2, 1), (3, 2), (5, 4)]


async def test_the_most_urgent_wave_is_due_first(district: District) -> None:
    for key, lane in (("study", Lane.STUDY), ("red", Lane.RED), ("prompt", Lane.PROMPT)):
        await district.add(saying(key, lane=lane))
    async with district.db.reading() as conn:
        lanes = dict((await conn.execute(select(tables.waves.c.id, tables.notices.c.lane).join(tables.notices))).all())
        due = await waves.due(conn, MORNING)
        assert [lanes[one] for batch in due for one in batch.ids] == [Lane.RED, Lane.PROMPT, Lane.STUDY]
        assert await waves.due(conn, MORNING - timedelta(seconds=1)) == []


async def test_a_reminder_goes_to_those_told_and_silent_for_any_post(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    await acknowledger(district.db).acknowledge(
        chat_id=district.chat("B"), delivery_id=ids[1], now=MORNING, message_id=None
    )
    assert await district.plan(LATER) == 2
    assert await district.states(notice, wave=1) == {"A": "planned", "C": "planned"}


async def test_reminders_that_are_overdue_together_reach_a_person_once(district: District) -> None:
    """The service was off over both reminders; its next start sent two of them within a second."""
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER, LATER + timedelta(days=1))))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    assert await district.plan(LATER + timedelta(days=3)) == 3
    assert await district.states(notice, wave=1) == {"A": "planned", "B": "planned", "C": "planned"}
    assert await district.states(notice, wave=2) == {}


async def test_someone_who_holds_one_more_post_since_acknowledging_is_reminded(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    await acknowledger(district.db).acknowledge(
        chat_id=district.chat("B"), delivery_id=ids[1], now=MORNING, message_id=None
    )
    async with district.db.writing() as conn:
        theirs = tables.obligations.c.person_id == 3
        await conn.execute(tables.obligations.update().where(theirs).values(person_id=2))
    await district.plan(LATER)
    assert "B" in await district.states(notice, wave=1)


async def test_a_reminder_by_hand_gets_the_next_number_and_means_all_who_are_silent(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    a_moment_later = MORNING + timedelta(minutes=1)
    ids = await district.claim()
    await district.settle(ids[:2], DeliveryState.DELIVERED)
    async with district.db.writing() as conn:
        by_hand = ByHand(since=MORNING, waves=(), most=5)
        assert await waves.remind_now(conn, notice, a_moment_later, EVERYWHERE, by_hand) == (2, 2)
    assert await district.states(notice, wave=2) == {"A": "planned", "B": "planned"}


async def test_the_next_wave_is_known_with_what_it_says(district: District) -> None:
    async with district.db.reading() as conn:
        assert await waves.upcoming(conn, MORNING) is None
    await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    async with district.db.reading() as conn:
        upcoming = await waves.upcoming(conn, MORNING)
    assert upcoming is not None
    assert (upcoming.at, upcoming.number, upcoming.template, upcoming.title) == (LATER, 1, "text", "通知")


# --- many waves at once -----------------------------------------------------------------------------------------------


async def test_a_thousand_waves_to_one_post_or_person_each_are_one_batch(district: District) -> None:
    for number in range(6):
        name = ("post:P3", 'post:"P4"')[number % 2]
        await district.add(saying(f"to-a-post:{number}", audience=name, acknowledge=True))
    await district.add(saying("to-a-person", audience='person:"A"', acknowledge=True))
    await district.add(saying("to-nobody", audience="person:UNKNOWN", acknowledge=True))
    async with district.db.reading() as conn:
        due = await waves.due(conn, MORNING)
    assert [(batch.to, len(batch.ids)) for batch in due] == [(Named.POST, 6), (Named.PERSON, 2)]

    assert await district.plan() == 7
    notices = [await district.states(number) for number in range(1, 9)]
    assert notices == [{"B": "planned"}, {"C": "planned"}] * 3 + [{"A": "planned"}, {}]
    async with district.db.reading() as conn:
        rows = await conn.execute(select(tables.obligations.c.notice_id, tables.obligations.c.post_id))
        obliged = sorted(tuple(row) for row in rows)
    assert obliged == [(1, 3), (2, 4), (3, 3), (4, 4), (5, 3), (6, 4), (7, 1), (7, 2)]


async def test_an_audience_is_resolved_once_for_all_waves_that_have_it(district: District) -> None:
    first = await district.add(saying("one", audience="level:3 -person:N", acknowledge=True))
    second = await district.add(saying("two", audience="level:3 -person:N", expires_at=LATER))
    third = await district.add(saying("three", audience="level:3 -person:N"))
    async with district.db.reading() as conn:
        asking, telling = await waves.due(conn, MORNING)
    assert (len(asking.ids), len(telling.ids)) == (1, 2)
    assert await district.plan() == 6
    assert await district.states(third) == {"B": "planned", "C": "planned"}
    assert await district.states(first) == await district.states(second) == {"B": "planned", "C": "planned"}
    async with district.db.reading() as conn:
        assert set(await conn.scalars(select(tables.obligations.c.notice_id))) == {first}
        expiring = select(tables.deliveries.c.notice_id).where(tables.deliveries.c.expires_at == LATER)
        assert set(await conn.scalars(expiring)) == {second}


async def test_reminders_of_many_notices_go_to_the_silent_of_each(district: District) -> None:
    notices = [
        await district.add(saying(f"asks:{name}", audience=name, acknowledge=True, reminders=(LATER,)))
        for name in ("person:A", "post:P3", "all")
    ]
    await district.plan()
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    async with district.db.reading() as conn:
        to_a = select(tables.deliveries.c.id).where(tables.deliveries.c.person_id == 1)
        mine = await conn.scalar(to_a.where(tables.deliveries.c.notice_id == notices[2]))
    assert mine is not None
    await acknowledger(district.db).acknowledge(
        chat_id=district.chat("A"), delivery_id=mine, now=MORNING, message_id=None
    )
    assert await district.plan(LATER) == 4
    assert [await district.states(one, wave=1) for one in notices] == [
        {"A": "planned"},
        {"B": "planned"},
        {"B": "planned", "C": "planned"},
    ]


async def test_a_notice_that_was_cancelled_since_is_planned_for_nobody(district: District) -> None:
    notice = await district.add(saying(acknowledge=True))
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, MORNING)
    await notice_acts.cancel(district.db, notice, None, MORNING)
    async with district.db.writing() as conn:
        assert await waves.fan_out(conn, batch, MORNING, reminded_gap=REMINDED_GAP) == 0
    assert await district.states(notice) == {}


# --- several planners at once -----------------------------------------------------------------------------------------


async def planned_by(db: Database, batch: waves.Batch, now: datetime) -> int:
    async with db.writing() as conn:
        return await waves.fan_out(conn, batch, now, reminded_gap=REMINDED_GAP)


async def test_planners_that_find_the_same_waves_at_once_plan_them_once(district: District) -> None:
    """Two processes looked at the same instant: what one has taken, the other leaves."""
    notice = await district.add(saying(acknowledge=True))
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, MORNING)
    counts = await asyncio.gather(*(planned_by(district.db, batch, MORNING) for _ in range(4)))
    assert sorted(counts) == [0, 0, 0, 4]
    assert len(await district.states(notice)) == 4


async def test_reminders_of_one_notice_that_two_planners_take_at_once_reach_a_person_once(district: District) -> None:
    """Each has one of two overdue reminders: the later must see whom the earlier reminds."""
    second = LATER + timedelta(minutes=1)
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER, second)))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, second)
    apart = [replace(batch, ids=[one]) for one in batch.ids]
    counts = await asyncio.gather(*(planned_by(district.db, one, second) for one in apart))
    assert sorted(counts) == [0, 3]
    told = [await district.states(notice, wave) for wave in (1, 2)]
    assert sorted(told, key=len) == [{}, {"A": "planned", "B": "planned", "C": "planned"}]


async def test_a_handover_in_the_middle_of_planning_doubles_nothing(district: District) -> None:
    """Both make the new holder's delivery of the first wave: the second to come finds it there."""
    notice = await district.issue(saying(audience="post:P3", acknowledge=True))
    async with district.db.writing() as conn:
        held = tables.assignments.c.post_id == 3
        await conn.execute(tables.assignments.update().where(held).values(ended_at=MORNING))
        await conn.execute(tables.assignments.insert().values(post_id=3, person_id=3, started_at=MORNING))
        await conn.execute(tables.waves.update().values(planned_at=None))
    async with district.db.reading() as conn:
        (batch,) = await waves.due(conn, MORNING)

    async def hand_over() -> None:
        async with district.db.writing() as conn:
            await organisation.move_open_obligations(conn, MORNING)

    await asyncio.gather(hand_over(), planned_by(district.db, batch, MORNING))
    assert (await district.states(notice))["C"] == "planned"
    async with district.db.reading() as conn:
        of_c = select(func.count()).select_from(tables.deliveries).where(tables.deliveries.c.person_id == 3)
        assert await conn.scalar(of_c) == 1


async def test_who_bears_a_role_without_a_post_is_told_by_name_and_who_has_neither_is_not(district: District) -> None:
    """Cards for a leader without a post went nowhere."""
    await district.person("L", roles=[(Role.LEADER, "财政局")])
    await district.person("G")
    assert await district.states(await district.issue(saying("to:L", audience="person:L"))) == {"L": "planned"}
    assert await district.states(await district.issue(saying("to:G", audience="person:G"))) == {}
