"""What was counted, put in the place of what was counted before, with the sums of days and times kept true to it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, exists, func, select

from messages.statistics import FIGURES
from messages.store.counting import Counted, Place
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.statistics import ALL_UNITS
from messages.store.tables import archived, counted_days, counted_notices, counted_times, notices
from messages.store.upsert import insert_new

_MONTH: Final = 7
_PUTTING: Final = 0x6C7800FE  # any number, as long as every process of ours takes the same
_SUMS: Final = ("notices", *FIGURES)


@dataclass(frozen=True, kw_only=True)
class Belongs:
    """Where in the sums a notice belongs: its day (ISO) and category."""

    day: str
    category: str


@dataclass(kw_only=True)
class _Changes:
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


async def unfrozen(conn: Connection, notice_ids: Sequence[int]) -> list[int]:
    """Those of some notices that can be counted: not what has begun to leave for the archive since it was counted.

    Such a notice keeps the figures that it left with, unless it is cancelled.
    """
    leaving = exists().where(archived.c.notice_id == notices.c.id)
    known = exists().where(counted_notices.c.notice_id == notices.c.id)
    frozen = and_(leaving, known, notices.c.cancelled_at.is_(None))
    query = select(notices.c.id).where(among(conn, notices.c.id, notice_ids), ~frozen)
    return [*await conn.scalars(query.order_by(notices.c.id))]


async def put(
    conn: Connection,
    found: Mapping[Place, Counted],
    belongs: Mapping[int, Belongs],
    notice_ids: Sequence[int],
    unit_ids: Sequence[int] | None = None,
) -> None:
    """Put what was ``found`` of some notices (in some units, or in all) in the place of what was counted before.

    One at a time: sums are corrected by what is read here, and a process that has lost its lease may not know it yet.
    """
    if conn.dialect.name != "sqlite":
        await conn.execute(select(func.pg_advisory_xact_lock(_PUTTING)))
    mine = [among(conn, counted_notices.c.notice_id, notice_ids)]
    if unit_ids is not None:
        mine.append(among(conn, counted_notices.c.unit_id, unit_ids))
    before, after = await _stored(conn, *mine), _rows(found, belongs)
    changed = {place for place in {*before, *after} if _differs(before.get(place), after.get(place))}
    if not changed:
        return
    changes, stood = _Changes(), await _standing(conn, notice_ids)
    for notice_id, unit_id in changed:
        if old := before.get((notice_id, unit_id)):
            changes.add(unit_id, old, -1)
        if new := after.get((notice_id, unit_id)):
            changes.add(unit_id, new, 1)
    await _put_notices(conn, {place: after.get(place) for place in sorted(changed)})
    stands = await _standing(conn, notice_ids)
    for belonging in {*stood, *stands}:
        changes.add_notices(belonging, stands[belonging] - stood[belonging])
    await _put_days(conn, changes)
    await _put_times(conn, changes)


async def differing(
    conn: Connection, notice_ids: Sequence[int], found: Mapping[Place, Counted], belongs: Mapping[int, Belongs]
) -> tuple[Place, dict[str, Any] | None, dict[str, Any] | None] | None:
    """The first place where what is stored of some notices is not what was ``found``, with the one and the other."""
    stored, right = await _stored(conn, among(conn, counted_notices.c.notice_id, notice_ids)), _rows(found, belongs)
    for place in sorted({*stored, *right}):
        if _differs(before := stored.get(place), after := right.get(place)):
            return place, before, after
    return None


async def _stored(conn: Connection, *which: ColumnElement[bool]) -> dict[Place, dict[str, Any]]:
    rows = (await conn.execute(select(counted_notices).where(*which))).mappings()
    return {(row["notice_id"], row["unit_id"]): dict(row) for row in rows}


def _rows(found: Mapping[Place, Counted], belongs: Mapping[int, Belongs]) -> dict[Place, dict[str, Any]]:
    return {place: _row(one, belongs[place[0]]) for place, one in found.items()}


async def _standing(conn: Connection, notice_ids: Sequence[int]) -> Counter[tuple[str, str]]:
    """Where in the sums these notices are counted, each once."""
    columns = counted_notices.c.notice_id, counted_notices.c.day, counted_notices.c.category
    query = select(*columns).where(among(conn, counted_notices.c.notice_id, notice_ids)).distinct()
    return Counter((row.day, row.category) for row in await conn.execute(query))


def _row(counted: Counted, belongs: Belongs) -> dict[str, Any]:
    figures = {name: getattr(counted.tally, name) for name in FIGURES}
    times = [[took, number] for took, number in sorted(counted.times.items()) if number]
    return {"day": belongs.day, "category": belongs.category, **figures, "times": times}


def _differs(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if before is None or after is None:
        return before is not None or after is not None
    return any(before[name] != value for name, value in after.items())


async def _put_notices(conn: Connection, rows: Mapping[Place, Mapping[str, Any] | None]) -> None:
    gone = [{"notice": notice, "unit": unit} for (notice, unit), row in rows.items() if row is None]
    if gone:
        key = counted_notices.c.notice_id == bindparam("notice"), counted_notices.c.unit_id == bindparam("unit")
        await conn.execute(delete(counted_notices).where(*key), gone)
    new = [{"notice_id": notice, "unit_id": unit, **row} for (notice, unit), row in rows.items() if row is not None]
    if new:
        put_in = insert_new(conn, counted_notices)
        others = {name: put_in.excluded[name] for name in ("day", "category", *FIGURES, "times")}
        await conn.execute(put_in.on_conflict_do_update(index_elements=["notice_id", "unit_id"], set_=others), new)


async def _put_days(conn: Connection, changes: _Changes) -> None:
    rows: list[dict[str, Any]] = [
        {"day": day, "unit_id": unit, "category": category, **{name: more[name] for name in _SUMS}}
        for (day, unit, category), more in sorted(changes.days.items())
        if any(more.values())
    ]
    await _add(conn, counted_days, rows, _SUMS)
    emptied = {(row["day"], row["category"]) for row in rows if row["notices"] < 0}
    for day, category in sorted(emptied):
        those = counted_days.c.day == day, counted_days.c.category == category, counted_days.c.notices == 0
        await conn.execute(delete(counted_days).where(*those))


async def _put_times(conn: Connection, changes: _Changes) -> None:
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


async def sizes(conn: Connection, notice_ids: Sequence[int]) -> dict[int, int]:
    """How many people and posts notices were counted with; those that never were are left out."""
    c = counted_notices.c
    query = select(c.notice_id, func.sum(c.people + c.obligations).label("number"))
    rows = await conn.execute(query.where(among(conn, c.notice_id, notice_ids)).group_by(c.notice_id))
    return {row.notice_id: int(row.number) for row in rows}


# The sums by themselves

Sums: TypeAlias = dict[tuple[str | int, ...], Counter[str]]
"""Sums of days by day, unit and category, and of times by month, unit, category and class."""


async def sums(conn: Connection) -> Sums:
    """The sums as they are kept."""
    found: Sums = {}
    for row in await conn.execute(select(counted_days)):
        found[row.day, row.unit_id, row.category] = Counter({name: getattr(row, name) for name in _SUMS})
    for row in await conn.execute(select(counted_times)):
        found[row.month, row.unit_id, row.category, row.took] = Counter(times=row._mapping["count"])  # noqa: SLF001 -- its public name
    return found


async def sums_of_notices(conn: Connection) -> Sums:
    """The sums as they follow from what is kept of each notice."""
    changes, seen = _Changes(), set()
    async for row in await conn.stream(select(counted_notices)):
        changes.add(row.unit_id, dict(row._mapping), 1)  # noqa: SLF001 -- its public name
        if row.notice_id not in seen:
            seen.add(row.notice_id)
            changes.add_notices((row.day, row.category), 1)
    found: Sums = {key: one for key, one in changes.days.items() if any(one.values())}
    return found | {key: Counter(times=number) for key, number in changes.times.items() if number}
