"""Queries of the ledger: it is only ever added to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from messages.ledger import Kind
from messages.notices import Json
from messages.store.database import Connection
from messages.store.tables import ledger


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, about ``person_id`` (None: about nobody in particular)."""

    at: datetime
    kind: Kind
    person_id: int | None
    body: Mapping[str, Json]


async def append(
    conn: Connection, *, at: datetime, kind: Kind, person_id: int | None, body: Mapping[str, Json]
) -> None:
    """Add one event about ``person_id`` (None: about nobody in particular)."""
    await append_all(conn, [Event(at=at, kind=kind, person_id=person_id, body=body)])


async def append_all(conn: Connection, events: Sequence[Event]) -> None:
    """Add events in their order."""
    rows = [{"at": one.at, "kind": one.kind, "person_id": one.person_id, "body": dict(one.body)} for one in events]
    if rows:
        await conn.execute(insert(ledger), rows)


async def waves_by_hand(conn: Connection, *, notice: str, since: datetime) -> tuple[int, ...]:
    """The numbers of the waves by which a notice, by its key, was reminded of by hand since an instant."""
    mine = ledger.c.kind == Kind.NOTICE_REMINDED.value, ledger.c.at > since
    named = ledger.c.body["notice"].as_string() == notice
    return tuple(await conn.scalars(select(ledger.c.body["wave"].as_integer()).where(*mine, named)))


async def looks(conn: Connection, *, by: str, since: datetime) -> list[Event]:
    """The looks at other people's records of a person, by the code, since an instant."""
    recent = ledger.c.kind == Kind.RECORD_SEEN.value, ledger.c.at > since
    query = select(ledger).where(*recent, ledger.c.body["by"].as_string() == by)
    return [
        Event(at=row.at, kind=Kind.RECORD_SEEN, person_id=row.person_id, body=row.body)
        for row in await conn.execute(query)
    ]


async def refusals(conn: Connection, *, act: str, person_id: int, since: datetime) -> list[dict[str, Json]]:
    """What is recorded of a person's refusals of an act since an instant."""
    mine = ledger.c.person_id == person_id, ledger.c.kind == Kind.ACT_REFUSED.value, ledger.c.at > since
    query = select(ledger.c.body).where(*mine, ledger.c.body["act"].as_string() == act)
    return list(await conn.scalars(query))
