"""Instants that the service remembers about itself, by name."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from messages.store.database import Connection
from messages.store.tables import marks
from messages.store.upsert import insert_new

PLANNING_SINCE: Final = "planning_since"
"""The earliest instant at which this office was planned for."""
DIGESTED: Final = "digested"
"""The digest of unreachable people that was made last."""
UNPLACED_TOLD: Final = "unplaced_told"
"""When the office was told last how many matters have no unit."""
COUNTED: Final = "counted"
"""Up to when what has become of notices is in the statistics."""
DEMO_CLOCK: Final = "demo_clock"
"""How far a demo's clock has come."""
MOVING: Final = "moving"
"""When the move into this database began that is not finished: until then it is a part of another one."""


async def find(conn: Connection, name: str) -> datetime | None:
    """The instant remembered under ``name``."""
    found: datetime | None = await conn.scalar(select(marks.c.at).where(marks.c.name == name))
    return found


async def put(conn: Connection, name: str, at: datetime) -> None:
    """Remember ``at`` under ``name``, in place of what was there."""
    statement = insert_new(conn, marks).values(name=name, at=at)
    await conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
