"""Queries of what calendars show of matters: limits with a day, and dates, of a scope or of who answers for a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, or_, select

from messages.store import matters, tables
from messages.store.database import Connection
from messages.store.matter_limits import limit_of
from messages.store.matter_sights import HeldPost, Sight, answering
from messages.store.tables import (
    deliveries,
    matter_dates,
    matter_limits,
    matter_posts,
    matter_prompt_notices,
    matter_prompts,
)
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, Matter, PromptKind

_OF_STEPS: Final = tuple(one.value for one in (PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY, PromptKind.MOVED))


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A limit of a matter, or a date of it: one of both."""

    matter: Matter
    limit: Limit | None = None
    fact: Fact | None = None


def answered(held: Sequence[HeldPost]) -> ColumnElement[bool]:
    """Of ``matter_limits`` and ``matters``: whether one of these posts answers for the step.

    Who is named for the step, or else for every step, does; where nobody is named, who answers for its risk node in
    the buyer's unit, or below it where that has nobody who does.
    """
    mine = matter_posts.c.post_id.in_([one.id for one in held])
    of_step, of_all = _named(matter_limits.c.milestone), _named("")
    by_node = (
        and_(tables.matters.c.unit_id.in_(unit_ids), matter_limits.c.node.in_(names))
        for names, unit_ids in answering(held).items()
    )
    return or_(
        exists().where(*of_step, mine),
        and_(~exists().where(*of_step), exists().where(*of_all, mine)),
        and_(~exists().where(*of_step), ~exists().where(*of_all), or_(false(), *by_node)),
    )


def _named(milestone: ColumnElement[str] | str) -> tuple[ColumnElement[bool], ...]:
    return matter_posts.c.matter_id == matter_limits.c.matter_id, matter_posts.c.milestone == milestone


def told(person_id: int | None) -> ColumnElement[bool]:
    """Of ``matter_limits``: whether a person was prompted of the step, as whoever is where nobody answers for it."""
    of_person = (
        select(matter_prompts.c.id)
        .join(matter_prompt_notices, matter_prompt_notices.c.prompt_id == matter_prompts.c.id)
        .join(deliveries, deliveries.c.notice_id == matter_prompt_notices.c.notice_id)
        .where(deliveries.c.person_id == person_id, matter_prompts.c.kind.in_(_OF_STEPS))
        .where(
            matter_prompts.c.matter_id == matter_limits.c.matter_id,
            matter_prompts.c.rule == matter_limits.c.rule,
            matter_prompts.c.part == matter_limits.c.part,
        )
    )
    return of_person.correlate(matter_limits).exists()


async def of_steps(conn: Connection, sight: Sight, since: datetime, zone: tzinfo, most: int) -> list[Dated]:
    """The limits of the steps for which a person answers or of which the person was prompted, and their dates.

    Since an instant: ``most`` of each.
    """
    which = or_(answered(sight.held), told(sight.person_id))
    return await _dated(conn, which, _of_a_step(which), since, zone, most)


async def of_matters(
    conn: Connection, which: ColumnElement[bool], since: datetime, zone: tzinfo, most: int
) -> list[Dated]:
    """The limits and all dates of the ``matters`` for which ``which`` holds, since an instant: ``most`` of each."""
    return await _dated(conn, which, which, since, zone, most)


async def _dated(
    conn: Connection,
    of_limits: ColumnElement[bool],
    of_dates: ColumnElement[bool],
    since: datetime,
    zone: tzinfo,
    most: int,
) -> list[Dated]:
    limits = (
        _of_matters()
        .where(of_limits, matter_limits.c.due_on >= since.astimezone(zone).date().isoformat())
        .order_by(matter_limits.c.due_on, matter_limits.c.id)
        .limit(most)
    )
    dates = (
        select(matter_dates)
        .join(tables.matters, tables.matters.c.id == matter_dates.c.matter_id)
        .where(matter_dates.c.at >= since, of_dates)
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
    return select(matter_limits).join(tables.matters, tables.matters.c.id == matter_limits.c.matter_id)


def _of_a_step(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of ``matter_dates``: of a milestone that is a step for which ``which`` holds."""
    of_it = matter_limits.c.matter_id == matter_dates.c.matter_id, matter_limits.c.milestone == matter_dates.c.milestone
    return _of_matters().where(*of_it, which).correlate(matter_dates).exists()


def _fact(row: Row[Any]) -> Fact:
    return Fact(milestone=Milestone(row.milestone), part=row.part, at=row.at, whole_day=row.whole_day)
