"""Queries that only a demo's history needs: notices sent long ago, with what came of them, in a few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import and_, bindparam, insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import NewNotice
from messages.store import notices as stored
from messages.store import waves
from messages.store.database import Connection
from messages.store.tables import accounts, acknowledgements, assignments, deliveries, obligations, posts

_NO_GAP: Final = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A notice as it was sent, by its id."""

    id: int
    notice: NewNotice


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody to whom a notice goes, in the ``unit`` of one of the posts that are to acknowledge it.

    ``posts`` are those with the assignment by which the person holds each, the first of them since ``since``.
    """

    delivery_id: int
    person_id: int
    account_id: int
    unit_id: int | None
    posts: tuple[tuple[int, int], ...]
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What came of sending a notice to somebody, at ``at``; ``why`` it did not arrive."""

    delivery_id: int
    account_id: int
    at: datetime
    why: Reason | None


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """Somebody acknowledged a notice."""

    sent: Sent
    told: Told
    delivered: datetime
    at: datetime


async def send(conn: Connection, notice: NewNotice) -> Sent:
    """Make a notice whose time has passed, and what is due to everybody whom it means."""
    notice_id = await stored.add(conn, notice)
    if notice_id is None:
        message = f"there is a notice {notice.key} already"
        raise ValueError(message)
    for batch in await waves.due(conn, notice.send_at):
        await waves.fan_out(conn, batch, notice.send_at, reminded_gap=_NO_GAP)
    return Sent(id=notice_id, notice=notice)


async def told(conn: Connection, sent: Sent) -> list[Told]:
    """To whom it goes, in the order of the deliveries."""
    asked = and_(obligations.c.notice_id == deliveries.c.notice_id, obligations.c.person_id == deliveries.c.person_id)
    query = (
        select(
            deliveries.c.id,
            deliveries.c.person_id,
            accounts.c.id.label("account_id"),
            obligations.c.post_id,
            obligations.c.assignment_id,
            posts.c.unit_id,
            assignments.c.started_at,
        )
        .join(accounts, and_(accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None)))
        .join(obligations, asked, isouter=True)
        .join(posts, posts.c.id == obligations.c.post_id, isouter=True)
        .join(assignments, assignments.c.id == obligations.c.assignment_id, isouter=True)
        .where(deliveries.c.notice_id == sent.id)
        .order_by(deliveries.c.id, obligations.c.post_id)
    )
    rows = await conn.execute(query)
    return [_told(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.id)]


def _told(rows: Sequence[Any]) -> Told:
    first = rows[0]
    return Told(
        delivery_id=first.id,
        person_id=first.person_id,
        account_id=first.account_id,
        unit_id=first.unit_id,
        posts=tuple((row.post_id, row.assignment_id) for row in rows if row.post_id is not None),
        since=min((row.started_at for row in rows if row.started_at is not None), default=None),
    )


async def arrive(conn: Connection, arrived: Sequence[Arrived]) -> None:
    """Record what came of sending."""
    values: dict[str, Any] = {
        name: bindparam(f"new_{name}")
        for name in ("state", "account_id", "claimed_at", "settled_at", "attempts", "reason")
    }
    rows = [
        {
            "delivery": one.delivery_id,
            "new_state": (DeliveryState.UNREACHABLE if one.why else DeliveryState.DELIVERED).value,
            "new_account_id": one.account_id,
            "new_claimed_at": one.at,
            "new_settled_at": one.at,
            "new_attempts": 1,
            "new_reason": one.why.value if one.why else None,
        }
        for one in arrived
    ]
    if rows:
        await conn.execute(update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(values), rows)


async def deliver(conn: Connection, at: datetime) -> None:
    """What the service itself had to say by an instant has arrived."""
    for batch in await waves.due(conn, at):
        await waves.fan_out(conn, batch, at, reminded_gap=_NO_GAP)
    theirs = select(accounts.c.id).where(accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None))
    arrived = {"state": DeliveryState.DELIVERED.value, "account_id": theirs.scalar_subquery(), "attempts": 1}
    due = deliveries.c.state == DeliveryState.PLANNED.value, deliveries.c.due_at <= at
    await conn.execute(update(deliveries).where(*due).values(**arrived, claimed_at=at, settled_at=at))


async def acknowledge(conn: Connection, pressed: Iterable[Pressed]) -> None:
    """Record acknowledgements."""
    rows = [
        {
            "notice_id": one.sent.id,
            "assignment_id": assignment,
            "post_id": post,
            "person_id": one.told.person_id,
            "delivery_id": one.told.delivery_id,
            "account_id": one.told.account_id,
            "at": one.at,
        }
        for one in pressed
        for post, assignment in one.told.posts
    ]
    if rows:
        await conn.execute(insert(acknowledgements), rows)
