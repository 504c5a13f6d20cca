"""Queries of declarations of interest: whom a matter asks for one, what was declared, what is still to be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, insert, literal, or_, select, update

from messages.notices import Json
from messages.scopes import NOWHERE
from messages.store import matter_sights
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.matter_sights import answers, holds_for
from messages.store.sets import among
from messages.store.tables import (
    declarations,
    deliveries,
    matter_limits,
    matter_prompt_notices,
    matter_prompts,
    matters,
    obligations,
    people,
    posts,
    units,
)
from messages.tenders.declarations import Asked, Declaration, Given
from messages.tenders.milestones import Milestone
from messages.tenders.records import OVER, PromptKind

_ASKING: Final = (PromptKind.CURRENT.value, PromptKind.SOON.value, PromptKind.DAY.value)
_of_matter, _of_post = units.alias("of_matter"), units.alias("of_post")


async def for_post(conn: Connection, asked: Asked, person_id: int) -> int | None:
    """The post that a matter asks, of those that a person holds now: the one that the prompt is to.

    Else one that another prompt is to, or that answers for a step; or any, of a person to whom a prompt went otherwise.
    """
    sight = await matter_sights.sight_of(conn, person_id, NOWHERE)
    if prompted := await _prompted(conn, asked, [one.id for one in sight.held]):
        return prompted[0]
    for one in sight.held:
        if await holds_for(conn, asked.matter_id, answers(replace(sight, held=(one,)))):
            return one.id
    went = select(deliveries.c.id).where(deliveries.c.person_id == person_id, deliveries.c.notice_id.in_(_told(asked)))
    if sight.held and await conn.scalar(went.limit(1)) is not None:
        return sight.held[0].id
    return None


def _told(asked: Asked) -> Select[Any]:
    """The notices of what was told of a matter."""
    of_prompt = matter_prompts.c.id == matter_prompt_notices.c.prompt_id
    went = select(matter_prompt_notices.c.notice_id).join(matter_prompts, of_prompt)
    return went.where(matter_prompts.c.matter_id == asked.matter_id)


async def _prompted(conn: Connection, asked: Asked, post_ids: Sequence[int]) -> list[int]:
    """Those of some posts that are to acknowledge what was told of a matter; that of the prompt itself first."""
    rows = await conn.execute(
        select(obligations.c.post_id, obligations.c.notice_id)
        .where(obligations.c.post_id.in_(post_ids), obligations.c.notice_id.in_(_told(asked)))
        .order_by(obligations.c.id)
    )
    return [row.post_id for row in sorted(rows, key=lambda row: row.notice_id != asked.notice_id)]


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
    went = matter_prompt_notices.c
    mine = (
        exists()
        .where(went.prompt_id == matter_prompts.c.id, told.c.notice_id == went.notice_id)
        .where(told.c.person_id == person_id)
        for told in (obligations, deliveries)
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


async def add(conn: Connection, asked: Asked, post_id: int, person_id: int, given: Given, at: datetime) -> Declaration:
    """Keep a declaration beside those before it."""
    row: dict[str, Json | datetime] = {
        "matter_id": asked.matter_id,
        "milestone": asked.milestone.value if asked.milestone else None,
        "post_id": post_id,
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


async def superseded(conn: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Those declarations beside which the same person has made a later one about the matter."""
    later = declarations.alias()
    same = later.c.matter_id == declarations.c.matter_id, later.c.person_id == declarations.c.person_id
    after = exists().where(*same, later.c.id > declarations.c.id)
    return frozenset(await conn.scalars(select(declarations.c.id).where(among(conn, declarations.c.id, ids), after)))


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
