"""Queries of who answers for a step of a matter: posts that are named, those of a node's work, and who holds them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Row, and_, exists, func, select, union

from messages.register.records import Workflow
from messages.store.audience import meant, reached
from messages.store.database import Connection
from messages.store.register_terms import STANDS, TIES, holds
from messages.store.tables import (
    accounts,
    assignments,
    matter_posts,
    nodes,
    people,
    post_nodes,
    posts,
    risk_points,
    units,
)

_CHAT: Final = and_(
    accounts.c.person_id == assignments.c.person_id,
    accounts.c.left_at.is_(None),
    accounts.c.unreachable_since.is_(None),
)
_HOLDER: Final = (
    assignments.c.id,
    assignments.c.person_id,
    posts.c.code,
    exists().where(_CHAT).label("reachable"),
)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A post that answers for a step, and who holds it (None: vacant), whom a message would reach or not."""

    code: str
    title: str
    holder: str | None
    reachable: bool


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A person as the holder of a post that is told; ``reachable``: a message would arrive now.

    ``below``: the post is of a unit below the one that was asked about.
    """

    assignment_id: int
    person_id: int
    post_code: str
    reachable: bool
    below: bool = False


async def named(conn: Connection, matter_id: int) -> dict[str, list[str]]:
    """The codes of the posts that are named for each step of a matter; of none: for every step."""
    query = (
        select(matter_posts.c.milestone, posts.c.code)
        .join(posts, posts.c.id == matter_posts.c.post_id)
        .where(matter_posts.c.matter_id == matter_id, posts.c.ended_at.is_(None))
        .order_by(posts.c.code)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in await conn.execute(query):
        found[row.milestone].append(row.code)
    return found


async def of_nodes(conn: Connection, path: str, names: Collection[str]) -> dict[str, list[Holder]]:
    """Who answers for each of these risk nodes in a unit and below it, as an audience that names both reaches them."""
    mine = nodes.c.name.in_(sorted(names))
    each = union(*(one.where(mine) for one in TIES)).subquery()
    query = (
        select(each.c.name, *_HOLDER, (units.c.path != path).label("below"))
        .join_from(each, posts, posts.c.id == each.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .join(assignments, holds(posts.c.id))
        .where(units.c.path.startswith(path, autoescape=True))
        .order_by(posts.c.code)
    )
    found: dict[str, list[Holder]] = defaultdict(list)
    for row in await conn.execute(query):
        found[row.name].append(replace(_holder(row), below=bool(row.below)))
    return found


async def of(conn: Connection, expression: str) -> list[Holder]:
    """Who is reached by an audience of posts."""
    found = reached(expression).subquery()
    query = select(*_HOLDER).join_from(found, assignments, assignments.c.id == found.c.assignment_id)
    query = query.join(posts, posts.c.id == assignments.c.post_id).order_by(posts.c.code)
    return [_holder(row) for row in await conn.execute(query)]


def _holder(row: Row[Any]) -> Holder:
    return Holder(assignment_id=row.id, person_id=row.person_id, post_code=row.code, reachable=bool(row.reachable))


async def of_work(conn: Connection, path: str, node: str, otherwise: Workflow, most: int) -> list[str]:
    """The codes of the held posts in a unit and below it that answer for the most nodes of the work of this one.

    Of a node that belongs to no work: of the work that it is ``otherwise``. Those of the unit itself go before those
    below it; of several that answer for as many, risk posts come first.
    """
    its_own = select(nodes.c.workflow).where(nodes.c.name == node).scalar_subquery()
    work = nodes.c.workflow == func.coalesce(its_own, otherwise.value)
    of_it = select(nodes.c.id).where(work)
    tied = select(post_nodes.c.post_id, post_nodes.c.node_id).where(post_nodes.c.node_id.in_(of_it))
    points = select(risk_points.c.post_id, risk_points.c.node_id).where(STANDS, risk_points.c.node_id.in_(of_it))
    each = tied.union(points).subquery()
    within = units.c.path.startswith(path, autoescape=True), posts.c.ended_at.is_(None)
    number, own = func.count().label("number"), (units.c.path == path).label("own")
    query = (
        select(posts.c.code, number, own)
        .join(units, units.c.id == posts.c.unit_id)
        .join(each, each.c.post_id == posts.c.id)
        .where(*within, exists().where(holds(posts.c.id)))
        .group_by(posts.c.id, posts.c.code, posts.c.risk, units.c.path)
        .order_by(own.desc(), number.desc(), posts.c.risk.desc(), posts.c.code)
        .limit(most)
    )
    found = list(await conn.execute(query))
    return [row.code for row in found if (row.own, row.number) == (found[0].own, found[0].number)]


async def answering(conn: Connection, expression: str, most: int) -> list[Answering]:
    """The posts that an audience means, held or vacant: those first that nobody can be told for."""
    found = meant(expression).subquery()
    chat = and_(
        accounts.c.person_id == found.c.person_id, accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None)
    )
    reachable = exists().where(chat).label("reachable")
    query = (
        select(posts.c.code, posts.c.title, people.c.name, reachable)
        .join_from(found, posts, posts.c.id == found.c.post_id)
        .outerjoin(people, people.c.id == found.c.person_id)
        .order_by(reachable, posts.c.code)
        .limit(most)
    )
    return [
        Answering(code=row.code, title=row.title, holder=row.name, reachable=bool(row.reachable))
        for row in await conn.execute(query)
    ]


async def among(conn: Connection, expression: str, codes: Sequence[str]) -> list[str]:
    """Those of the codes of people whom an audience reaches."""
    found = reached(expression).subquery()
    query = select(people.c.code).where(people.c.code.in_(codes), people.c.id.in_(select(found.c.person_id)))
    return list(await conn.scalars(query.order_by(people.c.code)))
