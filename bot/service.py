"""The running service, or the part of it that one process does: started in order, ended in order."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from bot.boards import Boards
from bot.grace import Grace
from bot.lines import Lines
from bot.office import Sweep
from bot.outage import Outage
from bot.receiving import Receivers
from bot.role import Role
from bot.settings import Settings
from bot.supervision import Supervisor
from bot.web.server import WebServer
from messages.store import database
from messages.store.database import Database
from messages.store.lease import PLANNING, Leases
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase
from messages.text.rendering import Renderer
from schedules.apart import Apart
from schedules.clock import Clock
from schedules.figures import Counting
from schedules.jobs import Jobs
from schedules.places import Asking, Granting
from schedules.planner import Planner
from schedules.recaller import Recaller
from schedules.retention import Retention
from schedules.senders import Senders
from schedules.statistics.desk import Statistics
from schedules.steering import sweep
from schedules.tenders.watching import Watching

_SWITCH_SECONDS: Final = 0.0005
"""SQLite works in threads: while the loop is busy, each of its calls would wait for Python's usual 5 ms, and again."""
_LEASES_WITHIN: Final = 3.0
_PLANNER_LOOKS: Final = 0.5
_STEERING_LOOKS: Final = 1.0
_NEXT_STEP: Final = 0.2
_NEXT_RETENTION: Final = 600.0
_NEXT_COUNT: Final = 5.0
_STOP_WITHIN: Final = 4.5
_SOURCES_LOOK: Final = 1.0
_SOURCE: Final = "source of matters: {name}"

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class Service:
    """The running service, or the part of it that this process does, over one database."""

    roles: Collection[Role]
    settings: Settings
    db: Database
    catalog: Catalog
    renderer: Renderer
    clock: Clock
    leases: Leases
    lines: Lines
    planner: Planner
    sweeps: Mapping[str, Sweep]
    apart: Apart
    watching: Watching
    retention: Retention
    statistics: Statistics
    senders: Senders
    recaller: Recaller
    counting: Counting
    granting: Granting
    asking: Asking
    receivers: Receivers
    boards: Boards
    jobs: Jobs
    web: WebServer
    supervisor: Supervisor
    outage: Outage
    grace: Grace
    _plans: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end within five seconds.

        Start: the port, the bots, the sender, the planner, and last the intake. Stop: the same the other way round, so
        that nothing new comes in while what is in flight finishes and is recorded.
        """
        sys.setswitchinterval(_SWITCH_SECONDS)
        await self.web.start()
        try:
            if {Role.CHAT, Role.SENDER} & {*self.roles}:
                await self.lines.start()
            _spare_the_collector()
            await self._start()
            self.web.ready = True
            log.info(
                "running",
                roles=[*map(str, sorted(self.roles))],
                database=self.db.dialect,
                mode=str(self.settings.telegram_mode),
            )
            await stop.wait()
        finally:
            await self._stop()

    def say(self, what: Phrase) -> str:
        """A phrase in the office's language."""
        return self.catalog.say(what, self.settings.locale)

    async def plan(self) -> datetime | None:
        """One planning pass, if this process is the one that plans; gives when the next thing is due.

        While the database is away nothing is done: a later wake finds it all due.
        """
        if not self.leases.holds(PLANNING):
            return None
        try:
            return await self._plan(self.clock.now())
        except Exception as error:
            if not self.outage.note(error):
                raise
            self.grace.begin()
            return None

    async def _plan(self, now: datetime) -> datetime | None:
        """One pass. What the sweeps find becomes notices, which the planner plans at once, whichever of them fails.

        Of much that is due at once they do a part, and the next pass follows immediately.
        """
        more = False
        for name, sweep_of in self.sweeps.items():
            with self.apart.doing("sweep", of=name):
                more |= bool(await sweep_of(now))
        if (await self.planner.run(now)).deliveries:
            self.senders.wake()
        if more:
            return now
        upcoming = await self.planner.next_due(now)
        return upcoming.at if upcoming else None

    async def move_clock(self, to: datetime) -> datetime | None:
        """Move the clock forward, and do what has become due; gives when the next thing is."""
        self.clock.move_to(to)
        due = await self.jobs.moved()
        self.senders.wake()
        return due

    async def _start(self) -> None:
        start = self.supervisor.start
        start("leases", self.leases.run)
        with contextlib.suppress(TimeoutError):  # without the database the rest waits for it by itself
            await asyncio.wait_for(self.leases.ready(), _LEASES_WITHIN)
        start("listening", self._listen)
        start("counting", self.counting.run)
        if Role.SENDER in self.roles:
            start("senders", self.senders.run)
            start("recalls", self.recaller.run)
            if self.db.dialect != "sqlite":
                start("granting", self.granting.run)
        if Role.SCHEDULER in self.roles:
            self.jobs.start()
            await self._take_planning()
            start("planning", self._keep_planning)
            start("steering", self._keep_steering)
            start("retention", self._keep_retention)
            start("statistics", self._keep_statistics)
            for name in self.watching.names:
                start(_SOURCE.format(name=name), partial(self._keep_watching, name))
        if Role.CHAT in self.roles:
            start("receivers", self.receivers.run)
            start("boards", self.boards.run)

    async def _listen(self) -> None:
        """Hear what other processes tell through the database."""
        await self.db.listen(
            {
                database.DUE: lambda _: self.senders.wake(),
                database.PLACE_ASKED: lambda _: self.granting.wake(),
                database.PLACE_GRANTED: self.asking.granted,
            }
        )

    async def _keep_planning(self) -> None:
        """Plan as soon as nobody else does, and see to it that the planner is woken."""
        while True:
            await self._take_planning()
            await self.jobs.check()
            await asyncio.sleep(_PLANNER_LOOKS)

    async def _take_planning(self) -> None:
        planned, self._plans = self._plans, await self.leases.take(PLANNING)
        if self._plans and not planned:
            log.info("planning")
            self.grace.begin()
            await self.jobs.wake()

    async def _keep_steering(self) -> None:
        """Have deliveries follow their paused, resumed, cancelled or recalled notices, where this process plans."""
        while True:
            if self.leases.holds(PLANNING):
                await sweep(self.db, self.clock.now())
            await asyncio.sleep(_STEERING_LOOKS)

    async def _keep_retention(self) -> None:
        """Archive what is old, a small step at a time, where this process plans."""
        while True:
            moved = await self.retention.step(self.clock.now()) if self.leases.holds(PLANNING) else 0
            await asyncio.sleep(_NEXT_STEP if moved else _NEXT_RETENTION)

    async def _keep_statistics(self) -> None:
        """Count what has changed, where this process plans; apart from planning, which waits for no count."""
        while True:
            more = await self.statistics.sweep(self.clock.now()) if self.leases.holds(PLANNING) else False
            await asyncio.sleep(_NEXT_STEP if more else _NEXT_COUNT)

    async def _keep_watching(self, name: str) -> None:
        """Take what a source of matters has that is new, where this process plans: no source waits for another."""
        while True:
            if self.leases.holds(PLANNING):
                with self.apart.doing("a source of matters", source=name):
                    if await self.watching.look(name, self.clock.now()):
                        self.jobs.soon()
            await asyncio.sleep(_SOURCES_LOOK)

    async def _stop(self) -> None:
        self.web.ready = False
        log.info("stopping")
        await self.supervisor.cancel("planning")
        await self.jobs.stop()
        self.senders.stop()
        await asyncio.gather(
            self.supervisor.cancel("receivers"),
            self.supervisor.cancel("boards"),
            self.supervisor.cancel("retention"),
            self.supervisor.cancel("statistics"),
            self.supervisor.cancel("steering"),
            self.supervisor.cancel("recalls"),
            *(self.supervisor.cancel(_SOURCE.format(name=name)) for name in self.watching.names),
            self.supervisor.finish("senders", within=_STOP_WITHIN),
        )
        for name in ("counting", "granting", "listening", "leases"):
            await self.supervisor.cancel(name)
        await self.outage.close()
        await self.lines.close()
        await self.web.stop()
        log.info("stopped")


def _spare_the_collector() -> None:
    """What was made to start stays for good: looking through all of it again and again stalls a quarter of a second."""
    gc.collect()
    gc.freeze()
