"""The database: one engine, reading and writing transactions.

SQLite has one writer; here the writers of the process queue in order on a lock instead of spinning in SQLite's busy
handler, so a write waits only for the writes before it. PostgreSQL needs no such lock.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from messages.errors import refused
from messages.store.types import written
from messages.text.phrase import phrase

Connection = AsyncConnection
"""A transaction's connection: what every query takes first."""

DatabaseFailure = DBAPIError
"""What the database itself refuses: a full disk, a read-only file, a lost connection."""

_DEADLOCK: Final = "40P01"

DUE: Final = "lianxun_due"
"""The channel that says: something to be sent may be due."""
PLACE_ASKED: Final = "lianxun_place_asked"
"""The channel that says: a process asks for a place on a bot's wire."""
PLACE_GRANTED: Final = "lianxun_place_granted"
"""The channel that says: the place whose id it tells is given."""

_BUSY_SECONDS: Final = 15
_SERVER_SETTINGS: Final = {"idle_in_transaction_session_timeout": "5s"}  # a frozen process must not keep its rows
_AWAY_SQLITE: Final = frozenset({5, 8, 10, 13, 14})  # busy, read-only, input or output failed, full, cannot be opened
_AWAY_POSTGRESQL: Final = frozenset({"08", "53", "57", "58"})  # connection, resources, ended by hand, the system
_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in {*_DRIVERS, *_DRIVERS.values()} or not rest:
        raise refused(phrase("A database's address begins with sqlite:/// or postgresql://."))
    return f"{_DRIVERS.get(scheme, scheme)}://{rest}"


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own connection type
        connection.isolation_level = None  # we begin transactions ourselves, see below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: SyncConnection) -> None:
        # A transaction that will write takes the write lock at once: upgrading later could fail half-way.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_deadlock(error: DatabaseFailure) -> bool:
    """Whether PostgreSQL ended a transaction because it and another waited for each other: to be tried once more."""
    return getattr(error.orig, "sqlstate", None) == _DEADLOCK


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be used for the moment, whatever is asked: out of reach, restarting, its disk full.

    An error without this is about what was asked, and comes again however often that is tried.
    """
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return int(code) & 0xFF in _AWAY_SQLITE
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return str(state)[:2] in _AWAY_POSTGRESQL
    # Pending: on a connection that several use, another one has met the failure before.
    return isinstance(cause, OSError | InterfaceError | PendingRollbackError)


async def notify(conn: Connection, channel: str, payload: str = "") -> None:
    """Tell every process that listens, once this transaction is committed. SQLite tells nobody."""
    if conn.dialect.name != "sqlite":
        await conn.execute(select(func.pg_notify(channel, payload)))


async def at_one_moment(conn: Connection) -> None:
    """All that this transaction goes on to read is of one moment; to be called before it reads anything."""
    if conn.dialect.name != "sqlite":  # there it is so already
        await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


async def unsorted(conn: Connection) -> None:
    """What this transaction goes on to read in the order of a key is read along that key, where there is one.

    PostgreSQL would rather sort the whole of a large table on the disk first, and give nothing before that is done.
    """
    if conn.dialect.name != "sqlite":  # there it is so already
        await conn.execute(text("SET LOCAL enable_sort = off"))


class Database:
    """The one database of the process."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url`` (``sqlite:…`` or ``postgresql:…``); another is ``Refused``."""
        driver = _with_driver(url)
        patience = {} if driver.startswith("sqlite") else {"connect_args": {"server_settings": _SERVER_SETTINGS}}
        self._engine = create_async_engine(
            driver, hide_parameters=True, json_serializer=written, **patience
        )  # parameters name people
        self.dialect: str = self._engine.dialect.name
        self._write_lock = asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        if self.dialect == "sqlite":
            _prepare_sqlite(self._engine)
        self.path = make_url(url).database if self.dialect == "sqlite" else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A transaction that only reads."""
        async with self._engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A transaction that is durable once this block is left without an error, and leaves nothing otherwise."""
        async with self._write_lock, self._engine.connect() as plain:
            connection = await plain.execution_options(writes=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction, for what belongs to the connection itself."""
        async with self._engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def listen(self, heard: Mapping[str, Callable[[str], None]]) -> None:
        """Call what hears a channel with each notification's payload, until the connection is lost, which is raised.

        SQLite notifies nobody, so there this returns at once: who waits looks for itself now and then.
        """
        if self.dialect == "sqlite":
            return
        async with self.standing() as conn:
            driver: Any = (await conn.get_raw_connection()).driver_connection
            lost = asyncio.Event()
            driver.add_termination_listener(lambda _connection: lost.set())
            for channel, hear in heard.items():
                await driver.add_listener(channel, lambda *told, hear=hear: hear(told[-1]))
            try:
                await lost.wait()
            finally:
                await conn.invalidate()  # what it listens to must not come back to the pool
        message = "the connection that listens was lost"
        raise ConnectionError(message)

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()
