"""The ledger as JSON lines that anyone can verify without this program; docs/ledger.md describes each line."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from messages.ledger import Kind
from messages.ledger_chain import START, Stored, digest_of, entry, in_words
from messages.ledger_verifying import first_row
from messages.notices import Json
from messages.rights import person_of
from messages.store import ledger, ledger_links, seals
from messages.store.database import Connection, Database, at_one_moment

FORMAT: Final = "lianxun-ledger/1"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is exported: from a row, or the last seal before a day, on; the entries of one person only, by code."""

    since: int | date | None = None
    person: str | None = None


async def lines(db: Database, wanted: Wanted, now: datetime) -> AsyncIterator[str]:
    """The export, line by line: a header, the rows of the chain, the seals that cover them.

    Recorded before anything is given. Raises ``Refused`` for a row that is not there, ``NotFound`` for a code.
    """
    await _note(db, wanted, now)
    async with db.reading() as conn:
        await at_one_moment(conn)
        kept = [one.seal for one in await seals.raw(conn) if one.seal is not None]
        end = await ledger_links.head(conn)
        first = first_row(wanted.since, kept, end.rows)
        previous = START if first == 1 else (await ledger_links.hashes(conn, [first - 1])).get(first - 1, "")
        yield _line(await _header(conn, wanted, first, previous, now))
        async for some in ledger_links.in_order(conn, since=first):
            for row in some:
                yield _line(_row(row, previous, wanted.person))
                previous = in_words(row.hash)
        for seal in kept:
            if seal.rows >= first - 1:
                yield _line({"date": seal.date, "rows": seal.rows, "head": seal.head})


async def _note(db: Database, wanted: Wanted, now: datetime) -> None:
    body: dict[str, Json] = {"what": "ledger", "since": None if wanted.since is None else str(wanted.since)}
    async with db.writing() as conn:
        about = None if wanted.person is None else await person_of(conn, wanted.person)
        await ledger.append(conn, at=now, kind=Kind.RECORDS_EXPORTED, person_id=about, body=body)


async def _header(conn: Connection, wanted: Wanted, first: int, previous: str, now: datetime) -> dict[str, Json]:
    end = await ledger_links.head(conn)
    return {
        "format": FORMAT,
        "at": now.isoformat(),
        "first": first,
        "previous": previous,
        "rows": end.rows,
        "head": end.hash,
        "waiting": await ledger_links.waiting(conn),
        "person": wanted.person,
    }


def _row(row: Stored, previous: str, person: str | None) -> dict[str, Json]:
    """A row of the chain; of an event that is not the person's no more than its digest."""
    chained: dict[str, Json] = {
        "digest": digest_of(row),
        "previous": previous,
        "hash": in_words(row.hash),
    }
    if person is not None and row.code != person.encode():
        return {"seq": row.seq, **chained}
    return {"seq": row.seq, "event": row.event_id, "entry": in_words(entry(row)), **chained}


def _line(values: dict[str, Json]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"
