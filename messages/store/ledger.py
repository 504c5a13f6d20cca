"""Queries of the ledger: it is only ever added to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from messages.ledger import Kind
from messages.notices import Json
from messages.store.database import Connection
from messages.store.tables import ledger


async def append(
    conn: Connection, *, at: datetime, kind: Kind, person_id: int | None, body: Mapping[str, Json]
) -> None:
    """Add one event about ``person_id`` (None: about nobody in particular)."""
    await conn.execute(insert(ledger).values(at=at, kind=kind, person_id=person_id, body=dict(body)))
