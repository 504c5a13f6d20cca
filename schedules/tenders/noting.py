"""What follows of a matter, in its history and in the ledger."""

from datetime import datetime

from messages.ledger import Kind
from messages.notices import Json
from messages.store import ledger, matter_events, rights
from messages.store.database import Connection
from messages.store.matter_events import MatterEvent as Happening
from messages.tenders.records import Matter
from schedules.tenders.deciding import MatterEvent


async def note(
    conn: Connection, matter: Matter, event: MatterEvent, person_id: int | None, now: datetime, **about: Json
) -> None:
    """Record what has happened to a matter; ``person_id`` is None for what follows by itself."""
    happened = Happening(matter_id=matter.id, kind=event.value, body=about)
    await matter_events.add(conn, [happened], person_id, now)
    code = None if person_id is None else await rights.person_code(conn, person_id)
    body: dict[str, Json] = {"event": event.value, "matter": matter.id, "ref": matter.ref, "by": code, **about}
    await ledger.append(conn, at=now, kind=Kind.MATTER, person_id=person_id, body=body)
