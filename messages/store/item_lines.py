"""Queries of items as they are looked through: without their texts, files and posts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from messages.items.kinds import ItemKind
from messages.items.records import ItemState
from messages.notices import Category, Grade
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.tables import items, people, units


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """An item in a list, of the unit with that ``path``."""

    id: int
    category: Category
    kind: ItemKind
    title: str
    grade: Grade | None
    state: ItemState
    person_id: int
    person: str
    unit: str
    path: str
    due_on: date | None
    provisional: bool
    created_at: datetime
    submitted_at: datetime | None
    timely: bool | None


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which items are listed: of a category, in a state, entered in time or late."""

    category: Category | None = None
    state: ItemState | None = None
    timely: bool | None = None


async def count(conn: Connection, collector: int, scope: Scope, filters: Filters) -> int:
    """How many items there are of this collector's own, and of units within a scope."""
    query = select(func.count()).select_from(items).join(units, units.c.id == items.c.unit_id)
    return int(await conn.scalar(query.where(*_which(collector, scope, filters))) or 0)


async def page(
    conn: Connection, collector: int, scope: Scope, filters: Filters, *, limit: int, offset: int
) -> list[ItemLine]:
    """Some of these, the newest first."""
    query = _lines().where(*_which(collector, scope, filters)).order_by(items.c.id.desc()).limit(limit).offset(offset)
    return [_line(row) for row in await conn.execute(query)]


def _which(collector: int, scope: Scope, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [or_(items.c.person_id == collector, within(scope))]
    if filters.category:
        found.append(items.c.category == filters.category.value)
    if filters.state:
        found.append(items.c.state == filters.state.value)
    if filters.timely is not None:
        found.append(items.c.timely.is_(filters.timely))
    return found


def _lines() -> Select[Any]:
    columns = (
        *(items.c.id, items.c.category, items.c.kind, items.c.title, items.c.grade, items.c.state, items.c.person_id),
        *(items.c.due_on, items.c.provisional, items.c.created_at, items.c.submitted_at, items.c.timely),
    )
    return (
        select(*columns, people.c.name.label("person"), units.c.name.label("unit"), units.c.path)
        .join(people, people.c.id == items.c.person_id)
        .join(units, units.c.id == items.c.unit_id)
    )


def _line(row: Row[Any]) -> ItemLine:
    return ItemLine(
        id=row.id,
        category=Category(row.category),
        kind=ItemKind(row.kind),
        title=row.title,
        grade=Grade(row.grade) if row.grade else None,
        state=ItemState(row.state),
        person_id=row.person_id,
        person=row.person,
        unit=row.unit,
        path=row.path,
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        provisional=row.provisional,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        timely=row.timely,
    )
