"""Queries of deliveries: what came of sends, what follows a person, what is too late. See ``claims`` for the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from messages.deliveries import DeliveryState, Reason, Recall
from messages.store.database import Connection
from messages.store.given import given, parameters
from messages.store.obligations import is_unanswered
from messages.store.sets import among
from messages.store.tables import accounts, deliveries, notices
from messages.store.types import Instant


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What is recorded about one delivery after a send (or instead of one).

    ``term`` is that of the claim. ``due_at`` is given where it goes back to planned with another time. ``unsent`` takes
    the attempt back: nothing was put on the wire. ``parts`` are all messages of its files so far, None for no change.
    ``waited`` changes whether it has waited for the end of quiet hours.
    """

    delivery_id: int
    term: int
    state: DeliveryState
    at: datetime
    message_id: int | None = None
    reason: Reason | None = None
    due_at: datetime | None = None
    unsent: bool = False
    parts: tuple[int, ...] | None = None
    waited: bool | None = None


_lane, _due = deliveries.c.lane, deliveries.c.due_at

# Written out, not bound: a planner takes a partial index only for a condition that it can read.
IS_PLANNED: Final = deliveries.c.state == literal_column(f"'{DeliveryState.PLANNED}'")
IS_PAUSED: Final = deliveries.c.state == literal_column(f"'{DeliveryState.PAUSED}'")
IS_SENDING: Final = deliveries.c.state == literal_column(f"'{DeliveryState.SENDING}'")


IS_WAITING: Final = or_(IS_PLANNED, IS_PAUSED)
"""Not sent yet; whether its notice is paused or not."""

# Planned, or called off meanwhile: a newer term took over and has not sent it. What is known to have arrived is not
# sent again, and can be recalled.
_UNDER_WAY = (
    DeliveryState.PLANNED.value,
    DeliveryState.PAUSED.value,
    DeliveryState.CANCELLED.value,
    DeliveryState.SENDING.value,
    DeliveryState.UNCONFIRMED.value,
    DeliveryState.DELIVERED.value,
)
_IS_UNDER_WAY = deliveries.c.state.in_(_UNDER_WAY)
# Known to have arrived only after its recall was seen to: looked up for the few that were called off meanwhile.
_CALLED_BACK = and_(
    deliveries.c.state == DeliveryState.CANCELLED.value,
    exists().where(notices.c.id == deliveries.c.notice_id, notices.c.recalled_at.is_not(None)),
)


def served_by() -> ColumnElement[int]:
    """The bot that serves the person of a delivery now."""
    account = select(accounts.c.bot_id).where(
        accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None)
    )
    return func.coalesce(account.scalar_subquery(), deliveries.c.bot_id)


async def hold(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Keep the accounts of deliveries as they are until the transaction ends; gives those whose account was left.

    Accounts before deliveries, as who joins anew does, and in one order: neither waits for the other for ever.
    """
    held = (
        select(deliveries.c.id, accounts.c.left_at)
        .join(accounts, accounts.c.id == deliveries.c.account_id)
        .where(among(conn, deliveries.c.id, ids))
        .order_by(deliveries.c.id)
        .with_for_update(of=accounts, key_share=True)
    )
    return [row.id for row in await conn.execute(held) if row.left_at is not None]


async def settle(conn: Connection, settlements: Sequence[Settlement]) -> None:
    """Record what came of sends, many at once.

    A press of the button may have proved a delivery before its answer came back: what is delivered stays so.
    """
    delivered = [one for one in settlements if one.state is DeliveryState.DELIVERED]
    others = [one for one in settlements if one.state is not DeliveryState.DELIVERED]
    if delivered:
        rows = [_arrival(one) for one in sorted(delivered, key=lambda one: one.delivery_id)]
        await conn.execute(_delivered(conn.dialect.name), parameters(conn, rows))
    if others:
        await conn.execute(_OTHER, [_values(one) for one in others])


def _arrival(one: Settlement) -> dict[str, object]:
    return {"id": one.delivery_id, "term": one.term, "at": one.at, "message_id": one.message_id}


@cache
def _delivered(dialect: str) -> Executable:
    """All that arrived, by one statement: nearly every outcome is of this kind."""
    arrived = given(dialect, {"id": BigInteger(), "term": BigInteger(), "at": Instant(), "message_id": BigInteger()})
    mine = deliveries.c.id == arrived.c.id, deliveries.c.term == arrived.c.term, _IS_UNDER_WAY
    return (
        update(deliveries)
        .where(*mine)
        .values(
            state=DeliveryState.DELIVERED.value,
            settled_at=arrived.c.at,
            message_id=arrived.c.message_id,
            reason=None,
            recall=case((_CALLED_BACK, Recall.WANTED.value), else_=deliveries.c.recall),
        )
    )


def _values(one: Settlement) -> dict[str, Any]:
    return {
        "b_id": one.delivery_id,
        "b_term": one.term,
        "b_state": one.state.value,
        "b_at": one.at,
        "b_message_id": one.message_id,
        "b_reason": one.reason.value if one.reason else None,
        "b_due_at": one.due_at,
        "b_unsent": int(one.unsent),
        "b_waited": one.waited,
        "b_parts": None if one.parts is None else list(one.parts),
    }


_FINAL: dict[str, Any] = {
    "state": bindparam("b_state"),
    "settled_at": bindparam("b_at"),
    "message_id": bindparam("b_message_id"),
    "reason": bindparam("b_reason"),
}
# What comes back must not be planned once more where the notice was cancelled, its post has another holder now, or the
# person has acknowledged it meanwhile by another wave's message.
_CALLED_OFF = or_(
    exists().where(notices.c.id == deliveries.c.notice_id, notices.c.cancelled_at.is_not(None)),
    and_(exists().where(notices.c.id == deliveries.c.notice_id, notices.c.acknowledge), ~is_unanswered()),
)


_PAUSED = exists().where(notices.c.id == deliveries.c.notice_id, notices.c.paused_at.is_not(None))


def unless_called_off(state: ColumnElement[str]) -> ColumnElement[str]:
    """The state; where it would be planned again, that it is cancelled if nobody wants it any more, or paused."""
    back = state == DeliveryState.PLANNED.value
    return case(
        (and_(back, _CALLED_OFF), DeliveryState.CANCELLED.value),
        (and_(back, _PAUSED), DeliveryState.PAUSED.value),
        else_=state,
    )


_CLAIMED = and_(deliveries.c.id == bindparam("b_id"), deliveries.c.term == bindparam("b_term"))
_OTHER = (
    update(deliveries)
    .where(_CLAIMED, IS_SENDING)
    .values(
        {
            **_FINAL,
            "state": unless_called_off(bindparam("b_state", type_=deliveries.c.state.type)),
            "due_at": func.coalesce(bindparam("b_due_at", type_=_due.type), _due),
            "waited": func.coalesce(bindparam("b_waited", type_=deliveries.c.waited.type), deliveries.c.waited),
            "attempts": deliveries.c.attempts - bindparam("b_unsent"),
            "parts": func.coalesce(bindparam("b_parts", type_=deliveries.c.parts.type), deliveries.c.parts),
            "bot_id": served_by(),
        }
    )
)


_EXPIRED_AT_ONCE: Final = 10_000
"""So many are marked by one statement: a province's million would hold everybody up."""


async def any_expired(conn: Connection, now: datetime) -> bool:
    """Whether something still planned is past its use."""
    # In the order of the index over what expires: its first entry answers, however many deliveries there are.
    found = select(deliveries.c.expires_at).where(IS_PLANNED, deliveries.c.expires_at <= now)
    return await conn.scalar(found.order_by(deliveries.c.expires_at).limit(1)) is not None


async def expire(conn: Connection, now: datetime) -> int:
    """Mark by name what can no longer be of use, a bounded number of deliveries; gives how many, 0 when all are."""
    past = (
        select(deliveries.c.id)
        .where(IS_PLANNED, deliveries.c.expires_at <= now)
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


async def lose_person(
    conn: Connection, person_id: int, reason: Reason, now: datetime, *, chat_id: int, bot_id: int
) -> None:
    """Mark a person's account (a chat at a bot) unreachable, and what is still planned for the person with it.

    Where the person has moved to another account meanwhile, nothing is lost: what is planned goes there.
    """
    lost = await conn.execute(
        update(accounts)
        .where(
            accounts.c.person_id == person_id,
            accounts.c.chat_id == chat_id,
            accounts.c.bot_id == bot_id,
            accounts.c.left_at.is_(None),
        )
        .values(unreachable_since=now, unreachable_reason=reason.value)
    )
    if not lost.rowcount:
        return
    await conn.execute(
        update(deliveries)
        .where(deliveries.c.person_id == person_id, IS_WAITING)
        .values(state=DeliveryState.UNREACHABLE.value, settled_at=now, reason=reason.value)
    )


async def move_chat(conn: Connection, bot_id: int, chat_id: int, to: int) -> None:
    """A chat has a new id at a bot; where that is somebody's account already, nothing is changed."""
    taken = accounts.alias("taken")
    free = ~exists().where(taken.c.chat_id == to, taken.c.left_at.is_(None))
    moved = accounts.c.chat_id == chat_id, accounts.c.bot_id == bot_id, accounts.c.left_at.is_(None)
    await conn.execute(update(accounts).where(*moved, free).values(chat_id=to))
