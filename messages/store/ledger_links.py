"""Queries of the ledger's chain: what waits for its link, the links, and every event as its bytes stand here."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, FromClause, Select, case, delete, func, insert, null, select

from messages.ledger import Kind
from messages.ledger_chain import START, Part, Stored, in_words
from messages.store.database import Connection, unsorted
from messages.store.raw import as_id, in_bytes, instant, instant_in_bytes
from messages.store.tables import ledger, ledger_links, ledger_pending, people

BATCH: Final = 10_000
"""Rows that are held at once."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of the chain: how many rows, the hash of the last."""

    rows: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A row of the chain."""

    seq: int
    event_id: int
    hash: str


async def head(conn: Connection) -> Head:
    """Where the chain ends."""
    query = select(ledger_links.c.seq, in_bytes(conn, ledger_links.c.hash)).order_by(ledger_links.c.seq.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    return Head(rows=row[0], hash=in_words(row[1])) if row else Head(rows=0, hash=START)


async def began_by(conn: Connection, at: datetime) -> bool:
    """Whether the first event of the chain happened by then."""
    first = ledger_links.join(ledger, ledger.c.id == ledger_links.c.event_id)
    query = select(ledger_links.c.seq).select_from(first).where(ledger_links.c.seq == 1, ledger.c.at <= at)
    return await conn.scalar(query) is not None


async def waiting(conn: Connection) -> int:
    """How many events wait for their link."""
    return int(await conn.scalar(select(func.count()).select_from(ledger_pending)) or 0)


async def pending(conn: Connection, most: int) -> list[Stored]:
    """The first events that wait for their link, in the order of their ids, which stand for their places as well.

    What waits and is not there, or has its link, is passed over: verifying names it.
    """
    found: list[Stored] = []
    after = None
    while len(found) < most and (some := await _waiting(conn, after, most)):
        found += await _unlinked(conn, some)
        after = some[-1]
    return found[:most]


async def _waiting(conn: Connection, after: int | None, most: int) -> Sequence[int]:
    """The first ids that wait, after one of them."""
    waits = ledger_pending.c.event_id
    query = select(waits) if after is None else select(waits).where(waits > after)
    return (await conn.scalars(query.order_by(waits).limit(most))).all()


async def _unlinked(conn: Connection, some: Sequence[int]) -> list[Stored]:
    """Those events of these ids that are there and have no link.

    Asked for by their ids: joined with what waits, PostgreSQL read the whole chain up to there, for each few of them.
    """
    linked = select(ledger_links.c.event_id).where(ledger_links.c.event_id == ledger.c.id).exists()
    query = _stored(conn, ledger, ledger.c.id, ledger.c.id, null()).where(ledger.c.id.in_(some), ~linked)
    return _read(conn, (await conn.execute(query.order_by(ledger.c.id))).all())


async def add(conn: Connection, links: Sequence[Link]) -> None:
    """Add links to the chain; what they are of waits no more."""
    rows = [{"seq": one.seq, "event_id": one.event_id, "hash": one.hash} for one in links]
    await conn.execute(insert(ledger_links), rows)
    await conn.execute(delete(ledger_pending).where(ledger_pending.c.event_id.in_([one.event_id for one in links])))


async def of_kind(conn: Connection, kind: Kind) -> list[Stored]:
    """The events of a kind, linked or not, in the order of their ids, which stand for their places as well."""
    query = _stored(conn, ledger, ledger.c.id, ledger.c.id, null()).where(ledger.c.kind == kind.value)
    return _read(conn, (await conn.execute(query.order_by(ledger.c.id))).all())


async def in_order(conn: Connection, *, since: int = 1, batch: int = BATCH) -> AsyncGenerator[list[Stored], None]:
    """The chain's rows from one on with their events, in batches."""
    links = ledger_links.c
    joined = ledger_links.outerjoin(ledger, ledger.c.id == links.event_id)
    query = _stored(conn, joined, links.seq, as_id(conn, links.event_id), links.hash)
    if since > 1:
        query = query.where(links.seq >= since)
    await unsorted(conn)
    found = await conn.stream(query.order_by(links.seq), execution_options={"yield_per": batch})
    async for rows in found.partitions():
        yield _read(conn, rows)


async def hashes(conn: Connection, places: Collection[int]) -> dict[int, str]:
    """The hashes that stand at some places of the chain."""
    query = select(ledger_links.c.seq, in_bytes(conn, ledger_links.c.hash)).where(ledger_links.c.seq.in_(places))
    return {seq: in_words(raw) for seq, raw in await conn.execute(query)}


async def event_at(conn: Connection, place: int) -> int | None:
    """The id of the event at a place of the chain."""
    query = select(as_id(conn, ledger_links.c.event_id)).where(ledger_links.c.seq == place)
    return cast("int | None", await conn.scalar(query))


def _stored(conn: Connection, joined: FromClause, *link: ColumnElement[Any]) -> Select[Any]:
    place, linked_id, link_hash = link
    return select(
        place,
        linked_id,
        in_bytes(conn, link_hash),
        ledger.c.id,
        instant_in_bytes(conn, ledger.c.at),
        in_bytes(conn, ledger.c.kind),
        ledger.c.person_id.is_not(None),
        in_bytes(conn, people.c.code),
        in_bytes(conn, ledger.c.body),
        _odd(link_hash) if conn.dialect.name == "sqlite" else null(),
    ).select_from(joined.outerjoin(people, people.c.id == ledger.c.person_id))


def _odd(link_hash: ColumnElement[Any]) -> ColumnElement[Any]:
    """Which part is no text: SQLite takes anything anywhere."""
    texts = {
        Part.AT: ledger.c.at,
        Part.KIND: ledger.c.kind,
        Part.BODY: ledger.c.body,
        Part.PERSON: people.c.code,
        Part.HASH: link_hash,
    }
    return case(*((func.typeof(column).not_in(["text", "null"]), part.value) for part, column in texts.items()))


def _read(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> list[Stored]:
    read, instant_of = [], instant(conn)
    for place, linked_id, link_hash, event_id, raw_at, kind, about, code, body, odd in rows:
        at = instant_of(raw_at)
        part = Part(odd) if odd is not None else Part.AT if at is None and raw_at is not None else None
        read.append(
            Stored(place, linked_id, link_hash, event_id, raw_at if at is None else at, kind, about, code, body, part)
        )
    return read
