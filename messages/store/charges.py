"""Queries of whose a warning's grade is: found by how it stands, and written down for each holder and grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, text, update

from messages.deliveries import DeliveryState
from messages.ledger import Kind
from messages.notices import Grade
from messages.store import arrivals
from messages.store.database import Connection
from messages.store.deliveries import IS_SENDING, IS_WAITING
from messages.store.notice_standing import BEST_FIRST
from messages.store.sets import among
from messages.store.tables import assignments, deliveries, ledger, notices, posts, warning_events, warnings
from messages.store.tables.warnings import UNCHARGED
from messages.store.warnings import OPEN
from messages.warnings.records import WarningEvent

_BEGAN: Final = (WarningEvent.ISSUED.value, WarningEvent.RAISED.value)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written down last of a warning: the grade, whose it is, and whether it had ``arrived`` there."""

    grade: Grade
    person_id: int
    arrived: bool


@dataclass(frozen=True, kw_only=True)
class ToCharge:
    """A warning whose notice to the holder, by its ``key``, has ``arrived``, or is ``undelivered`` as far as is known.

    ``issued`` is when it was issued or raised last, ``since`` when the holder came to hold the post.
    """

    id: int
    turn: int
    grade: Grade
    post_code: str
    person_id: int
    since: datetime
    issued: datetime
    key: str
    arrived: datetime | None
    undelivered: str | None
    written: Written | None


async def find(conn: Connection, limit: int) -> list[int]:
    """Warnings to be looked at: what tells the holder of the present turn is settled, or has arrived after all."""
    ids = list(await conn.scalars(_with_holder(select(warnings.c.id)).where(_new()).limit(limit)))
    if len(ids) < limit:
        ids += await conn.scalars(_with_holder(select(warnings.c.id)).where(_arrived_since()).limit(limit - len(ids)))
    return sorted(ids)


async def hold(conn: Connection, ids: Sequence[int]) -> list[ToCharge]:
    """Those of them that still are, which nobody else changes until the transaction ends, nor at this moment."""
    free = select(warnings.c.id).where(among(conn, warnings.c.id, ids)).order_by(warnings.c.id)
    held = list(await conn.scalars(free.with_for_update(key_share=True, skip_locked=True)))
    mine = among(conn, warnings.c.id, held), or_(_new(), _arrived_since())
    began = select(func.max(warning_events.c.at)).where(
        warning_events.c.warning_id == warnings.c.id, warning_events.c.kind.in_(_BEGAN)
    )
    told = warnings.c.notice_id, assignments.c.person_id
    query = select(
        warnings,
        posts.c.code,
        assignments.c.person_id,
        assignments.c.started_at,
        notices.c.key,
        began.scalar_subquery().label("began"),
        arrivals.delivered(*told).label("delivered"),
        arrivals.earlier(*told).label("earlier"),
    )
    query = _with_holder(query).join(posts, posts.c.id == warnings.c.post_id)
    rows = await conn.execute(query.join(notices, notices.c.id == warnings.c.notice_id).where(*mine))
    return [await _to_charge(conn, row) for row in rows.all()]


def _with_holder(query: Select[Any]) -> Select[Any]:
    return query.join_from(warnings, assignments, assignments.c.id == warnings.c.assignment_id)


def _new() -> ColumnElement[bool]:
    """The turn was not looked at yet, and it is known whether its notice arrived."""
    settled = and_(exists().where(*_told()), ~exists().where(*_told(), or_(IS_WAITING, IS_SENDING)))
    return and_(text(f"({UNCHARGED})"), or_(_arrived(), settled))


def _arrived_since() -> ColumnElement[bool]:
    """It was written down that it had not arrived; it has since."""
    return and_(OPEN, warnings.c.charged_arrived.is_(False), _arrived())


def _arrived() -> ColumnElement[bool]:
    told = warnings.c.notice_id, assignments.c.person_id
    return or_(arrivals.delivered(*told).is_not(None), arrivals.earlier(*told).is_not(None))


def _told() -> tuple[ColumnElement[bool], ...]:
    return deliveries.c.notice_id == warnings.c.notice_id, deliveries.c.person_id == assignments.c.person_id


async def _to_charge(conn: Connection, row: Row[Any]) -> ToCharge:
    arrived = min((at for at in (row.delivered, row.earlier) if at is not None), default=None)
    return ToCharge(
        id=row.id,
        turn=row.turn,
        grade=Grade(row.grade),
        post_code=row.code,
        person_id=row.person_id,
        since=row.started_at,
        issued=row.began or row.issued_at,
        key=row.key,
        arrived=arrived,
        undelivered=None if arrived else await _undelivered(conn, row.notice_id, row.person_id),
        written=_written(row),
    )


def _written(row: Row[Any]) -> Written | None:
    if row.charged_grade is None or row.charged_to is None:
        return None
    return Written(grade=Grade(row.charged_grade), person_id=row.charged_to, arrived=bool(row.charged_arrived))


async def _undelivered(conn: Connection, notice_id: int, person_id: int) -> str:
    mine = deliveries.c.notice_id == notice_id, deliveries.c.person_id == person_id
    rows = (await conn.execute(select(deliveries.c.state, deliveries.c.reason).where(*mine))).all()
    best = min(rows, key=lambda row: BEST_FIRST.index(DeliveryState(row.state)))
    return "/".join(filter(None, [best.state, best.reason]))


async def before(conn: Connection, warning_id: int, person_id: int) -> Grade | None:
    """The grade before that which was written down last of a warning for a person."""
    mine = ledger.c.kind == Kind.WARNING_CHARGED.value, ledger.c.person_id == person_id
    of_warning = ledger.c.body["warning"].as_integer() == warning_id
    query = select(ledger.c.body).where(*mine, of_warning).order_by(ledger.c.id.desc()).limit(1)
    body: Mapping[str, Any] | None = await conn.scalar(query)
    return Grade(body["before"]) if body and body["before"] else None


async def note(conn: Connection, one: ToCharge) -> None:
    """Note that the turn of a warning was looked at, and whose its grade is."""
    values = {"charged_turn": one.turn, "charged_grade": one.grade.value, "charged_to": one.person_id}
    values["charged_arrived"] = one.arrived is not None
    await conn.execute(update(warnings).where(warnings.c.id == one.id).values(values))
