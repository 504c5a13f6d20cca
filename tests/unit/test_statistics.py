"""Statistics: figures of a small district as one counts them by hand, open to who looks after units, verified."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from bot.cli import cli
from messages.deliveries import DeliveryState, Reason
from messages.errors import NotEntitled, NotFound
from messages.notices import Category, Grade
from messages.scores.periods import Period, PeriodKind
from messages.statistics import BOUNDS, Chosen, median
from messages.store import counting, figures, marks, notices, tables, uncounted
from messages.store.database import Connection, Database
from messages.store.uncounted import Change
from schedules.clock import Clock
from schedules.statistics.desk import Statistics
from tests.acknowledging import acknowledger, stepping
from tests.collectors import Collectors
from tests.district import MORNING, ZONE, saying

SEPTEMBER = Period.of(PeriodKind.MONTH, MORNING.date())
BY = MORNING + timedelta(days=1)
AFTER = MORNING + timedelta(days=2)


def test_the_median_is_said_as_the_bound_of_its_class() -> None:
    assert median({}) is None
    assert median({0: 1, 10: 1, 11: 1}) == timedelta(hours=1)
    assert median({0: 2, 10: 2}) == timedelta(minutes=1)
    assert median({len(BOUNDS): 1}) == timedelta(days=90)


class Bureau(Collectors):
    """A notice to acknowledge and another one have gone to 财政局, where L, C and H hold posts."""

    async def found(self) -> "Bureau":
        await super().found()
        self.statistics = Statistics(db=self.db, zone=ZONE, clock=Clock(ZONE), stepping=stepping(self.db))
        asks = saying("notice:1", audience="unit:财政局", acknowledge=True)
        self.asked = await self.district.issue(replace(asks, acknowledge_by=BY, category=Category.PROMPT))
        await self.district.issue(saying("notice:2", audience="unit:财政局"))
        return self

    def unit(self, name: str) -> int:
        return int(self.district.paths[name].split("/")[-2])

    async def arrive(self, *codes: str, notice_id: int | None = None) -> None:
        """Deliveries of the first notice arrive with some people, and never with the others."""
        d = tables.deliveries
        await self.district.claim()
        async with self.db.reading() as conn:
            rows = (await conn.execute(select(d).where(d.c.notice_id == (notice_id or self.asked)))).all()
        people = {self.id(code) for code in codes}
        for row in rows:
            arrived = row.person_id in people
            state = DeliveryState.DELIVERED if arrived else DeliveryState.UNREACHABLE
            await self.district.settle([row.id], state, None if arrived else Reason.BLOCKED)

    async def acknowledge(self, code: str, after: timedelta) -> None:
        d, person_id = tables.deliveries, self.id(code)
        async with self.db.reading() as conn:
            mine = d.c.notice_id == self.asked, d.c.person_id == person_id
            delivery_id = await conn.scalar(select(d.c.id).where(*mine))
        assert delivery_id is not None
        at = MORNING + after
        await acknowledger(self.db).acknowledge(chat_id=1000 + person_id, delivery_id=delivery_id, now=at)

    async def happen(self) -> None:
        """L acknowledges in time, C late, H never had it; all is counted two days later."""
        await self.arrive("L", "C")
        await self.acknowledge("L", timedelta(minutes=9))
        await self.acknowledge("C", timedelta(days=1, hours=3))
        await self.statistics.sweep(AFTER)


@pytest.fixture
async def bureau(db: Database) -> Bureau:
    made = await Bureau(db).found()
    await made.happen()
    return made


async def test_an_overview_has_the_figures_that_one_counts_by_hand(bureau: Bureau) -> None:
    seen = await bureau.statistics.overview(None, SEPTEMBER, AFTER)
    assert (seen.now.notices, seen.before.notices, seen.counted_at) == (2, 0, AFTER)
    tally = seen.now.tally
    assert (tally.people, tally.delivered, tally.missed, tally.waiting) == (6, 2, 1, 3)
    assert (tally.obligations, tally.in_time, tally.late, tally.overdue, tally.excused) == (3, 1, 1, 0, 1)
    assert (tally.delivery_rate, tally.acknowledgement_rate, tally.timely_rate) == (2 / 6, 1.0, 0.5)
    assert seen.now.median == timedelta(minutes=10)
    assert (seen.standing.overdue_items, seen.standing.unreachable) == (0, 0)
    assert seen.standing.members == 10
    assert seen.standing.warnings == dict.fromkeys(Grade, 0)


async def test_whom_it_reached_late_is_judged_by_the_own_day_as_in_the_ledger(db: Database) -> None:
    """It reached C and H when its day had passed: they have a working day more; nothing happens when it passes."""
    bureau = await Bureau(db).found()
    came, own_day = BY + timedelta(hours=1), BY + timedelta(days=1)
    async with db.reading() as conn:
        d = tables.deliveries
        mine = select(d.c.id).where(d.c.notice_id == bureau.asked, d.c.person_id.in_([bureau.id("C"), bureau.id("H")]))
        ids = [*await conn.scalars(mine)]
    await bureau.district.claim()
    await bureau.district.settle(ids, DeliveryState.DELIVERED, at=came)
    await bureau.statistics.sweep(came)
    await bureau.acknowledge("H", own_day - timedelta(hours=1) - MORNING)
    ((at, body),) = [(row.at, row.body) for row in await _acknowledged(bureau)]
    assert at < datetime.fromisoformat(body["due"]) == own_day
    open_until = [(own_day, (1, 0)), (own_day + timedelta(seconds=1), (1, 1))]
    for now, expected in open_until:
        await bureau.statistics.sweep(now)
        tally = (await bureau.statistics.overview(None, SEPTEMBER, now)).now.tally
        assert ((tally.in_time, tally.overdue), tally.late) == (expected, 0)
        assert (await bureau.statistics.verify(now)).ok
        page = await bureau.statistics.people(None, bureau.unit("财政局"), SEPTEMBER, now)
        by_code = {one.code: one.tally for one in page.items}
        assert (by_code["H"].in_time, by_code["C"].overdue) == expected
    anew = Statistics(db=db, zone=ZONE, clock=Clock(ZONE), stepping=stepping(db))
    async with db.writing() as conn:
        await conn.execute(update(tables.counted_notices).values(overdue=0))
        await conn.execute(update(tables.counted_days).values(overdue=0))
    await anew.sweep(own_day + timedelta(hours=1))
    assert (await anew.verify(own_day + timedelta(hours=1))).ok, "after a start what waits for an own day is looked at"


async def _acknowledged(bureau: Bureau) -> list[Any]:
    async with bureau.db.reading() as conn:
        return [*await conn.execute(select(tables.ledger).where(tables.ledger.c.kind == "acknowledged"))]


async def test_of_one_notice_they_say_what_its_own_figures_say(bureau: Bureau) -> None:
    (prompt,) = [
        one.summary
        for one in await bureau.statistics.categories(None, SEPTEMBER, AFTER)
        if one.category is Category.PROMPT
    ]
    async with bureau.db.reading() as conn:
        notice = await notices.find(conn, bureau.asked)
        assert notice is not None
        (unit,) = await figures.by_unit(conn, notice)
    tally = prompt.tally
    assert (tally.people, tally.delivered, tally.missed) == (unit.people, unit.delivered, unit.missed)
    assert (tally.obligations, tally.acknowledged, tally.late) == (unit.obligations, unit.acknowledged, unit.late)


async def test_units_are_told_by_themselves_and_with_those_below_them(bureau: Bureau) -> None:
    office, district, finance = await bureau.statistics.units(None, SEPTEMBER, AFTER)
    assert [(one.name, one.depth) for one in (office, district, finance)] == [("推进办", 0), ("区", 1), ("财政局", 2)]
    assert office.own.people == 0
    assert office.below == district.below == finance.below == finance.own
    assert finance.median == timedelta(minutes=10)


async def test_periods_and_days_have_what_was_sent_in_them(bureau: Bureau) -> None:
    periods = await bureau.statistics.periods(None, SEPTEMBER.next, AFTER, count=3)
    assert [(one.period.label, one.notices) for one in periods] == [("2026-08", 0), ("2026-09", 2), ("2026-10", 0)]
    (year,) = await bureau.statistics.periods(None, Period.of(PeriodKind.YEAR, MORNING.date()), AFTER, count=1)
    assert year.notices == 2
    assert year.median == timedelta(minutes=10)
    days = await bureau.statistics.year(None, 2026, AFTER)
    assert [(day, one.notices) for day, one in days.items()] == [(MORNING.date(), 2)]


async def test_each_sees_the_own_units_and_a_look_beyond_them_is_refused_and_recorded(bureau: Bureau) -> None:
    statistics = bureau.statistics
    leader = await statistics.overview(bureau.id("L"), SEPTEMBER, AFTER)
    assert (leader.now.notices, leader.now.tally.people, leader.standing.members) == (2, 6, 3)
    other = await statistics.overview(bureau.id("L2"), SEPTEMBER, AFTER)
    assert (other.now.notices, other.now.tally.people) == (0, 0)
    assert await statistics.units(bureau.id("L2"), SEPTEMBER, AFTER) == ()
    with pytest.raises(NotEntitled):
        await statistics.overview(bureau.id("H"), SEPTEMBER, AFTER)
    with pytest.raises(NotEntitled):
        await statistics.units(bureau.id("L2"), SEPTEMBER, AFTER, chosen=Chosen(unit_id=bureau.unit("财政局")))
    with pytest.raises(NotFound):
        await statistics.overview(None, SEPTEMBER, AFTER, chosen=Chosen(unit_id=2**70))
    assert len(await bureau.events("act_refused")) == 2


async def test_who_looks_at_the_people_of_a_unit_is_recorded_once_about_each(bureau: Bureau) -> None:
    looked = bureau.id("L"), bureau.unit("财政局"), SEPTEMBER, AFTER
    page = await bureau.statistics.people(*looked)
    assert await bureau.statistics.people(*looked) == page
    by_code = {one.code: one.tally for one in page.items}
    assert [*by_code] == ["C", "H", "L"]
    assert (by_code["L"].people, by_code["L"].delivered, by_code["L"].in_time) == (2, 1, 1)
    assert (by_code["C"].late, by_code["H"].excused, by_code["H"].missed) == (1, 1, 1)
    looks = await bureau.events("record_seen")
    assert [(body["by"], body["what"]) for _, body in looks] == [("L", "figures")] * 2
    async with bureau.db.reading() as conn:
        about = select(tables.ledger.c.person_id).where(tables.ledger.c.kind == "record_seen")
        assert {*await conn.scalars(about)} == {bureau.id("C"), bureau.id("H")}
    with pytest.raises(NotEntitled):
        await bureau.statistics.people(bureau.id("L2"), *looked[1:])


async def test_what_was_recorded_late_is_found_when_it_is_looked_back(bureau: Bureau) -> None:
    """A press waited for a database that was away; so says the instant that it is recorded with."""
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.acknowledgements).values(at=AFTER - timedelta(hours=2)))
    later = AFTER + timedelta(hours=2)
    await bureau.statistics.sweep(later)
    assert (await bureau.statistics.overview(None, SEPTEMBER, later)).now.tally.late == 2


async def test_what_is_said_once_more_while_it_is_counted_is_counted_once_more(db: Database) -> None:
    change = Change(notice_id=1)
    async with db.writing() as conn:
        await uncounted.want(conn, [change])
        read = await uncounted.waiting(conn, 10)
        await uncounted.want(conn, [change])
        await uncounted.done(conn, read)
        (left,) = await uncounted.waiting(conn, 10)
        assert left.change == change
        await uncounted.done(conn, [left])
        assert not await uncounted.waiting(conn, 10)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where there are many writers
async def test_nobody_who_notes_what_is_to_be_counted_waits_for_another(db: Database) -> None:
    """Two at the same time, in whatever order: a roster's import did hold up who plans, or the one ended the other."""
    async with db.writing() as one, db.writing() as other:
        await uncounted.want_whole(one, [2])
        await uncounted.want_whole(other, [1])
        await asyncio.wait_for(uncounted.want_whole(one, [1]), 10)
        await asyncio.wait_for(uncounted.want_whole(other, [2]), 10)
    async with db.reading() as conn:
        assert await uncounted.notices_waiting(conn) == {1, 2}


async def test_what_is_counted_while_it_is_compared_is_no_difference(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day passed, and was counted, after it was read how far all was counted: that looked as if it were wrong."""
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.notices).values(acknowledge_by=AFTER + timedelta(minutes=30)))
        await uncounted.want_all(conn)
    await bureau.statistics.sweep(AFTER)
    found = counting.after

    async def counted_meanwhile(conn: Connection, notice_id: int, limit: int) -> list[int]:
        await bureau.statistics.sweep(AFTER + timedelta(hours=1))
        return await found(conn, notice_id, limit)

    monkeypatch.setattr(counting, "after", counted_meanwhile)
    verified = await bureau.statistics.verify(AFTER)
    assert (verified.notices, verified.waiting, verified.first) == (2, 0, None)


async def test_the_command_line_shows_verifies_and_has_counted_anew(
    bureau: Bureau, database_url: str, tmp_path: Path
) -> None:
    environment = {"LIANXUN_DATABASE_URL": database_url, "LIANXUN_DATA_DIR": str(tmp_path), "LIANXUN_LOCALE": "en"}
    environment["LIANXUN_CLOCK"] = AFTER.isoformat()

    async def call(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["statistics", *words], env=environment)
        return done.exit_code, done.stdout

    said = json.loads((await call("show", "--period", "2026-09", "--by", "unit", "--as", "L", "--json"))[1])
    assert (said["period"], said["last"], said["total"]["notices"]) == ("2026-09", "2026-09-30", 2)
    assert [(one["unit"], one["in_time"]) for one in said["units"]] == [("财政局", 1)]
    code, told = await call("show", "--by", "day", "--unit", "财政局")
    assert (code, "2026-09-21" in told, "33.3%" in told) == (0, True, True)
    code, told = await call("show", "--period", "2026-13", "--json")
    fault = json.loads(told)["faults"][0]
    assert (code, fault["column"], "2026-Q4" in fault["message"]) == (1, "--period", True)
    assert (await call("show", "--unit", "无"))[0] == 1
    assert [(await call("show", "--category", one))[0] for one in ("prompt", "report")] == [0, 2]
    assert "report" not in (await call("show", "--help"))[1]

    assert json.loads((await call("verify", "--json"))[1])["ok"]
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.counted_days).values(delivered=5))
    code, told = await call("verify")
    assert code == 1
    assert "2026-09-21 0 broadcast" in told
    async with bureau.db.writing() as conn:
        for table in (tables.counted_notices, tables.counted_days, tables.counted_times):
            await conn.execute(delete(table))
    code, told = await call("verify", "--json")
    assert (code, json.loads(told)["first_difference"]["counted"]) == (1, None)
    assert await call("recount") == (0, "2 notices are counted anew.\n")
    assert json.loads((await call("verify", "--json"))[1])["waiting"] == 2
    await bureau.statistics.sweep(AFTER)
    assert json.loads((await call("verify", "--json"))[1]) == {
        "ok": True, "notices": 2, "waiting": 0, "archived": 0, "first_difference": None,
    }  # fmt: skip
    async with bureau.db.reading() as conn:
        assert await marks.find(conn, marks.COUNTED) == AFTER
