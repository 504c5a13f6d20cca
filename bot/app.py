"""The composition root: everything is built here, once, and handed in."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bot.boards import Boards
from bot.chat.desk import Desk
from bot.lines import Line, Lines
from bot.monthly import monthly_of
from bot.office import Office
from bot.outage import Outage
from bot.receiving import Receivers
from bot.role import ALL, Role
from bot.service import Service
from bot.settings import Settings, SettingsRefused, TelegramMode
from bot.sources import watching_of
from bot.supervision import Supervisor
from bot.telegram.eraser import TelegramEraser
from bot.vitals import Vitals
from bot.web.api.interface import Interface
from bot.web.calendar_feed import CalendarFeed
from bot.web.dashboard import Dashboard, Tools
from bot.web.metrics import Metrics
from bot.web.pages import ROOT
from bot.web.server import WebServer
from messages.acknowledgements import Acknowledger
from messages.store.database import Database
from messages.store.lease import Leases, leases_of
from messages.text.phrase import phrase
from schedules.announcing import Announcing
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.figures import Counting
from schedules.jobs import Jobs
from schedules.pacer import Pacer
from schedules.places import Asking, Granting, SharedPace
from schedules.recaller import Recaller
from schedules.retention import Retention
from schedules.retry import RetryPolicy
from schedules.senders import Senders


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
    return _Parts(office=Office.of(settings, db, clock), roles=roles, read_timeout=read_timeout).service


@dataclass(kw_only=True)
class _Parts:
    """The parts of one service: each is made once, when another one first asks for it."""

    office: Office
    roles: Collection[Role]
    read_timeout: float

    @cached_property
    def service(self) -> Service:
        office = self.office
        return Service(
            roles=self.roles,
            settings=office.settings,
            db=office.db,
            catalog=office.catalog,
            renderer=office.renderer,
            clock=office.clock,
            leases=self.leases,
            lines=self.lines,
            planner=office.planner,
            sweeps={**office.sweeps, "monthly": monthly_of(office, self._address).sweep},
            apart=office.apart,
            watching=watching_of(office),
            retention=self._retention(),
            statistics=office.statistics,
            senders=self.senders,
            recaller=Recaller(db=office.db, clock=office.clock, senders=self.senders, eraser=self._eraser),
            counting=self.counting,
            granting=Granting(office.db, self.senders),
            asking=self.asking,
            receivers=self.receivers,
            boards=Boards(self.lines, self.leases, desk=self._desk, outage=self.outage),
            jobs=self.jobs,
            web=self.web,
            supervisor=self.supervisor,
            outage=self.outage,
            grace=office.grace,
        )

    # Sending

    @cached_property
    def leases(self) -> Leases:
        return leases_of(self.office.db, self.office.clock.since_boot, sends=Role.SENDER in self.roles)

    @cached_property
    def asking(self) -> Asking:
        return Asking(self.office.db, self.leases, self.office.clock.steady)

    @cached_property
    def rules(self) -> DispatchPolicy:
        delivery = self.office.policy.delivery
        return DispatchPolicy(
            concurrency=delivery.concurrency,
            claim_seconds=delivery.claim_seconds,
            retry=RetryPolicy.of(delivery),
        )

    @cached_property
    def lines(self) -> Lines:
        return Lines(
            self.office.settings,
            self.office.db,
            self.office.clock,
            concurrency=self.rules.concurrency,
            read_timeout=self.read_timeout,
            pace=self._pace,
        )

    def _pace(self, bot_id: int, pacer: Pacer) -> SharedPace:
        return SharedPace(bot_id, pacer, holds=self._paced_here, asking=self.asking)

    def _paced_here(self, bot_id: int) -> bool:
        # One process alone has an SQLite file.
        return self.office.db.dialect == "sqlite" or self.senders.holds(bot_id)

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.office.renderer, self.office.catalog)

    @cached_property
    def senders(self) -> Senders:
        return Senders(
            db=self.office.db,
            leases=self.leases,
            wires=self.lines.wires,
            composer=self.composer,
            clock=self.office.clock,
            quiet=self.office.planner.quiet,
            policy=self.rules,
        )

    def _eraser(self, bot_id: int) -> TelegramEraser | None:
        line = self.lines.of(bot_id)
        return TelegramEraser(line.bot, self.office.db, self.composer, self.office.clock) if line else None

    # What runs by itself

    @cached_property
    def outage(self) -> Outage:
        return Outage(self.office.db, self.office.clock.steady)

    @cached_property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.office.clock.steady, self.outage.note)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.office.clock, lambda: self.service.plan())  # noqa: PLW0108 -- the service asks for the jobs

    @cached_property
    def counting(self) -> Counting:
        return Counting(self.office.db, self.office.clock)

    def _retention(self) -> Retention:
        office, folder = self.office, self.office.settings.data_dir / "archive"
        return Retention(db=office.db, policy=office.policy.retention, zone=office.settings.zone, folder=folder)

    def _wake(self) -> None:
        """Have what somebody has put in planned and sent at once."""
        self.jobs.soon()
        self.senders.wake()

    # The chat

    @cached_property
    def acknowledger(self) -> Acknowledger:
        return Acknowledger(self.office.db, self.office.own_days)

    @cached_property
    def announcing(self) -> Announcing:
        office = self.office
        return Announcing.of(
            db=office.db,
            policy=office.policy,
            calendars=office.calendars,
            renderer=office.renderer,
            clock=office.clock,
            rate=self._rate,
        )

    def _rate(self, bot_id: int) -> float:
        line = self.lines.of(bot_id)
        return line.wire.pacer.rate if line else self.office.settings.send_rate

    def _desk(self, line: Line) -> Desk:
        office = self.office
        return Desk(
            bot=line.bot,
            bot_id=line.bot_id,
            colleague=lambda bot_id: other.bot if (other := self.lines.of(bot_id)) else None,
            db=office.db,
            acknowledger=self.acknowledger,
            catalog=office.catalog,
            renderer=office.renderer,
            clock=office.clock,
            policy=office.policy,
            calendars=office.calendars,
            counting=self.counting,
            announcing=self.announcing,
            items=office.items,
            judging=office.judging,
            campaigns=office.campaigns,
            register=office.register,
            tenders=office.tenders,
            scores=office.scores,
            objections=office.objections,
            absences=office.absences,
            wake=self._wake,
            address=self._address,
            dashboard=lambda: f"{self._address()}{ROOT}",
        )

    def _address(self) -> str:
        """Where people reach this service."""
        return str(self.office.settings.public_url or self.web.url).rstrip("/")

    @cached_property
    def receivers(self) -> Receivers:
        return Receivers(self.office.settings, self.lines, self.leases, desk=self._desk, outage=self.outage)

    # The web

    @cached_property
    def web(self) -> WebServer:
        settings, serves, vitals = self.office.settings, Role.WEB in self.roles, self._vitals()
        return WebServer(
            host=settings.http_host,
            port=settings.http_port,
            metrics=Metrics(vitals.figures),
            healthy=vitals.healthy,
            webhook=self.receivers.handle if settings.telegram_mode is TelegramMode.WEBHOOK else None,
            dashboard=Dashboard(self._tools()) if serves else None,
            interface=Interface(self.office, self._wake) if serves else None,
            calendars=CalendarFeed(self.office, self._address) if serves else None,
        )

    def _tools(self) -> Tools:
        return Tools(office=self.office, counting=self.counting, wake=self._wake)

    def _vitals(self) -> Vitals:
        office = self.office
        return Vitals(
            db=office.db, senders=self.senders, supervisor=self.supervisor, jobs=self.jobs, apart=office.apart
        )
