"""People become deliveries: one set-based statement, whatever it is that they are to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, case, func, literal, null, select
from sqlalchemy.exc import IntegrityError

from messages.deliveries import DeliveryState, Reason
from messages.quiet_hours import Openings
from messages.store import quiet_hours
from messages.store.bots import MAIN_BOT
from messages.store.database import DUE, Connection, notify
from messages.store.tables import accounts, deliveries, notices, obligations, people
from messages.store.upsert import insert_new

NOBODY_WAITS: Final = Openings()
_GIVEN: Final = ("notice_id", "person_id", "wave", "lane", "due_at", "expires_at")


async def prepare(conn: Connection) -> None:
    """Have this transaction plan statements over a million rows well: call it before them, on either database."""
    if conn.dialect.name == "sqlite":
        return
    # Compiling and spilling to disk cost more than they save here; a plan made for one wave does not fit a thousand.
    settings = {"jit": "off", "work_mem": "64MB", "plan_cache_mode": "force_custom_plan"}
    await conn.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))  # noqa: FBT003 -- for this transaction


async def plan(conn: Connection, whom: Select[Any], now: datetime, openings: Openings = NOBODY_WAITS) -> int:
    """Make a delivery of each row of ``whom``; gives how many. What is there already stays as it is.

    ``whom`` has the columns notice_id, person_id, wave, lane, due_at, expires_at. Planned where the person has an
    account that can be written to, unreachable by name where not. What is not urgent is due when the person's quiet
    hours are over, by ``openings``; without them a sender puts it off when its turn comes.
    """
    who = whom.subquery("who")
    joined = and_(accounts.c.person_id == who.c.person_id, accounts.c.left_at.is_(None))
    lost = accounts.c.id.is_(None) | accounts.c.unreachable_since.is_not(None)
    reason = func.coalesce(accounts.c.unreachable_reason, Reason.NEVER_JOINED.value)
    outcome = {
        "state": case((lost, DeliveryState.UNREACHABLE.value), else_=DeliveryState.PLANNED.value),
        "reason": case((lost, reason), else_=null()),
        "settled_at": case((lost, _instant(now)), else_=null()),
        "bot_id": func.coalesce(accounts.c.bot_id, MAIN_BOT),
    }
    values: dict[str, ColumnElement[Any]] = {**{name: who.c[name] for name in _GIVEN}, **outcome}
    source = who.outerjoin(accounts, joined)
    if openings:
        source = source.join(people, people.c.id == who.c.person_id).join(notices, notices.c.id == who.c.notice_id)
        waits = and_(~lost, quiet_hours.waits(who.c.lane, openings, who.c.expires_at))
        values["waited"] = waits
        values["due_at"] = case((waits, quiet_hours.opens(openings, who.c.expires_at)), else_=who.c.due_at)
    rows = select(*values.values()).select_from(source)
    # In the order of the indexes: each of their pages is written once.
    made = await _put_in(conn, deliveries, [*values], rows.order_by(who.c.person_id))
    if made > 0:
        await notify(conn, DUE)  # senders in other processes wake
    return made


async def oblige(conn: Connection, posts: Select[Any], now: datetime) -> None:
    """Oblige the holder of each row of ``posts`` to acknowledge a notice; who is obliged already stays so.

    ``posts`` has the columns notice_id, post_id, assignment_id, person_id.
    """
    held = posts.subquery("held")
    columns = ("notice_id", "post_id", "assignment_id", "person_id")
    rows = select(*(held.c[name] for name in columns), _instant(now)).order_by(held.c.person_id)
    await _put_in(conn, obligations, [*columns, "created_at"], rows)


async def _put_in(conn: Connection, table: Table, columns: Sequence[str], rows: Select[Any]) -> int:
    """Put in rows, none of which should be there; gives how many.

    To provide for conflicts makes the statement half as slow again. So it does without, and is repeated with that where
    a row turns out to be there: somebody was quicker, or set a wave back by hand.
    """
    # SQLite takes a conflict clause after a SELECT only where that has a WHERE.
    new = insert_new(conn, table).from_select(columns, rows.where(literal(value=True)))
    try:
        async with conn.begin_nested():
            return (await conn.execute(new)).rowcount
    except IntegrityError:
        return (await conn.execute(new.on_conflict_do_nothing())).rowcount


def _instant(value: datetime) -> ColumnElement[datetime]:
    return literal(value, deliveries.c.due_at.type)
