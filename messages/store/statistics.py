"""Queries of what was counted: sums of days, classes of time, and how things stand at this moment."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, cast, exists, func, select, true

from messages.notices import Category, Grade
from messages.scopes import Scope
from messages.statistics import FIGURES, Standing, Tally
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.items import IS_ANNOUNCED
from messages.store.organisation import StandingUnit
from messages.store.tables import (
    accounts,
    assignments,
    counted_days,
    counted_notices,
    counted_times,
    items,
    posts,
    units,
    warnings,
)
from messages.store.warnings import OPEN

ALL_UNITS: Final = 0
"""In the sums: the unit that stands for all of them together."""
_MONTH: Final = 7
"""Characters of a day that say its month."""


class By(StrEnum):
    """By what is summed."""

    MONTH = "month"
    DAY = "day"
    CATEGORY = "category"


@dataclass(frozen=True, kw_only=True)
class Area:
    """What is summed: the units of a scope; one category, or all."""

    scope: Scope
    category: Category | None = None


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How many notices there are, and what they have come to."""

    notices: int = 0
    tally: Tally = Tally()  # noqa: RUF009 -- frozen


async def sums(conn: Connection, area: Area, first: date, last: date, by: By) -> dict[str, Sum]:
    """What the notices of some days have come to, by month (2026-11), day (2026-11-26) or category."""
    key = _key(counted_days, by)
    figures = [_total(counted_days.c[name]).label(name) for name in ("notices", *FIGURES)]
    query = select(key.label("key"), *figures).where(_in(counted_days, area), _days(counted_days, first, last))
    rows = (await conn.execute(query.group_by(key))).all()
    notices = (
        {row.key: row.notices for row in rows} if area.scope.everything else await _notices(conn, area, first, last, by)
    )
    return {row.key: Sum(notices=notices[row.key], tally=_tally(row)) for row in rows}


async def _notices(conn: Connection, area: Area, first: date, last: date, by: By) -> Counter[str]:
    """Of several units: each notice once."""
    key = _key(counted_notices, by)
    mine = _in(counted_notices, area), _days(counted_notices, first, last)
    query = select(key.label("key"), func.count(counted_notices.c.notice_id.distinct()).label("notices")).where(*mine)
    return Counter({row.key: row.notices for row in await conn.execute(query.group_by(key))})


async def by_unit(conn: Connection, area: Area, first: date, last: date) -> dict[int, Tally]:
    """What the notices of some days have come to in each unit by itself."""
    figures = [_total(counted_days.c[name]).label(name) for name in FIGURES]
    mine = _within(counted_days, area, each=True), _days(counted_days, first, last)
    query = select(counted_days.c.unit_id, *figures).where(*mine).group_by(counted_days.c.unit_id)
    return {row.unit_id: _tally(row) for row in await conn.execute(query)}


async def times(conn: Connection, area: Area, months: tuple[str, str], by: By = By.MONTH) -> dict[str, Counter[int]]:
    """How many acknowledgements took how long, by class, from one month to another; by month or category."""
    key = counted_times.c[by.value]
    mine = _in(counted_times, area), counted_times.c.month.between(*months)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    query = select(key.label("key"), counted_times.c.took, _total(counted_times.c["count"]).label("number"))
    for row in await conn.execute(query.where(*mine).group_by(key, counted_times.c.took)):
        found[row.key][row.took] = row.number
    return found


async def times_by_unit(conn: Connection, area: Area, months: tuple[str, str]) -> dict[int, Counter[int]]:
    """The same by unit, each by itself."""
    mine = _within(counted_times, area, each=True), counted_times.c.month.between(*months)
    key = counted_times.c.unit_id, counted_times.c.took
    found: dict[int, Counter[int]] = defaultdict(Counter)
    query = select(*key, _total(counted_times.c["count"]).label("number")).where(*mine).group_by(*key)
    for row in await conn.execute(query):
        found[row.unit_id][row.took] = row.number
    return found


async def tree(conn: Connection, scope: Scope) -> list[StandingUnit]:
    """The units of a scope, ended ones too, each before those below it."""
    query = select(units.c.id, units.c.name, units.c.path).where(within(scope))
    found = [StandingUnit(id=row.id, name=row.name, path=row.path) for row in await conn.execute(query)]
    return sorted(found, key=lambda unit: unit.path)  # not by the database: a language's order passes over strokes


def _key(table: Table, by: By) -> ColumnElement[str]:
    return func.substr(table.c.day, 1, _MONTH) if by is By.MONTH else table.c[by.value]


def _in(table: Table, area: Area) -> ColumnElement[bool]:
    return _within(table, area, each=False)


def _within(table: Table, area: Area, *, each: bool) -> ColumnElement[bool]:
    """Of a table of sums: an area's rows; ``each`` unit's, or those of all together where the area is everything."""
    of_category = table.c.category == area.category.value if area.category else true()
    if not area.scope.everything:
        return and_(table.c.unit_id.in_(select(units.c.id).where(within(area.scope))), of_category)
    return and_(table.c.unit_id != ALL_UNITS if each else table.c.unit_id == ALL_UNITS, of_category)


def _days(table: Table, first: date, last: date) -> ColumnElement[bool]:
    return table.c.day.between(first.isoformat(), last.isoformat())


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _tally(row: Any) -> Tally:  # noqa: ANN401 -- a row with a column for each figure
    return Tally(**{name: getattr(row, name) for name in FIGURES})


# How things stand at this moment


async def standing(conn: Connection, scope: Scope, now: datetime) -> Standing:
    """Entries overdue, open warnings by grade, and people who cannot be reached, in a scope's units."""
    members, lost = await _members(conn, scope)
    return Standing(
        overdue_items=await _overdue_items(conn, scope, now),
        warnings=await _warnings(conn, scope),
        members=members,
        unreachable=lost,
    )


async def _members(conn: Connection, scope: Scope) -> tuple[int, int]:
    account = and_(accounts.c.person_id == assignments.c.person_id, accounts.c.left_at.is_(None))
    reachable = exists().where(account, accounts.c.unreachable_since.is_(None))
    holders = select(assignments.c.person_id).where(assignments.c.ended_at.is_(None))
    if not scope.everything:
        inside = select(posts.c.id).join(units, units.c.id == posts.c.unit_id).where(within(scope))
        holders = holders.where(assignments.c.post_id.in_(inside))
    lost = await conn.scalar(_people(holders.where(~reachable)))
    return int(await conn.scalar(_people(holders)) or 0), int(lost or 0)


def _people(found: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(found.distinct().subquery())


async def _overdue_items(conn: Connection, scope: Scope, now: datetime) -> int:
    """Entries announced and still to be made whose day has passed, and is an official one."""
    query = select(func.count()).select_from(items).where(IS_ANNOUNCED, items.c.due_at < now, ~items.c.provisional)
    if not scope.everything:
        query = query.where(items.c.unit_id.in_(select(units.c.id).where(within(scope))))
    return int(await conn.scalar(query) or 0)


async def _warnings(conn: Connection, scope: Scope) -> Mapping[Grade, int]:
    query = select(warnings.c.grade, func.count().label("number")).where(OPEN)
    if not scope.everything:
        inside = select(posts.c.id).join(units, units.c.id == posts.c.unit_id).where(within(scope))
        query = query.where(warnings.c.post_id.in_(inside))
    found = {row.grade: row.number for row in await conn.execute(query.group_by(warnings.c.grade))}
    return {grade: found.get(grade.value, 0) for grade in Grade}
