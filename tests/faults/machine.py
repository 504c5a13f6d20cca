"""Made-up machines for the simulation: processes over one SQLite file, in one thread, in a time that is made up.

Each process has a loop of its own, which is stepped by the machine: so a process can stop between two steps, as SIGSTOP
stops it, or never go on, as after ``kill -9``. What a thread of aiosqlite would do is done within the loop, after a
made-up while; so everything that happens follows from the seed alone.
"""

import asyncio
import selectors
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiosqlite
from sqlalchemy import event

from messages.store.database import Database
from messages.store.lease import Lease
from schedules.clock import Clock

ZONE: Final = ZoneInfo("Asia/Shanghai")
_NEVER: Final = float("inf")
_SEEN_LOST_AFTER: Final = 0.5
"""A process sees at its next ping that its session is gone."""
_SURE_SECONDS: Final = 3.0
_IDLE_SECONDS: Final = 3.5
_TOO_MANY: Final = 50_000


class _Idle(selectors.SelectSelector):
    """Waits for nothing: it notes when there is something to do, and has the loop stop."""

    def __init__(self, machine: "Machine") -> None:
        super().__init__()
        self._machine = machine
        self.loop: asyncio.SelectorEventLoop | None = None
        self.next_at = _NEVER
        self._turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert self.loop is not None
        self._turns += 1
        assert self._turns < _TOO_MANY, "it turns and turns at one instant"
        if timeout is None or timeout > 0:
            self.next_at = _NEVER if timeout is None else self._machine.now + timeout
            self._turns = 0
            self.loop.stop()
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self.idle = _Idle(machine)
        super().__init__(self.idle)
        self.idle.loop = self

    def time(self) -> float:
        return self._machine.now


class MadeUpClock(Clock):
    """The civil clock of a process; its steady seconds are the machine's."""

    def __init__(self, machine: "Machine") -> None:
        self._made_up = machine
        super().__init__(ZONE, machine=machine.wall)

    def since_boot(self) -> float:
        return self._made_up.now

    def steady(self) -> float:
        return self._made_up.now


class Machine:
    """The time, the processes and who has which lease."""

    def __init__(self, path: str, random: Random, start: datetime) -> None:
        self.path = path
        self.random = random
        self.now = 1000.0
        self._start = start
        self.skew = timedelta(0)
        """By how much the machine's clock was moved."""
        self.processes: list[Process] = []
        self.holders: dict[Lease, Process] = {}
        self.full_until = 0.0
        """Until when the database takes nothing."""
        self.slow = 1.0

    def wall(self) -> datetime:
        """The machine's clock."""
        return (self._start + timedelta(seconds=self.now - 1000.0) + self.skew).astimezone(UTC)

    def run_until(self, instant: float) -> None:
        """Let everything go on up to an instant."""
        while True:
            going = [process for process in self.processes if process.goes]
            first = min(going, key=lambda process: process.next_at, default=None)
            if first is None or first.next_at > instant:
                break
            self.now = max(self.now, first.next_at)
            first.step()
        self.now = max(self.now, instant)

    def has(self, lease: Lease) -> "Process | None":
        """Who has a lease, as the database knows it."""
        holder = self.holders.get(lease)
        return holder if holder and holder.session_lives() else None

    def bury(self) -> None:
        """End everything for good, so that nothing is left for the garbage collector to complain about."""
        for process in self.processes:
            process.bury()


class Process:
    """A process: a loop, a database, a clock, leases."""

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine = machine
        self.name = name
        self.loop = _Loop(machine)
        self.clock = MadeUpClock(machine)
        self.leases = SeatedLeases(self)
        self.connections: list[_Wired] = []
        self._begun: set[asyncio.Task[Any]] = set()
        self.dead = False
        self.buried = False
        self.frozen_at: float | None = None
        self.lost_session_at = -_NEVER
        self.db = _SHELF.pop() if _SHELF else _database()
        _OWNERS[self.db] = self
        machine.processes.append(self)

    @property
    def goes(self) -> bool:
        """Whether it is stepped at all."""
        return not self.dead and self.frozen_at is None

    @property
    def next_at(self) -> float:
        return self.loop.idle.next_at

    def step(self) -> None:
        """Go on until there is nothing more to do at this instant."""
        self.loop.run_forever()

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something in this process."""
        task = self.loop.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        self.loop.idle.next_at = self.machine.now

    def call(self, act: Callable[[], object], delay: float = 0.0) -> None:
        """Have something called in this process."""
        self.loop.call_later(delay, act)
        self.loop.idle.next_at = min(self.loop.idle.next_at, self.machine.now + delay)

    # --- faults -------------------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """Like ``kill -9``: what was committed stays, what was not is undone, nothing is wound up."""
        self.dead = True
        self.sever()

    def freeze(self) -> None:
        """Like SIGSTOP."""
        self.frozen_at = self.machine.now

    def thaw(self) -> None:
        """Like SIGCONT. Its timers have run out meanwhile; its session may have been ended."""
        assert self.frozen_at is not None
        if not self.session_lives():
            self.leases.held.clear()
            self._unseat()
            self.sever()
        elif self.machine.now - self.frozen_at > _SURE_SECONDS - _SEEN_LOST_AFTER:
            self.leases.unsure_until = self.machine.now + self.machine.random.uniform(0.0, _SEEN_LOST_AFTER)
        self.frozen_at = None
        self.loop.idle.next_at = self.machine.now

    def lose_session(self) -> None:
        """The database ends its connections; it sees that at its next ping."""
        self.lost_session_at = self.machine.now
        self.sever()
        self._unseat()
        self.call(self.leases.held.clear, _SEEN_LOST_AFTER)

    def _unseat(self) -> None:
        """The leases that its session had are free."""
        for lease in [lease for lease, holder in self.machine.holders.items() if holder is self]:
            del self.machine.holders[lease]

    def session_lives(self) -> bool:
        """Whether the database still has the session of its leases."""
        asleep = self.frozen_at is not None and self.machine.now - self.frozen_at > _IDLE_SECONDS
        return not self.dead and not asleep

    def sever(self) -> None:
        """End its connections with the database; what they have not committed is undone."""
        for connection in self.connections:
            connection.sever()

    def writes(self) -> bool:
        """Whether it is in the midst of a transaction that writes."""
        return any(connection.calls.writing for connection in self.connections)

    def bury(self) -> None:
        """End it for good."""
        self.buried = True
        self.frozen_at = None
        self.sever()
        for _ in range(1000):
            tasks = asyncio.all_tasks(self.loop)
            if not tasks:
                break
            for task in tasks:
                task.cancel()
            self.loop.idle.next_at = self.machine.now
            self.step()
            self.machine.now += 2.0  # whatever it still waits for is over
        for connection in self.connections:
            connection.forget()
        self.db._engine.sync_engine.dispose(close=False)  # noqa: SLF001 -- no other way in
        self.db._write_lock = asyncio.Lock()  # noqa: SLF001 -- it belonged to the loop
        del _OWNERS[self.db]
        _SHELF.append(self.db)
        self.loop.close()


_SHELF: Final[list[Database]] = []
"""Databases of processes that are buried: with them the statements that they have compiled, which takes longest."""
_OWNERS: Final[dict[Database, Process]] = {}


def _database() -> Database:
    """A database that connects to the file, and within the loop, of whose it is when it does."""
    db = Database("sqlite:///nowhere")

    def connect(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        parameters["async_creator_fn"] = lambda *_args, **_kwargs: _Wired(_OWNERS[db])

    event.listen(db._engine.sync_engine, "do_connect", connect)  # noqa: SLF001 -- no other way in
    return db


class SeatedLeases:
    """Leases between made-up processes, as sessions of PostgreSQL give them; see ``messages.store.lease``."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.held: set[Lease] = set()
        self.unsure_until = 0.0
        self.taken: Callable[[Lease], None] = lambda _lease: None

    async def run(self) -> None:
        """Nothing has to be kept."""

    async def ready(self) -> None:
        """They always can."""

    def holds(self, lease: Lease) -> bool:
        return lease in self.held and self._process.machine.now >= self.unsure_until

    async def take(self, lease: Lease) -> bool:
        await asyncio.sleep(self._process.machine.random.uniform(0, 0.003))
        if lease in self.held:
            return self.holds(lease)
        if self._process.machine.has(lease) is not None:
            return False
        self._process.machine.holders[lease] = self._process
        self.held.add(lease)
        self.taken(lease)
        return self.holds(lease)

    async def give_back(self, lease: Lease) -> None:
        if lease in self.held:
            self.held.discard(lease)
            if self._process.machine.holders.get(lease) is self._process:
                del self._process.machine.holders[lease]

    async def is_held(self, lease: Lease) -> bool:
        return self._process.machine.has(lease) is not None

    async def senders(self) -> int:
        return sum(one.session_lives() and one.name != "office" for one in self._process.machine.processes)


# --- the database's thread, within the loop ---------------------------------------------------------------------------


class _Wired(aiosqlite.Connection):
    """A connection whose calls are made within the loop."""

    def __init__(self, process: Process) -> None:
        path = process.machine.path
        super().__init__(lambda: sqlite3.connect(path, timeout=0, isolation_level=None), 64)
        self.calls = self._tx = _Calls(process)  # type: ignore[assignment]
        self._thread.start = lambda: None  # type: ignore[method-assign]
        process.connections.append(self)

    def __del__(self) -> None:
        """Nothing is left to be ended."""

    def sever(self) -> None:
        """The database ends it."""
        if self.calls.severed:
            return
        self.calls.severed = True
        self.calls.writing = False
        if self._connection is not None:
            self._connection.rollback()
            self._connection.close()

    def forget(self) -> None:
        self._connection = None


@dataclass(eq=False)
class _Calls:
    """In place of the queue to a connection's thread: calls in their order, those that reach the disk after a while."""

    process: Process
    writing: bool = False
    severed: bool = False
    _waiting: deque[tuple[asyncio.Future[Any] | None, Any]] = field(default_factory=deque)
    _busy: bool = False

    def put_nowait(self, call: tuple[asyncio.Future[Any] | None, Any]) -> None:
        self._waiting.append(call)
        self._next()

    def _next(self) -> None:
        while self._waiting and not self._busy:
            call = self._waiting.popleft()
            what = _what(call[1])
            if what in {"BEGIN", "BEGIN IMMEDIATE", "commit"} and not self.process.buried:
                self._busy = True
                self.process.loop.call_later(self._while(), self._run_late, *call, what)
            else:
                self._tell(call[0], *self._run(call[1], what))

    def _while(self) -> float:
        return self.process.machine.random.uniform(0.0001, 0.002) * self.process.machine.slow

    def _run_late(self, future: asyncio.Future[Any] | None, function: Any, what: str) -> None:  # noqa: ANN401
        result, error = self._run(function, what)
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error) and not self.severed:
            self.process.loop.call_later(0.003, self._run_late, future, function, what)  # as the busy handler waits
            return
        self.process.loop.call_later(self._while() if what == "commit" else 0.0, self._landed, future, result, error)

    def _landed(self, future: asyncio.Future[Any] | None, result: object, error: BaseException | None) -> None:
        self._busy = False
        self._tell(future, result, error)
        self._next()

    def _run(self, function: Any, what: str) -> tuple[object, BaseException | None]:  # noqa: ANN401
        if self.severed:
            return None, sqlite3.OperationalError("no active connection")
        full = self.process.machine.full_until > self.process.machine.now
        if full and (what == "BEGIN IMMEDIATE" or (what == "commit" and self.writing)):
            return None, sqlite3.OperationalError("database or disk is full")
        if what.startswith(("PRAGMA busy", "PRAGMA synchronous")):
            return None, None
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 -- the one who called gets it, as from the thread
            return None, error
        if what == "BEGIN IMMEDIATE":
            self.writing = True
        elif what in {"commit", "rollback"}:
            self.writing = False
        return result, None

    def _tell(self, future: asyncio.Future[Any] | None, result: object, error: BaseException | None) -> None:
        if future is None or future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)


def _what(function: Any) -> str:  # noqa: ANN401
    """What a call does to the database: the statement, or the method."""
    name = getattr(getattr(function, "func", None), "__name__", "")
    return str(function.args[0]) if name == "execute" and function.args else name
