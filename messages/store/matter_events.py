"""Queries of what happened to matters: rows are added, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from messages.notices import Json
from messages.store.database import Connection
from messages.store.tables import matter_events, people
from messages.tenders.views import Happened


@dataclass(frozen=True, kw_only=True)
class MatterEvent:
    """What happened to a matter, and by whom (None: by a source, or by itself)."""

    matter_id: int
    kind: str
    body: Mapping[str, Json]


async def add(conn: Connection, events: Sequence[MatterEvent], person_id: int | None, now: datetime) -> None:
    """Add what happened now."""
    rows = [
        {"matter_id": one.matter_id, "at": now, "kind": one.kind, "person_id": person_id, "body": dict(one.body)}
        for one in events
    ]
    if rows:
        await conn.execute(insert(matter_events), rows)


async def of(conn: Connection, matter_id: int) -> tuple[Happened, ...]:
    """What happened to a matter, in its order."""
    query = (
        select(matter_events, people.c.code, people.c.name)
        .outerjoin_from(matter_events, people, people.c.id == matter_events.c.person_id)
        .where(matter_events.c.matter_id == matter_id)
        .order_by(matter_events.c.id)
    )
    return tuple(
        Happened(at=row.at, kind=row.kind, person=row.code, name=row.name, body=row.body)
        for row in await conn.execute(query)
    )
