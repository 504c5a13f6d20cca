"""Queries of how far posts have come with the register: counted in the database, by unit and by post."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, literal, or_, select, true

from messages.register.records import Progress, ReviewState, RiskLevel
from messages.scopes import Scope
from messages.store import visibility
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.register_lists import CAME_TO_INSPECTOR, Insight, came_to_inspector, located
from messages.store.register_terms import STANDS, holds
from messages.store.sets import among
from messages.store.tables import assignments, point_bases, posts, reviews, risk_points, units
from messages.store.visibility import PostFound

_ACCEPTED: Final = risk_points.c.standing.is_not(None)
_HELD: Final = holds(posts.c.id)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How far some posts have come.

    posts        how many there are, and of these how many are ``vacant``
    covered      posts of which a point stands
    complete     posts whose last submission says that nothing is to be added, and was neither returned nor withdrawn
    high, middle, low   points that stand; ``unplaced`` of them belong to no post
    superseded   of these, points that cite a law that is out of date
    waiting, returned   points whose latest version waits for a decision, or was returned

    Of what was submitted and not accepted, as ``waiting``, ``returned`` and ``complete``, only what is open to the
    viewer is counted.
    """

    posts: int = 0
    vacant: int = 0
    covered: int = 0
    complete: int = 0
    high: int = 0
    middle: int = 0
    low: int = 0
    unplaced: int = 0
    superseded: int = 0
    waiting: int = 0
    returned: int = 0

    @property
    def points(self) -> int:
        """How many points stand."""
        return self.high + self.middle + self.low

    @property
    def any(self) -> bool:
        """Whether there is anything to be told."""
        return any(vars(self).values())

    @classmethod
    def sum(cls, some: Iterable[Self]) -> Self:
        """All of them together."""
        kept = [vars(one) for one in some]
        return cls(**{field.name: sum(one[field.name] for one in kept) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """A unit with the figures of its own posts, those of units below it not among them."""

    id: int
    name: str
    path: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class PostFigures:
    """A post with its figures."""

    post: PostFound
    figures: Figures


async def of_units(
    conn: Connection, scope: Scope, called: Scope, outdated: Collection[str], who: Insight
) -> list[UnitFigures]:
    """The units that lie in both scopes and have posts or points, each after the one that it belongs to.

    ``outdated`` are the codes of the laws that are out of date. Of what was submitted is counted what is open to
    ``who``.
    """
    mine = within(scope), within(called), units.c.ended_at.is_(None)
    query = select(units.c.id, units.c.name, units.c.path).where(*mine).order_by(units.c.path)
    rows = (await conn.execute(query)).all()
    found = await _by_unit(conn, select(units.c.id).where(*mine), outdated, who)
    return [
        UnitFigures(id=row.id, name=row.name, path=row.path, figures=found[row.id])
        for row in rows
        if row.id in found and found[row.id].any
    ]


async def of_unit(conn: Connection, unit_id: int, outdated: Collection[str], who: Insight) -> Figures:
    """The figures of one unit's own posts, as they are open to ``who``."""
    found = await _by_unit(conn, select(units.c.id).where(units.c.id == unit_id), outdated, who)
    return found.get(unit_id, Figures())


async def of_posts(
    conn: Connection, unit_id: int, outdated: Collection[str], who: Insight, *, limit: int, offset: int
) -> list[PostFigures]:
    """Some of a unit's posts, the highest first, with their figures as they are open to ``who``."""
    found = await visibility.posts_of_unit(conn, unit_id, limit=limit, offset=offset)
    mine = select(posts.c.id).where(among(conn, posts.c.id, [post.id for post in found]))
    queries = _by_post(mine, outdated, who)
    figures = await _merged(conn, *(select(part.c.post_id.label("key"), *_rest(part)) for part in queries))
    return [PostFigures(post=post, figures=figures[post.id]) for post in found]


async def count_outdated(conn: Connection, scope: Scope, called: Scope, outdated: Collection[str]) -> int:
    """How many points that stand in both scopes cite one of these laws."""
    query = _outdated(select(func.count()), scope, called, outdated)
    return int(await conn.scalar(query) or 0)


async def outdated_points(
    conn: Connection, scope: Scope, called: Scope, outdated: Collection[str], *, limit: int, offset: int
) -> list[int]:
    """Some of these by their ids, unit by unit."""
    query = _outdated(select(risk_points.c.id), scope, called, outdated)
    order = units.c.path, posts.c.level, posts.c.code, risk_points.c.id
    return list(await conn.scalars(query.order_by(*order).limit(limit).offset(offset)))


def _outdated(query: Select[Any], scope: Scope, called: Scope, outdated: Collection[str]) -> Select[Any]:
    mine = within(scope), within(called), units.c.ended_at.is_(None)
    return located(query).where(STANDS, _cites(outdated), *mine)


async def _by_unit(
    conn: Connection, mine: Select[tuple[int]], outdated: Collection[str], who: Insight
) -> dict[int, Figures]:
    """The figures of the units of these ids; a post's points go with it where it is moved to another unit."""
    own = select(posts.c.id).where(posts.c.unit_id.in_(mine), posts.c.ended_at.is_(None))
    key = posts.c.unit_id
    placed = (
        select(key.label("key"), *(func.sum(figure).label(figure.name) for figure in _rest(part)))
        .join_from(part, posts, posts.c.id == part.c.post_id)
        .group_by(key)
        for part in _by_post(own, outdated, who)
    )
    unit = risk_points.c.unit_id
    alone = (
        select(unit.label("key"), *_points(outdated, who), _many(_ACCEPTED).label("unplaced"))
        .where(risk_points.c.post_id.is_(None), risk_points.c.ended_at.is_(None), unit.in_(mine))
        .group_by(unit)
    )
    return await _merged(conn, *placed, alone)


async def _merged(conn: Connection, *queries: Select[Any]) -> dict[int, Figures]:
    """The figures by the queries' ``key``, added up."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for query in queries:
        for row in (await conn.execute(query)).mappings():
            found[row["key"]].update({name: int(value) for name, value in row.items() if name != "key"})
    return {key: Figures(**kept) for key, kept in found.items()}


def _by_post(mine: Select[tuple[int]], outdated: Collection[str], who: Insight) -> tuple[Subquery, ...]:
    """The figures of the posts of these ids, each query a part of them, by ``post_id``.

    They are counted before anything is joined: there are ten times as many points as posts.
    """
    return _posts(mine), _placed(mine, outdated, who), _claims(mine, who)


def _rest(part: Subquery) -> list[ColumnElement[int]]:
    return [column for column in part.c if column.name != "post_id"]


def _posts(mine: Select[tuple[int]]) -> Subquery:
    one = literal(1).label("posts")
    vacant = case((assignments.c.id.is_(None), 1), else_=0).label("vacant")
    query = select(posts.c.id.label("post_id"), one, vacant).select_from(posts).outerjoin(assignments, _HELD)
    return query.where(posts.c.id.in_(mine)).subquery()


def _placed(mine: Select[tuple[int]], outdated: Collection[str], who: Insight) -> Subquery:
    post = risk_points.c.post_id
    covered = func.max(case((_ACCEPTED, 1), else_=0)).label("covered")
    return (
        select(post, covered, *_points(outdated, who))
        .where(post.in_(mine), risk_points.c.ended_at.is_(None))
        .group_by(post)
        .subquery()
    )


def _points(outdated: Collection[str], who: Insight) -> tuple[ColumnElement[int], ...]:
    open_ = _open_to(who, risk_points.c.post_id, came_to_inspector())
    return (
        *(_many(_ACCEPTED, risk_points.c.level == level.value).label(level.value) for level in RiskLevel),
        _many(_ACCEPTED, _cites(outdated)).label("superseded"),
        _many(risk_points.c.progress == Progress.SUBMITTED.value, open_).label("waiting"),
        _many(risk_points.c.progress == Progress.RETURNED.value, open_).label("returned"),
    )


def _open_to(who: Insight, post_id: ColumnElement[Any], came: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether what a post has submitted is open to a person; ``came``: the unit has accepted it for the inspector."""
    return or_(_in(who.decides, post_id), and_(_in(who.inspects, post_id), came))


def _in(scope: Scope, post_id: ColumnElement[Any]) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    home = units.c.id == posts.c.unit_id
    return post_id.in_(select(posts.c.id).join(units, home).where(within(scope))) if scope else false()


def _cites(outdated: Collection[str]) -> ColumnElement[bool]:
    return risk_points.c.id.in_(select(point_bases.c.point_id).where(point_bases.c.law.in_(outdated)))


def _claims(mine: Select[tuple[int]], who: Insight) -> Subquery:
    """What a post submitted last and did not withdraw says that nothing is to be added; once accepted, to all."""
    post, accepted = reviews.c.post_id, reviews.c.state == ReviewState.ACCEPTED.value
    last = select(func.max(reviews.c.id)).where(post.in_(mine), reviews.c.state != ReviewState.WITHDRAWN.value)
    return (
        select(post, literal(1).label("complete"))
        .where(reviews.c.id.in_(last.group_by(post)), reviews.c.complete)
        .where(reviews.c.state != ReviewState.RETURNED.value, or_(accepted, _open_to(who, post, CAME_TO_INSPECTOR)))
        .subquery()
    )


def _many(*holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*holds), 1)))
