"""What an import of the register reads, and what it holds while it writes: only what its file is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from messages.register.bases import Cited
from messages.register.directory import Directory, PostPlace, UnitPlace
from messages.register.plans import Plan
from messages.register.records import Content, Progress, RiskLevel, Workflow, state_of
from messages.register.standing import KeptPoint
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import (
    assignments,
    duties,
    nodes,
    point_bases,
    posts,
    risk_points,
    risk_versions,
    units,
)

_BATCH: Final = 5000
_LIVE: Final = risk_points.c.ended_at.is_(None)


async def directory(conn: Connection) -> Directory:
    """The units and posts that have not ended."""
    of_units = select(units.c.id, units.c.name, units.c.path).where(units.c.ended_at.is_(None)).order_by(units.c.id)
    of_posts = (
        select(posts.c.id, posts.c.code, posts.c.title, posts.c.unit_id)
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .where(posts.c.ended_at.is_(None), units.c.ended_at.is_(None))
        .order_by(posts.c.id)
    )
    return Directory(
        units=tuple(UnitPlace(id=row.id, name=row.name, path=row.path) for row in await conn.execute(of_units)),
        posts=tuple(
            PostPlace(id=row.id, code=row.code, title=row.title, unit_id=row.unit_id)
            for row in await conn.execute(of_posts)
        ),
    )


async def known_nodes(conn: Connection) -> dict[str, Workflow | None]:
    """The risk nodes there are, with their workflows as far as these are said."""
    rows = await conn.execute(select(nodes.c.name, nodes.c.workflow))
    return {row.name: None if row.workflow is None else Workflow(row.workflow) for row in rows}


async def point_ids(
    conn: Connection, unit_ids: Collection[int], post_ids: Collection[int], own_ids: Collection[int] = ()
) -> list[int]:
    """The points that have not ended, in the order in which they came: of posts, of units alone, and by number."""
    query = select(risk_points.c.id).where(_LIVE)
    found = [
        *await _of(conn, query, risk_points.c.post_id, post_ids),
        *await _of(conn, query.where(risk_points.c.post_id.is_(None)), risk_points.c.unit_id, unit_ids),
        *await _of(conn, query, risk_points.c.id, own_ids),
    ]
    return sorted({row.id for row in found})


async def points(conn: Connection, ids: Sequence[int]) -> tuple[KeptPoint, ...]:
    """Those of these points that have not ended, in the order in which they came."""
    cited = await _cited(conn, ids)
    rows = await conn.execute(_kept().where(among(conn, risk_points.c.id, ids)))
    return tuple(
        KeptPoint(
            id=row.id,
            ref=row.ref,
            unit_id=row.home,
            post_id=row.post_id,
            version=row.version,
            state=state_of(Progress(row.progress), standing=row.standing is not None, ended=False),
            content=Content.of(row.latest) if row.standing is None else _standing(row, cited.get(row.id, ())),
        )
        for row in rows
    )


def _kept() -> Select[Any]:
    latest = risk_versions.c.point_id == risk_points.c.id, risk_versions.c.number == risk_points.c.version
    return (
        select(
            risk_points,
            func.coalesce(posts.c.unit_id, risk_points.c.unit_id).label("home"),
            nodes.c.name.label("node"),
            duties.c.text.label("duty"),
            risk_versions.c.content.label("latest"),
        )
        .select_from(risk_points)
        .outerjoin(posts, posts.c.id == risk_points.c.post_id)
        .outerjoin(nodes, nodes.c.id == risk_points.c.node_id)
        .outerjoin(duties, duties.c.id == risk_points.c.duty_id)
        .outerjoin(risk_versions, and_(*latest, risk_points.c.standing.is_(None)))
        .where(_LIVE)
        .order_by(risk_points.c.id)
    )


def _standing(row: Row[Any], bases: tuple[Cited, ...]) -> Content:
    return Content(
        name=row.name,
        level=RiskLevel(row.level),
        category=row.category,
        description=row.description,
        controls=row.controls,
        indicators=row.indicators,
        node=row.node or "",
        duty=row.duty or "",
        section=row.section,
        bases=bases,
        responsible=row.responsible,
        leading=row.leading,
    )


async def _cited(conn: Connection, ids: Sequence[int]) -> Mapping[int, tuple[Cited, ...]]:
    """What points cite, as far as they stand."""
    found: dict[int, list[Cited]] = defaultdict(list)
    query = select(point_bases).where(among(conn, point_bases.c.point_id, ids))
    for row in await conn.execute(query.order_by(point_bases.c.point_id, point_bases.c.law, point_bases.c.article)):
        found[row.point_id].append(Cited(law=row.law, article=row.article))
    return {point: tuple(cited) for point, cited in found.items()}


async def hold(conn: Connection, plan: Plan, seen: Collection[int]) -> bool:
    """Hold what a plan touches until this transaction has ended: units, posts and points, and nothing else.

    False where these are no longer as it was decided on: a post that has moved or ended, another version of a point, or
    a point accepted meanwhile that is not among those ``seen``. Drafts meanwhile are their holders'.
    """
    post_units = {one.post_id: one.unit_id for one in plan.put if one.post_id is not None}
    unit_ids = {one.unit_id for one in plan.put}
    current = select(units.c.id).where(units.c.ended_at.is_(None)).with_for_update(key_share=True)
    held = select(posts.c.id, posts.c.unit_id).where(posts.c.ended_at.is_(None)).with_for_update(key_share=True)
    latest = select(risk_points.c.id, risk_points.c.version).where(_LIVE).with_for_update()
    if {row.id for row in await _of(conn, current, units.c.id, unit_ids)} != unit_ids:
        return False
    if {row.id: row.unit_id for row in await _of(conn, held, posts.c.id, post_units)} != post_units:
        return False
    if {row.id: row.version for row in await _of(conn, latest, risk_points.c.id, plan.versions)} != plan.versions:
        return False
    return await _standing_ids(conn, unit_ids, post_units) <= set(seen)


async def _standing_ids(conn: Connection, unit_ids: Collection[int], post_ids: Collection[int]) -> set[int]:
    """The points that stand of posts, and those of units that have no post, or are called something."""
    query = select(risk_points.c.id).where(_LIVE, risk_points.c.standing.is_not(None))
    called = query.join_from(risk_points, posts, posts.c.id == risk_points.c.post_id, isouter=True).where(
        or_(risk_points.c.post_id.is_(None), risk_points.c.ref.is_not(None)), posts.c.ended_at.is_(None)
    )
    of_posts = await _of(conn, query, risk_points.c.post_id, post_ids)
    return {row.id for row in (*of_posts, *await _of(conn, called, risk_points.c.unit_id, unit_ids))}


async def holders(conn: Connection, post_ids: Collection[int]) -> dict[int, int]:
    """Who holds posts now: people's ids by the posts'."""
    query = select(assignments.c.post_id, assignments.c.person_id).where(assignments.c.ended_at.is_(None))
    return {row.post_id: row.person_id for row in await _of(conn, query, assignments.c.post_id, post_ids)}


async def _of(conn: Connection, query: Select[Any], column: ColumnElement[Any], ids: Iterable[int]) -> list[Row[Any]]:
    """The rows of a query whose column is one of any number of ids, in their order."""
    found: list[Row[Any]] = []
    for batch in _batches(sorted(ids)):
        found += (await conn.execute(query.where(among(conn, column, batch)).order_by(column))).all()
    return found


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
