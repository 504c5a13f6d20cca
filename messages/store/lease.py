"""Leases: what only one process may do at a time, given for as long as the process shows that it lives.

On PostgreSQL they are advisory locks of one connection, which is pinged twice a second. A process that dies loses its
connection and with it every lease, at once; one that is frozen loses them when PostgreSQL ends its idle connection,
after ``_IDLE_SECONDS``. The holder itself counts them as lost a little sooner, by its own steady clock: whoever wakes
up after a long sleep must not act on a lease that another has by now. A pooler between us and PostgreSQL must keep
sessions (PgBouncer: ``pool_mode = session``).

On SQLite one process has the database (a lock on its file), and so every lease.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from sqlalchemy import func, select, text

from messages.store.database import Connection, Database

_PING_SECONDS: Final = 0.5
_IDLE_SECONDS: Final = 3.5
_SURE_SECONDS: Final = 3.0
_FIRST_CLASS: Final = 0x6C780000  # any number, as long as every process of ours takes the same


class Duty(IntEnum):
    """What a lease is for."""

    PLANNING = 1
    SENDING = 2  # for one bot
    RECEIVING = 3  # by polling, for one bot
    PRESENCE = 4  # of a sender
    SHOWING = 5  # how notices go on, for one bot


@dataclass(frozen=True)
class Lease:
    """The right to a duty, for one bot where it is a bot's."""

    duty: Duty
    bot_id: int = 0


PLANNING: Final = Lease(Duty.PLANNING)


class Leases(Protocol):
    """The leases of this process."""

    async def run(self) -> None:
        """Keep the leases while this runs. Raises where the database is lost, and with it every lease."""
        ...

    async def ready(self) -> None:
        """Wait until leases can be taken."""
        ...

    def holds(self, lease: Lease) -> bool:
        """Whether this process has the lease at this very moment."""
        ...

    async def take(self, lease: Lease) -> bool:
        """Take the lease if nobody has it (or this process has); False where another process has it."""
        ...

    async def give_back(self, lease: Lease) -> None:
        """Let another process have it; harmless where it is not held."""
        ...

    async def is_held(self, lease: Lease) -> bool:
        """Whether any process has it."""
        ...

    async def senders(self) -> int:
        """How many processes are ready to send, this one among them if it is."""
        ...


def leases_of(db: Database, steady: Callable[[], float], *, sends: bool) -> Leases:
    """The leases on a database; ``steady`` counts seconds, the machine's sleep too. ``sends``: this is a sender."""
    return _Sole() if db.dialect == "sqlite" else _Sessions(db, steady, sends=sends)


class _Sole:
    """Of the one process that there can be."""

    async def run(self) -> None:
        """Nothing has to be kept."""

    async def ready(self) -> None:
        """They always can."""

    def holds(self, _lease: Lease) -> bool:
        return True

    async def take(self, _lease: Lease) -> bool:
        return True

    async def give_back(self, _lease: Lease) -> None:
        """Nobody waits for it."""

    async def is_held(self, _lease: Lease) -> bool:
        return True

    async def senders(self) -> int:
        return 1


class _Sessions:
    """Of one process among several, on PostgreSQL."""

    def __init__(self, db: Database, steady: Callable[[], float], *, sends: bool) -> None:
        self._db = db
        self._steady = steady
        self._sends = sends
        self._conn: Connection | None = None
        self._opened = asyncio.Event()
        self._turn = asyncio.Lock()
        self._held: set[Lease] = set()
        self._sure_until = 0.0

    async def run(self) -> None:
        async with self._db.standing() as conn:
            try:
                await conn.execute(text(f"SET idle_session_timeout = '{_IDLE_SECONDS}s'"))
                if self._sends:
                    await conn.execute(select(func.pg_advisory_lock_shared(*_key(_PRESENCE))))
                self._conn = conn
                self._opened.set()
                while True:
                    await self._ping(conn)
                    await asyncio.sleep(_PING_SECONDS)
            finally:
                self._conn = None
                self._opened.clear()
                self._held.clear()
                await conn.invalidate()  # its locks and its timeout must not come back to the pool

    async def ready(self) -> None:
        await self._opened.wait()

    async def _ping(self, conn: Connection) -> None:
        async with self._turn:
            asked = self._steady()
            async with asyncio.timeout(_SURE_SECONDS):  # a database that vanished does not even refuse
                await conn.execute(select(1))
            self._sure_until = asked + _SURE_SECONDS

    def holds(self, lease: Lease) -> bool:
        return lease in self._held and self._steady() < self._sure_until

    async def take(self, lease: Lease) -> bool:
        async with self._turn:
            if self._conn is None:
                return False
            if lease not in self._held:
                if not await self._conn.scalar(select(func.pg_try_advisory_lock(*_key(lease)))):
                    return False
                self._held.add(lease)
        return self.holds(lease)

    async def give_back(self, lease: Lease) -> None:
        async with self._turn:
            if self._conn is not None and lease in self._held:
                self._held.discard(lease)
                await self._conn.execute(select(func.pg_advisory_unlock(*_key(lease))))

    async def is_held(self, lease: Lease) -> bool:
        return await self._count(lease) > 0

    async def senders(self) -> int:
        return await self._count(_PRESENCE)

    async def _count(self, lease: Lease) -> int:
        """How many sessions have the lock of a lease."""
        kind, number = _key(lease)
        async with self._db.reading() as conn:
            return int(await conn.scalar(_HOLDERS, {"kind": kind, "number": number}) or 0)


_PRESENCE: Final = Lease(Duty.PRESENCE)
_HOLDERS: Final = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND classid::bigint = :kind AND objid::bigint = :number"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _key(lease: Lease) -> tuple[int, int]:
    return _FIRST_CLASS + lease.duty, lease.bot_id
