"""Queries of who has come to answer for an open step of a matter since others were told of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select, union

from messages.deliveries import DeliveryState
from messages.notices import FIRST_WAVE
from messages.store.database import Connection
from messages.store.matter_sweeps import Settled
from messages.store.matters import RUNS
from messages.store.obligations import is_live
from messages.store.register_terms import TIES, holds
from messages.store.sets import among
from messages.store.tables import (
    assignments,
    deliveries,
    matter_limits,
    matter_posts,
    matter_prompt_notices,
    matter_prompts,
    matters,
    notices,
    obligations,
    posts,
    units,
    waves,
)
from messages.tenders.records import LimitState

_OPEN: Final = tuple(one.value for one in (LimitState.OPEN, LimitState.KEPT, LimitState.BROKEN, LimitState.OVERDUE))
"""Also kept ones, as an opening at its time is before it has come; what has come is left out by its date."""
_FORGOTTEN: Final = DeliveryState.CANCELLED.value
_below = units.alias("below")


async def newest(conn: Connection) -> int:
    """The assignment that began last, by its id: where it is the same as before, nobody has taken a post since."""
    return int(await conn.scalar(select(func.max(assignments.c.id))) or 0)


async def found(conn: Connection, now: datetime) -> list[int]:
    """The matters of which a step that is open was told, but not to everybody who holds a post that answers for it.

    Whether it is of use to tell them still is looked at matter by matter.
    """
    open_ = _steps(now).cte("open_steps")
    answering = _by_name(open_).union(_by_node(open_), _by_telling(open_)).subquery()
    without = select(answering).except_(*_heard(open_)).subquery()
    return list(await conn.scalars(select(without.c.matter_id).distinct().order_by(without.c.matter_id)))


def _steps(now: datetime) -> Select[Any]:
    """The steps that were told and are not done, and whose last day, if they are not overdue, is ahead."""
    limit, prompt = matter_limits.c, matter_prompts.c
    of_limit = and_(prompt.matter_id == limit.matter_id, prompt.rule == limit.rule, prompt.part == limit.part)
    ahead = or_(limit.due_at.is_(None), limit.earliest, limit.due_at > now, limit.state == LimitState.OVERDUE.value)
    return (
        select(limit.matter_id, limit.rule, limit.part, limit.milestone, limit.node, units.c.path)
        .join_from(matter_limits, matters, matters.c.id == limit.matter_id)
        .join(units, units.c.id == matters.c.unit_id)
        .where(RUNS, limit.state.in_(_OPEN), or_(limit.at.is_(None), limit.at > now), ahead)
        .where(exists().where(of_limit, prompt.outcome == Settled.TOLD.value))
    )


def _by_name(step: Any) -> Select[Any]:  # noqa: ANN401 -- a CTE's type says nothing of its columns
    """Who holds a post that is named for a step; where none is, for every step."""
    named = matter_posts.alias("named")
    of_all = and_(named.c.milestone == "", ~exists().where(*_named(step, step.c.milestone)))
    return (
        _answering(step, assignments.c.person_id)
        .join_from(step, named, named.c.matter_id == step.c.matter_id)
        .join(assignments, holds(named.c.post_id))
        .where(or_(named.c.milestone == step.c.milestone, of_all))
    )


def _by_node(step: Any) -> Select[Any]:  # noqa: ANN401 -- likewise
    """Who holds a post of the unit, or else below it, that answers for a step's risk node, where none is named.

    They are looked up once for each node of a unit, however many of its matters have come to that step.
    """
    unnamed = ~exists().where(or_(*(and_(*_named(step, one)) for one in ("", step.c.milestone))))
    asked = select(step.c.path, step.c.node).where(unnamed).distinct().cte("asked")
    node = union(*TIES).cte("of_nodes")
    holder = (
        select(asked.c.path, asked.c.node, assignments.c.person_id, (_below.c.path == asked.c.path).label("own"))
        .join_from(asked, node, node.c.name == asked.c.node)
        .join(posts, posts.c.id == node.c.post_id)
        .join(_below, _below.c.id == posts.c.unit_id)
        .join(assignments, holds(posts.c.id))
        .where(_below.c.path.startswith(asked.c.path))
        .distinct()
        .cte("holders")
    )
    mine = and_(holder.c.path == step.c.path, holder.c.node == step.c.node)
    nearer = holder.alias("nearer")
    of_unit = exists().where(nearer.c.path == holder.c.path, nearer.c.node == holder.c.node, nearer.c.own)
    nearest = or_(holder.c.own, ~of_unit)
    return _answering(step, holder.c.person_id).join_from(step, holder, mine).where(unnamed, nearest)


def _by_telling(step: Any) -> Select[Any]:  # noqa: ANN401 -- likewise
    """Who holds a post now by which others were told of a step, be it for its other work of the kind."""
    taken = and_(holds(obligations.c.post_id), assignments.c.person_id != obligations.c.person_id)
    return _told(step, obligations, assignments.c.person_id).join(assignments, taken)


def _answering(step: Any, person_id: ColumnElement[int]) -> Select[Any]:  # noqa: ANN401 -- likewise
    return select(step.c.matter_id, step.c.rule, step.c.part, person_id)


def _named(step: Any, milestone: ColumnElement[str] | str) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 -- likewise
    return matter_posts.c.matter_id == step.c.matter_id, matter_posts.c.milestone == milestone


def _heard(step: Any) -> Iterable[Select[Any]]:  # noqa: ANN401 -- likewise
    """To whom a message went that told the step, and who was asked to acknowledge one."""
    yield _told(step, deliveries, deliveries.c.person_id).where(deliveries.c.state != _FORGOTTEN)
    yield _told(step, obligations, obligations.c.person_id)


def _told(step: Any, by: Table, person_id: ColumnElement[int]) -> Select[Any]:  # noqa: ANN401 -- likewise
    """What told a step, joined with the deliveries or obligations that there are of it."""
    prompt, went = matter_prompts.c, matter_prompt_notices.c
    told = and_(
        prompt.matter_id == step.c.matter_id,
        prompt.rule == step.c.rule,
        prompt.part == step.c.part,
        prompt.outcome == Settled.TOLD.value,
    )
    return (
        _answering(step, person_id)
        .join_from(step, matter_prompts, told)
        .join(matter_prompt_notices, went.prompt_id == prompt.id)
        .join(by, by.c.notice_id == went.notice_id)
    )


async def heard(conn: Connection, notice_ids: Sequence[int]) -> dict[int, set[int]]:
    """To whom each of these notices went, or who was asked to acknowledge it: their ids."""
    people: dict[int, set[int]] = defaultdict(set)
    went = select(deliveries.c.notice_id, deliveries.c.person_id).where(
        among(conn, deliveries.c.notice_id, notice_ids), deliveries.c.state != _FORGOTTEN
    )
    asked = select(obligations.c.notice_id, obligations.c.person_id).where(
        among(conn, obligations.c.notice_id, notice_ids)
    )
    for row in await conn.execute(went.union(asked)):
        people[row.notice_id].add(row.person_id)
    return people


async def unplanned(conn: Connection, notice_ids: Sequence[int], now: datetime) -> frozenset[int]:
    """Those of the notices that still go out, and of which it is not known yet to whom."""
    first = waves.c.number == FIRST_WAVE, waves.c.planned_at.is_(None), is_live(now)
    query = select(waves.c.notice_id).join(notices, notices.c.id == waves.c.notice_id)
    return frozenset(await conn.scalars(query.where(among(conn, waves.c.notice_id, notice_ids), *first)))
