"""The sums of what was counted: of days, and of times by class; corrected by differences, compared, and mended."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Table, delete, func, select, true, union

from messages.statistics import FIGURES
from messages.store.database import Connection
from messages.store.statistics import ALL_UNITS
from messages.store.tables import counted_days, counted_notices, counted_times
from messages.store.upsert import insert_new

_MONTH: Final = 7
"""Characters of a day that say its month."""
_ALONE: Final = 0x6C7800FE  # any number, as long as every process of ours takes the same
_OF_DAY: Final = 3
"""Parts of a day's key: day, unit, category."""
_SUMS: Final = ("notices", *FIGURES)

Sums: TypeAlias = dict[tuple[str | int, ...], Counter[str]]
"""Sums of days by day, unit and category, and of times by month, unit, category and class."""


@dataclass(kw_only=True)
class Changes:
    """What is added to the sums, or taken: by day, unit and category; by month, unit, category and class of time."""

    days: defaultdict[tuple[str, int, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    times: Counter[tuple[str, int, str, int]] = field(default_factory=Counter)

    def add(self, unit_id: int, row: Mapping[str, Any], sign: int) -> None:
        """A unit's row of one notice, or (of sign -1) take it back."""
        for unit in (unit_id, ALL_UNITS):
            of_day = self.days[row["day"], unit, row["category"]]
            for name in FIGURES:
                of_day[name] += sign * row[name]
            for took, number in row["times"]:
                self.times[row["day"][:_MONTH], unit, row["category"], took] += sign * number
        self.days[row["day"], unit_id, row["category"]]["notices"] += sign

    def add_notices(self, belongs: tuple[str, str], more: int) -> None:
        """Whole notices of a day and a category."""
        day, category = belongs
        self.days[day, ALL_UNITS, category]["notices"] += more

    def correct(self, key: tuple[Any, ...], kept: Counter[str], right: Counter[str]) -> None:
        """A sum that is ``kept`` becomes the ``right`` one."""
        if len(key) == _OF_DAY:
            self.days[key] = Counter({name: right[name] - kept[name] for name in _SUMS})
        else:
            self.times[key] = right["times"] - kept["times"]


async def alone(conn: Connection) -> None:
    """Until the transaction ends nobody else changes what was counted, or its sums.

    Sums are corrected by what is read before, and a process that has lost its lease may not know it yet.
    """
    if conn.dialect.name != "sqlite":
        await conn.execute(select(func.pg_advisory_xact_lock(_ALONE)))


async def add(conn: Connection, changes: Changes) -> None:
    """Correct the sums by what has changed."""
    await _put_days(conn, changes)
    await _put_times(conn, changes)


async def _put_days(conn: Connection, changes: Changes) -> None:
    rows: list[dict[str, Any]] = [
        {"day": day, "unit_id": unit, "category": category, **{name: more[name] for name in _SUMS}}
        for (day, unit, category), more in sorted(changes.days.items())
        if any(more.values())
    ]
    await _add(conn, counted_days, rows, _SUMS)
    emptied = {(row["day"], row["category"]) for row in rows if any(row[name] < 0 for name in _SUMS)}
    nothing = [counted_days.c[name] == 0 for name in _SUMS]
    for day, category in sorted(emptied):
        those = counted_days.c.day == day, counted_days.c.category == category
        await conn.execute(delete(counted_days).where(*those, *nothing))


async def _put_times(conn: Connection, changes: Changes) -> None:
    rows: list[dict[str, Any]] = [
        {"month": month, "unit_id": unit, "category": category, "took": took, "count": more}
        for (month, unit, category, took), more in sorted(changes.times.items())
        if more
    ]
    await _add(conn, counted_times, rows, ("count",))
    for month in sorted({row["month"] for row in rows if row["count"] < 0}):
        await conn.execute(delete(counted_times).where(counted_times.c.month == month, counted_times.c["count"] == 0))


async def _add(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Add to the rows that are there; below zero a sum never comes, as it is what was added before."""
    if rows:
        new = insert_new(conn, table)
        more = {name: table.c[name] + new.excluded[name] for name in names}
        keys = [key.name for key in table.primary_key.columns]
        await conn.execute(new.on_conflict_do_update(index_elements=keys, set_=more), rows)


# Compared, and mended


async def sums(conn: Connection, month: str | None = None) -> Sums:
    """The sums as they are kept: all, or those of a month."""
    found: Sums = {}
    for row in await conn.execute(select(counted_days).where(_of_month(counted_days, month))):
        found[row.day, row.unit_id, row.category] = Counter({name: getattr(row, name) for name in _SUMS})
    of_month = counted_times.c.month == month if month else true()
    for row in await conn.execute(select(counted_times).where(of_month)):
        found[row.month, row.unit_id, row.category, row.took] = Counter(times=row._mapping["count"])  # noqa: SLF001 -- its public name
    return found


async def sums_of_notices(conn: Connection, month: str | None = None) -> Sums:
    """The sums as they follow from what is kept of each notice."""
    changes, seen = Changes(), set()
    async for row in await conn.stream(select(counted_notices).where(_of_month(counted_notices, month))):
        changes.add(row.unit_id, dict(row._mapping), 1)  # noqa: SLF001 -- its public name
        if (one := (row.notice_id, row.day, row.category)) not in seen:
            seen.add(one)
            changes.add_notices((row.day, row.category), 1)
    found: Sums = {key: one for key, one in changes.days.items() if any(one.values())}
    return found | {key: Counter(times=number) for key, number in changes.times.items() if number}


async def months(conn: Connection) -> list[str]:
    """The months of which anything was counted or summed, in order."""
    of_days = [select(_month(table)) for table in (counted_notices, counted_days)]
    return sorted(await conn.scalars(union(*of_days, select(counted_times.c.month))))


async def mend(conn: Connection, month: str) -> int:
    """Have a month's sums be those of what is kept of its notices; gives how many were not."""
    await alone(conn)
    right, kept = await sums_of_notices(conn, month), await sums(conn, month)
    wrong = [key for key in {*right, *kept} if right.get(key, Counter()) != kept.get(key, Counter())]
    changes = Changes()
    for key in wrong:
        changes.correct(key, kept.get(key, Counter()), right.get(key, Counter()))
    await add(conn, changes)
    return len(wrong)


def _month(table: Table) -> ColumnElement[str]:
    return func.substr(table.c.day, 1, _MONTH)


def _of_month(table: Table, month: str | None) -> ColumnElement[bool]:
    return _month(table) == month if month else true()
