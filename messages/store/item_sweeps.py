"""Queries of what follows from items by itself: who is to be asked, reminded, or told of another last day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, null, or_, select, update

from messages.items.records import ItemState, laid_as
from messages.notices import Category, Grade
from messages.store.database import Connection
from messages.store.items import AT_ONCE, IS_ANNOUNCED, IS_CONFIRMING, IS_PROVISIONAL, IS_SUBMITTED
from messages.store.responsible import role_ended
from messages.store.sets import among
from messages.store.tables import assignments, item_posts, items, people, units


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """An item that waits for a decision; ``path`` is of its unit."""

    id: int
    person_id: int
    path: str
    confirming: bool
    red: bool
    approved_by: int | None
    handed_at: datetime
    asked_at: datetime | None
    deputy_at: datetime | None
    holders: frozenset[int]

    @property
    def key(self) -> str:
        """Names it, as it is laid before those who decide."""
        return laid_as(self.id, self.handed_at, confirming=self.confirming)


async def unasked(conn: Connection, *, held: bool) -> list[Undecided]:
    """What waits and was laid before nobody yet, the oldest first.

    It is ``held``: nobody decides about it before this transaction has ended. What somebody decides just now is left
    out, and looked at again with the next pass if it still waits.
    """
    return await _undecided(conn, items.c.asked_at.is_(None), held=held)


async def asked_before(conn: Connection, at: datetime, *, held: bool) -> list[Undecided]:
    """What was laid before somebody until an instant, and before no deputy yet, the oldest first; ``held`` likewise."""
    return await _undecided(conn, items.c.asked_at <= at, items.c.deputy_at.is_(None), held=held)


async def shaken(conn: Connection, *, held: bool) -> list[Undecided]:
    """What was laid before somebody, since when a role there has ended or a post that it is about was taken.

    It is ``held`` likewise.
    """
    about = item_posts.c.item_id == items.c.id, assignments.c.post_id == item_posts.c.post_id
    taken = exists().where(*about, assignments.c.started_at >= items.c.asked_at)
    return await _undecided(conn, or_(role_ended(units.c.path, items.c.asked_at), taken), held=held)


async def _undecided(conn: Connection, *which: ColumnElement[bool], held: bool) -> list[Undecided]:
    names = ("id", "person_id", "state", "grade", "approved_by", "handed_at", "asked_at", "deputy_at")
    query = (
        select(*(getattr(items.c, name) for name in names), units.c.path)
        .join(units, units.c.id == items.c.unit_id)
        .where(or_(IS_SUBMITTED, IS_CONFIRMING), *which)
        .order_by(items.c.handed_at, items.c.id)
    )
    rows = (await conn.execute(_held(query) if held else query)).all()
    holders = await _holders(conn, [row.id for row in rows if row.grade is not None])
    return [
        Undecided(
            id=row.id,
            person_id=row.person_id,
            path=row.path,
            confirming=row.state == ItemState.CONFIRMING.value,
            red=row.grade == Grade.RED.value,
            approved_by=row.approved_by,
            handed_at=row.handed_at,
            asked_at=row.asked_at,
            deputy_at=row.deputy_at,
            holders=frozenset(holders.get(row.id, ())),
        )
        for row in rows
    ]


def _held(query: Select[Any]) -> Select[Any]:
    return query.with_for_update(of=items, skip_locked=True)


async def _holders(conn: Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    """Who holds the posts that these items are about, now."""
    holds = assignments.c.post_id == item_posts.c.post_id, assignments.c.ended_at.is_(None)
    query = select(item_posts.c.item_id, assignments.c.person_id).join(assignments, and_(*holds))
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        for row in await conn.execute(query.where(among(conn, item_posts.c.item_id, ids[start : start + AT_ONCE]))):
            found[row.item_id].append(row.person_id)
    return found


async def mark(conn: Connection, ids: Sequence[int], column: str, at: datetime) -> None:
    """Note when somebody was told of held items: ``asked_at``, ``deputy_at``, ``reminded_at`` or ``overdue_at``.

    Of what is laid before somebody anew no deputy was asked yet.
    """
    values = {column: at} | ({"deputy_at": None} if column == "asked_at" else {})
    for start in range(0, len(ids), AT_ONCE):
        some = among(conn, items.c.id, ids[start : start + AT_ONCE])
        await conn.execute(update(items).where(some).values(values))


@dataclass(frozen=True, kw_only=True)
class Announced:
    """An item that is to be entered by an official day."""

    id: int
    category: Category
    decisive_on: date
    due_at: datetime
    created_at: datetime
    reminded_at: datetime | None


async def announced(conn: Connection, until: datetime) -> list[Announced]:
    """What is to be entered until an instant and was not called overdue yet."""
    open_ = IS_ANNOUNCED, items.c.overdue_at.is_(None), ~items.c.provisional
    query = select(items).where(*open_, items.c.due_at < until).order_by(items.c.due_at, items.c.id)
    return [
        Announced(
            id=row.id,
            category=Category(row.category),
            decisive_on=date.fromisoformat(row.decisive_on),
            due_at=row.due_at,
            created_at=row.created_at,
            reminded_at=row.reminded_at,
        )
        for row in await conn.execute(query)
    ]


async def still_announced(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Which of these are still to be entered; nobody enters one of them before this transaction has ended."""
    found: list[int] = []
    for start in range(0, len(ids), AT_ONCE):
        some = among(conn, items.c.id, ids[start : start + AT_ONCE])
        found += await conn.scalars(_held(select(items.c.id).where(some, IS_ANNOUNCED).order_by(items.c.id)))
    return found


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What items have in common whose last day is provisional."""

    category: Category
    decisive_on: date
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Redated:
    """An item whose last day is known anew; the collector's code."""

    id: int
    person_id: int
    code: str
    title: str


async def provisional(conn: Connection) -> list[Dated]:
    """Which last days are provisional."""
    found = items.c.category, items.c.decisive_on, items.c.due_on
    rows = await conn.execute(select(*found).distinct().where(_provisional()).order_by(*found))
    return [
        Dated(
            category=Category(row.category),
            decisive_on=date.fromisoformat(row.decisive_on),
            due_on=date.fromisoformat(row.due_on),
        )
        for row in rows
    ]


def _provisional() -> ColumnElement[bool]:
    return and_(IS_PROVISIONAL, items.c.state != ItemState.WITHDRAWN.value)


async def redate(
    conn: Connection, dated: Dated, due_on: date, due_at: datetime, *, still_provisional: bool
) -> list[Redated]:
    """Give the items of a provisional last day another one; whether they were timely is decided by their own instants.

    That is no new version: what somebody is to decide about has not changed.
    """
    mine = (
        _provisional(),
        items.c.category == dated.category.value,
        items.c.decisive_on == dated.decisive_on.isoformat(),
        items.c.due_on == dated.due_on.isoformat(),
    )
    query = select(items.c.id, items.c.person_id, people.c.code, items.c.title)
    rows = (
        await conn.execute(query.join(people, people.c.id == items.c.person_id).where(*mine).order_by(items.c.id))
    ).all()
    in_time = case((items.c.submitted_at.is_(None), null()), else_=items.c.submitted_at < due_at)
    changed = {"due_on": due_on.isoformat(), "due_at": due_at, "provisional": still_provisional}
    timely = null() if still_provisional else in_time
    await conn.execute(update(items).where(*mine).values(**changed, timely=timely))
    return [Redated(id=row.id, person_id=row.person_id, code=row.code, title=row.title) for row in rows]
