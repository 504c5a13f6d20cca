"""Queries of what calendars show of matters: limits with a day, and dates, of a scope or of who answers for a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, or_, select, true, union

from messages.scopes import Scope
from messages.store import matters, tables
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.matter_limits import limit_of
from messages.store.register_terms import STANDS
from messages.store.tables import (
    assignments,
    matter_dates,
    matter_limits,
    matter_posts,
    nodes,
    post_nodes,
    posts,
    risk_points,
    units,
)
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, Matter


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A limit of a matter, or a date of it: one of both."""

    matter: Matter
    limit: Limit | None = None
    fact: Fact | None = None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post that a person holds now: the path of its unit, and the risk nodes that it answers for."""

    id: int
    path: str
    nodes: frozenset[str]


async def held(conn: Connection, person_id: int) -> list[Held]:
    """The posts that a person holds now. The nodes are those of the roster and of points that stand."""
    mine = (
        select(posts.c.id, units.c.path)
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None))
    )
    rows = (await conn.execute(mine)).all()
    ids = [row.id for row in rows]
    tied = select(post_nodes.c.post_id, nodes.c.name).join(nodes, nodes.c.id == post_nodes.c.node_id)
    points = select(risk_points.c.post_id, nodes.c.name).join(nodes, nodes.c.id == risk_points.c.node_id)
    of_posts = union(tied.where(post_nodes.c.post_id.in_(ids)), points.where(STANDS, risk_points.c.post_id.in_(ids)))
    found = (await conn.execute(of_posts)).all()
    return [
        Held(id=row.id, path=row.path, nodes=frozenset(one.name for one in found if one.post_id == row.id))
        for row in rows
    ]


def answered(held: Sequence[Held]) -> ColumnElement[bool]:
    """Of ``matter_limits``, ``matters`` and ``units``: whether one of these posts answers for the step.

    Who is named for the step, or else for every step, does; where nobody is named, who answers for its risk node in
    the buyer's unit or below it.
    """
    mine = matter_posts.c.post_id.in_([one.id for one in held])
    of_step = _named(matter_limits.c.milestone)
    of_all = _named("")
    by_node = or_(
        false(),
        *(and_(units.c.path.in_(_upwards(one.path)), matter_limits.c.node.in_(one.nodes)) for one in held if one.nodes),
    )
    return or_(
        exists().where(*of_step, mine),
        and_(~exists().where(*of_step), exists().where(*of_all, mine)),
        and_(~exists().where(*of_step), ~exists().where(*of_all), by_node),
    )


def _named(milestone: ColumnElement[str] | str) -> tuple[ColumnElement[bool], ...]:
    return matter_posts.c.matter_id == matter_limits.c.matter_id, matter_posts.c.milestone == milestone


def _upwards(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}/" for length in range(1, len(parts) + 1)]


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Of ``matters`` and ``units``: whether one is open within a scope; those of no unit are to who sees everything."""
    return true() if scope.everything else within(scope)


async def dated(
    conn: Connection, which: ColumnElement[bool], since: datetime, zone: tzinfo, *, most: int
) -> list[Dated]:
    """Limits for which ``which`` holds, and the dates of their steps, those since an instant: ``most`` of each."""
    limits = (
        _of_matters()
        .where(which, matter_limits.c.due_on >= since.astimezone(zone).date().isoformat())
        .order_by(matter_limits.c.due_on, matter_limits.c.id)
        .limit(most)
    )
    dates = (
        select(matter_dates)
        .where(matter_dates.c.at >= since, _of_a_step(which))
        .order_by(matter_dates.c.at, matter_dates.c.id)
        .limit(most)
    )
    found: list[tuple[int, Limit | None, Fact | None]] = [
        *((row.matter_id, limit_of(row), None) for row in await conn.execute(limits)),
        *((row.matter_id, None, _fact(row)) for row in await conn.execute(dates)),
    ]
    known = await matters.found(conn, sorted({matter_id for matter_id, _, _ in found}))
    return [Dated(matter=known[of], limit=limit, fact=fact) for of, limit, fact in found]


def _of_matters() -> Select[Any]:
    return (
        select(matter_limits)
        .join(tables.matters, tables.matters.c.id == matter_limits.c.matter_id)
        .outerjoin(units, units.c.id == tables.matters.c.unit_id)
    )


def _of_a_step(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of ``matter_dates``: of a milestone that is a step for which ``which`` holds."""
    of_it = matter_limits.c.matter_id == matter_dates.c.matter_id, matter_limits.c.milestone == matter_dates.c.milestone
    return _of_matters().where(*of_it, which).correlate(matter_dates).exists()


def _fact(row: Row[Any]) -> Fact:
    return Fact(milestone=Milestone(row.milestone), part=row.part, at=row.at, whole_day=row.whole_day)
