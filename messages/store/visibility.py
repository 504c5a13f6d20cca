"""Queries of what a person may see, of posts and units as they are looked up, and of who has looked at a person."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select

from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.rights import Borne
from messages.store.tables import assignments, people, posts, units

_CURRENT: Final = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a person may see: the ``own`` posts; those of ``level`` and below; those in the ``scope`` of ``borne``.

    ``own`` are ids. ``level`` is of the highest post held now, None for who holds none. ``borne`` are the roles borne
    that see warnings.
    """

    person_id: int
    code: str
    name: str
    own: frozenset[int]
    level: int | None
    borne: tuple[Borne, ...]
    scope: Scope


@dataclass(frozen=True, kw_only=True)
class PostFound:
    """A post with its unit; the last three are of its present holder, None while it is vacant."""

    id: int
    code: str
    title: str
    level: int
    risk: bool
    unit_id: int
    unit: str
    path: str
    holder_id: int | None
    holder_code: str | None
    holder: str | None


@dataclass(frozen=True, kw_only=True)
class UnitFound:
    """A unit, as it is looked up."""

    id: int
    name: str
    path: str


def sees(sight: Sight) -> ColumnElement[bool]:
    """Of ``posts`` and ``units``: whether the person may see a post. It says what ``messages.visibility.why`` says."""
    level = posts.c.level >= sight.level if sight.level is not None else false()
    return or_(posts.c.id.in_(sight.own), level, within(sight.scope))


async def viewer(conn: Connection, person_id: int) -> tuple[str, str]:
    """The code and the name of a person."""
    row = (await conn.execute(select(people.c.code, people.c.name).where(people.c.id == person_id))).one()
    return row.code, row.name


async def held(conn: Connection, person_id: int) -> dict[int, int]:
    """The levels of the posts that a person holds now, by the posts' ids."""
    query = select(posts.c.id, posts.c.level).join(assignments, _CURRENT).where(assignments.c.person_id == person_id)
    return {row.id: row.level for row in await conn.execute(query)}


async def post(conn: Connection, which: int | str) -> PostFound | None:
    """A post that has not ended, by its id or its code."""
    mine = posts.c.id == which if isinstance(which, int) else posts.c.code == which
    row = (await conn.execute(_posts().where(mine, posts.c.ended_at.is_(None)))).one_or_none()
    return _found(row) if row else None


async def unit(conn: Connection, unit_id: int) -> UnitFound | None:
    """A unit that has not ended."""
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.id == unit_id, units.c.ended_at.is_(None))
    row = (await conn.execute(query)).mappings().one_or_none()
    return UnitFound(**row) if row else None


async def units_called(conn: Connection, words: str, *, limit: int, offset: int) -> tuple[list[UnitFound], int]:
    """Some of the units whose name holds ``words``, and how many there are."""
    named = units.c.ended_at.is_(None), units.c.name.icontains(words, autoescape=True)
    query = select(units.c.id, units.c.name, units.c.path).where(*named).order_by(units.c.path)
    found = (await conn.execute(query.limit(limit).offset(offset))).mappings()
    total = await conn.scalar(select(func.count()).select_from(units).where(*named))
    return [UnitFound(**row) for row in found], int(total or 0)


async def posts_called(
    conn: Connection, sight: Sight, words: str, *, limit: int, offset: int
) -> tuple[list[PostFound], int]:
    """Some of the posts whose code or title holds ``words``, and how many there are.

    By its holder's name one is found only by who may see it: a name alone would tell who holds what.
    """
    named = or_(
        posts.c.code.icontains(words, autoescape=True),
        posts.c.title.icontains(words, autoescape=True),
        and_(people.c.name.icontains(words, autoescape=True), sees(sight)),
    )
    return await _some(conn, _posts().where(posts.c.ended_at.is_(None), named), words, limit=limit, offset=offset)


async def posts_of_unit(conn: Connection, unit_id: int, *, limit: int, offset: int) -> tuple[list[PostFound], int]:
    """Some of the posts of a unit itself, the highest first, and how many there are."""
    mine = _posts().where(posts.c.ended_at.is_(None), posts.c.unit_id == unit_id)
    return await _some(conn, mine, "", limit=limit, offset=offset)


async def _some(
    conn: Connection, query: Select[Any], words: str, *, limit: int, offset: int
) -> tuple[list[PostFound], int]:
    """The post with just this code comes first."""
    total = await conn.scalar(select(func.count()).select_from(query.subquery()))
    order = posts.c.code != words, posts.c.level, posts.c.code
    rows = await conn.execute(query.order_by(*order).limit(limit).offset(offset))
    return [_found(row) for row in rows], int(total or 0)


def _posts() -> Select[Any]:
    return (
        select(
            posts.c.id,
            posts.c.code,
            posts.c.title,
            posts.c.level,
            posts.c.risk,
            posts.c.unit_id,
            units.c.name.label("unit"),
            units.c.path,
            people.c.id.label("holder_id"),
            people.c.code.label("holder_code"),
            people.c.name.label("holder"),
        )
        .select_from(posts)
        .join(units, units.c.id == posts.c.unit_id)
        .outerjoin(assignments, _CURRENT)
        .outerjoin(people, people.c.id == assignments.c.person_id)
    )


def _found(row: Row[Any]) -> PostFound:
    return PostFound(**row._mapping)  # noqa: SLF001 -- the row's public name for its columns
