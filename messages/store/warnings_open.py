"""Queries that find what is to be done about open warnings, by how they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, exists, func, literal_column, or_, select

from messages.deliveries import DeliveryState
from messages.notices import Grade
from messages.store.database import Connection
from messages.store.tables import (
    acknowledgements,
    assignments,
    deliveries,
    earlier_messages,
    tellings,
    warning_steps,
    warnings,
)
from messages.store.warning_steps import NEW_DAY
from messages.store.warnings import OPEN
from messages.warnings.awaited import UNANSWERED
from messages.warnings.records import StepOutcome

_IS_PROVISIONAL: Final[ColumnElement[bool]] = literal_column("warnings.provisional")
"""As the index of these has it, on either database."""


async def changed_hands(conn: Connection) -> list[int]:
    """The open warnings whose posts are held by others than the warnings say, or by nobody, or by somebody again.

    Compared are posts with who holds them, of which there are far fewer than warnings, and all in one index; only where
    one differs its warnings are looked for.
    """
    held = select(warnings.c.post_id, warnings.c.assignment_id).where(OPEN).distinct().subquery()
    current = and_(assignments.c.post_id == held.c.post_id, assignments.c.ended_at.is_(None))
    differs = select(held).join(assignments, current, isouter=True)
    pairs = await conn.execute(differs.where(held.c.assignment_id.is_distinct_from(assignments.c.id)))
    found: list[int] = []
    for post_id, assignment_id in pairs:
        mine = warnings.c.post_id == post_id, warnings.c.assignment_id.is_not_distinct_from(assignment_id)
        found += await conn.scalars(select(warnings.c.id).where(OPEN, *mine))
    return sorted(found)


async def red(conn: Connection) -> frozenset[int]:
    """The open warnings that are red."""
    return frozenset(await conn.scalars(select(warnings.c.id).where(OPEN, warnings.c.grade == Grade.RED.value)))


async def present_assignment(conn: Connection, post_id: int) -> int | None:
    """Who holds a post now, as an assignment; None while it is vacant."""
    mine = assignments.c.post_id == post_id, assignments.c.ended_at.is_(None)
    found: int | None = await conn.scalar(select(assignments.c.id).where(*mine))
    return found


async def acknowledged(conn: Connection) -> list[int]:
    """The open warnings whose present holders have acknowledged them, which is not noted yet."""
    query = select(warnings.c.id).join(acknowledgements, _by_holder())
    return list(await conn.scalars(query.where(OPEN, warnings.c.acknowledged_at.is_(None)).order_by(warnings.c.id)))


async def acknowledged_at(conn: Connection, warning_id: int) -> datetime | None:
    """When the present holder of a warning acknowledged it."""
    query = select(acknowledgements.c.at).join(warnings, _by_holder()).where(warnings.c.id == warning_id)
    found: datetime | None = await conn.scalar(query)
    return found


def _by_holder() -> ColumnElement[bool]:
    return and_(
        acknowledgements.c.notice_id == warnings.c.notice_id,
        acknowledgements.c.assignment_id == warnings.c.assignment_id,
    )


@dataclass(frozen=True, kw_only=True)
class Provisional:
    """Since when the days of a warning count that are provisional, and how many there are to answer."""

    since: datetime
    answer_within: int
    grade: Grade


async def provisional(conn: Connection) -> list[tuple[int, Provisional]]:
    """The open warnings whose days are provisional, by their ids."""
    columns = warnings.c.id, warnings.c.since, warnings.c.answer_within, warnings.c.grade
    rows = await conn.execute(select(*columns).where(OPEN, _IS_PROVISIONAL).order_by(warnings.c.id))
    return [
        (row.id, Provisional(since=row.since, answer_within=row.answer_within, grade=Grade(row.grade))) for row in rows
    ]


# --- how the days reach the holder ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """When a holder has got the message that tells the days which run; ``new_day``: it tells only one to answer by."""

    at: datetime
    new_day: bool


async def arrival(conn: Connection, warning_id: int) -> Arrival | None:
    """How the days of a warning have reached its present holder: by a delivery, or seen by an acknowledgement.

    None where they have not, as far as is known: what was sent without any confirmation may have been lost.
    """
    delivered = select(func.min(deliveries.c.settled_at)).where(*_delivered()).scalar_subquery()
    pressed = select(func.min(acknowledgements.c.at)).where(*_pressed()).scalar_subquery()
    query = (
        select(
            delivered.label("delivered"),
            pressed.label("pressed"),
            (_telling() != warnings.c.notice_id).label("new_day"),
        )
        .join(assignments, assignments.c.id == warnings.c.assignment_id)
        .where(warnings.c.id == warning_id)
    )
    row = (await conn.execute(query)).one_or_none()
    instants = [at for at in (row.delivered, row.pressed) if at is not None] if row else []
    return Arrival(at=min(instants), new_day=bool(row.new_day)) if row and instants else None


async def arrived_late(conn: Connection, warning_id: int | None = None) -> list[int]:
    """The warnings whose days have reached their holders too late, of all that wait for an answer, or of one.

    Too late is more than an hour after they began to count, or after a step had found that they had not arrived.
    """
    s, hour = warning_steps.c, _an_hour_on(conn)
    missed = exists().where(
        s.warning_id == warnings.c.id, s.turn == warnings.c.turn, s.outcome == StepOutcome.UNREACHED.value
    )
    delivered, pressed = exists().where(*_delivered()), exists().where(*_pressed())
    earlier = exists().where(
        earlier_messages.c.notice_id == _telling(),
        earlier_messages.c.person_id == assignments.c.person_id,
        earlier_messages.c.message_id.is_not(None),
        earlier_messages.c.sent_at <= hour,
    )
    in_time = or_(exists().where(*_delivered(), deliveries.c.settled_at <= hour), earlier)
    query = (
        select(warnings.c.id)
        .join(assignments, assignments.c.id == warnings.c.assignment_id)
        .where(
            OPEN,
            warnings.c.state.in_([state.value for state in UNANSWERED]),
            warnings.c.since.is_not(None),
            or_(and_(missed, or_(delivered, pressed)), and_(delivered, ~in_time)),
        )
        .order_by(warnings.c.id)
    )
    return list(await conn.scalars(query if warning_id is None else query.where(warnings.c.id == warning_id)))


def _telling() -> ColumnElement[int]:
    """The notice that tells the days which run: of a return or a decision with a new day, or else the issue's."""
    newer = tellings.c.warning_id == warnings.c.id, tellings.c.notice_id > warnings.c.notice_id
    query = select(func.max(tellings.c.notice_id)).where(*newer, tellings.c.step == NEW_DAY)
    return func.coalesce(query.correlate(warnings).scalar_subquery(), warnings.c.notice_id)


def _delivered() -> tuple[ColumnElement[bool], ...]:
    d = deliveries.c
    return d.notice_id == _telling(), d.person_id == assignments.c.person_id, d.state == DeliveryState.DELIVERED.value


def _pressed() -> tuple[ColumnElement[bool], ...]:
    a = acknowledgements.c
    return a.notice_id == _telling(), a.assignment_id == warnings.c.assignment_id


def _an_hour_on(conn: Connection) -> ColumnElement[Any]:
    """An hour after the days of a warning began to count."""
    if conn.dialect.name == "sqlite":
        return func.datetime(warnings.c.since, "+1 hour", type_=String)
    return warnings.c.since + literal_column("interval '1 hour'")
