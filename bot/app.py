"""The composition root: everything is built here, once, and handed in."""

import asyncio
import gc
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, chain, repeat
from typing import Final

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.chat.commands import publish_menu
from bot.chat.desk import Desk
from bot.chat.routing import Chat
from bot.settings import Settings, SettingsRefused, TelegramMode
from bot.supervision import Supervisor
from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.notifier import TelegramNotifier
from bot.telegram.ordering import Inbox
from bot.telegram.updates import PollingIntake, WebhookIntake
from bot.web.metrics import Figures, Metrics
from bot.web.server import WebServer
from messages.errors import Refused
from messages.store import marks
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, phrase
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import Dispatcher, DispatchPolicy
from schedules.jobs import Jobs
from schedules.pacer import Limits, Pacer
from schedules.planner import Planner
from schedules.policy import Policy, load
from schedules.retry import RetryPolicy

_ANSWERS: Final = 36
"""Connections kept free for answers to people while the dispatcher uses all of its own."""

_MENU_AGAIN: Final = 30
"""Seconds until the menu of commands is tried again."""

log = structlog.get_logger(__name__)


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
    """The running service: planner, dispatcher, chat and web over one database and one bot token."""

    settings: Settings
    db: Database
    catalog: Catalog
    renderer: Renderer
    clock: Clock
    desk: Desk
    bot: ExtBot[str] = field(repr=False)
    pacer: Pacer
    planner: Planner
    dispatcher: Dispatcher
    intake: PollingIntake | WebhookIntake
    jobs: Jobs
    web: WebServer
    supervisor: Supervisor

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end within five seconds.

        Start: the port, the bot, the sender, the planner, and last the intake. Stop: the same the other way round, so
        that nothing new comes in while what is in flight finishes and is recorded.
        """
        await self.web.start()
        try:
            await self._greet()
            _spare_the_collector()
            self.supervisor.start("dispatcher", self.dispatcher.run)
            self.jobs.start()
            await self.jobs.wake()
            self.supervisor.start("intake", self.intake.run)
            self.supervisor.start("menu", self._publish_menu)
            self.web.ready = True
            log.info("running", database=self.db.dialect, mode=self.settings.telegram_mode.value)
            await stop.wait()
        finally:
            await self._stop()

    def say(self, what: Phrase) -> str:
        """A phrase in the office's language."""
        return self.catalog.say(what, self.settings.locale)

    async def plan(self) -> datetime | None:
        """One planning pass; gives when the next thing is due."""
        now = self.clock.now()
        if (await self.planner.run(now)).deliveries:
            self.dispatcher.wake()
        upcoming = await self.planner.next_due(now)
        return upcoming.at if upcoming else None

    async def move_clock(self, to: datetime) -> None:
        """Move the clock forward, and do what has become due."""
        self.clock.move_to(to)
        await self.jobs.moved()
        self.dispatcher.wake()

    async def _publish_menu(self) -> None:
        """Set the menu of commands, as soon as the Bot API can be reached."""
        while True:
            try:
                await publish_menu(self.desk)
            except TelegramError as error:
                log.info("the menu of commands cannot be set yet", error=str(error), again_in=_MENU_AGAIN)
                await asyncio.sleep(_MENU_AGAIN)
            else:
                return

    async def _greet(self) -> None:
        """Ask the Bot API who we are. A refused token ends the start; an unreachable server may come back."""
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise Refused(phrase("The Bot API refuses the bot's token. Please check LIANXUN_TELEGRAM_TOKEN.")) from None
        except TelegramError as error:
            log.warning("the Bot API cannot be reached yet", error=str(error))

    async def _stop(self) -> None:
        self.web.ready = False
        log.info("stopping")
        await self.jobs.stop()
        self.dispatcher.stop()
        await asyncio.gather(
            self.supervisor.cancel("menu"),
            self.supervisor.cancel("intake"),
            self.supervisor.finish("dispatcher", within=4.5),
        )
        await self.bot.shutdown()
        await self.web.stop()
        log.info("stopped")


def _spare_the_collector() -> None:
    """What was made to start stays for good: looking through all of it again and again stalls a quarter of a second."""
    gc.collect()
    gc.freeze()


async def _healthy(db: Database, dispatcher: Dispatcher) -> bool:
    async with db.reading() as conn:
        await marks.find(conn, marks.PLANNING_SINCE)
    return not dispatcher.tally.token_refused


def check(settings: Settings) -> None:
    """Refuse settings with which the service cannot run."""
    if not settings.telegram_token.get_secret_value():
        raise SettingsRefused(phrase("LIANXUN_TELEGRAM_TOKEN is missing: the bot's token from @BotFather is needed."))
    if settings.telegram_mode is TelegramMode.WEBHOOK and settings.public_url is None:
        raise SettingsRefused(phrase("LIANXUN_PUBLIC_URL is missing: the webhook needs the address of this service."))


def build(settings: Settings, db: Database, clock: Clock, *, read_timeout: float = 10) -> Service:
    """Compose the service. Raises ``SettingsRefused`` or ``Refused`` for what it cannot run with.

    ``read_timeout`` is seconds for which the Bot API may keep us waiting for an answer.
    """
    check(settings)
    policy, catalog = load(settings.policy), Catalog.load()
    renderer = Renderer(catalog, settings.zone)
    pacer = Pacer(Limits(rate=settings.send_rate), clock.steady)
    rules = dispatch_policy(policy)
    token = settings.telegram_token.get_secret_value()
    bot = build_bot(
        token,
        settings.telegram_api_root,
        AnswerMeter(pacer),
        connections=rules.concurrency + _ANSWERS,
        read_timeout=read_timeout,
    )
    dispatcher = Dispatcher(
        db=db,
        notifier=TelegramNotifier(bot),
        composer=Composer(renderer, catalog),
        pacer=pacer,
        clock=clock,
        policy=rules,
    )
    desk = Desk(
        bot=bot,
        db=db,
        catalog=catalog,
        renderer=renderer,
        clock=clock,
        limits=policy.joining,
        wake=dispatcher.wake,
    )
    intake = _intake(settings, bot, Inbox(Chat(desk).process))
    supervisor = Supervisor(clock.steady)
    planner = Planner(db=db, policy=policy, zone=settings.zone, country=settings.country)
    jobs = Jobs(clock, lambda: service.plan())  # noqa: PLW0108 -- the service is made below
    metrics = Metrics(lambda: _figures(dispatcher, pacer, supervisor, jobs))
    web = WebServer(
        host=settings.http_host,
        port=settings.http_port,
        metrics=metrics,
        healthy=lambda: _healthy(db, dispatcher),
        webhook=intake.handle if isinstance(intake, WebhookIntake) else None,
    )
    service = Service(
        settings=settings,
        db=db,
        catalog=catalog,
        clock=clock,
        desk=desk,
        bot=bot,
        pacer=pacer,
        planner=planner,
        renderer=renderer,
        dispatcher=dispatcher,
        intake=intake,
        jobs=jobs,
        web=web,
        supervisor=supervisor,
    )
    return service


def _intake(settings: Settings, bot: ExtBot[str], inbox: Inbox) -> PollingIntake | WebhookIntake:
    if settings.telegram_mode is TelegramMode.POLLING:
        return PollingIntake(bot, inbox)
    # Without a secret of the office's own, one is made for this run: setWebhook tells it to Telegram at each start.
    secret = settings.webhook_secret.get_secret_value() or secrets.token_urlsafe(32)
    return WebhookIntake(bot, inbox, public_url=str(settings.public_url), secret=secret)


def _figures(dispatcher: Dispatcher, pacer: Pacer, supervisor: Supervisor, jobs: Jobs) -> Figures:
    tally = dispatcher.tally
    return Figures(
        sent=tally.sent,
        failed=tally.failed,
        floods=tally.floods,
        faults=tally.faults,
        rate=pacer.rate,
        restarts=supervisor.restarts.total(),
        job_failures=jobs.failures,
    )
