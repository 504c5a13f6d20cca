"""Whose a warning's grade is: once for each warning, grade and holder, when it is known whether it has arrived."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Grade
from messages.scores.days import Told
from messages.scores.fact_reading import fact_of
from messages.scores.facts import Charged, LedgerEvent
from messages.store import arrivals, tables
from messages.store.database import Database
from schedules.scores.charging import Charging
from schedules.scores.days import OwnDays
from schedules.scores.missing import Missing
from tests.district import ZONE
from tests.judged import Bench
from tests.posts_warned import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def bench_of(db: Database, url: str) -> Bench:
    bench = await Bench.open(db)
    bench.warned.url = url
    await bench.warned.district.person("N")
    return bench


async def charge(bench: Bench, at: datetime | None = None) -> None:
    """Two passes, of which the second has nothing to do."""
    charging = Charging(db=bench.db, apart=bench.warned.apart)
    for _ in range(2):
        assert not await charging.sweep(at or bench.now)
    assert not bench.warned.apart.failures


async def go_on(bench: Bench, **by: float) -> None:
    """Time goes on: what is to be told is told and delivered, and whose that is is written down."""
    bench.later(**by)
    await bench.warned.sweep(bench.now)
    await charge(bench)


async def charged(bench: Bench) -> list[tuple[str, Charged]]:
    """What the ledger says of whom."""
    query = select(tables.ledger, tables.people.c.code).join(tables.people)
    found = []
    async with bench.db.reading() as conn:
        rows = await conn.execute(query.where(tables.ledger.c.kind == "warning_charged").order_by(tables.ledger.c.id))
        for row in rows:
            fact = fact_of(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body))
            assert isinstance(fact, Charged)
            found.append((row.code, fact))
    return found


async def grades(bench: Bench) -> list[tuple[str, str, str | None]]:
    return [(code, one.grade.value, one.before and one.before.value) for code, one in await charged(bench)]


async def raised(bench: Bench, warning: int, grade: Grade) -> None:
    rise = await bench.proposed(warning, grade)
    await bench.judging.raise_(rise, bench.id("O"), "情况严重。", bench.now)


async def settle(bench: Bench, state: DeliveryState, reason: Reason | None = None) -> None:
    """What is to be told is told, and this comes of it."""
    await bench.warned.ladders(bench.db).sweep(bench.now)
    district = bench.warned.district
    await district.plan(bench.now)
    await district.settle(await district.claim(bench.now), state, reason, at=bench.now)


async def test_a_warning_is_its_holder_s_once_it_has_arrived(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await charge(bench)
    await bench.warned.plan(bench.now)
    await charge(bench)
    assert await charged(bench) == []
    await go_on(bench, minutes=1)
    await go_on(bench, hours=1)
    ((code, said),) = await charged(bench)
    assert (code, said.warning, said.post, said.turn) == ("H", one, "P", 1)
    assert (said.grade, said.before, said.issued) == (Grade.ORANGE, None, MONDAY)
    assert (said.key, said.delivered) == (f"warning:{one}:1:issued", MONDAY + timedelta(minutes=1))
    assert said.since > said.issued  # the district's people have held their posts since two weeks later


async def test_a_raise_is_written_down_with_what_was_there_before(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.BLUE)
    await go_on(bench)
    bench.later(days=1)
    when = bench.now
    await raised(bench, one, Grade.RED)
    await go_on(bench)
    assert await grades(bench) == [("H", "blue", None), ("H", "red", "blue")]
    assert [said.issued for _, said in await charged(bench)] == [MONDAY, when]


async def test_what_is_returned_or_redated_is_not_written_down_once_more(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn()
    await go_on(bench)
    await bench.answer(one)
    await bench.give_back(one)
    await go_on(bench, hours=1)
    assert (await bench.stands(one)).turn == 2
    assert await grades(bench) == [("H", "blue", None)]


async def test_a_new_holder_is_named_with_since_when(db: Database, database_url: str) -> None:
    """That one came after the issue, which the fact says; who held the post before stays charged. Nobody is twice."""
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await go_on(bench)
    await bench.warned.takes("N", "P", bench.now + HOUR)
    await go_on(bench, days=1)
    await raised(bench, one, Grade.RED)
    await go_on(bench, days=1)
    assert await grades(bench) == [("H", "orange", None), ("N", "orange", None), ("N", "red", "orange")]
    _, second, third = [said for _, said in await charged(bench)]
    assert second.issued < second.since == MONDAY + HOUR < third.issued


async def test_of_a_vacant_post_nobody_is_charged(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    await bench.warned.leaves("P", bench.now)
    await bench.warn(Grade.RED)
    await go_on(bench)
    assert await charged(bench) == []
    await bench.warned.takes("N", "P", bench.now + HOUR)
    await go_on(bench, days=1)
    assert await grades(bench) == [("N", "red", None)]


@pytest.mark.parametrize(
    ("state", "reason", "undelivered"),
    [
        (DeliveryState.UNCONFIRMED, Reason.NO_ANSWER, "unconfirmed/no_answer"),
        (DeliveryState.UNREACHABLE, Reason.BLOCKED, "unreachable/blocked"),
    ],
)
async def test_what_has_not_arrived_is_written_down_as_that_and_anew_when_it_does(
    db: Database, database_url: str, state: DeliveryState, reason: Reason, undelivered: str
) -> None:
    """So nobody gets out of it by blocking the bot, and nobody is charged who was not told."""
    bench = await bench_of(db, database_url)
    await bench.warn(Grade.ORANGE)
    await settle(bench, state, reason)
    await charge(bench)
    ((code, said),) = await charged(bench)
    assert (code, said.delivered, said.undelivered) == ("H", None, undelivered)
    bench.later(minutes=30)
    async with db.writing() as conn:
        there = {"state": "delivered", "reason": None, "settled_at": bench.now}
        holder = tables.deliveries.c.person_id == bench.id("H")
        await conn.execute(update(tables.deliveries).where(holder).values(there))
    await charge(bench)
    await charge(bench, bench.now + DAY)
    (_, again) = [said for _, said in await charged(bench)]
    assert (again.grade, again.before, again.delivered, again.undelivered) == (Grade.ORANGE, None, bench.now, None)


async def test_what_was_raised_unread_keeps_what_was_before(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await go_on(bench)
    await raised(bench, one, Grade.RED)
    await settle(bench, DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await charge(bench)
    async with db.writing() as conn:
        holder = tables.deliveries.c.person_id == bench.id("H")
        await conn.execute(update(tables.deliveries).where(holder).values(state="delivered", reason=None))
    await charge(bench)
    assert await grades(bench) == [("H", "orange", None), *[("H", "red", "orange")] * 2]


async def test_a_warning_that_was_released_meanwhile_is_still_its_holder_s(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn()
    await bench.warned.sweep(bench.now)
    await bench.release(one, why="已整改。")
    await charge(bench)
    assert await grades(bench) == [("H", "blue", None)]


async def test_an_answer_says_its_day_and_whether_it_is_the_first(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn()
    await go_on(bench)
    day = (await bench.stands(one)).answer_by
    await bench.answer(one)
    await bench.give_back(one)
    await go_on(bench, hours=1)
    await bench.answer(one)
    said = await answers(db)
    assert [(body["first"], body["timely"], body["provisional"]) for body in said] == [
        (True, True, False),
        (False, True, False),
    ]
    assert day is not None
    assert datetime.fromisoformat(said[0]["due"]) == day


async def answers(db: Database) -> list[dict[str, Any]]:
    query = select(tables.ledger).where(tables.ledger.c.kind == "warning").order_by(tables.ledger.c.id)
    async with db.reading() as conn:
        rows = [row for row in await conn.execute(query) if row.body["event"] == "answered"]
    assert all(fact_of(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body)) for row in rows)
    return [row.body for row in rows]


async def facts_of(bench: Bench, kind: str) -> list[Any]:
    query = select(tables.ledger).where(tables.ledger.c.kind == kind).order_by(tables.ledger.c.id)
    async with bench.db.reading() as conn:
        rows = await conn.execute(query)
        return [fact_of(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body)) for row in rows]


async def test_a_warning_that_comes_late_gives_its_days_once(db: Database, database_url: str) -> None:
    """Its own days are counted anew from its arrival: the person's day is that one, whether that was done or not."""
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.plan(bench.now)
    bench.later(days=2)
    district = bench.warned.district
    await district.settle(await district.claim(bench.now), DeliveryState.DELIVERED, at=bench.now)
    before = await own_day(bench, one)
    await bench.warned.sweep(bench.now)
    after = (await bench.stands(one)).acknowledge_by
    assert before == after == datetime(2026, 9, 10, 17, 30, tzinfo=ZONE)
    await bench.warned.acknowledge(f"warning:{one}:1:issued", "H", bench.now + HOUR)
    (fact,) = await facts_of(bench, "acknowledged")
    assert (fact.due, fact.delivered, fact.category.value) == (after, bench.now, "reminder")


async def own_day(bench: Bench, warning: int) -> datetime | None:
    """The holder's own day, were it acknowledged or missed now."""
    async with bench.db.reading() as conn:
        query = select(tables.notices, arrivals.counted_from().label("counted"))
        row = (await conn.execute(query.where(tables.notices.c.key == f"warning:{warning}:1:issued"))).one()
        told = Told(
            acknowledge_by=row.acknowledge_by,
            counted_from=row.counted,
            delivered=bench.now,
            provisional=row.provisional,
        )
        (day,) = await OwnDays(bench.warned.calendars, bench.warned.policy, ZONE)(conn, [told])
    return day.due


async def test_a_warning_that_is_not_acknowledged_by_its_day_is_missed_and_one_handed_over_is_not(
    db: Database, database_url: str
) -> None:
    bench = await bench_of(db, database_url)
    dating = OwnDays(bench.warned.calendars, bench.warned.policy, ZONE)
    missing = Missing(db=db, dating=dating, apart=bench.warned.apart, zone=ZONE)
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.sweep(bench.now)
    await bench.warned.takes("N", "P", bench.now + HOUR)
    await bench.warned.sweep(bench.now + HOUR)
    day = (await bench.stands(one)).acknowledge_by
    assert day is not None
    await missing.sweep(day)
    (fact,) = await facts_of(bench, "acknowledgement_missed")
    assert (fact.key, fact.due, fact.why, fact.since) == (f"warning:{one}:2:issued", day, None, MONDAY + HOUR)
