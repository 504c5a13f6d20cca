"""Queries of claiming: a sender takes what is due for its bot, and records the intent to send it.

A sender has a *term*: each takeover of a bot raises it. What an older term's holder still believes to hold, a claim
of the newer one supersedes: claims and outcomes carry the term (a fencing token).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from messages.deliveries import ClaimedDelivery, DeliveryState
from messages.notices import Lane
from messages.store import contents
from messages.store.anew import leave_files
from messages.store.database import Connection
from messages.store.deliveries import IS_PLANNED, IS_SENDING, served_by, unless_called_off
from messages.store.gathering import together, waiting_with
from messages.store.sets import among
from messages.store.tables import accounts, bots, deliveries


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends for a bot, in which term."""

    bot_id: int
    term: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a sender asks for: up to ``limit`` deliveries of these lanes, the most urgent first."""

    sender: Sender
    lanes: Sequence[Lane]
    limit: int


_ROUND_FROM: Final = 32
_ROUND_TO: Final = 16

_lane, _due = deliveries.c.lane, deliveries.c.due_at
_LANES: Final = union_all(*(select(literal_column(str(lane.value)).label("lane")) for lane in Lane)).cte("lanes")


async def lanes_due(conn: Connection, bot_ids: Iterable[int], now: datetime) -> dict[int, list[Lane]]:
    """For each bot the lanes in which something is due, the most urgent first; bots without are left out.

    One look at the index for each bot and lane, however much is due or still to come.
    """
    due = (
        select(literal(1))
        .where(deliveries.c.bot_id == bots.c.id, _lane == _LANES.c.lane, IS_PLANNED, _due <= now, _is_live(now))
        .order_by(_due)  # as the index has it: PostgreSQL would else hope to meet one soon in the whole table
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(bots.c.id, _LANES.c.lane)
        .join_from(bots, _LANES, literal(value=True))
        .where(among(conn, bots.c.id, sorted(bot_ids)), due.is_not(None))
        .order_by(bots.c.id, _LANES.c.lane)
    )
    found: dict[int, list[Lane]] = {}
    for bot_id, lane in await conn.execute(query):
        found.setdefault(bot_id, []).append(Lane(lane))
    return found


async def _in_office(conn: Connection, orders: Sequence[Order]) -> Sequence[Order]:
    """The orders of senders whose term lasts; until the transaction ends, nobody takes their bots over.

    Without that a claim that is under way at a takeover could be committed after the new sender looked for what the
    old one had left in flight.
    """
    ids = sorted({order.sender.bot_id for order in orders})
    query = select(bots.c.id, bots.c.term).where(among(conn, bots.c.id, ids)).order_by(bots.c.id)
    terms = {row.id: row.term for row in await conn.execute(query.with_for_update(read=True))}
    return [order for order in orders if terms.get(order.sender.bot_id) == order.sender.term]


def _is_live(now: datetime) -> ColumnElement[bool]:
    return or_(deliveries.c.expires_at.is_(None), deliveries.c.expires_at > now)


async def claim(conn: Connection, orders: Iterable[Order], now: datetime) -> list[ClaimedDelivery]:
    """Take what is ordered and due, and record the intent to send it; in the order in which it is to go.

    What has expired is never taken, and nothing by a sender whose term is over. On PostgreSQL the rows that another
    transaction holds are passed over.
    """
    ids = await _take(conn, await _in_office(conn, [one for one in orders if one.lanes]), now)
    return await _claimed(conn, ids, now) if ids else []


async def _take(conn: Connection, orders: Sequence[Order], now: datetime) -> Sequence[int]:
    if conn.dialect.name != "sqlite":
        return (await conn.scalars(_taking_all(orders, now))).all() if orders else []
    return [taken for order in orders for taken in await _take_one(conn, order, now)]


async def _take_one(conn: Connection, order: Order, now: datetime) -> list[int]:
    taken: list[int] = []
    for lane in order.lanes:
        if (room := order.limit - len(taken)) <= 0:
            break
        taken += await conn.scalars(_taking(order.sender, lane, now, room))
    return taken


def _taking(sender: Sender, lane: Lane, now: datetime, limit: int) -> Any:  # noqa: ANN401 -- RETURNING
    in_office = select(bots.c.term).where(bots.c.id == sender.bot_id).scalar_subquery() == sender.term
    chosen = _in_line(now).where(deliveries.c.bot_id == sender.bot_id, _lane == lane.value, in_office).limit(limit)
    return _intending(deliveries.c.id.in_(chosen.with_only_columns(deliveries.c.id)), now, literal(sender.term))


def _taking_all(orders: Sequence[Order], now: datetime) -> Any:  # noqa: ANN401 -- RETURNING
    """What is ordered for all bots, by one statement: forty that wait for each other would be too slow.

    Of each bot's every lane as many are looked at as the largest order asks for; then each bot takes its own first.
    """
    asked = [(one.sender.bot_id, one.sender.term, lane.value, one.limit) for one in orders for lane in one.lanes]
    columns = [bindparam(None, [*values], type_=ARRAY(BigInteger), unique=True) for values in zip(*asked, strict=True)]
    wish = func.unnest(*columns).table_valued("bot_id", "term", "lane", "room", joins_implicitly=True).render_derived()
    first = (
        _in_line(now)
        .where(deliveries.c.bot_id == wish.c.bot_id, _lane == wish.c.lane)
        .limit(_written_out(max(order.limit for order in orders)))
        .with_for_update(skip_locked=True)
        .lateral("first")
    )
    place = func.row_number().over(partition_by=wish.c.bot_id, order_by=(wish.c.lane, first.c.due_at, first.c.id))
    in_office = and_(bots.c.id == wish.c.bot_id, bots.c.term == wish.c.term)
    placed = select(first.c.id, wish.c.room, place.label("place")).select_from(wish).join(bots, in_office)
    line = placed.join(first, literal(value=True)).subquery()
    chosen = select(line.c.id).where(line.c.place <= line.c.room)
    term = select(bots.c.term).where(bots.c.id == deliveries.c.bot_id).scalar_subquery()
    # An array is worked out first and once; a plain IN may be turned into a join over the whole table.
    return _intending(deliveries.c.id == func.any(func.array(chosen.scalar_subquery())), now, term)


def _in_line(now: datetime) -> Select[Any]:
    """What is due and not too late, in the order in which it is to go."""
    return select(deliveries.c.id, _due).where(IS_PLANNED, _due <= now, _is_live(now)).order_by(_due, deliveries.c.id)


def _intending(chosen: ColumnElement[bool], now: datetime, term: ColumnElement[int]) -> Any:  # noqa: ANN401 -- RETURNING
    account = select(accounts.c.id).where(accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None))
    # What arrived at an account that was left meanwhile is not where the rest goes.
    still_there = and_(deliveries.c.parts.is_not(null()), deliveries.c.account_id == account.scalar_subquery())
    taking: Update = update(deliveries).where(chosen)
    return taking.values(
        state=DeliveryState.SENDING.value,
        claimed_at=now,
        attempts=deliveries.c.attempts + 1,
        account_id=account.scalar_subquery(),
        parts=case((still_there, deliveries.c.parts)),
        gathered=False,
        term=term,
    ).returning(deliveries.c.id)


def _written_out(limit: int) -> ColumnElement[int]:
    """A limit that PostgreSQL's planner can read: not knowing it, it may sort everything that is due.

    A large one is rounded down, so that there are not many different statements.
    """
    return literal_column(str(limit if limit < _ROUND_FROM else limit - limit % _ROUND_TO))


async def _claimed(conn: Connection, ids: Sequence[int], now: datetime) -> list[ClaimedDelivery]:
    found = await contents.look(conn, ids)
    if more := await waiting_with(conn, found, now):
        term = select(bots.c.term).where(bots.c.id == deliveries.c.bot_id).scalar_subquery()
        await conn.execute(_intending(among(conn, deliveries.c.id, more), now, term))
        found = await contents.look(conn, [*ids, *more])
    said = await contents.notices_of(conn, found, now)
    rows = [row for row in found if not said[row.notice_id].stopped]
    if len(rows) < len(found):
        await _set_aside(conn, [row.id for row in found if said[row.notice_id].stopped])
    strays = [row.id for row in rows if row.serving is not None and row.serving != row.bot_id]
    mine = [row for row in rows if row.serving in {row.bot_id, None}]
    handed_out, beyond = together(await contents.described(conn, mine, said))
    if gathered := [one.id for head in handed_out if head.gathered for one in head.together]:
        await conn.execute(update(deliveries).where(among(conn, deliveries.c.id, gathered)).values(gathered=True))
    if strays or beyond:
        await _let_go(conn, [*strays, *beyond])
    return handed_out


async def _set_aside(conn: Connection, ids: Sequence[int]) -> None:
    """Hand out nothing of a notice that is paused or cancelled: its deliveries have not all followed it yet."""
    planned = literal(DeliveryState.PLANNED.value, deliveries.c.state.type)
    await conn.execute(
        update(deliveries)
        .where(among(conn, deliveries.c.id, ids))
        .values(state=unless_called_off(planned), bot_id=served_by(), attempts=deliveries.c.attempts - 1)
    )


async def _let_go(conn: Connection, ids: Sequence[int]) -> None:
    """Give back what is for people who have moved to another bot meanwhile: it goes there. Or what is to follow."""
    await conn.execute(
        update(deliveries)
        .where(among(conn, deliveries.c.id, ids))
        .values(state=DeliveryState.PLANNED.value, bot_id=served_by(), attempts=deliveries.c.attempts - 1)
    )


async def requeue_interrupted(conn: Connection, sender: Sender) -> int:
    """What older terms left in flight is due again, since nobody knows whether it left. Gives how many.

    It keeps its old term: an outcome that comes after all is still recorded, unless it was taken again by then.
    """
    older = or_(deliveries.c.term.is_(None), deliveries.c.term < sender.term)
    planned = literal(DeliveryState.PLANNED.value, deliveries.c.state.type)
    left = and_(deliveries.c.bot_id == sender.bot_id, IS_SENDING, older)
    await leave_files(conn, left)
    back = await conn.execute(
        update(deliveries).where(left).values(state=unless_called_off(planned), bot_id=served_by())
    )
    return back.rowcount
