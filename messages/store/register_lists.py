"""Queries of the register as it is looked through: what somebody may see, narrowed, counted, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, true

from messages.register.bases import WHOLE, Cited
from messages.register.records import PointState, Progress, ReviewState, RiskLevel, Workflow, state_of
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.register_terms import GRAVITY, STANDS
from messages.store.sets import among
from messages.store.tables import (
    duties,
    nodes,
    point_bases,
    posts,
    reviews,
    risk_points,
    risk_versions,
    units,
)
from messages.store.visibility import POST, PostFound, Sight, post_of, sees, with_holders
from messages.store.warning_lists import called

_SETTLED: Final = risk_points.c.progress.in_([Progress.ACCEPTED.value, Progress.DROPPED.value])
CAME_TO_INSPECTOR: Final = or_(reviews.c.state == ReviewState.INSPECTOR.value, reviews.c.inspector_at.is_not(None))
"""Of reviews: whether the unit has accepted it for the inspector (``Review.came_to_inspector``)."""
_LATEST: Final = risk_versions.c.point_id == risk_points.c.id, risk_versions.c.number == risk_points.c.version
_MOST_WORDS: Final = 6
_own = posts.alias("own_post")


class Sort(StrEnum):
    """In which order points are listed."""

    UNIT = "unit"
    LEVEL = "level"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Insight:
    """How far a person sees into the register.

    What stands is seen by ``sight``; what is submitted by who ``decides`` about it for the unit, and once the unit has
    accepted it by who ``inspects`` the unit.
    """

    sight: Sight
    decides: Scope
    inspects: Scope


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which points are listed: all that stand, unless a ``state`` is named.

    The first few ``words`` each stand in the name, the description, the controls, the post's title or the unit's name.
    ``unit`` names units, with all below them; ``unit_id`` is one alone. ``node`` is a node's name, else a part of one;
    ``no_node`` means points without any. ``category`` is a part of one.
    ``cites`` are (law, article) pairs, ``WHOLE`` for any article; None does not narrow.
    """

    words: str = ""
    unit: str = ""
    unit_id: int | None = None
    node: str = ""
    no_node: bool = False
    workflow: Workflow | None = None
    level: RiskLevel | None = None
    category: str = ""
    cites: tuple[Cited, ...] | None = None
    state: PointState | None = None


@dataclass(frozen=True, kw_only=True)
class PointLine:
    """A point in a list, with what stands of it; ``post`` is None where a sheet gave it for the unit only."""

    id: int
    name: str
    level: RiskLevel
    category: str
    description: str
    node: str
    duty: str
    unit_id: int
    unit: str
    path: str
    post: PostFound | None
    state: PointState
    cited: tuple[Cited, ...]
    template_id: int | None
    changed_at: datetime


def open_to(who: Insight, state: PointState | None) -> ColumnElement[bool]:
    """Of points in a state (None: all that stand): whether a person may see one. Of ``located`` points."""
    mine = risk_points.c.post_id.in_(who.sight.own)
    match state:
        case None:
            return and_(STANDS, _sees_standing(who.sight))
        case PointState.ACCEPTED:
            return and_(STANDS, _SETTLED, _sees_standing(who.sight))
        case PointState.REVISED:
            return and_(STANDS, ~_SETTLED, _sees_standing(who.sight))
        case PointState.ENDED:
            came = or_(risk_points.c.standing.is_not(None), _was_submitted())  # and no draft that was nobody else's
            return and_(risk_points.c.ended_at.is_not(None), or_(mine, and_(within(who.decides), came)))
    latest = (
        risk_points.c.standing.is_(None),
        risk_points.c.ended_at.is_(None),
        risk_points.c.progress == state.value,
    )
    if state is PointState.DRAFT:
        return and_(*latest, mine)
    return and_(*latest, or_(mine, within(who.decides), and_(within(who.inspects), came_to_inspector())))


def _sees_standing(sight: Sight) -> ColumnElement[bool]:
    """What stands of a post is seen as its record; without a post, by whose unit it is and who looks after that."""
    if sight.scope.everything:
        return true()
    held = select(_own.c.unit_id).where(_own.c.id.in_(sight.own))
    of_unit = and_(risk_points.c.post_id.is_(None), or_(risk_points.c.unit_id.in_(held), within(sight.scope)))
    return or_(and_(risk_points.c.post_id.is_not(None), sees(sight)), of_unit)


def _was_submitted() -> ColumnElement[bool]:
    return exists().where(*_LATEST, risk_versions.c.review_id.is_not(None))


def came_to_inspector() -> ColumnElement[bool]:
    """Of points: whether the unit has accepted the latest version for the inspector."""
    return exists().where(*_LATEST, reviews.c.id == risk_versions.c.review_id, CAME_TO_INSPECTOR)


def located(query: Select[Any]) -> Select[Any]:
    """A query of points with their posts, and the units of these, or else their own; all that have not ended."""
    home = func.coalesce(posts.c.unit_id, risk_points.c.unit_id)
    tied = query.select_from(risk_points).outerjoin(posts, posts.c.id == risk_points.c.post_id)
    return tied.join(units, units.c.id == home).where(posts.c.ended_at.is_(None), units.c.ended_at.is_(None))


async def narrowed(conn: Connection, query: Select[Any], who: Insight, filters: Filters) -> Select[Any]:
    """A query of points, located, of those that a person may see and that the filters mean."""
    query = located(query).where(open_to(who, filters.state), *map(_holds, filters.words.split()[:_MOST_WORDS]))
    if filters.unit:
        query = query.where(within(await called(conn, filters.unit)))
    if filters.unit_id is not None:
        query = query.where(units.c.id == filters.unit_id)
    if filters.no_node:
        query = query.where(risk_points.c.node_id.is_(None))
    elif filters.node:
        query = query.where(among(conn, risk_points.c.node_id, await _nodes_called(conn, filters.node)))
    if filters.workflow is not None:
        of_it = select(nodes.c.id).where(nodes.c.workflow == filters.workflow.value)
        query = query.where(risk_points.c.node_id.in_(of_it))
    if filters.level is not None:
        query = query.where(risk_points.c.level == filters.level.value)
    if filters.category:
        query = query.where(_has(risk_points.c.category, filters.category))
    return query if filters.cites is None else query.where(_cites(filters.cites))


def _holds(word: str) -> ColumnElement[bool]:
    point = risk_points.c
    columns = point.name, point.description, point.controls, posts.c.title, units.c.name
    return or_(*(_has(column, word) for column in columns))


def _has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    if word.lower() == word.upper():  # no letters that differ: nothing to fold, which of long texts takes its time
        return column.contains(word, autoescape=True)
    return column.icontains(word, autoescape=True)


async def _nodes_called(conn: Connection, words: str) -> list[int]:
    """The node with this name; where there is none, those whose name holds it."""
    one = await conn.scalar(select(nodes.c.id).where(nodes.c.name == words))
    if one is not None:
        return [one]
    return list(await conn.scalars(select(nodes.c.id).where(nodes.c.name.icontains(words, autoescape=True))))


def _cites(cited: Sequence[Cited]) -> ColumnElement[bool]:
    laws = [one.law for one in cited if one.article == WHOLE]
    articles = [
        and_(point_bases.c.law == one.law, point_bases.c.article == one.article) for one in cited if one.article
    ]
    meant = or_(point_bases.c.law.in_(laws), *articles) if laws or articles else false()
    return risk_points.c.id.in_(select(point_bases.c.point_id).where(meant))


async def count_by_level(conn: Connection, who: Insight, filters: Filters) -> dict[RiskLevel, int]:
    """How many points are listed, by level, the gravest first."""
    query = await narrowed(conn, select(risk_points.c.level, func.count().label("many")), who, filters)
    found = {row.level: row.many for row in await conn.execute(query.group_by(risk_points.c.level))}
    return {level: found.get(level.value, 0) for level in RiskLevel}


async def count_by_law(conn: Connection) -> dict[str, int]:
    """How many of all points that stand cite each law, by its code."""
    many = func.count(point_bases.c.point_id.distinct()).label("many")
    query = located(select(point_bases.c.law, many)).join(point_bases, point_bases.c.point_id == risk_points.c.id)
    return {row.law: row.many for row in await conn.execute(query.where(STANDS).group_by(point_bases.c.law))}


async def page_of(
    conn: Connection, who: Insight, filters: Filters, sort: Sort, *, limit: int, offset: int
) -> list[PointLine]:
    """Some of these points, in an order."""
    query = await narrowed(conn, select(risk_points.c.id), who, filters)
    ids = await conn.scalars(query.order_by(*_ORDER[sort]).limit(limit).offset(offset))
    return await lines(conn, [*ids])


async def search(conn: Connection, who: Insight, filters: Filters, sort: Sort) -> list[tuple[int, RiskLevel]]:
    """All these points with their levels, in an order: what is looked for in texts is read once for count and page."""
    query = await narrowed(conn, select(risk_points.c.id, risk_points.c.level), who, filters)
    return [(row.id, RiskLevel(row.level)) for row in await conn.execute(query.order_by(*_ORDER[sort]))]


_OF_POST: Final = func.coalesce(posts.c.code, "")
_ORDER: Final[Mapping[Sort, tuple[ColumnElement[Any], ...]]] = {
    Sort.UNIT: (units.c.path, _OF_POST, GRAVITY, risk_points.c.id),
    Sort.LEVEL: (GRAVITY, units.c.path, _OF_POST, risk_points.c.id),
    Sort.CHANGED: (risk_points.c.changed_at.desc(), risk_points.c.id.desc()),
}


async def lines(conn: Connection, ids: Sequence[int]) -> list[PointLine]:
    """Points by their ids, in the order of these."""
    point = risk_points.c
    columns = point.progress, point.standing, point.ended_at, point.name, point.category, point.description
    query: Select[Any] = select(
        *POST,
        point.id,
        point.level.label("gravity"),
        *columns,
        point.template_id,
        point.changed_at,
        units.c.id.label("home_id"),
        nodes.c.name.label("node"),
        duties.c.text.label("duty"),
    )
    query = with_holders(located(query)).outerjoin(nodes, nodes.c.id == point.node_id)
    query = query.outerjoin(duties, duties.c.id == point.duty_id).where(among(conn, point.id, ids))
    cited = await _cited(conn, ids)
    found = {row.id: _line(row, tuple(cited.get(row.id, ()))) for row in await conn.execute(query)}
    return [found[one] for one in ids if one in found]


async def _cited(conn: Connection, ids: Sequence[int]) -> dict[int, list[Cited]]:
    query = select(point_bases).where(among(conn, point_bases.c.point_id, ids))
    found: dict[int, list[Cited]] = {}
    for row in await conn.execute(query.order_by(point_bases.c.law, point_bases.c.article)):
        found.setdefault(row.point_id, []).append(Cited(law=row.law, article=row.article))
    return found


def _line(row: Row[Any], cited: tuple[Cited, ...]) -> PointLine:
    return PointLine(
        id=row.id,
        name=row.name,
        level=RiskLevel(row.gravity),
        category=row.category,
        description=row.description,
        node=row.node or "",
        duty=row.duty or "",
        unit_id=row.home_id,
        unit=row.unit,
        path=row.path,
        post=post_of(row) if row.post_id is not None else None,
        state=state_of(Progress(row.progress), standing=row.standing is not None, ended=row.ended_at is not None),
        cited=cited,
        template_id=row.template_id,
        changed_at=row.changed_at,
    )
