"""Queries that find what is to be done about open warnings, by how they stand."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select, update

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


async def changed_hands(conn: Connection) -> list[int]:
    """The open warnings whose posts are held by others than the warnings say, or by nobody, or by somebody again."""
    current = and_(assignments.c.post_id == warnings.c.post_id, assignments.c.ended_at.is_(None))
    query = (
        select(warnings.c.id)
        .join(assignments, current, isouter=True)
        .where(OPEN, warnings.c.assignment_id.is_distinct_from(assignments.c.id))
        .order_by(warnings.c.id)
    )
    return list(await conn.scalars(query))


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


async def provisional(conn: Connection) -> list[int]:
    """The open warnings whose days are provisional."""
    return list(await conn.scalars(select(warnings.c.id).where(OPEN, warnings.c.provisional).order_by(warnings.c.id)))


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
