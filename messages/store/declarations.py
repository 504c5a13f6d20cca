"""Queries of declarations of interest: whom a matter asks for one, what was declared, what is still to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, insert, literal, or_, select, update

from messages.notices import Json
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.register_terms import STANDS
from messages.store.sets import among
from messages.store.tables import (
    assignments,
    declarations,
    deliveries,
    matter_limits,
    matter_posts,
    matter_prompts,
    matters,
    nodes,
    obligations,
    people,
    post_nodes,
    posts,
    risk_points,
    units,
)
from messages.tenders.declarations import Asked, Declaration, Given
from messages.tenders.milestones import Milestone
from messages.tenders.records import OVER, PromptKind

_ASKING: Final = (PromptKind.CURRENT.value, PromptKind.SOON.value, PromptKind.DAY.value)
_NOBODY: Final = 9
"""The rank of a post that a matter does not ask."""
_of_matter, _of_post = units.alias("of_matter"), units.alias("of_post")


@dataclass(frozen=True, kw_only=True)
class For:
    """The post for which a person declares."""

    post_id: int
    post_code: str


async def for_post(conn: Connection, asked: Asked, person_id: int) -> For | None:
    """The post that a matter asks, of those that a person holds now: the one that the prompt is to.

    Else one that another prompt is to, that is named, that answers for a node of a step in the matter's unit; or any
    of a person to whom a prompt went otherwise.
    """
    of_matter = matter_prompts.c.matter_id == asked.matter_id, matter_prompts.c.notice_id.is_not(None)
    prompts = select(matter_prompts.c.notice_id).where(*of_matter)
    rank = case(
        (_prompted(obligations.c.notice_id == asked.notice_id) if asked.notice_id is not None else false(), 0),
        (_prompted(obligations.c.notice_id.in_(prompts)), 1),
        (_named(asked.matter_id), 2),
        (and_(_within(asked.matter_id), _answers(asked.matter_id)), 3),
        (exists().where(deliveries.c.person_id == person_id, deliveries.c.notice_id.in_(prompts)), 4),
        else_=_NOBODY,
    ).label("rank")
    query = (
        select(posts.c.id, posts.c.code, rank)
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None))
        .order_by(rank, posts.c.level, posts.c.code)
        .limit(1)
    )
    row = (await conn.execute(query)).one_or_none()
    return For(post_id=row.id, post_code=row.code) if row and row.rank < _NOBODY else None


def _prompted(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(obligations.c.post_id == posts.c.id, which)


def _named(matter_id: int) -> ColumnElement[bool]:
    return exists().where(matter_posts.c.matter_id == matter_id, matter_posts.c.post_id == posts.c.id)


def _within(matter_id: int) -> ColumnElement[bool]:
    path = select(_of_matter.c.path).join(matters, matters.c.unit_id == _of_matter.c.id)
    return units.c.path.startswith(path.where(matters.c.id == matter_id).scalar_subquery())


def _answers(matter_id: int) -> ColumnElement[bool]:
    """By the roster, or by a point that stands in the register, as audiences mean it."""
    of_steps = select(matter_limits.c.node).where(matter_limits.c.matter_id == matter_id)
    wanted = select(nodes.c.id).where(nodes.c.name.in_(of_steps))
    tied = select(post_nodes.c.post_id).where(post_nodes.c.node_id.in_(wanted))
    standing = select(risk_points.c.post_id).where(
        STANDS, risk_points.c.post_id.is_not(None), risk_points.c.node_id.in_(wanted)
    )
    return or_(posts.c.id.in_(tied), posts.c.id.in_(standing))


# Who is asked


async def about(conn: Connection, matter_id: int, prompt_id: int | None) -> Asked | None:
    """What a matter asks, by one of its prompts or by none; None where there is no such matter.

    A prompt that is not there any more, or is of another matter, counts as none.
    """
    if not is_id(matter_id):
        return None
    which = matter_prompts.c.id == prompt_id if prompt_id is not None and is_id(prompt_id) else false()
    query = _asked().select_from(
        matters.outerjoin(matter_prompts, and_(matter_prompts.c.matter_id == matters.c.id, which)).outerjoin(
            matter_limits, _OF_PROMPT
        )
    )
    row = (await conn.execute(query.where(matters.c.id == matter_id))).one_or_none()
    return _asked_of(row) if row else None


async def unanswered(conn: Connection, person_id: int) -> list[Asked]:
    """The matters that run and have prompted a person, who has not declared about them yet; the newest first."""
    mine = (
        exists().where(obligations.c.notice_id == matter_prompts.c.notice_id, obligations.c.person_id == person_id),
        exists().where(deliveries.c.notice_id == matter_prompts.c.notice_id, deliveries.c.person_id == person_id),
    )
    declared = exists().where(declarations.c.matter_id == matters.c.id, declarations.c.person_id == person_id)
    query = (
        _asked()
        .join_from(matter_prompts, matters, matters.c.id == matter_prompts.c.matter_id)
        .outerjoin(matter_limits, _OF_PROMPT)
        .where(matter_prompts.c.notice_id.is_not(None), matter_prompts.c.kind.in_(_ASKING), or_(*mine), ~declared)
        .where(matters.c.state.not_in([one.value for one in OVER]))
        .order_by(matter_prompts.c.at.desc(), matter_prompts.c.id.desc())
    )
    found: dict[int, Asked] = {}
    for row in await conn.execute(query):
        found.setdefault(row.matter_id, _asked_of(row))
    return [*found.values()]


_OF_PROMPT: Final = and_(
    matter_limits.c.matter_id == matter_prompts.c.matter_id,
    matter_limits.c.rule == matter_prompts.c.rule,
    matter_limits.c.part == matter_prompts.c.part,
)


def _asked() -> Select[Any]:
    step = func.coalesce(matter_limits.c.milestone, matter_prompts.c.rule).label("step")
    return select(
        matters.c.id.label("matter_id"),
        matters.c.ref,
        matters.c.title,
        step,
        matter_prompts.c.notice_id,
        matter_prompts.c.at,
    )


def _asked_of(row: Row[Any]) -> Asked:
    """Of a date that no rule is about the prompt's rule is the milestone itself."""
    step = Milestone(row.step) if row.step in set(Milestone) else None
    return Asked(
        matter_id=row.matter_id,
        ref=row.ref,
        title=row.title,
        milestone=step,
        notice_id=row.notice_id,
        at=row.at,
    )


# What was declared


async def add(conn: Connection, asked: Asked, to: For, person_id: int, given: Given, at: datetime) -> Declaration:
    """Keep a declaration beside those before it."""
    row: dict[str, Json | datetime] = {
        "matter_id": asked.matter_id,
        "milestone": asked.milestone.value if asked.milestone else None,
        "post_id": to.post_id,
        "person_id": person_id,
        "interest": given.interest,
        "who": given.who,
        "what": given.what,
        "at": at,
        "notice_id": asked.notice_id,
    }
    added = await conn.scalar(insert(declarations).values(row).returning(declarations.c.id))
    return _declaration((await conn.execute(_declared().where(declarations.c.id == added))).one())


async def find(conn: Connection, declaration_id: int) -> Declaration | None:
    """One declaration."""
    if not is_id(declaration_id):
        return None
    row = (await conn.execute(_declared().where(declarations.c.id == declaration_id))).one_or_none()
    return _declaration(row) if row else None


async def of_matter(conn: Connection, matter_id: int) -> list[Declaration]:
    """All declarations about a matter, the newest first."""
    return await _some(conn, declarations.c.matter_id == matter_id)


async def latest_of(conn: Connection, person_id: int) -> list[Declaration]:
    """The latest declaration of a person about each matter, the newest first."""
    found: dict[int, Declaration] = {}
    for one in await _some(conn, declarations.c.person_id == person_id):
        found.setdefault(one.matter_id, one)
    return [*found.values()]


async def untold(conn: Connection) -> list[Declaration]:
    """The declarations of which no leader was told yet, the oldest first."""
    return (await _some(conn, declarations.c.told_at.is_(None)))[::-1]


async def mark_told(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that leaders were told of declarations."""
    if ids:
        await conn.execute(update(declarations).where(among(conn, declarations.c.id, ids)).values(told_at=now))


async def _some(conn: Connection, which: ColumnElement[bool]) -> list[Declaration]:
    query = _declared().where(which).order_by(declarations.c.at.desc(), declarations.c.id.desc())
    return [_declaration(row) for row in await conn.execute(query)]


def _declared() -> Select[Any]:
    return (
        select(
            declarations,
            matters.c.ref,
            matters.c.title,
            people.c.code.label("person_code"),
            people.c.name,
            posts.c.code.label("post_code"),
            posts.c.title.label("post"),
            _of_post.c.name.label("unit"),
            func.coalesce(_of_matter.c.path, _of_post.c.path, literal("")).label("path"),
        )
        .join_from(declarations, matters, matters.c.id == declarations.c.matter_id)
        .join(people, people.c.id == declarations.c.person_id)
        .join(posts, posts.c.id == declarations.c.post_id)
        .join(_of_post, _of_post.c.id == posts.c.unit_id)
        .outerjoin(_of_matter, _of_matter.c.id == matters.c.unit_id)
    )


def _declaration(row: Row[Any]) -> Declaration:
    return Declaration(
        id=row.id,
        matter_id=row.matter_id,
        ref=row.ref,
        title=row.title,
        milestone=Milestone(row.milestone) if row.milestone else None,
        path=row.path,
        person_id=row.person_id,
        person_code=row.person_code,
        name=row.name,
        post_code=row.post_code,
        post=row.post,
        unit=row.unit,
        given=Given(interest=row.interest, who=row.who, what=row.what),
        at=row.at,
        told_at=row.told_at,
    )
