"""Queries of recalls: which messages are still to be deleted, what came of it, and who still has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Result, Row, Select, bindparam, case, exists, func, literal_column, select, update

from messages.deliveries import Reason, Recall
from messages.store.database import Connection
from messages.store.notices import unit_of
from messages.store.tables import accounts, bots, deliveries, people

_NAMED_MOST: Final = 500

# Written out, not bound: a planner takes the partial index only for a condition that it can read.
IS_WANTED: Final = deliveries.c.recall == literal_column(f"'{Recall.WANTED}'")


@dataclass(frozen=True, kw_only=True)
class Recallable:
    """A delivery whose messages are to be deleted; where the message says more than that, it is ``shared``."""

    delivery_id: int
    account_id: int
    chat_id: int
    shared: bool
    message_ids: tuple[int, ...]
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of it; ``reason`` where its messages cannot be deleted."""

    delivery_id: int
    recall: Recall
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A person who still has a message of a recalled notice, and why."""

    person_code: str
    name: str
    unit: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """How far a recall is, in people: each counts by the worst of what the person was sent.

    ``missed`` names those who still have a message, by unit and name; the first of them where they are very many.
    """

    wanted: int = 0
    done: int = 0
    failed: int = 0
    missed: tuple[Missed, ...] = ()


async def wanted(conn: Connection, bot_id: int, *, after: int, limit: int) -> list[Recallable]:
    """The next deliveries of a bot beyond ``after`` whose messages are to be deleted."""
    query = (
        select(
            deliveries.c.id,
            deliveries.c.account_id,
            deliveries.c.message_id,
            deliveries.c.parts,
            deliveries.c.settled_at,
            accounts.c.chat_id,
            _shared().label("shared"),
        )
        .join(accounts, accounts.c.id == deliveries.c.account_id)
        .where(deliveries.c.bot_id == bot_id, IS_WANTED, deliveries.c.id > after)
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    found: Result[Any] = await conn.execute(query)
    return [_recallable(row) for row in found]


def _recallable(row: Row[Any]) -> Recallable:
    return Recallable(
        delivery_id=row.id,
        account_id=row.account_id,
        shared=bool(row.shared),
        chat_id=row.chat_id,
        message_ids=tuple(number for number in (*(row.parts or ()), row.message_id) if number is not None),
        sent_at=row.settled_at,
    )


_SETTLE: Final = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"), IS_WANTED)
    .values(recall=bindparam("b_recall"), recall_reason=bindparam("b_reason"))
)


def _shared() -> ColumnElement[bool]:
    """Whether the message is a digest's, of which something is to stay."""
    other = deliveries.alias("other")
    return exists().where(
        other.c.person_id == deliveries.c.person_id,
        other.c.account_id == deliveries.c.account_id,
        other.c.message_id == deliveries.c.message_id,
        other.c.id != deliveries.c.id,
        other.c.recall.is_(None),
    )


async def settle(conn: Connection, settled: Sequence[Settled]) -> None:
    """Record what became of them."""
    rows = [
        {"b_id": one.delivery_id, "b_recall": one.recall.value, "b_reason": one.reason and one.reason.value}
        for one in settled
    ]
    if rows:
        await conn.execute(_SETTLE, rows)


def _is_of_retired() -> ColumnElement[bool]:
    return deliveries.c.bot_id.in_(select(bots.c.id).where(bots.c.retired_at.is_not(None)))


async def any_of_retired(conn: Connection) -> bool:
    """Whether something is to be deleted that was sent by a bot that is no more."""
    return await conn.scalar(select(deliveries.c.id).where(IS_WANTED, _is_of_retired()).limit(1)) is not None


async def give_up_retired(conn: Connection) -> None:
    """What bots sent that are no more cannot be deleted."""
    failed = {"recall": Recall.FAILED.value, "recall_reason": Reason.BOT_RETIRED.value}
    await conn.execute(update(deliveries).where(IS_WANTED, _is_of_retired()).values(failed))


_WORST_FIRST: Final = (Recall.FAILED, Recall.WANTED, Recall.DONE)


async def standing(conn: Connection, notice_id: int) -> Recalled:
    """How far the recall of a notice is."""
    rank = case({recall.value: place for place, recall in enumerate(_WORST_FIRST)}, value=deliveries.c.recall)
    of_notice = deliveries.c.notice_id == notice_id, deliveries.c.recall.is_not(None)
    worst = select(func.min(rank).label("place")).where(*of_notice).group_by(deliveries.c.person_id).subquery()
    rows = await conn.execute(select(worst.c.place, func.count()).group_by(worst.c.place))
    counts = {_WORST_FIRST[place].value: number for place, number in rows}
    missed = await conn.execute(_missed(notice_id)) if counts.get(Recall.FAILED.value) else ()
    return Recalled(**counts, missed=tuple(map(_missing, missed)))


def _missed(notice_id: int) -> Select[Any]:
    failed = (
        select(deliveries.c.person_id, func.min(deliveries.c.recall_reason).label("reason"))
        .where(deliveries.c.notice_id == notice_id, deliveries.c.recall == Recall.FAILED.value)
        .group_by(deliveries.c.person_id)
        .subquery()
    )
    return (
        select(people.c.code, people.c.name, unit_of().label("unit"), failed.c.reason)
        .join(failed, failed.c.person_id == people.c.id)
        .order_by("unit", people.c.code)
        .limit(_NAMED_MOST)
    )


def _missing(row: Row[Any]) -> Missed:
    return Missed(person_code=row.code, name=row.name, unit=row.unit or "", reason=Reason(row.reason))
