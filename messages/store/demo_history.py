"""Queries that only a demo's history needs: notices sent long ago, with what came of them, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Category, NewNotice
from messages.organisation.records import Role, UnitKind
from messages.store import notices as stored
from messages.store import waves
from messages.store.database import Connection
from messages.store.tables import (
    accounts,
    acknowledgements,
    assignments,
    deliveries,
    notices,
    obligations,
    posts,
    roles,
    units,
    warnings,
)

_NO_GAP: Final = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A notice as it was sent."""

    id: int
    key: str
    category: Category
    send_at: datetime
    acknowledge_by: datetime | None
    provisional: bool


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
    return Sent(
        id=notice_id,
        key=notice.key,
        category=notice.category,
        send_at=notice.send_at,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
    )


async def asking(conn: Connection, after: int) -> list[Sent]:
    """The notices after one, by its id, that ask to be acknowledged."""
    columns = (notices.c[one] for one in ("id", "key", "category", "send_at", "acknowledge_by", "provisional"))
    mine = notices.c.id > after, notices.c.acknowledge
    rows = await conn.execute(select(*columns).where(*mine).order_by(notices.c.id))
    return [Sent(**{**row._mapping, "category": Category(row.category)}) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name


async def newest(conn: Connection) -> int:
    """The newest notice, by its id; 0 where there is none."""
    return int(await conn.scalar(select(func.max(notices.c.id))) or 0)


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


# Who plays a part


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who acts in a unit: a ``collector``, a ``leader``, and the holders of its lower posts, by the posts' codes."""

    unit: str
    collector: int
    leader: int
    holders: tuple[tuple[str, int], ...]


async def casts(conn: Connection) -> list[Cast]:
    """The departments, each with who acts there, in the order in which they were made."""
    borne = select(units.c.id, units.c.name, roles.c.role, roles.c.person_id).join(units, units.c.id == roles.c.unit_id)
    wanted = roles.c.role.in_([Role.COLLECTOR.value, Role.LEADER.value])
    found: dict[int, dict[str, int]] = {}
    names: dict[int, str] = {}
    department = units.c.kind == UnitKind.DEPARTMENT.value
    for row in await conn.execute(borne.where(wanted, department).order_by(units.c.id, roles.c.id)):
        names[row.id] = row.name
        found.setdefault(row.id, {}).setdefault(row.role, row.person_id)
    holders = await _holders(conn)
    return [
        Cast(unit=names[unit], collector=by[Role.COLLECTOR], leader=by[Role.LEADER], holders=tuple(holders[unit]))
        for unit, by in found.items()
        if len(by) > 1 and unit in holders
    ]


async def _holders(conn: Connection) -> dict[int, list[tuple[str, int]]]:
    """Who holds the risk posts of a unit and bears no role, by the posts' codes."""
    bears = select(roles.c.id).where(roles.c.person_id == assignments.c.person_id).exists()
    query = select(posts.c.unit_id, posts.c.code, assignments.c.person_id).join(
        posts, posts.c.id == assignments.c.post_id
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for row in await conn.execute(query.where(posts.c.risk, ~bears).order_by(posts.c.code)):
        found.setdefault(row.unit_id, []).append((row.code, row.person_id))
    return found


async def bearers(conn: Connection) -> frozenset[int]:
    """Everybody who bears a role."""
    return frozenset(await conn.scalars(select(roles.c.person_id)))


async def people(conn: Connection) -> list[int]:
    """Everybody with a chat."""
    return list(await conn.scalars(select(accounts.c.person_id).order_by(accounts.c.person_id)))


async def lose(conn: Connection, since: Mapping[int, datetime]) -> None:
    """These people cannot be reached since then: they have blocked the bot."""
    for person_id, at in since.items():
        lost = {"unreachable_since": at, "unreachable_reason": Reason.BLOCKED.value}
        await conn.execute(update(accounts).where(accounts.c.person_id == person_id).values(lost))


async def warning_of(conn: Connection, item_id: int) -> int:
    """The warning that came of a reminder, which is about one post."""
    found = await conn.scalar(select(warnings.c.id).where(warnings.c.item_id == item_id))
    if found is None:
        raise LookupError(item_id)
    return int(found)
