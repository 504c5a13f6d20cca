"""Queries of recalls: which messages are still to be deleted, what came of it, and who still has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from messages.deliveries import Reason, Recall
from messages.store.database import Connection
from messages.store.notice_standing import unit_of
from messages.store.tables import accounts, bots, deliveries, earlier_messages, people

_NAMED_MOST: Final = 20

_TABLES: Final[tuple[Table, ...]] = (deliveries, earlier_messages)

Place = tuple[int, int]
"""Where what is to be deleted stands: the number of the table, and the row's id."""
START: Final[Place] = (0, 0)


def is_wanted(table: Table) -> ColumnElement[bool]:
    """Whether what a row sent is to be deleted; written out, so that a planner takes the partial index for it."""
    return table.c.recall == literal_column(f"'{Recall.WANTED}'")


@dataclass(frozen=True, kw_only=True)
class Recallable:
    """A delivery, or an earlier message of one, to be deleted; a digest that says more than that is ``shared``."""

    place: Place
    account_id: int
    chat_id: int
    shared: bool
    message_ids: tuple[int, ...]
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of it; ``reason`` where its messages cannot be deleted."""

    place: Place
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


async def wanted(conn: Connection, bot_id: int, *, after: Place = START, limit: int) -> list[Recallable]:
    """What a bot is to delete next beyond ``after``: deliveries' present messages, and then their earlier ones."""
    found: list[Recallable] = []
    for number, table in enumerate(_TABLES):
        if number >= after[0] and len(found) < limit:
            beyond = after[1] if number == after[0] else 0
            rows = await conn.execute(_wanted(table, bot_id, beyond, limit - len(found)))
            found += [_recallable(number, row) for row in rows]
    return found


def _wanted(table: Table, bot_id: int, beyond: int, limit: int) -> Select[Any]:
    sent_at = table.c.settled_at if table is deliveries else table.c.sent_at
    columns = table.c.id, table.c.account_id, table.c.message_id, table.c.parts, sent_at.label("sent_at")
    shared = and_(table.c.gathered, or_(*(_stays(table, other) for other in _TABLES)))
    return (
        select(*columns, accounts.c.chat_id, shared.label("shared"))
        .join(accounts, accounts.c.id == table.c.account_id)
        .where(table.c.bot_id == bot_id, is_wanted(table), table.c.id > beyond)
        .order_by(table.c.id)
        .limit(limit)
    )


def _stays(table: Table, among_table: Table) -> ColumnElement[bool]:
    """Correlated to ``table``: whether its digest says something else, of ``among_table``, that is not recalled."""
    other = among_table.alias("other")
    same = [other.c.account_id == table.c.account_id, other.c.message_id == table.c.message_id]
    if among_table is deliveries:
        same.append(other.c.person_id == table.c.person_id)  # as the index has it
    return exists().where(*same, other.c.gathered, other.c.recall.is_(None))


def _recallable(table: int, row: Row[Any]) -> Recallable:
    return Recallable(
        place=(table, row.id),
        account_id=row.account_id,
        shared=bool(row.shared),
        chat_id=row.chat_id,
        message_ids=tuple(number for number in (*(row.parts or ()), row.message_id) if number is not None),
        sent_at=row.sent_at,
    )


def _settle(table: Table) -> Update:
    mine = table.c.id == bindparam("b_id"), is_wanted(table)
    return update(table).where(*mine).values(recall=bindparam("b_recall"), recall_reason=bindparam("b_reason"))


_SETTLE: Final = tuple(map(_settle, _TABLES))


async def settle(conn: Connection, settled: Sequence[Settled]) -> None:
    """Record what became of them."""
    for number, statement in enumerate(_SETTLE):
        rows = [_values(one) for one in settled if one.place[0] == number]
        if rows:
            await conn.execute(statement, rows)


def _values(one: Settled) -> dict[str, Any]:
    return {"b_id": one.place[1], "b_recall": one.recall.value, "b_reason": one.reason and one.reason.value}


def _is_of_retired(table: Table) -> ColumnElement[bool]:
    return is_wanted(table) & table.c.bot_id.in_(select(bots.c.id).where(bots.c.retired_at.is_not(None)))


async def any_of_retired(conn: Connection) -> bool:
    """Whether something is to be deleted that was sent by a bot that is no more."""
    found = [await conn.scalar(select(table.c.id).where(_is_of_retired(table)).limit(1)) for table in _TABLES]
    return any(one is not None for one in found)


async def give_up_retired(conn: Connection) -> None:
    """What bots sent that are no more cannot be deleted."""
    failed = {"recall": Recall.FAILED.value, "recall_reason": Reason.BOT_RETIRED.value}
    for table in _TABLES:
        await conn.execute(update(table).where(_is_of_retired(table)).values(failed))


_WORST_FIRST: Final = (Recall.FAILED, Recall.WANTED, Recall.DONE)


async def standing(conn: Connection, notice_id: int) -> Recalled:
    """How far the recall of a notice is."""
    sent = _sent(notice_id)
    rank = case({recall.value: place for place, recall in enumerate(_WORST_FIRST)}, value=sent.c.recall)
    worst = select(func.min(rank).label("place")).group_by(sent.c.person_id).subquery()
    rows = await conn.execute(select(worst.c.place, func.count()).group_by(worst.c.place))
    counts = {_WORST_FIRST[place].value: number for place, number in rows}
    named = await missed(conn, notice_id, limit=_NAMED_MOST) if counts.get(Recall.FAILED.value) else ()
    return Recalled(**counts, missed=tuple(named))


async def missed(conn: Connection, notice_id: int, *, limit: int, offset: int = 0) -> list[Missed]:
    """Some of those who still have a message of a recalled notice, by unit and person."""
    return [_missing(row) for row in await conn.execute(_missed(notice_id).limit(limit).offset(offset))]


def _sent(notice_id: int) -> CTE:
    """What became of all that people were sent of a notice."""
    asked = (
        select(table.c.person_id, table.c.recall, table.c.recall_reason.label("reason")).where(
            table.c.notice_id == notice_id, table.c.recall.is_not(None)
        )
        for table in _TABLES
    )
    return union_all(*asked).cte("sent")


def _missed(notice_id: int) -> Select[Any]:
    sent = _sent(notice_id)
    failed = (
        select(sent.c.person_id, func.min(sent.c.reason).label("reason"))
        .where(sent.c.recall == Recall.FAILED.value)
        .group_by(sent.c.person_id)
        .subquery()
    )
    return (
        select(people.c.code, people.c.name, unit_of().label("unit"), failed.c.reason)
        .join(failed, failed.c.person_id == people.c.id)
        .order_by("unit", people.c.code)
    )


def _missing(row: Row[Any]) -> Missed:
    return Missed(person_code=row.code, name=row.name, unit=row.unit or "", reason=Reason(row.reason))
