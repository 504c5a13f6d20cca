"""Queries of the daily seals: they are only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, insert, literal, select

from messages.ledger_chain import Seal, seal_of
from messages.store.database import Connection
from messages.store.raw import in_bytes, instant, instant_in_bytes
from messages.store.tables import ledger_links, seals


class KeptSeal(NamedTuple):
    """A seal as its bytes stand in the database: in words, and read where it is as we write it.

    ``at`` is written as in an entry.
    """

    said: str
    seal: Seal | None
    at: bytes


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A seal, when it was made, and whether the hash at its place in the chain still is the one that it says."""

    seal: Seal
    at: datetime
    agrees: bool


async def raw(conn: Connection) -> list[KeptSeal]:
    """All seals, by the rows that they cover."""
    of = seals.c
    well: ColumnElement[bool] = literal(value=True)
    if conn.dialect.name == "sqlite":
        well = and_(func.typeof(of.date) == "text", func.typeof(of.head) == "text", func.typeof(of.rows) == "integer")
    words = [in_bytes(conn, column) for column in (of.date, of.rows, of.head)]
    query = select(*words, instant_in_bytes(conn, of.at), well).order_by(of.rows, of.date)
    return [_kept(row[:3], instant(conn, row[3]) if row[4] else None) for row in await conn.execute(query)]


def _kept(words: tuple[bytes | None, ...], at: bytes | None) -> KeptSeal:
    said = " ".join((word or b"").decode("utf-8", "backslashreplace") for word in words)
    read = seal_of(said)
    return KeptSeal(said, read if at is not None and read is not None and str(read) == said else None, at or b"")


async def is_sealed(conn: Connection, date: str) -> bool:
    """Whether a day (ISO) has its seal."""
    return await conn.scalar(select(seals.c.date).where(seals.c.date == date)) is not None


async def add(conn: Connection, seal: Seal, at: datetime) -> None:
    """Keep a seal."""
    row = {"date": seal.date, "rows": seal.rows, "head": seal.head, "at": at}
    await conn.execute(insert(seals).values(row))


async def count(conn: Connection) -> int:
    """How many seals there are."""
    return int(await conn.scalar(select(func.count()).select_from(seals)) or 0)


async def newest(conn: Connection, most: int, *, after: int = 0) -> list[Shown]:
    """The newest seals, the newest first, without so many of them."""
    query = (
        select(seals, ledger_links.c.hash)
        .outerjoin(ledger_links, ledger_links.c.seq == seals.c.rows)
        .order_by(seals.c.date.desc())
        .offset(after)
        .limit(most)
    )
    return [
        Shown(
            seal=Seal(date=row.date, rows=row._mapping["rows"], head=row.head),  # noqa: SLF001 -- «rows» is a row's own word
            at=row.at,
            agrees=row.hash == row.head,
        )
        for row in await conn.execute(query)
    ]
