"""Queries of what a person may see, of posts and units as they are looked up, and of who has looked at a person."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select

from messages.scopes import Scope
from messages.store.audience import within
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.rights import Borne
from messages.store.tables import assignments, people, posts, units

_CURRENT: Final = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))
POST: Final = (
    posts.c.id.label("post_id"),
    posts.c.code,
    posts.c.title.label("post"),
    posts.c.level,
    posts.c.risk,
    posts.c.unit_id,
    units.c.name.label("unit"),
    units.c.path,
    people.c.id.label("holder_id"),
    people.c.code.label("holder_code"),
    people.c.name.label("holder"),
)
"""The columns of a post that is looked up."""


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
    if isinstance(which, int) and not is_id(which):
        return None
    mine = posts.c.id == which if isinstance(which, int) else posts.c.code == which
    row = (await conn.execute(_posts().where(mine, posts.c.ended_at.is_(None)))).one_or_none()
    return post_of(row) if row else None


async def posts_ever(conn: Connection, ids: Collection[int]) -> list[PostFound]:
    """Posts by their ids, whether they have ended or not."""
    return [post_of(row) for row in await conn.execute(_posts().where(posts.c.id.in_(ids)))]


async def posts_by_id(conn: Connection, ids: Collection[int]) -> list[PostFound]:
    """Posts that have not ended, by their ids; the highest first."""
    mine = _posts().where(posts.c.id.in_(ids), posts.c.ended_at.is_(None)).order_by(posts.c.level, posts.c.code)
    return [post_of(row) for row in await conn.execute(mine)]


async def unit(conn: Connection, unit_id: int) -> UnitFound | None:
    """A unit that has not ended."""
    if not is_id(unit_id):
        return None
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.id == unit_id, units.c.ended_at.is_(None))
    row = (await conn.execute(query)).mappings().one_or_none()
    return UnitFound(**row) if row else None


async def count_units(conn: Connection, words: str) -> int:
    """How many units there are whose name holds each of ``words``."""
    return int(await conn.scalar(select(func.count()).select_from(units).where(*_units_called(words))) or 0)


async def units_called(conn: Connection, words: str, *, limit: int, offset: int) -> list[UnitFound]:
    """Some of these."""
    query = select(units.c.id, units.c.name, units.c.path).where(*_units_called(words)).order_by(units.c.path)
    return [UnitFound(**row) for row in (await conn.execute(query.limit(limit).offset(offset))).mappings()]


def _units_called(words: str) -> tuple[ColumnElement[bool], ...]:
    return units.c.ended_at.is_(None), *(_holds(units.c.name, word) for word in words.split())


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


async def count_posts(conn: Connection, sight: Sight, words: str) -> int:
    """How many posts there are whose code, title or holder's name holds one of ``words``, and which the others mean.

    Each of the others stands there too, or in the unit's name: «资产管理岗 财政局». By a name a post is found only by
    who may see it: it would tell who holds what.
    """
    return int(await conn.scalar(select(func.count()).select_from(_called(sight, words).subquery())) or 0)


async def posts_called(conn: Connection, sight: Sight, words: str, *, limit: int, offset: int) -> list[PostFound]:
    """Some of these; the one with just this code comes first."""
    order = posts.c.code != words, posts.c.level, posts.c.code
    return await _some(conn, _called(sight, words).order_by(*order), limit=limit, offset=offset)


def _called(sight: Sight, words: str) -> Select[Any]:
    own = [_own(sight, word) for word in words.split()]
    each = [or_(known, _holds(units.c.name, word)) for known, word in zip(own, words.split(), strict=True)]
    return _posts().where(posts.c.ended_at.is_(None), or_(false(), *own), *each)


def _own(sight: Sight, word: str) -> ColumnElement[bool]:
    """Whether what is a post's own holds a word: its unit would mean all posts of the unit."""
    named = and_(_holds(people.c.name, word), sees(sight))
    return or_(_holds(posts.c.code, word), _holds(posts.c.title, word), named)


async def count_posts_of_unit(conn: Connection, unit_id: int) -> int:
    """How many posts a unit itself has."""
    mine = posts.c.unit_id == unit_id, posts.c.ended_at.is_(None)
    return int(await conn.scalar(select(func.count()).select_from(posts).where(*mine)) or 0)


async def posts_of_unit(conn: Connection, unit_id: int, *, limit: int, offset: int) -> list[PostFound]:
    """Some of these, the highest first."""
    mine = _posts().where(posts.c.ended_at.is_(None), posts.c.unit_id == unit_id)
    return await _some(conn, mine.order_by(posts.c.level, posts.c.code), limit=limit, offset=offset)


async def _some(conn: Connection, query: Select[Any], *, limit: int, offset: int) -> list[PostFound]:
    return [post_of(row) for row in await conn.execute(query.limit(limit).offset(offset))]


def _posts() -> Select[Any]:
    return with_holders(select(*POST).select_from(posts).join(units, units.c.id == posts.c.unit_id))


def with_holders(query: Select[Any]) -> Select[Any]:
    """A query of posts with their present holders, as the columns of ``POST`` need them."""
    return query.outerjoin(assignments, _CURRENT).outerjoin(people, people.c.id == assignments.c.person_id)


def post_of(row: Row[Any]) -> PostFound:
    """The post in a row that has the columns of ``POST``."""
    return PostFound(
        id=row.post_id,
        code=row.code,
        title=row.post,
        level=row.level,
        risk=row.risk,
        unit_id=row.unit_id,
        unit=row.unit,
        path=row.path,
        holder_id=row.holder_id,
        holder_code=row.holder_code,
        holder=row.holder,
    )
