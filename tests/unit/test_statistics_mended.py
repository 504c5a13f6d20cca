"""Whatever was done to the tables of statistics is named by ``verify`` and cured by ``recount``, as others write."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Table, delete, insert, select, update

from messages.deliveries import DeliveryState
from messages.notices import Category
from messages.statistics import FIGURES
from messages.store import tables
from messages.store.database import Database
from schedules.clock import Clock
from schedules.statistics.desk import Statistics
from tests.acknowledging import acknowledger, stepping
from tests.counting import counted
from tests.district import MORNING, ZONE, District, saying

AFTER: Final = MORNING + timedelta(days=3)
NOTICES, DAYS, TIMES = tables.counted_notices, tables.counted_days, tables.counted_times
SOME: Final = dict.fromkeys(FIGURES, 3)

BREAKS: Final[dict[str, Callable[[], list[Any]]]] = {
    "a notice's figure": lambda: [update(NOTICES).where(NOTICES.c.notice_id == 1).values(delivered=99)],
    "a notice's times": lambda: [update(NOTICES).where(NOTICES.c.notice_id == 1).values(times=[[3, 7]])],
    "a notice's day, in one of its units": lambda: [update(NOTICES).where(*_first()).values(day="2025-01-31")],
    "a notice's category": lambda: [update(NOTICES).where(NOTICES.c.notice_id == 2).values(category="study")],
    "notices are gone": lambda: [delete(NOTICES)],
    "a notice in a unit that it did not go to": lambda: [insert(NOTICES).values(_row(1, 99))],
    "a notice that there is not": lambda: [insert(NOTICES).values(_row(99, 1))],
    "that, with its sums": lambda: [
        insert(NOTICES).values(_row(99, 98)),
        *(insert(DAYS).values(_sum(unit)) for unit in (0, 98)),
    ],
    "sums of days": lambda: [update(DAYS).values(people=5, late=-4)],
    "days are gone": lambda: [delete(DAYS).where(DAYS.c.unit_id == 0)],
    "a day on which nothing was sent": lambda: [insert(DAYS).values(_sum(1) | {"day": "2025-01-31", "notices": 0})],
    "sums of times": lambda: [update(TIMES).values(count=77)],
    "times are gone": lambda: [delete(TIMES)],
    "a time that nothing took": lambda: [insert(TIMES).values(month="?", unit_id=0, category="x", took=1, count=2)],
    "all is gone": lambda: [delete(one) for one in (NOTICES, DAYS, TIMES)],
}


def _first() -> tuple[Any, Any]:
    return NOTICES.c.notice_id == 1, NOTICES.c.unit_id == select(tables.posts.c.unit_id).limit(1).scalar_subquery()


def _row(notice: int, unit: int) -> dict[str, Any]:
    about = {"notice_id": notice, "unit_id": unit, "day": "2026-09-21", "category": "study", "times": []}
    return {**about, **SOME}


def _sum(unit: int) -> dict[str, Any]:
    return {"day": "2026-09-21", "unit_id": unit, "category": "study", "notices": 1, **SOME}


class Bureaus(District):
    """Three notices went to two bureaus and arrived; one was acknowledged by somebody."""

    async def found(self) -> Statistics:
        for unit, code in (("财政局", "A"), ("财政局", "B"), ("交通局", "C")):
            if unit not in self.paths:
                await self.unit(unit)
            await self.person(code, (f"P{code}", unit, 2))
        for number, category in enumerate((Category.PROMPT, Category.PROMPT, Category.CAUTION), 1):
            asks = saying(f"notice:{number}", acknowledge=True)
            await self.issue(replace(asks, acknowledge_by=MORNING + timedelta(days=1), category=category))
        await self.arrive()
        await self.acknowledge("A", MORNING + timedelta(hours=2))
        statistics = Statistics(db=self.db, zone=ZONE, clock=Clock(ZONE), stepping=stepping(self.db))
        await self.settled(statistics)
        return statistics

    async def arrive(self) -> None:
        await self.settle(await self.claim(), DeliveryState.DELIVERED)

    async def acknowledge(self, code: str, at: datetime) -> None:
        d, mine = tables.deliveries, self.people[code]
        async with self.db.reading() as conn:
            ids = [*await conn.scalars(select(d.c.id).where(d.c.person_id == mine).order_by(d.c.id))]
        for one in ids:
            await acknowledger(self.db).acknowledge(chat_id=self.chat(code), delivery_id=one, now=at)

    @staticmethod
    async def settled(statistics: Statistics, now: datetime = AFTER) -> None:
        while await statistics.sweep(now):
            pass


async def test_whatever_was_broken_is_named_and_a_recount_cures_it(db: Database) -> None:
    statistics = await Bureaus(db).found()
    right = await counted(db)
    for what, broken in BREAKS.items():
        async with db.writing() as conn:
            for statement in broken():
                await conn.execute(statement)
        assert not (await statistics.verify(AFTER)).ok, what
        await statistics.recount()
        await Bureaus.settled(statistics)
        assert (await statistics.verify(AFTER)).first is None, what
        assert await counted(db) == right, what
        assert await _empty_days(db) == [], what


async def _empty_days(db: Database) -> list[str]:
    async with db.reading() as conn:
        return [*await conn.scalars(select(DAYS.c.day).where(DAYS.c.notices == 0))]


@pytest.mark.parametrize("table", [NOTICES, DAYS, TIMES], ids=lambda table: table.name)
async def test_it_cures_while_others_write_and_count(db: Database, table: Table) -> None:
    district = Bureaus(db)
    statistics = await district.found()
    async with db.writing() as conn:
        changed = {"count": 9} if table is TIMES else {"delivered": 9}
        await conn.execute(update(table).values(changed))

    async def press() -> None:
        for code in "BC":
            await district.acknowledge(code, AFTER)

    async def count() -> None:
        for _ in range(10):
            await statistics.sweep(AFTER)

    await asyncio.gather(statistics.recount(), press(), count(), statistics.recount())
    later = AFTER + timedelta(minutes=5)
    await district.settled(statistics, later)
    verified = await statistics.verify(later)
    assert (verified.first, verified.waiting) == (None, 0)
    _, days, _ = await counted(db)
    assert sum(one["late"] for (_, unit, _), one in days.items() if unit == 0) == 6
