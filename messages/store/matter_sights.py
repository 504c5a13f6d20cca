"""Which matters are open to a person, and for which of them a person answers, as conditions over ``matters``.

A person *answers* for a matter whose step names a post of the person, or, where it names none, has the risk node of
such a post in the buyer's unit, or below it where the unit itself has nobody who holds one. Open are these, those of
the person's own unit, those within the scope in which the person sees matters, and those that the person has been told
of.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.register_terms import TIES
from messages.store.tables import (
    assignments,
    deliveries,
    matter_limits,
    matter_posts,
    matter_prompt_notices,
    matter_prompts,
    matters,
    nodes,
    posts,
    units,
)

_HELD: Final = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))

# Of their own names: where it is asked of a list of limits, these would be the list's.
_named = matter_posts.alias()
_steps = matter_limits.alias()


@dataclass(frozen=True, kw_only=True)
class HeldPost:
    """A post that a person holds, its unit, and for which risk nodes it answers in this and in units above it."""

    id: int
    unit_id: int
    answers: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What of matters a person may see: those in the ``scope``, and what the posts ``held`` have to do with.

    The operator is None.
    """

    person_id: int | None
    scope: Scope
    held: tuple[HeldPost, ...]


async def sight_of(conn: Connection, person_id: int, scope: Scope) -> Sight:
    """What a person holds now, and sees within a scope."""
    query = (
        select(posts.c.id, posts.c.unit_id, units.c.path)
        .join_from(assignments, posts, _HELD)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.person_id == person_id, posts.c.ended_at.is_(None))
        .order_by(posts.c.id)
    )
    rows = (await conn.execute(query)).all()
    named = await _nodes(conn, [row.id for row in rows])
    upwards = {row.id: [int(one) for one in row.path.strip("/").split("/")] for row in rows}
    above = {unit for row in rows for unit in upwards[row.id] if unit != row.unit_id and named[row.id]}
    nearer = await _nearer(conn, above, set().union(*named.values()))
    held = (
        HeldPost(
            id=row.id,
            unit_id=row.unit_id,
            answers={
                unit: left
                for unit in upwards[row.id]
                if (left := tuple(sorted(named[row.id] - (nearer[unit] if unit != row.unit_id else set()))))
            },
        )
        for row in rows
    )
    return Sight(person_id=person_id, scope=scope, held=tuple(held))


async def _nearer(conn: Connection, unit_ids: set[int], names: set[str]) -> dict[int, set[str]]:
    """For which of these risk nodes each of the units has a post of its own that somebody holds."""
    mine = posts.c.unit_id.in_(sorted(unit_ids)), exists().where(_HELD)
    found: dict[int, set[str]] = defaultdict(set)
    for query in TIES:
        each = query.where(nodes.c.name.in_(sorted(names))).subquery()
        of_units = select(posts.c.unit_id, each.c.name).join_from(posts, each, each.c.post_id == posts.c.id)
        for row in await conn.execute(of_units.where(*mine).distinct()):
            found[row.unit_id].add(row.name)
    return found


async def _nodes(conn: Connection, post_ids: list[int]) -> dict[int, set[str]]:
    named: dict[int, set[str]] = defaultdict(set)
    for query in TIES:
        for row in await conn.execute(query.where(query.selected_columns.post_id.in_(post_ids))):
            named[row.post_id].add(row.name)
    return named


def sees(sight: Sight) -> ColumnElement[bool]:
    """Of ``matters``: those that are open to a person."""
    if sight.scope.everything:
        return true()
    told = (
        select(matter_prompts.c.matter_id)
        .join(matter_prompt_notices, matter_prompt_notices.c.prompt_id == matter_prompts.c.id)
        .join(deliveries, deliveries.c.notice_id == matter_prompt_notices.c.notice_id)
        .where(deliveries.c.person_id == sight.person_id)
    )
    own = matters.c.unit_id.in_([one.unit_id for one in sight.held]) if sight.held else false()
    return or_(in_scope(sight.scope), own, answers(sight), matters.c.id.in_(told))


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Of ``matters``: those of units within a scope; those of none only where it is everything."""
    if scope.everything:
        return true()
    return matters.c.unit_id.in_(select(units.c.id).where(within(scope))) if scope else false()


def answers(sight: Sight) -> ColumnElement[bool]:
    """Of ``matters``: those for a step of which a person answers."""
    if not sight.held:
        return false()
    named = select(_named.c.matter_id).where(_named.c.post_id.in_([one.id for one in sight.held]))
    by_node = [
        and_(matters.c.unit_id.in_(unit_ids), matters.c.id.in_(_with_step_at(names)))
        for names, unit_ids in answering(sight.held).items()
    ]
    return or_(matters.c.id.in_(named), *by_node)


def answering(held: Sequence[HeldPost]) -> Mapping[tuple[str, ...], Sequence[int]]:
    """The units in which these posts answer for the same risk nodes, by these."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for one in held:
        for unit_id, names in one.answers.items():
            found[names].append(unit_id)
    return found


def _with_step_at(names: tuple[str, ...]) -> Select[tuple[int]]:
    """The matters of which a step has one of these risk nodes, and names no post."""
    named = exists().where(
        _named.c.matter_id == _steps.c.matter_id,
        or_(_named.c.milestone == "", _named.c.milestone == _steps.c.milestone),
    )
    return select(_steps.c.matter_id).where(_steps.c.node.in_(names), ~named)


async def holds_for(conn: Connection, matter_id: int, condition: ColumnElement[bool]) -> bool:
    """Whether one of these conditions holds for a matter."""
    return await conn.scalar(select(matters.c.id).where(matters.c.id == matter_id, condition)) is not None
