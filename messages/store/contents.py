"""Queries of what deliveries say: the person, the notice, and which reminder it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Result, Row, and_, exists, func, or_, select

from messages.deliveries import ClaimedDelivery, DeliveryState, Reason
from messages.files import attachments_of
from messages.notices import FIRST_WAVE, Grade, Lane
from messages.quiet_hours import OwnHours
from messages.store.database import Connection
from messages.store.obligations import is_stopped
from messages.store.passing import passers, was_taken_over
from messages.store.sets import among
from messages.store.tables import accounts, deliveries, notices, people

_arrived: Final = deliveries.c.state.in_((DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value))


_OF_MATTERS: Final = "tender_"
"""How the templates of what is told of matters begin."""


def gathers(attempts: int) -> ColumnElement[bool]:
    """Whether a delivery goes together with others: it has waited, or is of a matter, as many of these come at a time.

    The latter only with so many ``attempts``: what was refused together then goes singly.
    """
    n, d = notices.c, deliveries.c
    of_matter = exists().where(n.id == d.notice_id, n.template.startswith(_OF_MATTERS, autoescape=True))
    return or_(d.waited, and_(d.attempts == attempts, of_matter))


async def look(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Deliveries with the people they are for, in the order in which they go."""
    d = deliveries.c
    columns = (
        d.id,
        d.notice_id,
        d.person_id,
        d.bot_id,
        d.term,
        d.wave,
        d.lane,
        d.attempts,
        d.reason,
        d.parts,
        d.waited,
        gathers(attempts=1).label("gathers"),
        d.expires_at,
    )
    person = people.c.language, people.c.quiet_from, people.c.quiet_until
    account = accounts.c.chat_id, accounts.c.bot_id.label("serving")
    query = (
        select(*columns, *account, *person, was_taken_over().label("taken_over"))
        .join(people, people.c.id == d.person_id)
        .outerjoin(accounts, accounts.c.id == d.account_id)
        .where(among(conn, d.id, ids))
        .order_by(d.lane, d.due_at, d.id)
    )
    found: Result[Any] = await conn.execute(query)
    return found.all()


async def notices_of(conn: Connection, rows: Sequence[Row[Any]], now: datetime) -> dict[int, Row[Any]]:
    """What these deliveries are of, by the notice, and whether that is ``stopped``."""
    n = notices.c
    said = (n.template, n.params, n.title, n.attachments, n.desk)
    stopped = is_stopped(now).label("stopped")
    columns = (n.id, n.grade, *said, n.acknowledge, n.acknowledge_by, n.provisional, n.anytime, stopped)
    found: Result[Any] = await conn.execute(
        select(*columns).where(among(conn, n.id, sorted({row.notice_id for row in rows})))
    )
    return {row.id: row for row in found}


async def described(conn: Connection, rows: Sequence[Row[Any]], said: Mapping[int, Row[Any]]) -> list[ClaimedDelivery]:
    """Deliveries that were looked at, with all that their messages say."""
    reminded = await _reminded(conn, [row.id for row in rows if row.wave > FIRST_WAVE])
    passed = await passers(conn, [row.id for row in rows if row.taken_over])
    return [_delivery(row, said[row.notice_id], reminded.get(row.id, 0), passed.get(row.id)) for row in rows]


async def _reminded(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Of reminders: how many of the same notice the person got before.

    By when they arrived, not by their waves: one by hand has a later wave than those that are still to come.
    """
    if not ids:
        return {}
    earlier = deliveries.alias("earlier")
    same = and_(
        earlier.c.notice_id == deliveries.c.notice_id,
        earlier.c.person_id == deliveries.c.person_id,
        earlier.c.id != deliveries.c.id,
        earlier.c.wave > FIRST_WAVE,
        or_(deliveries.c.settled_at.is_(None), earlier.c.settled_at < deliveries.c.settled_at, ~_arrived),
        earlier.c.state == DeliveryState.DELIVERED.value,
    )
    count = select(func.count()).where(same).scalar_subquery()
    found = await conn.execute(select(deliveries.c.id, count).where(among(conn, deliveries.c.id, ids)))
    return {number: before for number, before in found.all()}  # noqa: C416 -- rows are no pairs to the types


def _delivery(row: Row[Any], notice: Row[Any], reminded: int, passed_by: str | None) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row.id,
        notice_id=row.notice_id,
        person_id=row.person_id,
        bot_id=row.bot_id,
        term=row.term,
        chat_id=row.chat_id,
        language=row.language,
        reminder=reminded + 1 if row.wave > FIRST_WAVE else 0,
        repeat=row.reason == Reason.NO_ANSWER.value,
        lane=Lane(row.lane),
        attempts=row.attempts,
        template=notice.template,
        params=notice.params,
        title=notice.title,
        acknowledge=notice.acknowledge,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
        protect=notice.grade in {grade.value for grade in Grade},
        attachments=attachments_of(notice.attachments),
        desk=notice.desk,
        parts=tuple(row.parts or ()),
        passed_by=passed_by,
        anytime=bool(notice.anytime),
        own_hours=OwnHours.of(row.quiet_from, row.quiet_until),
        gathers=bool(row.gathers),
        expires_at=row.expires_at,
    )
