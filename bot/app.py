"""The composition root: everything is built here, once, and handed in."""

import asyncio
import gc
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, chain, repeat
from typing import Final

import structlog

from bot.chat.desk import Desk
from bot.lines import Line, Lines
from bot.receiving import Receivers
from bot.settings import Settings, SettingsRefused, TelegramMode
from bot.supervision import Supervisor
from bot.web.metrics import Figures, Metrics
from bot.web.server import WebServer
from messages.store import database, marks
from messages.store.database import Database
from messages.store.lease import PLANNING, Leases, leases_of
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, phrase
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.jobs import Jobs
from schedules.places import Asking, Granting, SharedPace
from schedules.planner import Planner
from schedules.policy import Policy, load
from schedules.retention import Retention
from schedules.retry import RetryPolicy
from schedules.senders import Senders

_PLANNER_LOOKS: Final = 0.5
_NEXT_STEP: Final = 0.2
_NEXT_RETENTION: Final = 600.0
_STOP_WITHIN: Final = 4.5

log = structlog.get_logger(__name__)


class Role(StrEnum):
    """What a process of the service does."""

    CHAT = "chat"
    SENDER = "sender"
    SCHEDULER = "scheduler"
    WEB = "web"


ALL: Final = frozenset(Role)


def dispatch_policy(policy: Policy) -> DispatchPolicy:
    """The policy's delivery table as the dispatcher takes it."""
    delivery = policy.delivery
    waits = chain(delivery.retry_seconds, repeat(delivery.retry_seconds[-1]))
    limit = delivery.give_up_after.total_seconds()
    attempts = next(number for number, waited in enumerate(accumulate(waits), start=1) if waited >= limit)
    retry = RetryPolicy(waits=[timedelta(seconds=s) for s in delivery.retry_seconds], give_up_attempts=attempts)
    return DispatchPolicy(concurrency=delivery.concurrency, claim_seconds=delivery.claim_seconds, retry=retry)


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
    retention: Retention
    senders: Senders
    granting: Granting
    asking: Asking
    receivers: Receivers
    jobs: Jobs
    web: WebServer
    supervisor: Supervisor
    _plans: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end within five seconds.

        Start: the port, the bots, the sender, the planner, and last the intake. Stop: the same the other way round, so
        that nothing new comes in while what is in flight finishes and is recorded.
        """
        await self.web.start()
        try:
            if {Role.CHAT, Role.SENDER} & {*self.roles}:
                await self.lines.start()
            _spare_the_collector()
            await self._start()
            self.web.ready = True
            log.info("running", roles=sorted(self.roles), database=self.db.dialect, mode=self.settings.telegram_mode)
            await stop.wait()
        finally:
            await self._stop()

    def say(self, what: Phrase) -> str:
        """A phrase in the office's language."""
        return self.catalog.say(what, self.settings.locale)

    async def plan(self) -> datetime | None:
        """One planning pass, if this process is the one that plans; gives when the next thing is due."""
        if not self.leases.holds(PLANNING):
            return None
        now = self.clock.now()
        if (await self.planner.run(now)).deliveries:
            self.senders.wake()
        upcoming = await self.planner.next_due(now)
        return upcoming.at if upcoming else None

    async def move_clock(self, to: datetime) -> None:
        """Move the clock forward, and do what has become due."""
        self.clock.move_to(to)
        await self.jobs.moved()
        self.senders.wake()

    async def _start(self) -> None:
        start = self.supervisor.start
        start("leases", self.leases.run)
        start("listening", self._listen)
        if Role.SENDER in self.roles:
            start("senders", self.senders.run)
            if self.db.dialect != "sqlite":
                start("granting", self.granting.run)
        if Role.SCHEDULER in self.roles:
            self.jobs.start()
            await self._take_planning()
            start("planning", self._keep_planning)
            start("retention", self._keep_retention)
        if Role.CHAT in self.roles:
            start("receivers", self.receivers.run)

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
            await self.jobs.wake()

    async def _keep_retention(self) -> None:
        """Archive what is old, a small step at a time, where this process plans."""
        while True:
            moved = await self.retention.step(self.clock.now()) if self.leases.holds(PLANNING) else 0
            await asyncio.sleep(_NEXT_STEP if moved else _NEXT_RETENTION)

    async def _stop(self) -> None:
        self.web.ready = False
        log.info("stopping")
        await self.supervisor.cancel("planning")
        await self.jobs.stop()
        self.senders.stop()
        await asyncio.gather(
            self.supervisor.cancel("receivers"),
            self.supervisor.cancel("retention"),
            self.supervisor.finish("senders", within=_STOP_WITHIN),
        )
        for name in ("granting", "listening", "leases"):
            await self.supervisor.cancel(name)
        await self.lines.close()
        await self.web.stop()
        log.info("stopped")


def _spare_the_collector() -> None:
    """What was made to start stays for good: looking through all of it again and again stalls a quarter of a second."""
    gc.collect()
    gc.freeze()


def check(settings: Settings, roles: Collection[Role]) -> None:
    """Refuse settings with which the service cannot run."""
    webhook = Role.CHAT in roles and settings.telegram_mode is TelegramMode.WEBHOOK
    if webhook and settings.public_url is None:
        raise SettingsRefused(phrase("LIANXUN_PUBLIC_URL is missing: the webhook needs the address of this service."))


def build(
    settings: Settings, db: Database, clock: Clock, *, roles: Collection[Role] = ALL, read_timeout: float = 10
) -> Service:
    """Compose the service, or the part of it that ``roles`` name; ``SettingsRefused`` for what it cannot run with.

    ``read_timeout`` is seconds for which the Bot API may keep us waiting for an answer.
    """
    check(settings, roles)
    policy, catalog = load(settings.policy), Catalog.load()
    renderer, rules = Renderer(catalog, settings.zone), dispatch_policy(policy)
    leases = leases_of(db, clock.since_boot, sends=Role.SENDER in roles)
    asking = Asking(db, leases, clock.steady)
    lines = Lines(
        settings,
        db,
        clock,
        concurrency=rules.concurrency,
        read_timeout=read_timeout,
        pace=lambda bot_id, pacer: SharedPace(bot_id, pacer, holds=paced_here, asking=asking),
    )
    senders = Senders(
        db=db,
        leases=leases,
        wires=lines.wires,
        composer=Composer(renderer, catalog),
        clock=clock,
        policy=rules,
    )

    def paced_here(bot_id: int) -> bool:
        return db.dialect == "sqlite" or senders.holds(bot_id)  # one process alone has an SQLite file

    def desk(line: Line) -> Desk:
        return Desk(
            bot=line.bot,
            bot_id=line.bot_id,
            colleague=lambda bot_id: other.bot if (other := lines.of(bot_id)) else None,
            db=db,
            catalog=catalog,
            renderer=renderer,
            clock=clock,
            limits=policy.joining,
            wake=senders.wake,
        )

    receivers = Receivers(settings, lines, leases, desk=desk)
    supervisor = Supervisor(clock.steady)
    jobs = Jobs(clock, lambda: service.plan())  # noqa: PLW0108 -- the service is made below
    web = WebServer(
        host=settings.http_host,
        port=settings.http_port,
        metrics=Metrics(lambda: _figures(senders, supervisor, jobs)),
        healthy=lambda: _healthy(db, senders),
        webhook=receivers.handle if settings.telegram_mode is TelegramMode.WEBHOOK else None,
    )
    service = Service(
        roles=roles,
        settings=settings,
        db=db,
        catalog=catalog,
        renderer=renderer,
        clock=clock,
        leases=leases,
        lines=lines,
        planner=Planner(db=db, policy=policy, zone=settings.zone, country=settings.country),
        retention=Retention(db=db, policy=policy.retention, zone=settings.zone, folder=settings.data_dir / "archive"),
        senders=senders,
        granting=Granting(db, senders),
        asking=asking,
        receivers=receivers,
        jobs=jobs,
        web=web,
        supervisor=supervisor,
    )
    return service


async def _healthy(db: Database, senders: Senders) -> bool:
    """Whether the database answers, and the Bot API takes the token of a bot that this process sends for."""
    async with db.reading() as conn:
        await marks.find(conn, marks.PLANNING_SINCE)
    bots = {bot_id for bot_id, _ in senders.wires()}
    return not bots or bool(bots - senders.tally.refused)


def _figures(senders: Senders, supervisor: Supervisor, jobs: Jobs) -> Figures:
    tally, paces = senders.tally, [pacer for _, pacer in senders.wires()]
    return Figures(
        sent=tally.sent,
        failed=tally.failed,
        floods=tally.floods,
        faults=tally.faults,
        bots=len(paces),
        refused=len(tally.refused),
        rate=sum(pacer.rate for pacer in paces),
        restarts=supervisor.restarts.total(),
        job_failures=jobs.failures,
    )
