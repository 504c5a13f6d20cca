"""Queries of acknowledgements. A press must be quick: a look, one INSERT … SELECT for all posts, one UPDATE."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, case, cast, func, literal, or_, select, update

from messages.deliveries import DeliveryState
from messages.ledger import Kind
from messages.store.database import Connection
from messages.store.tables import (
    accounts,
    acknowledgements,
    assignments,
    deliveries,
    ledger,
    notices,
    obligations,
)
from messages.store.types import Instant
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A delivery whose button was pressed. ``chat_id`` and ``account_id`` are those it went to, if it did."""

    delivery_id: int
    notice_id: int
    person_id: int
    state: DeliveryState
    account_id: int | None
    chat_id: int | None
    account_current: bool
    acknowledge: bool
    cancelled: bool


async def pressed(conn: Connection, delivery_id: int) -> Pressed | None:
    """The delivery with its notice and account."""
    query = (
        select(
            deliveries.c.id.label("delivery_id"),
            deliveries.c.notice_id,
            deliveries.c.person_id,
            deliveries.c.state,
            deliveries.c.account_id,
            accounts.c.chat_id,
            accounts.c.left_at.is_(None).label("account_current"),
            notices.c.acknowledge,
            notices.c.cancelled_at.is_not(None).label("cancelled"),
        )
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .outerjoin(accounts, accounts.c.id == deliveries.c.account_id)
        .where(deliveries.c.id == delivery_id)
    )
    row = (await conn.execute(query)).mappings().one_or_none()
    return Pressed(**{**row, "state": DeliveryState(row["state"])}) if row else None


async def add(conn: Connection, press: Pressed, *, at: datetime) -> list[int]:
    """Acknowledge a notice for each post that its person holds and must answer for; gives the posts newly recorded.

    What was recorded before stays as it is.
    """
    rows = (
        select(
            obligations.c.notice_id,
            obligations.c.assignment_id,
            obligations.c.post_id,
            obligations.c.person_id,
            cast(literal(press.delivery_id), BigInteger),
            cast(literal(press.account_id), BigInteger),
            literal(at, Instant),
        )
        .join(assignments, assignments.c.id == obligations.c.assignment_id)
        .where(
            obligations.c.notice_id == press.notice_id,
            obligations.c.person_id == press.person_id,
            assignments.c.ended_at.is_(None),
        )
    )
    names = ["notice_id", "assignment_id", "post_id", "person_id", "delivery_id", "account_id", "at"]
    query = insert_new(conn, acknowledgements).from_select(names, rows).on_conflict_do_nothing()
    return list(await conn.scalars(query.returning(acknowledgements.c.post_id)))


async def first_at(conn: Connection, press: Pressed) -> datetime | None:
    """When the person first acknowledged the notice."""
    mine = acknowledgements.c.notice_id == press.notice_id, acknowledgements.c.person_id == press.person_id
    found: datetime | None = await conn.scalar(select(func.min(acknowledgements.c.at)).where(*mine))
    return found


async def settle(conn: Connection, press: Pressed, *, at: datetime, message_id: int | None) -> None:
    """After an acknowledgement: the pressed delivery did arrive, and the person is not reminded again."""
    arrived = deliveries.c.id == press.delivery_id
    query = update(deliveries).where(
        deliveries.c.notice_id == press.notice_id,
        deliveries.c.person_id == press.person_id,
        or_(
            deliveries.c.state == DeliveryState.PLANNED.value,
            arrived & (deliveries.c.state != DeliveryState.DELIVERED.value),
        ),
    )
    await conn.execute(
        query.values(
            state=case((arrived, DeliveryState.DELIVERED.value), else_=DeliveryState.CANCELLED.value),
            message_id=case(
                (arrived, func.coalesce(deliveries.c.message_id, message_id)), else_=deliveries.c.message_id
            ),
            reason=None,
            settled_at=at,
        )
    )


async def presser(conn: Connection, chat_id: int) -> int | None:
    """The person whose current account a chat is."""
    mine = accounts.c.chat_id == chat_id, accounts.c.left_at.is_(None)
    found: int | None = await conn.scalar(select(accounts.c.person_id).where(*mine))
    return found


async def count_refused(conn: Connection, chat_id: int, *, since: datetime) -> int:
    """How many refused presses of a chat the ledger has noted since an instant."""
    query = select(func.count()).where(
        ledger.c.kind == Kind.PRESS_REFUSED.value, ledger.c.at > since, ledger.c.body["chat_id"].as_integer() == chat_id
    )
    return int(await conn.scalar(query) or 0)
