"""Figures: how a notice stands, by unit and over time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, literal, select, update

from messages.deliveries import DeliveryState, Reason
from messages.errors import NotFound
from messages.figures import Figures, UnitFigures, from_json, to_json
from messages.notices import Counts
from messages.scopes import EVERYWHERE, Scope
from messages.store import figures, notices, tables
from messages.store.database import Database
from messages.text.phrase import english
from schedules.clock import Clock
from schedules.figures import Counting
from schedules.recaller import foreseen
from tests.district import MORNING, ZONE, District, saying
from tests.service import until

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def district(db: Database) -> District:
    """An office above two bureaus; B holds a post in each, D never joined."""
    district = District(db)
    await district.unit("推进办")
    await district.unit("财政局", "推进办")
    await district.unit("教育局", "推进办")
    await district.person("A", ("P1", "财政局", 3))
    await district.person("B", ("P2", "财政局", 3), ("P3", "教育局", 3))
    await district.person("C", ("P4", "教育局", 4))
    await district.person("D", ("P5", "教育局", 4), joined=False)
    return district


async def deliver(district: District, at: datetime = MORNING) -> None:
    await district.settle(await district.claim(at), DeliveryState.DELIVERED, at=at)


async def acknowledge(district: District, notice: int, code: str, at: datetime) -> None:
    """Record that a person acknowledges for every post."""
    query = select(
        tables.obligations.c.notice_id,
        tables.obligations.c.assignment_id,
        tables.obligations.c.post_id,
        tables.obligations.c.person_id,
        literal(1),
        tables.accounts.c.id,
        literal(at, tables.acknowledgements.c.at.type),
    ).join(tables.accounts, tables.accounts.c.person_id == tables.obligations.c.person_id)
    mine = tables.obligations.c.notice_id == notice, tables.obligations.c.person_id == district.people[code]
    names = ["notice_id", "assignment_id", "post_id", "person_id", "delivery_id", "account_id", "at"]
    async with district.db.writing() as conn:
        await conn.execute(insert(tables.acknowledgements).from_select(names, query.where(*mine)))


async def count(district: District, notice_id: int) -> Figures:
    async with district.db.reading() as conn:
        notice = await notices.find(conn, notice_id)
        assert notice is not None
        return await figures.count(conn, notice, LATER)


def told(unit: UnitFigures) -> dict[str, Any]:
    """What is not nought."""
    named = {name: getattr(unit, name) for name in UnitFigures.__dataclass_fields__}
    return {name: value for name, value in named.items() if value and name not in {"unit_id", "path", "unit"}}


async def test_a_notice_is_counted_by_unit(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice, "B", LATER)
    found = await count(district, notice)
    assert [unit.unit for unit in found.units] == ["财政局", "教育局"]
    finance, education = found.units
    assert told(finance) == {"people": 2, "delivered": 2, "obligations": 2, "acknowledged": 1, "late": 1}
    assert told(education) == {
        "people": 3, "delivered": 2, "missed": 1, "obligations": 3, "acknowledged": 1, "late": 1,
    }  # fmt: skip
    assert (found.counts.recipients, found.counts.delivered, found.silent) == (4, 3, 3)
    assert (finance.silent, education.silent) == (1, 2)


async def test_a_notice_that_asks_nothing_is_counted_by_the_posts_that_its_people_held(district: District) -> None:
    notice = await district.issue(saying())
    found = await count(district, notice)
    assert [told(unit) for unit in found.units] == [
        {"people": 2, "waiting": 2},
        {"people": 3, "waiting": 2, "missed": 1},
    ]
    held = tables.assignments.c.person_id == district.people["C"]
    async with district.db.writing() as conn:
        await conn.execute(update(tables.assignments).where(held).values(ended_at=LATER))
    assert (await count(district, notice)).units == found.units


async def test_what_was_passed_on_counts_apart(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    mine = tables.obligations.c.person_id == district.people["A"]
    async with district.db.writing() as conn:
        await conn.execute(update(tables.obligations).where(mine).values(passed_at=LATER))
    finance = (await count(district, notice)).units[0]
    assert (finance.obligations, finance.passed, finance.silent) == (1, 1, 1)


async def test_a_person_counts_once_by_the_best_wave(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    first = await district.claim()
    await district.settle(first, DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await district.plan(LATER)
    await deliver(district, LATER)
    finance = (await count(district, notice)).units[0]
    assert told(finance) == {"people": 2, "delivered": 2, "obligations": 2}


async def test_the_courses_rise_to_the_totals(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice, "A", LATER)
    await acknowledge(district, notice, "B", LATER + timedelta(days=2))
    found = await count(district, notice)
    assert [number for _, number in found.delivered_over_time] == [0, 3]
    numbers = [number for _, number in found.acknowledged_over_time]
    assert (numbers[0], numbers[-1], numbers) == (0, 3, sorted(numbers))
    assert found.acknowledged_over_time[-1][0] == LATER + timedelta(days=2)


async def test_a_course_is_short_however_many_there_are(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    rows = [
        {
            "notice_id": notice,
            "person_id": number,
            "wave": 0,
            "lane": 5,
            "state": "delivered",
            "due_at": MORNING,
            "settled_at": MORNING + timedelta(seconds=number),
        }
        for number in range(100, 1100)
    ]
    async with district.db.writing() as conn:
        await conn.execute(insert(tables.deliveries), rows)
    course = (await count(district, notice)).delivered_over_time
    assert 100 <= len(course) <= 122
    assert (course[-1], course[0][1]) == ((MORNING + timedelta(seconds=1099), 1000), 0)
    assert list(course) == sorted(course)


async def test_figures_are_read_back_as_they_were_kept(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice, "B", LATER)
    counted = await count(district, notice)
    async with district.db.writing() as conn:
        await figures.store(conn, counted)
        await figures.store(conn, counted)
        assert await figures.stored(conn, notice) == counted
        assert await figures.stored_counts(conn, [notice, 99]) == {notice: counted.counts}
    assert from_json(notice, LATER, 0, **to_json(counted)) == counted


async def test_within_a_scope_only_its_units_count(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    found = await count(district, notice)
    assert found.within(EVERYWHERE) is found
    inside = found.within(Scope(paths=(district.paths["教育局"],)))
    assert [unit.unit for unit in inside.units] == ["教育局"]
    assert inside.counts == Counts(recipients=3, delivered=2, unreachable=1, obligations=3)
    assert inside.delivered_over_time == ()
    outside = found.within(Scope(paths=("/99/",)))
    assert (outside.units, outside.counts) == ((), Counts())


async def test_a_course_can_be_asked_for_a_scope(district: District) -> None:
    notice_id = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice_id, "A", LATER)
    finance = Scope(paths=(district.paths["财政局"],))
    education = Scope(paths=(district.paths["教育局"],))
    async with district.db.reading() as conn:
        notice = await notices.find(conn, notice_id)
        assert notice is not None
        assert (await figures.delivered_over_time(conn, notice, finance))[-1][1] == 2
        assert (await figures.acknowledged_over_time(conn, notice, finance))[-1][1] == 1
        assert await figures.acknowledged_over_time(conn, notice, education) == ()


async def test_a_small_notice_is_counted_whenever_somebody_looks(district: District) -> None:
    look = Counting(district.db, Clock(ZONE, LATER))
    notice = await district.issue(saying(acknowledge=True))
    assert (await look.of(notice)).counts.delivered == 0
    await deliver(district)
    assert (await look.of(notice)).counts.delivered == 3
    assert (await look.counts_of([notice]))[notice].delivered == 3
    async with district.db.reading() as conn:
        assert await figures.stored_at(conn, notice) is None


async def test_a_notice_that_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        await Counting(db, Clock(ZONE, LATER)).of(9)


def large(district: District, clock: Clock) -> Counting:
    """Notices of more than two deliveries are too large to be counted while somebody waits."""
    return Counting(district.db, clock, small=2)


async def until_counted(look: Counting, notice: int) -> Figures:
    async def counted() -> bool:
        return (await look.of(notice)).counted

    await until(counted)
    return await look.of(notice)


async def end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_who_looks_at_a_large_notice_gets_what_was_counted_last(district: District) -> None:
    clock = Clock(ZONE, LATER)
    look, notice = large(district, clock), await district.issue(saying(acknowledge=True))
    task = asyncio.create_task(look.run())
    await until_counted(look, notice)
    await deliver(district)
    assert (await look.of(notice)).counts.delivered == 0

    async def counted_anew() -> bool:
        return (await look.of(notice)).counts.delivered == 3

    clock.move_to(clock.now() + timedelta(minutes=1))
    await until(counted_anew)
    other = large(district, clock)
    assert (await other.of(notice)).counts.delivered == 3
    assert (await other.counts_of([notice]))[notice].delivered == 3
    await end(task)


async def test_a_large_notice_that_nobody_has_counted_yet_says_so(district: District) -> None:
    look, notice = large(district, Clock(ZONE, LATER)), await district.issue(saying(acknowledge=True))
    found = await look.of(notice)
    assert (found.counted, found.counts, await look.counts_of([notice])) == (False, Counts(), {})
    assert (await look.now(notice)).counts.recipients == 4


async def test_two_processes_do_not_both_count_a_large_notice(district: District) -> None:
    clock = Clock(ZONE, LATER)
    first, second = large(district, clock), large(district, clock)
    notice = await district.issue(saying(acknowledge=True))
    tasks = [asyncio.create_task(look.run()) for look in (first, second)]
    found = await until_counted(first, notice)
    assert await until_counted(second, notice) == found
    await end(*tasks)


def test_what_a_recall_can_still_delete_is_said_before() -> None:
    """Of 576 people everybody's message was too old, and nobody said so before the recall."""
    course = ((MORNING, 400), (MORNING + timedelta(hours=3), 576))
    counts = Counts(recipients=576, delivered=576)
    found = Figures(notice_id=1, at=MORNING, seconds=0, counts=counts, delivered_over_time=course)
    for hours, deletable in ((1, 576), (49, 176), (60, 0)):
        said = foreseen(found, MORNING + timedelta(hours=hours))
        assert f"about {deletable} can" in english(said)
