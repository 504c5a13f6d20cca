"""Queries of deliveries: claimed before the send, settled after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from messages.deliveries import ClaimedDelivery, DeliveryState, Reason
from messages.notices import FIRST_WAVE, Grade, Lane
from messages.store.database import Connection
from messages.store.obligations import is_live, is_unanswered
from messages.store.tables import accounts, deliveries, notices, obligations, people


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What is recorded about one delivery after a send (or instead of one).

    ``due_at`` is given where it goes back to planned. ``unsent`` takes the attempt back: nothing was put on the wire.
    """

    delivery_id: int
    state: DeliveryState
    at: datetime
    message_id: int | None = None
    reason: Reason | None = None
    due_at: datetime | None = None
    unsent: bool = False


PLANNED_ANEW: Final[dict[str, Any]] = {
    "state": DeliveryState.PLANNED.value,
    "attempts": 0,
    "account_id": None,
    "claimed_at": None,
    "settled_at": None,
    "message_id": None,
    "reason": None,
}
"""What a delivery is set back to that is to be made once more."""

_lane, _due = deliveries.c.lane, deliveries.c.due_at

# Written out, not bound: a planner takes a partial index only for a condition that it can read.
_IS_PLANNED = deliveries.c.state == literal_column(f"'{DeliveryState.PLANNED}'")
_IS_SENDING = deliveries.c.state == literal_column(f"'{DeliveryState.SENDING}'")


async def claim(conn: Connection, *, now: datetime, limit: int) -> list[ClaimedDelivery]:
    """Take up to ``limit`` deliveries that are due, the most urgent first, and record the intent to send them.

    What has expired is never taken. On PostgreSQL the rows that another transaction holds are passed over.
    """
    live = or_(deliveries.c.expires_at.is_(None), deliveries.c.expires_at > now)
    chosen = (
        select(deliveries.c.id)
        .where(_IS_PLANNED, _due <= now, live)
        .order_by(_lane, _due, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    account = select(accounts.c.id).where(accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None))
    taken = await conn.scalars(
        update(deliveries)
        .where(deliveries.c.id.in_(chosen))
        .values(
            state=DeliveryState.SENDING.value,
            claimed_at=now,
            attempts=deliveries.c.attempts + 1,
            account_id=account.scalar_subquery(),
        )
        .returning(deliveries.c.id)
    )
    ids = list(taken)
    return [_claimed(row) for row in await conn.execute(_details(ids))] if ids else []


def _details(ids: Sequence[int]) -> Select[Any]:
    earlier = deliveries.alias("earlier")
    reminded = (
        select(func.count())
        .where(
            earlier.c.notice_id == deliveries.c.notice_id,
            earlier.c.person_id == deliveries.c.person_id,
            earlier.c.wave > FIRST_WAVE,
            earlier.c.wave < deliveries.c.wave,
            earlier.c.state == DeliveryState.DELIVERED.value,
        )
        .scalar_subquery()
    )
    return (
        select(
            deliveries.c.id,
            deliveries.c.notice_id,
            deliveries.c.person_id,
            deliveries.c.account_id,
            accounts.c.chat_id,
            people.c.language,
            deliveries.c.wave,
            _lane,
            deliveries.c.attempts,
            deliveries.c.reason,
            reminded.label("reminded"),
            notices.c.grade,
            notices.c.template,
            notices.c.params,
            notices.c.title,
            notices.c.acknowledge,
            notices.c.acknowledge_by,
            notices.c.provisional,
        )
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(accounts, accounts.c.id == deliveries.c.account_id)
        .where(deliveries.c.id.in_(ids))
        .order_by(_lane, _due, deliveries.c.id)
    )


def _claimed(row: Row[Any]) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row.id,
        notice_id=row.notice_id,
        person_id=row.person_id,
        chat_id=row.chat_id,
        language=row.language,
        reminder=row.reminded + 1 if row.wave > FIRST_WAVE else 0,
        repeat=row.reason == Reason.NO_ANSWER.value,
        lane=Lane(row.lane),
        attempts=row.attempts,
        template=row.template,
        params=row.params,
        title=row.title,
        acknowledge=row.acknowledge,
        acknowledge_by=row.acknowledge_by,
        provisional=row.provisional,
        protect=row.grade in {grade.value for grade in Grade},
    )


_UNDER_WAY = (DeliveryState.SENDING.value, DeliveryState.UNCONFIRMED.value, DeliveryState.DELIVERED.value)


_LANDED = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value, DeliveryState.UNREACHABLE.value)


async def settle(conn: Connection, settlements: Sequence[Settlement]) -> None:
    """Record what came of sends, many at once.

    A press of the button may have proved a delivery before its answer came back: what is delivered stays so.
    """
    delivered = [one for one in settlements if one.state is DeliveryState.DELIVERED]
    others = [one for one in settlements if one.state is not DeliveryState.DELIVERED]
    if delivered:
        await conn.execute(_DELIVERED, [_values(one) for one in delivered])
    if others:
        await conn.execute(
            _OTHER, [{**_values(one), "b_due_at": one.due_at, "b_unsent": int(one.unsent)} for one in others]
        )


def _values(one: Settlement) -> dict[str, Any]:
    return {
        "b_id": one.delivery_id,
        "b_state": one.state.value,
        "b_at": one.at,
        "b_message_id": one.message_id,
        "b_reason": one.reason.value if one.reason else None,
    }


_FINAL: dict[str, Any] = {
    "state": bindparam("b_state"),
    "settled_at": bindparam("b_at"),
    "message_id": bindparam("b_message_id"),
    "reason": bindparam("b_reason"),
}
# What comes back after its notice was cancelled must not be planned once more.
# The notice was cancelled, or its post has another holder now.
_CALLED_OFF = or_(
    exists().where(notices.c.id == deliveries.c.notice_id, notices.c.cancelled_at.is_not(None)),
    and_(
        exists().where(notices.c.id == deliveries.c.notice_id, notices.c.acknowledge),
        ~exists().where(
            obligations.c.notice_id == deliveries.c.notice_id, obligations.c.person_id == deliveries.c.person_id
        ),
    ),
)


def _unless_called_off(state: ColumnElement[str]) -> ColumnElement[str]:
    back = state == DeliveryState.PLANNED.value
    return case((and_(back, _CALLED_OFF), DeliveryState.CANCELLED.value), else_=state)


# Written out, not IN: many rows are settled by one statement, which an expanding list forbids.
_IS_UNDER_WAY = or_(*(deliveries.c.state == state for state in _UNDER_WAY))
_DELIVERED = update(deliveries).where(deliveries.c.id == bindparam("b_id"), _IS_UNDER_WAY).values(_FINAL)
_OTHER = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"), _IS_SENDING)
    .values(
        {
            **_FINAL,
            "state": _unless_called_off(bindparam("b_state", type_=deliveries.c.state.type)),
            "due_at": func.coalesce(bindparam("b_due_at", type_=_due.type), _due),
            "attempts": deliveries.c.attempts - bindparam("b_unsent"),
        }
    )
)


async def follow_moved(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Plan once more what went to an account that its person left while it was in flight.

    Only the account that a delivery went to may acknowledge it, so the person must get it at the new one.
    """
    left = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.left_at.is_not(None))
    asked = exists().where(notices.c.id == deliveries.c.notice_id, notices.c.acknowledge, is_live(now))
    await conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state.in_(_LANDED), left, asked, is_unanswered())
        .values(**PLANNED_ANEW, due_at=now)
    )


async def requeue_interrupted(conn: Connection) -> int:
    """After a crash: what was being sent is due again, since nobody knows whether it left. Gives how many."""
    planned = literal(DeliveryState.PLANNED.value, deliveries.c.state.type)
    back = await conn.execute(update(deliveries).where(_IS_SENDING).values(state=_unless_called_off(planned)))
    return back.rowcount


_EXPIRED_AT_ONCE: Final = 10_000
"""So many are marked by one statement: a province's million would hold everybody up."""


async def any_expired(conn: Connection, now: datetime) -> bool:
    """Whether something still planned is past its use."""
    # In the order of the index over what expires: its first entry answers, however many deliveries there are.
    found = select(deliveries.c.expires_at).where(_IS_PLANNED, deliveries.c.expires_at <= now)
    return await conn.scalar(found.order_by(deliveries.c.expires_at).limit(1)) is not None


async def expire(conn: Connection, now: datetime) -> int:
    """Mark by name what can no longer be of use, a bounded number of deliveries; gives how many, 0 when all are."""
    past = (
        select(deliveries.c.id)
        .where(_IS_PLANNED, deliveries.c.expires_at <= now)
        .order_by(deliveries.c.expires_at)
        .limit(_EXPIRED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    done = await conn.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(past))
        .values(state=DeliveryState.EXPIRED.value, settled_at=now, reason=Reason.TOO_LATE.value)
    )
    return done.rowcount


async def lose_person(conn: Connection, person_id: int, chat_id: int, reason: Reason, now: datetime) -> None:
    """Mark a person's account unreachable, and what is still planned for the person with it.

    Where the person has moved to another account meanwhile, nothing is lost: what is planned goes there.
    """
    lost = await conn.execute(
        update(accounts)
        .where(accounts.c.person_id == person_id, accounts.c.chat_id == chat_id, accounts.c.left_at.is_(None))
        .values(unreachable_since=now, unreachable_reason=reason.value)
    )
    if not lost.rowcount:
        return
    await conn.execute(
        update(deliveries)
        .where(deliveries.c.person_id == person_id, _IS_PLANNED)
        .values(state=DeliveryState.UNREACHABLE.value, settled_at=now, reason=reason.value)
    )


async def move_chat(conn: Connection, chat_id: int, to: int) -> None:
    """A chat has a new id."""
    await conn.execute(
        update(accounts).where(accounts.c.chat_id == chat_id, accounts.c.left_at.is_(None)).values(chat_id=to)
    )


async def most_urgent(conn: Connection, now: datetime) -> Lane | None:
    """The lane of what is due and would be claimed first."""
    lane: int | None = await conn.scalar(select(_lane).where(_IS_PLANNED, _due <= now).order_by(_lane).limit(1))
    return None if lane is None else Lane(lane)
