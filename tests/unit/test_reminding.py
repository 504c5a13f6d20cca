"""Reminding by hand: whom it reaches, how often, and what is recorded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.deliveries import DeliveryState
from messages.errors import NotEntitled, NotFound
from messages.notices import Lane
from messages.organisation.records import Role, UnitKind
from messages.store import claims, tables
from messages.store.claims import Order, Sender
from messages.store.database import Database
from schedules.notice_acts import cancel
from schedules.policy import load
from schedules.reminding import Reminded, ReminderRefused, remind
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def district(db: Database) -> District:
    """An office above two bureaus; A leads one, C inspects the other, B holds a post in each."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.unit("财政局", "推进办")
    await district.unit("教育局", "推进办")
    await district.person("O", ("P0", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
    await district.person("A", ("P1", "财政局", 3), roles=[(Role.LEADER, "财政局")])
    await district.person("B", ("P2", "财政局", 3), ("P3", "教育局", 3))
    await district.person("C", ("P4", "教育局", 4), roles=[(Role.INSPECTOR, "教育局")])
    return district


async def reminding(
    district: District, notice: int, who: str | None = None, now: datetime = LATER, most: int = 5
) -> Reminded:
    return await remind(district.db, notice, district.people[who] if who else None, now, most=most)


async def asked(district: District, key: str = "broadcast:x", **more: Any) -> int:  # noqa: ANN401 -- a notice's values
    """A notice to acknowledge that everybody got; gives its id."""
    notice = await district.issue(saying(key, acknowledge=True, **more))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    return notice


async def recorded(db: Database) -> list[tuple[str, int | None, Any]]:
    query = select(tables.ledger.c.kind, tables.ledger.c.person_id, tables.ledger.c.body)
    async with db.reading() as conn:
        return [tuple(row) for row in await conn.execute(query.order_by(tables.ledger.c.id))]


async def test_the_silent_are_reminded_and_it_is_recorded_with_who_did_it(district: District) -> None:
    notice = await asked(district)
    done = await reminding(district, notice, "O")
    assert (done.wave, done.people) == (1, 4)
    body = {"notice": "broadcast:x", "wave": 1, "people": 4}
    assert await recorded(district.db) == [("notice_reminded", district.people["O"], body)]


async def test_the_operator_at_the_command_line_reminds_everybody(district: District) -> None:
    assert (await reminding(district, await asked(district))).people == 4


@pytest.mark.parametrize("by_hand", [(0,), (1,), (2,), (0, 1, 2)])
async def test_reminders_are_numbered_as_they_arrive_by_hand_or_not(
    district: District, by_hand: tuple[int, ...]
) -> None:
    """One by hand has the latest wave of all: who got it first read "reminder 1" twice."""
    days = [MORNING + timedelta(days=one) for one in (1, 2)]
    notice = await asked(district, audience="person:C", reminders=tuple(days))
    numbers: list[int] = []
    for place, at in enumerate([LATER, *days]):
        if place:
            numbers += await reminders(district, at)
        if place in by_hand:
            at += timedelta(hours=5)  # noqa: PLW2901 -- later on the same day
            await reminding(district, notice, now=at)
            numbers += await reminders(district, at)
    assert numbers == list(range(1, len(by_hand) + 3))


async def reminders(district: District, at: datetime) -> list[int]:
    """What is due is delivered; gives which reminders these are."""
    await district.plan(at)
    async with district.db.writing() as conn:
        order = Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=100)
        claimed = await claims.claim(conn, [order], at)
    await district.settle([one.id for one in claimed], DeliveryState.DELIVERED, at=at)
    return [one.reminder for one in claimed]


async def test_a_leader_reminds_only_the_silent_of_the_own_units(district: District) -> None:
    notice = await asked(district)
    assert (await reminding(district, notice, "A")).people == 2
    assert await district.states(notice, wave=1) == {"A": "planned", "B": "planned"}


async def test_who_may_not_remind_is_refused_and_that_is_recorded(district: District) -> None:
    notice = await asked(district)
    elsewhere = await asked(district, "broadcast:y", audience="unit:教育局 -post:P3")
    for who, which in (("C", notice), ("B", notice), ("A", elsewhere)):
        with pytest.raises(NotEntitled):
            await reminding(district, which, who)
    assert [(kind, who) for kind, who, _ in await recorded(district.db)] == [
        ("act_refused", district.people[who]) for who in ("C", "B", "A")
    ]


async def test_a_second_reminder_may_follow_after_five_minutes(district: District) -> None:
    notice = await asked(district)
    await reminding(district, notice)
    await district.settle(await district.claim(LATER), DeliveryState.DELIVERED, at=LATER)
    with pytest.raises(ReminderRefused, match="five minutes"):
        await reminding(district, notice, now=LATER + 5 * MINUTE - timedelta(seconds=1))
    assert (await reminding(district, notice, now=LATER + 5 * MINUTE)).wave == 2


async def test_nobody_is_reminded_more_often_than_the_policy_says(district: District) -> None:
    notice, other = await asked(district), await asked(district, "broadcast:y")
    for number in range(2):
        now = LATER + number * timedelta(hours=1)
        assert (await reminding(district, notice, now=now, most=2)).people == 4
        await district.settle(await district.claim(now), DeliveryState.DELIVERED, at=now)
    with pytest.raises(ReminderRefused, match="2 times"):
        await reminding(district, notice, now=LATER + timedelta(days=1), most=2)
    assert (await reminding(district, other, now=LATER + timedelta(days=1), most=2)).people == 4


async def test_who_looks_after_one_bureau_cannot_use_up_the_offices_reminders(district: District) -> None:
    """A notice had so many reminders, whoever asked: the leader of one bureau could block the whole office."""
    notice = await asked(district)
    for number in range(2):
        now = LATER + number * timedelta(hours=1)
        assert (await reminding(district, notice, "A", now=now, most=2)).people == 2
        await district.settle(await district.claim(now), DeliveryState.DELIVERED, at=now)
    evening = LATER + timedelta(hours=9)
    with pytest.raises(ReminderRefused, match="2 times"):
        await reminding(district, notice, "A", now=evening, most=2)
    assert (await reminding(district, notice, "O", now=evening, most=2)).people == 2
    assert await district.states(notice, wave=3) == {"O": "planned", "C": "planned"}


async def test_who_was_just_reminded_by_one_is_left_out_by_the_next(district: District) -> None:
    notice = await asked(district)
    await reminding(district, notice, "A")
    await district.settle(await district.claim(LATER), DeliveryState.DELIVERED, at=LATER)
    assert (await reminding(district, notice, "O", now=LATER + MINUTE)).people == 2
    assert await district.states(notice, wave=2) == {"O": "planned", "C": "planned"}
    with pytest.raises(ReminderRefused, match="five minutes"):
        await reminding(district, notice, "O", now=LATER + 2 * MINUTE)


async def test_a_planned_reminder_that_went_to_nobody_holds_up_none_by_hand(district: District) -> None:
    """ "A reminder went out less than five minutes ago" was said though it had found everybody just told."""
    notice = await asked(district, reminders=(LATER,))
    await district.plan(LATER)
    assert await district.states(notice, wave=1) == {}
    assert (await reminding(district, notice, now=LATER + MINUTE)).people == 4


async def test_planned_reminders_do_not_count_among_those_by_hand(district: District) -> None:
    notice = await asked(district, reminders=(LATER,))
    await district.plan(LATER)
    await district.settle(await district.claim(LATER), DeliveryState.DELIVERED, at=LATER)
    assert (await reminding(district, notice, now=LATER + timedelta(hours=5), most=1)).people == 4


async def test_a_reminder_to_nobody_leaves_nothing_behind(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    assert (await reminding(district, notice)).people == 0
    assert await recorded(district.db) == []
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    assert (await reminding(district, notice, now=LATER + MINUTE)).people == 4


async def test_nobody_is_reminded_of_what_needs_no_answer_or_is_over_or_paused(district: District) -> None:
    without = await district.issue(saying("broadcast:x"))
    expired = await district.issue(saying("broadcast:y", acknowledge=True, expires_at=LATER))
    cancelled = await district.issue(saying("broadcast:z", acknowledge=True))
    paused = await district.issue(saying("broadcast:p", acknowledge=True))
    await cancel(district.db, cancelled, None, MORNING)
    async with district.db.writing() as conn:
        held = tables.notices.c.id == paused
        await conn.execute(update(tables.notices).where(held).values(paused_at=MORNING))
    for notice in (without, expired, cancelled, paused):
        with pytest.raises(ReminderRefused):
            await reminding(district, notice)


async def test_a_notice_that_is_not_there_is_not_found(district: District) -> None:
    with pytest.raises(NotFound):
        await reminding(district, 9)


def test_the_policy_says_how_often() -> None:
    assert load(None).reminders.by_hand_most == 5
