"""Queries of releases that holders ask for: one at a time for each warning."""

from datetime import datetime

from sqlalchemy import text, update

from messages.store.database import Connection
from messages.store.tables import releases
from messages.store.upsert import insert_new


async def ask(conn: Connection, warning_id: int, turn: int, person_id: int, at: datetime) -> bool:
    """Ask for the release of a warning; False where it is asked for already."""
    made = (
        insert_new(conn, releases)
        .values(warning_id=warning_id, turn=turn, person_id=person_id, at=at)
        .on_conflict_do_nothing(index_elements=["warning_id"], index_where=text("decided_at IS NULL"))
    )
    return await conn.scalar(made.returning(releases.c.id)) is not None


async def settle(conn: Connection, warning_id: int, *, by: int, at: datetime) -> None:
    """What was asked for a warning, if anything, waits no more."""
    mine = releases.c.warning_id == warning_id, releases.c.decided_at.is_(None)
    await conn.execute(update(releases).where(*mine).values(decided_by=by, decided_at=at))
