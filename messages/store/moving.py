"""An SQLite database moved to PostgreSQL: every row copied with its id, then compared with where it came from.

1. The source is held: one transaction with SQLite's only write lock, so that it is read as it stands at one moment and
   nobody writes meanwhile. Nothing is written there.
2. The target, empty until then, gets its tables and the mark ``moving`` in one transaction. While it is marked, nothing
   else of ours uses it. Its foreign keys are put aside: rows arrive in the order of their keys. So is the trigger that
   has new events of the ledger wait for their link: which ones do, the source says.
3. Rows arrive in transactions, each a batch. A move that was ended midway goes on behind the last key of every table;
   what arrived before must still be what the source says.
4. Every row of both sides is compared.
5. Foreign keys, the trigger and the sequences of ids are set, and the mark is removed, in one transaction.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from sqlalchemy import Table, delete, exists, func, literal, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import AddConstraint, DropConstraint

from messages.errors import LianxunError, Refused, WrongSchema
from messages.store import marks, rows, tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Connection, Database, DatabaseFailure
from messages.store.rows import Key, Rows
from messages.store.schema import head, look, upgrade
from messages.text.phrase import Phrase, phrase

_TABLES: Final = tuple(tables.metadata.sorted_tables)
LOCK: Final = 0x6C786D76
"""The advisory lock that a move holds on the target: any number, as long as every version takes the same."""
_LOCK_TIMEOUT: Final = "55P03"


class Step(StrEnum):
    """What the move is doing with a table."""

    RECHECKING = "rechecking"  # what an earlier attempt brought
    COPYING = "copying"
    VERIFYING = "verifying"


Told = Callable[[Step, str, int, int], None]
"""Told as the move goes on: the step, the table, how many rows are done, of how many."""


_Seen = Callable[[Rows, int], None]


class NotMoved(LianxunError):
    """The move could not be ended; the target stays marked."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A move that was ended and verified.

    ``tables`` counts the rows of each table; ``ledger_digest`` is the SHA-256 (hexadecimal) of the ledger's rows in the
    order of their ids, each as one line of canonical JSON; ``resumed`` says that an earlier attempt had begun it.
    """

    tables: Mapping[str, int]
    ledger_digest: str
    resumed: bool


def ends(source: str, target: str) -> tuple[Database, Database]:
    """The databases at two addresses, not connected yet; ``Refused`` unless a move can go from the one to the other."""
    one, other = _database(source), _database(target)
    if one.dialect != "sqlite" or other.dialect != "postgresql":
        raise Refused(phrase("A move goes from sqlite:///… to postgresql://…"))
    if one.path is None or not Path(one.path).is_file():
        raise Refused(phrase("There is no database at {path}.", path=one.path or ""))
    return one, other


def _database(url: str) -> Database:
    try:
        return Database(url)
    except (ArgumentError, ValueError):  # not to be told: it may hold a password
        raise Refused(phrase("A database's address cannot be read.")) from None


def shown(url: str) -> str:
    """A database's address without its secrets, for people to read."""
    parts = make_url(url)
    public = URL.create(
        parts.get_backend_name(),
        username=parts.username,
        host=parts.host,
        port=parts.port,
        database=parts.database,
        query={name: value for name, value in parts.query.items() if name in {"host", "port"}},
    )
    return unquote(public.render_as_string())


async def move(source: Database, target: Database, *, now: datetime, told: Told, batch: int = rows.BATCH) -> Moved:
    """Move all of ``source`` (SQLite) to ``target`` (PostgreSQL), ``batch`` rows in a transaction.

    Raises ``Unreachable`` where one of them does not answer, ``WrongSchema`` where the source is not at this version's
    schema, ``Refused`` where the target holds anything but an earlier part of this same move, ``NotMoved`` where
    PostgreSQL does not take a row or has another one in the end. Ended midway by whatever cause, it can be begun again.
    """
    if (await look(source))[0] != head():
        raise WrongSchema(phrase("The source is not at this version's schema. Run «lianxun migrate» on it first."))
    await look(target)  # whether it answers; what is there counts only once it is held
    async with _alone_on(target) as way, source.writing() as conn:
        return await _Move(conn, way, target, told, batch).run(now)


@asynccontextmanager
async def _alone_on(target: Database) -> AsyncIterator[Connection]:
    """A connection that holds the target against another move.

    The lock of a move that was killed goes at once, or nearly: it is waited for.
    """
    async with target.standing() as conn:
        await conn.execute(text("SET lock_timeout = '2s'"))
        try:
            await conn.execute(select(func.pg_advisory_lock(LOCK)))
        except DatabaseFailure as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_TIMEOUT:
                raise
            raise Refused(phrase("Another move into this database is running.")) from None
        try:
            yield conn
        finally:
            await conn.invalidate()  # the lock goes with the connection


class _Move:
    """One attempt. Rows go by ``way``, which holds the target: where it is lost, nothing more arrives."""

    def __init__(self, source: Connection, way: Connection, target: Database, told: Told, batch: int) -> None:
        self._source = source
        self._way = way
        self._target = target
        self._told = told
        self._batch = batch
        self._totals: dict[str, int] = {}

    async def run(self, now: datetime) -> Moved:
        resumed = await self._begin(now)
        self._totals = {table.name: await rows.count(self._source, table) for table in _TABLES}
        arrived = await self._arrived()
        for table in _TABLES:
            await self._copy(table, arrived[table.name])
        digest = await self._verify()
        await self._end()
        return Moved(tables=self._totals, ledger_digest=digest, resumed=resumed)

    async def _begin(self, now: datetime) -> bool:
        """Whether the target holds the beginning of a move already; an empty one is made ready for its rows."""
        revision, empty = await look(self._target)
        async with self._target.writing() as conn:
            if revision == head() and await marks.find(conn, marks.MOVING) is not None:
                return True
            if empty:
                await upgrade(conn)
            elif revision != head() or await _is_used(conn):
                raise Refused(phrase("The database to move to is not empty. Name an empty one."))
            await conn.execute(delete(tables.bots))  # the main bot that the migration made: the source has its own
            for table in _TABLES:
                for link in table.foreign_key_constraints:
                    await conn.execute(DropConstraint(link))
            await conn.execute(text("ALTER TABLE ledger DISABLE TRIGGER ledger_waits"))
            await marks.put(conn, marks.MOVING, now)
        return False

    async def _arrived(self) -> dict[str, Key | None]:
        """How far each table came in earlier attempts. Raises ``Refused`` where that is not what the source says."""
        async with self._target.reading() as conn:
            arrived = {table.name: await rows.last_key(conn, table) for table in _TABLES}
            for table in _TABLES:
                if (upto := arrived[table.name]) is None:
                    continue
                seen = self._teller(Step.RECHECKING, table, await rows.count(conn, table))
                differs = await rows.compare(self._source, conn, table, upto=upto, seen=seen)
                if differs is not None:
                    raise Refused(_changed(table, differs))
        return arrived

    def _teller(self, step: Step, table: Table, total: int) -> _Seen:
        return lambda _rows, done: self._told(step, table.name, done, total)

    async def _copy(self, table: Table, after: Key | None) -> None:
        total = self._totals[table.name]
        async with self._target.reading() as conn:
            done = await rows.count(conn, table)
        async for some in rows.in_batches(self._source, table, after=after, batch=self._batch):
            await self._add(table, some)
            done += len(some)
            self._told(Step.COPYING, table.name, done, total)

    async def _add(self, table: Table, some: Rows) -> None:
        """Add rows by one COPY, which is a transaction and several times as quick as INSERT."""
        from asyncpg import InterfaceError, PostgresError  # noqa: PLC0415 -- not installed where SQLite is enough

        columns = [column.name for column in table.columns]
        driver: Any = (await self._way.get_raw_connection()).driver_connection
        try:
            await driver.copy_records_to_table(table.name, records=some, columns=columns)
        except (PostgresError, InterfaceError, OSError) as error:
            raise NotMoved(_not_taken(table, some, error)) from error

    async def _verify(self) -> str:
        """Compare every row of every table; gives the ledger's digest."""
        digest = sha256()
        async with self._target.reading() as conn:
            for table in _TABLES:
                tell = self._teller(Step.VERIFYING, table, self._totals[table.name])

                def seen(some: Rows, done: int, table: Table = table, tell: _Seen = tell) -> None:
                    if table is tables.ledger:
                        digest.update("".join(rows.canonical(table, row) for row in some).encode())
                    tell(some, done)

                differs = await rows.compare(self._source, conn, table, seen=seen)
                if differs is not None:
                    raise NotMoved(_differs(table, differs))
        return digest.hexdigest()

    async def _end(self) -> None:
        async with self._target.writing() as conn:
            for table in _TABLES:
                for link in table.foreign_key_constraints:
                    await conn.execute(AddConstraint(link, isolate_from_table=False))
                if (key := table.autoincrement_column) is not None:
                    sequence = func.pg_get_serial_sequence(table.name, key.name)
                    await conn.execute(select(func.setval(sequence, func.max(key))))
                await conn.execute(text(f"ANALYZE {table.name}"))
            await conn.execute(text("ALTER TABLE ledger ENABLE TRIGGER ledger_waits"))
            await conn.execute(delete(tables.marks).where(tables.marks.c.name == marks.MOVING))


async def _is_used(conn: Connection) -> bool:
    """Whether there is any row but the main bot's, which is there from the first moment."""
    for table in _TABLES:
        row = select(literal(1)).select_from(table)
        if table is tables.bots:
            row = row.where(tables.bots.c.id != MAIN_BOT)
        if await conn.scalar(select(exists(row))):
            return True
    return False


def _said(key: Key) -> str:
    return "/".join(map(str, key))


def _changed(table: Table, key: Key) -> Phrase:
    return phrase(
        "The database to move to holds an unfinished move of another source, or of this one before it changed: "
        "{table} differs, first at {key}. Make that database empty and move again.",
        table=table.name,
        key=_said(key),
    )


def _differs(table: Table, key: Key) -> Phrase:
    return phrase(
        "What arrived is not what was sent: {table} differs, first at {key}. The move is not finished. "
        "Make the database to move to empty and move again.",
        table=table.name,
        key=_said(key),
    )


def _not_taken(table: Table, some: Rows, error: Exception) -> Phrase:
    return phrase(
        "PostgreSQL did not take the rows {first} to {last} of {table}: {why}. "
        "What came before is kept: the same command goes on from there.",
        first=_said(rows.key_of(table, some[0])),
        last=_said(rows.key_of(table, some[-1])),
        table=table.name,
        why=str(error).split("\n", 1)[0],
    )
