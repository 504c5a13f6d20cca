"""Queries of quiet hours: who has chosen own ones, and what waits for their end."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, cast, func, literal, null, or_, select, update

from messages.deliveries import DeliveryState
from messages.notices import Lane
from messages.quiet_hours import Openings, OwnHours, Wait
from messages.store.database import Connection
from messages.store.deliveries import IS_PLANNED
from messages.store.tables import deliveries, notices, people

_AT_ONCE: Final = 10_000
"""So many are put off by one statement: a province's million would hold everybody up."""
_LOOKED_AT: Final = 5_000


async def chosen(conn: Connection) -> list[OwnHours]:
    """All the hours that somebody has chosen, each once."""
    mine = select(people.c.quiet_from, people.c.quiet_until).where(people.c.quiet_from.is_not(None)).distinct()
    found = (OwnHours.of(*row) for row in await conn.execute(mine))
    return [own for own in found if own is not None]


async def find(conn: Connection, person_id: int) -> OwnHours | None:
    """The hours that a person has chosen; None for who goes by the office's."""
    query = select(people.c.quiet_from, people.c.quiet_until).where(people.c.id == person_id)
    return OwnHours.of(*(await conn.execute(query)).one())


async def choose(conn: Connection, person_id: int, own: OwnHours | None) -> None:
    """Keep the hours that a person chose; None: those of the office."""
    since, until = own.minutes if own else (None, None)
    await conn.execute(update(people).where(people.c.id == person_id).values(quiet_from=since, quiet_until=until))


async def waits_until(conn: Connection, notice_id: int, now: datetime) -> datetime | None:
    """When a notice goes out of which nothing is sent before the end of quiet hours; None where something is.

    Of a large notice the first are looked at, who stand for all.
    """
    mine = select(deliveries.c.state, deliveries.c.due_at, deliveries.c.waited).where(
        deliveries.c.notice_id == notice_id
    )
    looked = mine.order_by(deliveries.c.person_id).limit(_LOOKED_AT).subquery()
    left = looked.c.state.in_((DeliveryState.PLANNED.value, DeliveryState.SENDING.value))
    other = func.sum(case((looked.c.waited & (looked.c.due_at > now), 0), else_=1))
    at, others = (await conn.execute(select(func.min(looked.c.due_at), other).where(left))).one()
    return at if at is not None and not others else None


async def move_waiting(conn: Connection, person_id: int, wait: Wait, now: datetime) -> None:
    """What waits for the end of a person's quiet hours waits for another one, or not any more."""
    waiting = deliveries.c.person_id == person_id, IS_PLANNED, deliveries.c.waited
    later = func.coalesce(_waits(wait, now, deliveries.c.expires_at), literal(now, deliveries.c.due_at.type))
    await conn.execute(update(deliveries).where(*waiting).values(due_at=later))


def opens(openings: Openings, expires_at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Correlated to ``people``: until when what ``expires_at`` an instant waits; NULL where not at all."""
    whens = [
        (and_(people.c.quiet_from == since, people.c.quiet_until == until), _waits(wait, openings.now, expires_at))
        for (since, until), wait in ((own.minutes, wait) for own, wait in openings.own.items())
    ]
    return case(
        (people.c.quiet_from.is_(None), _waits(openings.office, openings.now, expires_at)), *whens, else_=null()
    )


def _waits(wait: Wait | None, now: datetime | None, expires_at: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """As ``Wait.before``; NULL where that is not later than now."""
    kind = deliveries.c.due_at.type
    if wait is None or now is None:
        return cast(null(), kind)
    until, at_least = literal(wait.until, kind), literal(wait.at_least, kind)
    whens = [(or_(expires_at.is_(None), until < expires_at), until)] if wait.until > now else []
    whens += [(at_least < expires_at, at_least)] if wait.at_least > now else []
    return case(*whens, else_=null()) if whens else cast(null(), kind)


def waits(lane: ColumnElement[int], openings: Openings, expires_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Correlated to ``people`` and ``notices``: whether what is due now in a lane is put off."""
    return and_(lane > Lane.RED.value, ~notices.c.anytime, opens(openings, expires_at).is_not(None))


async def put_off(conn: Connection, bot_id: int, lane: Lane, openings: Openings, now: datetime) -> int:
    """What is due in a bot's lane waits for the end of its people's quiet hours; gives how many, 0 when all do.

    A bounded number, and nothing that a sender is claiming at this moment.
    """
    due = (
        select(deliveries.c.id, opens(openings, deliveries.c.expires_at).label("opens"))
        .join(people, people.c.id == deliveries.c.person_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(deliveries.c.bot_id == bot_id, deliveries.c.lane == lane.value, IS_PLANNED, deliveries.c.due_at <= now)
        .where(deliveries.c.parts.is_(None), waits(deliveries.c.lane, openings, deliveries.c.expires_at))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(_AT_ONCE)
        .with_for_update(of=deliveries, skip_locked=True)
        .subquery("due")
    )
    later = update(deliveries).where(deliveries.c.id == due.c.id).values(due_at=due.c.opens, waited=True)
    return (await conn.execute(later)).rowcount
