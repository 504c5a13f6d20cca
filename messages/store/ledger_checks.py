"""Queries of what is wrong with the ledger beside its chain."""

from typing import Any, Final, cast

from sqlalchemy import Select, column, func, select, table, text

from messages.store.database import Connection
from messages.store.raw import as_id
from messages.store.tables import ledger, ledger_links, ledger_pending

_KEPT: Final = ("ledger", "ledger_links", "seals")
_WAITS: Final = "ledger_waits"


async def unlinked(conn: Connection) -> int | None:
    """The first event that has no link and waits for none."""
    linked = select(ledger_links.c.event_id).where(ledger_links.c.event_id == ledger.c.id).exists()
    waits = select(ledger_pending.c.event_id).where(ledger_pending.c.event_id == ledger.c.id).exists()
    query = select(ledger.c.id).where(~linked, ~waits).order_by(ledger.c.id).limit(1)
    return cast("int | None", await conn.scalar(query))


async def wrongly_waiting(conn: Connection) -> int | None:
    """The first that waits for a link and has one, or is no event."""
    waits = ledger_pending.c.event_id
    known = select(ledger.c.id).where(ledger.c.id == waits).exists()
    linked = select(ledger_links.c.event_id).where(ledger_links.c.event_id == waits).exists()
    return cast("int | None", await conn.scalar(select(waits).where(~known | linked).order_by(waits).limit(1)))


async def linked_twice(conn: Connection) -> tuple[int, int] | None:
    """The second place of the first event that stands at several places, and its id."""
    place = func.max(ledger_links.c.seq)
    event = as_id(conn, ledger_links.c.event_id)
    query = select(place, event).where(event.is_not(None)).group_by(event).having(func.count() > 1)
    found = (await conn.execute(query.order_by(place).limit(1))).first()
    return (found[0], found[1]) if found else None


async def guarded(conn: Connection) -> bool:
    """Whether the database still refuses changes of what was recorded, and has new events wait for their link."""
    if conn.dialect.name == "sqlite":
        names = {f"{one}_keeps_{act}" for one in _KEPT for act in ("insert", "update", "delete")}
        of: Select[Any] = select(column("name")).select_from(table("sqlite_master"))
        query = of.where(column("type") == "trigger")
    else:
        names = {f"{one}_keeps" for one in _KEPT}
        of = select(column("tgname")).select_from(table("pg_trigger"))
        query = of.where(column("tgenabled") == text("'O'"))
    return names | {_WAITS} <= {*await conn.scalars(query)}
