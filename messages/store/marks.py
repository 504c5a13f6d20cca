"""Instants that the service remembers about itself, by name."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from messages.store.database import Connection
from messages.store.tables import marks
from messages.store.upsert import insert_new

PLANNING_SINCE: Final = "planning_since"
"""The first instant at which this office was planned for: what was due before it is not this service's."""


async def earliest(conn: Connection, name: str, now: datetime) -> datetime:
    """The earliest instant ever given under ``name``, this one included."""
    known: datetime | None = await conn.scalar(select(marks.c.at).where(marks.c.name == name))
    if known is not None and known <= now:
        return known
    statement = insert_new(conn, marks).values(name=name, at=now)
    await conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))
    return now
