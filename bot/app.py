"""The composition root: everything is built here, once, and handed in."""

from collections.abc import Collection
from datetime import timedelta
from itertools import accumulate, chain, repeat

from bot.boards import Boards
from bot.chat.desk import Desk
from bot.lines import Line, Lines
from bot.outage import Outage
from bot.receiving import Receivers
from bot.role import ALL, Role
from bot.service import Service
from bot.settings import Settings, SettingsRefused, TelegramMode
from bot.supervision import Supervisor
from bot.telegram.eraser import TelegramEraser
from bot.web.api.interface import Interface
from bot.web.dashboard import Dashboard, Tools
from bot.web.metrics import Figures, Metrics
from bot.web.pages import ROOT
from bot.web.server import WebServer
from messages.acknowledgements import Acknowledger
from messages.store import marks
from messages.store.database import Database
from messages.store.lease import leases_of
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.announcing import Announcing
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.figures import Counting
from schedules.items.desk import Items
from schedules.jobs import Jobs
from schedules.places import Asking, Granting, SharedPace
from schedules.planner import Planner
from schedules.policy import Policy, load
from schedules.recaller import Recaller
from schedules.retention import Retention
from schedules.retry import RetryPolicy
from schedules.senders import Senders
from schedules.warnings.judging import Judging
from schedules.warnings.ladders import Ladders


def dispatch_policy(policy: Policy) -> DispatchPolicy:
    """The policy's delivery table as the dispatcher takes it."""
    delivery = policy.delivery
    waits = chain(delivery.retry_seconds, repeat(delivery.retry_seconds[-1]))
    limit = delivery.give_up_after.total_seconds()
    attempts = next(number for number, waited in enumerate(accumulate(waits), start=1) if waited >= limit)
    retry = RetryPolicy(waits=[timedelta(seconds=s) for s in delivery.retry_seconds], give_up_attempts=attempts)
    return DispatchPolicy(concurrency=delivery.concurrency, claim_seconds=delivery.claim_seconds, retry=retry)


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
    calendars = Calendars(db, settings.country)
    items = Items(db=db, policy=policy, calendars=calendars, zone=settings.zone)
    judging = Judging(db=db, policy=policy, calendars=calendars, zone=settings.zone)
    ladders = Ladders(db=db, policy=policy, calendars=calendars, zone=settings.zone)
    planner = Planner(db=db, policy=policy, zone=settings.zone, calendars=calendars, ahead=[ladders.next_due])
    composer = Composer(renderer, catalog)
    senders = Senders(
        db=db,
        leases=leases,
        wires=lines.wires,
        composer=composer,
        clock=clock,
        quiet=planner.quiet,
        policy=rules,
    )

    def paced_here(bot_id: int) -> bool:
        return db.dialect == "sqlite" or senders.holds(bot_id)  # one process alone has an SQLite file

    def eraser(bot_id: int) -> TelegramEraser | None:
        line = lines.of(bot_id)
        return TelegramEraser(line.bot, db, composer, clock) if line else None

    acknowledger, counting = Acknowledger(db), Counting(db, clock)

    announcing = Announcing.of(
        db=db,
        policy=policy,
        calendars=calendars,
        renderer=renderer,
        clock=clock,
        rate=lambda bot_id: line.wire.pacer.rate if (line := lines.of(bot_id)) else settings.send_rate,
    )

    def wake() -> None:
        """Have what somebody has put in planned and sent at once."""
        jobs.soon()
        senders.wake()

    def desk(line: Line) -> Desk:
        return Desk(
            bot=line.bot,
            bot_id=line.bot_id,
            colleague=lambda bot_id: other.bot if (other := lines.of(bot_id)) else None,
            db=db,
            acknowledger=acknowledger,
            catalog=catalog,
            renderer=renderer,
            clock=clock,
            policy=policy,
            calendars=calendars,
            counting=counting,
            announcing=announcing,
            items=items,
            judging=judging,
            wake=wake,
            dashboard=lambda: f"{str(settings.public_url or web.url).rstrip('/')}{ROOT}",
        )

    outage = Outage(db, clock.steady)
    receivers = Receivers(settings, lines, leases, desk=desk, outage=outage)
    boards = Boards(lines, leases, desk=desk, outage=outage)
    supervisor = Supervisor(clock.steady, outage.note)
    jobs = Jobs(clock, lambda: service.plan())  # noqa: PLW0108 -- the service is made below
    dashboard = Dashboard(
        Tools(
            settings=settings,
            db=db,
            clock=clock,
            catalog=catalog,
            renderer=renderer,
            calendars=calendars,
            policy=policy,
            counting=counting,
            items=items,
            judging=judging,
            wake=wake,
        )
    )
    interface = Interface(db=db, clock=clock, catalog=catalog, policy=policy, items=items, zone=settings.zone)
    web = WebServer(
        host=settings.http_host,
        port=settings.http_port,
        metrics=Metrics(lambda: _figures(senders, supervisor, jobs)),
        healthy=lambda: _healthy(db, senders),
        webhook=receivers.handle if settings.telegram_mode is TelegramMode.WEBHOOK else None,
        dashboard=dashboard if Role.WEB in roles else None,
        interface=interface if Role.WEB in roles else None,
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
        planner=planner,
        sweeps=(items.sweep, ladders.sweep, judging.sweep),
        retention=Retention(db=db, policy=policy.retention, zone=settings.zone, folder=settings.data_dir / "archive"),
        senders=senders,
        recaller=Recaller(db=db, clock=clock, senders=senders, eraser=eraser),
        counting=counting,
        granting=Granting(db, senders),
        asking=asking,
        receivers=receivers,
        boards=boards,
        jobs=jobs,
        web=web,
        supervisor=supervisor,
        outage=outage,
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
