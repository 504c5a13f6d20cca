"""Queries of what other posts have written into the register, to be taken over without saying whose it is."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from messages.register.records import Content
from messages.store.database import Connection
from messages.store.register_terms import STANDS, holds
from messages.store.sets import among
from messages.store.tables import assignments, nodes, people, posts, risk_points, risk_versions, units


@dataclass(frozen=True, kw_only=True)
class Written:
    """What ``count`` other posts have by this name; ``marks`` are words that would tell whose it is.

    A unit counts as one where a sheet gave it for the unit only.
    """

    content: Content
    count: int
    marks: tuple[str, ...]


async def names_of(conn: Connection, post_id: int) -> frozenset[str]:
    """What the points of a post are called that have not ended: as they stand, and by their latest versions."""
    latest = risk_versions.c.point_id == risk_points.c.id, risk_versions.c.number == risk_points.c.version
    query = select(risk_points.c.name, risk_versions.c.content).join(risk_versions, and_(*latest))
    rows = await conn.execute(query.where(risk_points.c.post_id == post_id, risk_points.c.ended_at.is_(None)))
    return frozenset(name for row in rows for name in (row.name, Content.of(row.content).name))


async def of_others(
    conn: Connection, post_id: int, *, node: str, category: str, without: Collection[str], limit: int
) -> list[Written]:
    """What stands for other present posts, of the same node, then of the category; the most frequent names first.

    Each name is given once, as the newest point has it, of the same node where there is one; names ``without`` which
    it should be are left out.
    """
    same = _same(node, category)
    if not same:
        return []
    others = STANDS, or_(risk_points.c.post_id.is_(None), risk_points.c.post_id != post_id)
    count = func.count(func.coalesce(risk_points.c.post_id, -risk_points.c.unit_id).distinct())
    nearest = func.max(case((same[0], risk_points.c.id)))
    newest = func.coalesce(nearest, func.max(risk_points.c.id)).label("id")
    names = select(newest, count.label("count")).where(*others, or_(*same))
    if without:
        names = names.where(risk_points.c.name.not_in(without))
    names = names.outerjoin(posts, posts.c.id == risk_points.c.post_id).where(posts.c.ended_at.is_(None))
    names = (
        names.group_by(risk_points.c.name).order_by(nearest.is_(None), count.desc(), risk_points.c.name).limit(limit)
    )
    counts = {row["id"]: int(row["count"]) for row in (await conn.execute(names)).mappings()}
    rows = {row.id: row for row in await conn.execute(_query().where(among(conn, risk_points.c.id, [*counts])))}
    return [_written(rows[point_id], number) for point_id, number in counts.items() if point_id in rows]


def _same(node: str, category: str) -> list[ColumnElement[bool]]:
    node_id = select(nodes.c.id).where(nodes.c.name == node).scalar_subquery()
    of_node = [risk_points.c.node_id == node_id] if node else []
    return [*of_node, *([risk_points.c.category == category] if category else [])]


def _query() -> Select[Any]:
    stands = and_(risk_versions.c.point_id == risk_points.c.id, risk_versions.c.number == risk_points.c.standing)
    return (
        select(
            risk_points.c.id,
            risk_versions.c.content,
            units.c.name.label("unit"),
            posts.c.title.label("post"),
            people.c.name.label("holder"),
        )
        .select_from(risk_points)
        .outerjoin(posts, posts.c.id == risk_points.c.post_id)
        .join(units, units.c.id == func.coalesce(posts.c.unit_id, risk_points.c.unit_id))
        .join(risk_versions, stands)
        .outerjoin(assignments, holds(risk_points.c.post_id))
        .outerjoin(people, people.c.id == assignments.c.person_id)
    )


def _written(row: Row[Any], count: int) -> Written:
    content = Content.of(row.content)
    marks = row.unit, row.post, row.holder, content.section, content.responsible, content.leading
    return Written(content=content, count=count, marks=tuple(mark for mark in marks if mark))
