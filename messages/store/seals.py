"""Queries of the daily seals: they are only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, insert, literal, select

from messages.ledger_chain import Seal, in_words, seal_of
from messages.store import ledger_links
from messages.store.database import Connection
from messages.store.raw import in_bytes, instant, instant_in_bytes
from messages.store.tables import seals


class KeptSeal(NamedTuple):
    """A seal as its bytes stand in the database: in words, and read where it is as we write it.

    ``at`` is written as in an entry.
    """

    said: str
    seal: Seal | None
    at: bytes


async def raw(conn: Connection) -> list[KeptSeal]:
    """All seals, by the rows that they cover."""
    of = seals.c
    well: ColumnElement[bool] = literal(value=True)
    if conn.dialect.name == "sqlite":
        texts = (func.typeof(column) == "text" for column in (of.date, of.head, of.at))
        well = and_(*texts, func.typeof(of.rows) == "integer")
    words = [in_bytes(conn, column) for column in (of.date, of.rows, of.head)]
    instant_of = instant(conn)
    query = select(*words, instant_in_bytes(conn, of.at), well).order_by(of.rows, of.date)
    return [_kept(row[:3], instant_of(row[3]) if row[4] else None) for row in await conn.execute(query)]


def _kept(words: tuple[bytes | None, ...], at: bytes | None) -> KeptSeal:
    said = " ".join(map(in_words, words))
    read = seal_of(said)
    return KeptSeal(said, read if at is not None and read is not None and str(read) == said else None, at or b"")


async def is_sealed(conn: Connection, date: str) -> bool:
    """Whether a day (ISO) has its seal."""
    return await conn.scalar(select(seals.c.date).where(seals.c.date == date)) is not None


async def add(conn: Connection, seal: Seal, at: datetime) -> None:
    """Keep a seal."""
    row = {"date": seal.date, "rows": seal.rows, "head": seal.head, "at": at}
    await conn.execute(insert(seals).values(row))


async def agreeing(conn: Connection, some: Sequence[KeptSeal]) -> list[bool]:
    """Whether the hash at each seal's place in the chain still is the one that it says."""
    there = await ledger_links.hashes(conn, {one.seal.rows for one in some if one.seal})
    return [one.seal is not None and there.get(one.seal.rows) == one.seal.head for one in some]
