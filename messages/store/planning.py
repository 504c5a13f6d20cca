"""People become deliveries: one set-based statement, whatever it is that they are to be told."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
)

from messages.deliveries import DeliveryState, Reason
from messages.store.bots import MAIN_BOT
from messages.store.database import DUE, Connection, notify
from messages.store.tables import accounts, deliveries, notices, obligations, waves
from messages.store.upsert import insert_new

_GIVEN: Final = ("notice_id", "person_id", "wave", "lane", "due_at", "expires_at")


async def prepare(conn: Connection) -> None:
    """Have this transaction plan statements over a million rows well: call it before them, on either database."""
    if conn.dialect.name == "sqlite":
        return
    # Compiling and spilling to disk cost more than they save here; a plan made for one wave does not fit a thousand.
    settings = {"jit": "off", "work_mem": "64MB", "plan_cache_mode": "force_custom_plan"}
    await conn.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))  # noqa: FBT003 -- for this transaction


async def plan(conn: Connection, people: Select[Any], now: datetime) -> int:
    """Make a delivery of each row of ``people``; gives how many. What is there already stays as it is.

    ``people`` has the columns notice_id, person_id, wave, lane, due_at, expires_at. Planned where the person has an
    account that can be written to, unreachable by name where not. Others may plan the same at the same time.
    """
    rows = _deliveries_of(people.subquery("who"), now)
    made = insert_new(conn, deliveries).from_select(_COLUMNS, rows.where(literal(value=True)))
    return await _make(conn, made.on_conflict_do_nothing())


async def plan_taken(conn: Connection, people: Select[Any], now: datetime) -> int:
    """The same for waves that this transaction has taken, so that nobody else can plan them; gives how many.

    ``people`` has the columns wave_id, person_id. A conflict that cannot come need not be provided for, which would
    make the statement half as slow again.
    """
    whom = people.subquery("whom")
    who = (
        select(
            waves.c.notice_id,
            whom.c.person_id,
            waves.c.number.label("wave"),
            notices.c.lane,
            waves.c.at.label("due_at"),
            notices.c.expires_at,
        )
        .join_from(whom, waves, waves.c.id == whom.c.wave_id)
        .join(notices, notices.c.id == waves.c.notice_id)
        .subquery("who")
    )
    there = exists().where(
        deliveries.c.notice_id == who.c.notice_id,
        deliveries.c.person_id == who.c.person_id,
        deliveries.c.wave == who.c.wave,
    )
    # In the order of the indexes: each page of them is written once.
    rows = _deliveries_of(who, now).where(~there).order_by(who.c.notice_id, who.c.person_id)
    return await _make(conn, insert(deliveries).from_select(_COLUMNS, rows))


async def _make(conn: Connection, statement: Insert) -> int:
    made = (await conn.execute(statement)).rowcount
    if made > 0:  # senders in other processes are woken
        await notify(conn, DUE)
    return made


_COLUMNS: Final = (*_GIVEN, "state", "reason", "settled_at", "bot_id")


def _deliveries_of(who: FromClause, now: datetime) -> Select[Any]:
    """A row of ``_COLUMNS`` for each of ``who``, which has those that are given."""
    joined = and_(accounts.c.person_id == who.c.person_id, accounts.c.left_at.is_(None))
    lost = accounts.c.id.is_(None) | accounts.c.unreachable_since.is_not(None)
    reason = func.coalesce(accounts.c.unreachable_reason, Reason.NEVER_JOINED.value)
    return select(
        *(who.c[name] for name in _GIVEN),
        case((lost, DeliveryState.UNREACHABLE.value), else_=DeliveryState.PLANNED.value),
        case((lost, reason), else_=null()),
        case((lost, _instant(now)), else_=null()),
        func.coalesce(accounts.c.bot_id, MAIN_BOT),
    ).select_from(who.outerjoin(accounts, joined))


async def oblige(conn: Connection, held: Select[Any], now: datetime) -> None:
    """Oblige who holds the posts to acknowledge, of waves that this transaction has taken, where their notices ask.

    ``held`` has the columns wave_id, assignment_id, post_id, person_id.
    """
    one = held.subquery("one")
    there = exists().where(obligations.c.notice_id == waves.c.notice_id, obligations.c.post_id == one.c.post_id)
    rows = (
        select(waves.c.notice_id, one.c.post_id, one.c.assignment_id, one.c.person_id, _instant(now))
        .join_from(one, waves, waves.c.id == one.c.wave_id)
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(notices.c.acknowledge, ~there)
        .order_by(waves.c.notice_id, one.c.person_id)
    )
    columns = ["notice_id", "post_id", "assignment_id", "person_id", "created_at"]
    await conn.execute(insert(obligations).from_select(columns, rows))


def _instant(value: datetime) -> ColumnElement[datetime]:
    return literal(value, deliveries.c.due_at.type)
