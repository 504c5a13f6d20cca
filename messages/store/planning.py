"""People become deliveries: one set-based statement, whatever it is that they are to be told."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, literal, null, select

from messages.deliveries import DeliveryState, Reason
from messages.store.bots import MAIN_BOT
from messages.store.database import Connection
from messages.store.tables import accounts, deliveries
from messages.store.upsert import insert_new

_GIVEN: Final = ("notice_id", "person_id", "wave", "lane", "due_at", "expires_at")


async def plan(conn: Connection, people: Select[Any], now: datetime) -> int:
    """Make a delivery of each row of ``people``; gives how many. What is there already stays as it is.

    ``people`` has the columns notice_id, person_id, wave, lane, due_at, expires_at. Planned where the person has an
    account that can be written to, unreachable by name where not.
    """
    who = people.subquery("who")
    joined = and_(accounts.c.person_id == who.c.person_id, accounts.c.left_at.is_(None))
    lost = accounts.c.id.is_(None) | accounts.c.unreachable_since.is_not(None)
    reason = func.coalesce(accounts.c.unreachable_reason, Reason.NEVER_JOINED.value)
    outcome = {
        "state": case((lost, DeliveryState.UNREACHABLE.value), else_=DeliveryState.PLANNED.value),
        "reason": case((lost, reason), else_=null()),
        "settled_at": case((lost, literal(now, deliveries.c.settled_at.type)), else_=null()),
        "bot_id": func.coalesce(accounts.c.bot_id, MAIN_BOT),
    }
    rows = select(*(who.c[name] for name in _GIVEN), *outcome.values()).select_from(who.outerjoin(accounts, joined))
    # SQLite takes a conflict clause after a SELECT only where that has a WHERE.
    made = insert_new(conn, deliveries).from_select([*_GIVEN, *outcome], rows.where(literal(value=True)))
    return (await conn.execute(made.on_conflict_do_nothing())).rowcount
