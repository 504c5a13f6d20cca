"""Queries of the organisation as it is looked through: units a page at a time, and within one unit its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select

from messages.deliveries import Reason
from messages.organisation.records import UnitKind
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.tables import accounts, assignments, people, posts, units

_CURRENT: Final = assignments.c.ended_at.is_(None)
_THEIR_ACCOUNT: Final = and_(accounts.c.person_id == assignments.c.person_id, accounts.c.left_at.is_(None))
_LOST: Final = accounts.c.id.is_(None) | accounts.c.unreachable_since.is_not(None)


@dataclass(frozen=True, kw_only=True)
class UnitSeen:
    """A unit with its own figures, those of units below it not among them; ``depth`` counts the units above it.

    ``unreachable`` are posts whose holder has no account that can be written to.
    """

    id: int
    name: str
    kind: UnitKind
    path: str
    depth: int
    posts: int = 0
    held: int = 0
    unreachable: int = 0


@dataclass(frozen=True, kw_only=True)
class PostSeen:
    """A post with its holder; the last four are None where it is vacant.

    ``reason`` says why nothing reaches the holder, where that is so.
    """

    code: str
    title: str
    level: int
    risk: bool
    person_code: str | None
    name: str | None
    joined: bool | None
    reason: Reason | None


@dataclass(frozen=True, kw_only=True)
class LostHolder:
    """A holder whom nothing reaches: the posts held in the unit, why, and since when (None: never joined)."""

    person_code: str
    name: str
    posts: tuple[str, ...]
    reason: Reason
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class UnitNamed:
    """A unit, by what it is looked for."""

    id: int
    name: str
    path: str


async def count_units(conn: Connection, scope: Scope, named: str = "") -> int:
    """How many units there are within a scope, of those whose name holds ``named``."""
    query = select(func.count()).select_from(units).where(*_which(scope, named))
    return int(await conn.scalar(query) or 0)


async def units_page(conn: Connection, scope: Scope, named: str, *, limit: int, offset: int) -> list[UnitSeen]:
    """Some of these units, each after the one that it belongs to, with the figures of its posts."""
    return await _seen(conn, _units(*_which(scope, named)).limit(limit).offset(offset))


async def units_by_id(conn: Connection, ids: Sequence[int]) -> list[UnitSeen]:
    """These units, those that have ended left out, in the same order and with the same figures."""
    return await _seen(conn, _units(units.c.id.in_(ids), units.c.ended_at.is_(None)))


async def lost_units(conn: Connection) -> list[UnitNamed]:
    """The units in which nothing reaches somebody, in that order: a look at everybody, of a million for seconds."""
    reached = exists().where(_THEIR_ACCOUNT, accounts.c.unreachable_since.is_(None))
    lost = (
        select(posts.c.unit_id)
        .join(assignments, and_(assignments.c.post_id == posts.c.id, _CURRENT))
        .where(posts.c.ended_at.is_(None), ~reached)
    )
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.id.in_(lost), units.c.ended_at.is_(None))
    found = await conn.execute(query.order_by(units.c.path))
    return [UnitNamed(id=row.id, name=row.name, path=row.path) for row in found]


def _units(*conditions: ColumnElement[bool]) -> Select[Any]:
    columns = units.c.id, units.c.name, units.c.kind, units.c.path
    return select(*columns).where(*conditions).order_by(units.c.path)


async def _seen(conn: Connection, query: Select[Any]) -> list[UnitSeen]:
    rows = (await conn.execute(query)).all()
    figures = await _figures(conn, [row.id for row in rows])
    return [
        UnitSeen(
            id=row.id,
            name=row.name,
            kind=UnitKind(row.kind),
            path=row.path,
            depth=row.path.count("/") - 2,
            **figures.get(row.id, {}),
        )
        for row in rows
    ]


def _which(scope: Scope, named: str) -> list[ColumnElement[bool]]:
    conditions = [within(scope), units.c.ended_at.is_(None)]
    return [*conditions, units.c.name.contains(named, autoescape=True)] if named else conditions


async def _figures(conn: Connection, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Of the units of one page alone: they hold few posts, however large the organisation is."""
    query = (
        select(
            posts.c.unit_id,
            func.count().label("posts"),
            func.count(assignments.c.id).label("held"),
            func.sum(case((and_(assignments.c.id.is_not(None), _LOST), 1), else_=0)).label("unreachable"),
        )
        .select_from(posts)
        .outerjoin(assignments, and_(assignments.c.post_id == posts.c.id, _CURRENT))
        .outerjoin(accounts, _THEIR_ACCOUNT)
        .where(posts.c.unit_id.in_(ids), posts.c.ended_at.is_(None))
        .group_by(posts.c.unit_id)
    )
    return {
        row.unit_id: {"posts": row.posts, "held": row.held, "unreachable": int(row.unreachable)}
        for row in await conn.execute(query)
    }


async def unit(conn: Connection, unit_id: int) -> UnitSeen | None:
    """A unit that has not ended, with its figures."""
    query = select(units.c.path).where(units.c.id == unit_id, units.c.ended_at.is_(None))
    path = await conn.scalar(query)
    if path is None:
        return None
    only = Scope(paths=(str(path),))
    [found] = await units_page(conn, only, "", limit=1, offset=0)
    return found


async def posts_page(conn: Connection, unit_id: int, *, limit: int, offset: int) -> list[PostSeen]:
    """Some of a unit's posts, the highest first, with who holds them."""
    query = (
        _holders(
            posts.c.code,
            posts.c.title,
            posts.c.level,
            posts.c.risk,
            people.c.code.label("person_code"),
            people.c.name,
            accounts.c.id.label("account_id"),
            accounts.c.unreachable_reason,
            _LOST.label("lost"),
        )
        .where(posts.c.unit_id == unit_id, posts.c.ended_at.is_(None))
        .order_by(posts.c.level, posts.c.code)
    )
    return [_post_seen(row) for row in await conn.execute(query.limit(limit).offset(offset))]


def _post_seen(row: Row[Any]) -> PostSeen:
    return PostSeen(
        code=row.code,
        title=row.title,
        level=row.level,
        risk=row.risk,
        person_code=row.person_code,
        name=row.name,
        joined=None if row.person_code is None else row.account_id is not None,
        reason=_reason(row) if row.person_code is not None and row.lost else None,
    )


def _holders(*columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(posts)
        .outerjoin(assignments, and_(assignments.c.post_id == posts.c.id, _CURRENT))
        .outerjoin(people, people.c.id == assignments.c.person_id)
        .outerjoin(accounts, _THEIR_ACCOUNT)
    )


def _reason(row: Any) -> Reason:  # noqa: ANN401 -- a row of one of two queries
    return Reason(row.unreachable_reason or Reason.NEVER_JOINED)


async def count_lost(conn: Connection, unit_id: int) -> int:
    """How many people of a unit nothing reaches."""
    lost = _lost(unit_id, people.c.id).distinct().subquery()
    return int(await conn.scalar(select(func.count()).select_from(lost)) or 0)


async def lost_page(conn: Connection, unit_id: int, *, limit: int, offset: int) -> list[LostHolder]:
    """Some of a unit's people whom nothing reaches, in the order of their codes."""
    query = _lost(
        unit_id, people.c.id, people.c.code, people.c.name, accounts.c.unreachable_reason, accounts.c.unreachable_since
    ).distinct()
    rows = (await conn.execute(query.order_by(people.c.code).limit(limit).offset(offset))).all()
    titles = await _titles(conn, unit_id, [row.id for row in rows])
    return [
        LostHolder(
            person_code=row.code,
            name=row.name,
            posts=titles[row.id],
            reason=_reason(row),
            since=row.unreachable_since,
        )
        for row in rows
    ]


def _lost(unit_id: int, *columns: ColumnElement[Any]) -> Select[Any]:
    held = posts.c.unit_id == unit_id, posts.c.ended_at.is_(None), people.c.id.is_not(None)
    return _holders(*columns).where(*held, _LOST)


async def _titles(conn: Connection, unit_id: int, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(assignments.c.person_id, posts.c.title)
        .join(posts, posts.c.id == assignments.c.post_id)
        .where(posts.c.unit_id == unit_id, assignments.c.person_id.in_(ids), _CURRENT)
        .order_by(posts.c.level, posts.c.code)
    )
    found: dict[int, tuple[str, ...]] = {}
    for person_id, title in await conn.execute(query):
        found[person_id] = (*found.get(person_id, ()), title)
    return found
