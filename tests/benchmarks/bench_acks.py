"""Acknowledgements through the webhook: how many a second, and how soon each is answered at 200 a second."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from sqlalchemy import func, select, update

from bot.app import build
from bot.service import Service
from bot.settings import load
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.store import demo, tables
from messages.store.database import Database
from messages.store.schema import prepare
from schedules.clock import Clock
from tests import postgresql
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.ours import DUE, ZONE, Ours, national_day
from tests.benchmarks.presses import BotApi, Orders, Posted, answer_only, bot_api, deliver
from tests.benchmarks.standin import TOKEN

RATE_AIM: Final = 800
WAIT_AIM: Final = 0.05
STEADY: Final = 200
AT_A_TIME: Final = 64
_SECRET: Final = "a-secret-of-benchmarks"
_PEOPLE: Final = 2000
_LOOK: Final = 0.05

Press = tuple[int, int]


@dataclass(frozen=True)
class Flat:
    """As many as go: how many a second were answered, by the clock and by the processor, and until all was shown."""

    rate: float
    rate_by_processor: float
    shown_after: float


@dataclass(frozen=True)
class Waits:
    """At a steady rate: seconds from the post of each press to its answer, and to the webhook's 200."""

    answered: Sequence[float]
    received: Sequence[float]


@dataclass(frozen=True)
class Figures:
    """One database's; ``bare`` is how many presses a second a client answers that does nothing else."""

    flat: Flat
    waits: Waits
    bare: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other, each in a fresh service."""
    notices = 2 if quick else 6
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder, _postgresql() as server:
        sqlite = await _figures(Path(folder), f"sqlite:///{folder}/lianxun.db", notices)
        large = await _figures(Path(folder), await server.empty(), notices)
    return _part({"SQLite": sqlite, "PostgreSQL": large})


@contextmanager
def _postgresql() -> Iterator[postgresql.Server]:
    with postgresql.running(durable=True) as server:
        yield server


async def _figures(folder: Path, url: str, notices: int) -> Figures:
    async with bot_api() as api:
        bare = await answer_only(api, _PEOPLE, AT_A_TIME)
    async with bot_api() as api, _serving(folder, url, api) as service:
        presses = await _sent(service, notices)
        steady, flat = presses[: _PEOPLE // 2], presses[_PEOPLE // 2 :]
        waits = await _waits(service, api, steady)
        return Figures(await _flat(service, api, flat, len(steady)), waits, bare)


@asynccontextmanager
async def _serving(folder: Path, url: str, api: BotApi) -> AsyncIterator[Service]:
    """The service on an organisation in which everyone has joined, taking updates by its webhook."""
    db, clock = Database(url), Clock(ZONE, DUE)
    await prepare(db)
    await import_roster(db, sample_roster(posts=_PEOPLE, people=_PEOPLE), clock.now())
    async with db.writing() as conn:
        await demo.admit_all(conn, clock.now())
    given = {"data_dir": folder, "telegram_token": TOKEN, "telegram_api_url": api.url, "clock": DUE, "http_port": 0}
    webhook = {"telegram_mode": "webhook", "public_url": "https://lianxun.example", "webhook_secret": _SECRET}
    service = build(load(**given, **webhook), db, clock)
    stop = asyncio.Event()
    run = asyncio.create_task(service.run(stop))
    try:
        while not service.web.ready:
            assert not run.done(), "the service did not start"
            await asyncio.sleep(_LOOK)
        yield service
    finally:
        stop.set()
        await run
        await db.close()


async def _sent(service: Service, notices: int) -> list[Press]:
    """Notices that everyone got, without a word over the wire; gives their deliveries, notice by notice."""
    now = service.clock.now()
    d, accounts = tables.deliveries, tables.accounts
    account = select(accounts.c.id).where(accounts.c.person_id == d.c.person_id).scalar_subquery()
    for number in range(notices):
        await Ours(service, ()).tell(national_day(DUE), f"press-{number}")
        arrived = {"state": "delivered", "account_id": account, "message_id": d.c.id, "settled_at": now}
        async with service.db.writing() as conn:
            await conn.execute(update(d).where(d.c.state == "planned").values(arrived))
    query = select(d.c.id, accounts.c.chat_id, d.c.notice_id).join(accounts, accounts.c.id == d.c.account_id)
    async with service.db.reading() as conn:
        rows = list(await conn.execute(query))
    random.shuffle(rows)  # a broadcast's people do not press in the order of their ids
    return [(row.id, row.chat_id) for row in sorted(rows, key=lambda row: int(row.notice_id))]


async def _waits(service: Service, api: BotApi, presses: Sequence[Press]) -> Waits:
    posted = await _delivered(service, Orders(url="", secret="", first_update=1, presses=presses, rate=STEADY))
    _, answered = await api.tally()
    return Waits([answered[one.query_id] - one.sent for one in posted], [one.done - one.sent for one in posted])


async def _flat(service: Service, api: BotApi, presses: Sequence[Press], before: int) -> Flat:
    orders = Orders(url="", secret="", first_update=before + 1, presses=presses, at_a_time=AT_A_TIME)
    processor = time.process_time()
    posted = await _delivered(service, orders)
    ended = max(one.done for one in posted)
    await _shown(api, before + len(presses))
    shown_after = time.monotonic() - ended
    _, answered = await api.tally()
    assert len(answered) == before + len(presses), "a press was not answered"
    assert await _recorded(service.db) >= before + len(presses), "a press was not recorded"
    took = ended - min(one.sent for one in posted)
    return Flat(len(presses) / took, len(presses) / (time.process_time() - processor), shown_after)


async def _delivered(service: Service, orders: Orders) -> list[Posted]:
    posted = await deliver(
        Orders(
            url=f"{service.web.url}/telegram/webhook",
            secret=_SECRET,
            first_update=orders.first_update,
            presses=orders.presses,
            rate=orders.rate,
            at_a_time=orders.at_a_time,
        )
    )
    assert all(one.status == 200 for one in posted), "a press was not received"
    return posted


async def _shown(api: BotApi, count: int) -> None:
    """Wait until so many messages show that they are acknowledged."""
    async with asyncio.timeout(300):
        while True:
            calls, _ = await api.tally()
            if calls.get("editMessageText", 0) >= count:
                return
            await asyncio.sleep(_LOOK)


async def _recorded(db: Database) -> int:
    """How many deliveries' notices are acknowledged, one for each person."""
    acknowledged = tables.acknowledgements.c.delivery_id
    async with db.reading() as conn:
        return int(await conn.scalar(select(func.count(acknowledged.distinct()))) or 0)


def _part(figures: dict[str, Figures]) -> Part:
    return Part(
        title=f"acknowledgements through the webhook, and how soon at {STEADY} a second",
        lines=[line for name, found in figures.items() for line in _lines(name, found)],
        notes=[
            f"As many as go: {AT_A_TIME} posts at a time. By the processor: for a second of this process's time.",
            "Each press is another delivery: recorded with its ledger event, answered, and shown in its message.",
            "Peer: a bare aiohttp client that answers presses at the same Bot API: nothing received, nothing recorded.",
            "Telegram and the Bot API are processes of their own on the same machine, and so is PostgreSQL (durable).",
        ],
    )


def _lines(name: str, found: Figures) -> list[Line]:
    flat, waits = found.flat, found.waits
    return [
        Line(what=f"{name}: a second", ours=f"{flat.rate:,.0f}/s", peer=f"{found.bare:,.0f}/s",
             ratio=f"{flat.rate / found.bare:.2f} ×", aim=f"≥ {RATE_AIM:,}/s", met=flat.rate >= RATE_AIM),
        Line(what=f"{name}: for a second of the processor", ours=f"{flat.rate_by_processor:,.0f}"),
        Line(what=f"{name}: all shown after the last", ours=f"{flat.shown_after:.1f} s"),
        _wait(f"{name}: from the press to its answer: median, p99", waits.answered),
        _wait(f"{name}: from the press to the 200: median, p99", waits.received),
    ]  # fmt: skip


def _wait(what: str, seconds: Sequence[float]) -> Line:
    p99 = quantiles(seconds, n=100)[-1]
    ours = f"{1000 * median(seconds):.0f} ms, {1000 * p99:.0f} ms"
    return Line(what=what, ours=ours, aim=f"p99 ≤ {1000 * WAIT_AIM:.0f} ms", met=p99 <= WAIT_AIM)
