"""Queries that find what is to be done about open warnings, by how they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, literal_column, select, update

from messages.deliveries import DeliveryState
from messages.notices import Grade
from messages.store.database import Connection
from messages.store.tables import (
    acknowledgements,
    assignments,
    deliveries,
    notices,
    warning_steps,
    warnings,
)
from messages.store.warnings import OPEN
from messages.warnings.records import StepOutcome, WarningState

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


async def arrived_late(conn: Connection) -> list[int]:
    """The open warnings that have arrived at their holders by now, and had not when their days were over."""
    s, d = warning_steps.c, deliveries.c
    missed = s.warning_id == warnings.c.id, s.turn == warnings.c.turn, s.outcome == StepOutcome.UNREACHED.value
    arrived = d.notice_id == warnings.c.notice_id, d.state == DeliveryState.DELIVERED.value
    query = (
        select(warnings.c.id)
        .join(assignments, assignments.c.id == warnings.c.assignment_id)
        .where(
            warnings.c.state == WarningState.ISSUED.value,
            exists().where(*missed),
            exists().where(*arrived, d.person_id == assignments.c.person_id),
        )
        .order_by(warnings.c.id)
    )
    return list(await conn.scalars(query))


async def date_notice(
    conn: Connection,
    notice_id: int,
    acknowledge_by: datetime | None,
    provisional: bool,  # noqa: FBT001 -- as a warning has it
) -> None:
    """The day by which a notice is to be acknowledged is another one."""
    values = {"acknowledge_by": acknowledge_by, "provisional": provisional}
    await conn.execute(update(notices).where(notices.c.id == notice_id).values(values))
