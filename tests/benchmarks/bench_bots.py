"""Forty bots in one sender process over PostgreSQL, each at its own limit: the rates add up."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, select

from bot.app import build
from bot.role import Role
from bot.service import Service
from bot.settings import load
from messages.deliveries import DeliveryState
from messages.organisation import tokens
from messages.store import bots, notices
from messages.store.bots import Bot
from messages.store.database import Database
from messages.store.tables import accounts, deliveries
from schedules.clock import Clock
from tests import postgresql
from tests.benchmarks.bot_api import BotApi, Taken, bot_api
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.ours import Ours, national_day
from tests.benchmarks.province import DUE, ZONE, fill, instant, numbers, planner_of, populate, tidy
from tests.benchmarks.standin import TOKEN

RATE_AIM: Final = 1_100
BOTS: Final = 40
LIMIT: Final = 30
_SECONDS: Final = 60
_LOOK: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the tokens sent, what is recorded as delivered, and seconds of the processor in this process."""

    people: int
    taken: Sequence[Taken]
    delivered: int
    processor: float

    @property
    def seconds(self) -> float:
        """From the first arrival to the last."""
        return max(one.last for one in self.taken) - min(one.first for one in self.taken)

    @property
    def messages(self) -> int:
        """How many arrived."""
        return sum(one.messages for one in self.taken)


async def measure(*, quick: bool) -> Part:
    """One broadcast to everyone, each bot with as many people."""
    people = BOTS * LIMIT * (10 if quick else _SECONDS)
    with postgresql.running(durable=True) as server:
        async with bot_api() as api:
            db = Database(await server.fresh())
            try:
                return _part(await _run(db, api, people))
            finally:
                await db.close()


async def _run(db: Database, api: BotApi, people: int) -> Run:
    key = tokens.new_key()
    await populate(db, people)
    await _spread(db, key, people)
    await _plan(db)
    async with _sending(db, api, key) as service:
        processor = time.process_time()
        await Ours(service, ()).recorded(people)
        processor = time.process_time() - processor
    async with db.reading() as conn:
        arrived = deliveries.c.state == DeliveryState.DELIVERED.value
        delivered = int(await conn.scalar(select(func.count()).where(arrived)) or 0)
    return Run(people=people, taken=await api.taken(), delivered=delivered, processor=processor)


async def _spread(db: Database, key: str, people: int) -> None:
    """Everyone has joined, through one of the bots in turn; the first is that of the settings."""
    async with db.writing() as conn:
        for number in range(1, BOTS):
            token = f"{200_000 + number}:AAbenchbenchbenchbenchbenchbenchbe"
            await bots.add(conn, _bot(f"bot-{number}", token, key), DUE)
        await conn.execute(delete(accounts))
        row = {"id": (n := numbers(people).c.n), "person_id": n, "bot_id": 1 + n % BOTS}
        await fill(conn, accounts, **row, chat_id=1000 + n, joined_at=instant(DUE))


def _bot(name: str, token: str, key: str) -> Bot:
    return Bot(
        id=0,
        name=name,
        unit_id=None,
        telegram_id=tokens.telegram_id(token),
        username=name.replace("-", "_"),
        token=tokens.seal(token, key),
    )


async def _plan(db: Database) -> None:
    async with db.writing() as conn:
        await notices.add(conn, national_day(DUE))
    await planner_of(db).fan_out(DUE)
    await tidy(db)


@asynccontextmanager
async def _sending(db: Database, api: BotApi, key: str) -> AsyncIterator[Service]:
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder:
        given = {"data_dir": Path(folder), "telegram_token": TOKEN, "telegram_api_url": api.url, "clock": DUE}
        settings = load(**given, http_port=0, send_rate=LIMIT, token_key=key)
        service = build(settings, db, Clock(ZONE, DUE), roles={Role.SENDER})
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


def _part(run: Run) -> Part:
    rate, most = run.messages / run.seconds, max(one.most for one in run.taken)
    lost = run.people - sum(one.chats for one in run.taken)
    doubled = run.messages - sum(one.chats for one in run.taken)
    whole = not lost and not doubled and run.delivered == run.people
    return Part(
        title=f"{BOTS} bots in one sender process",
        lines=[
            Line(what="messages a second, all bots together", ours=f"{rate:,.0f}/s", peer=f"{BOTS * LIMIT:,}/s",
                 ratio=f"{rate / (BOTS * LIMIT):.2f} ×", aim=f"≥ {RATE_AIM:,}/s", met=rate >= RATE_AIM),
            Line(what="the most of one token in any second", ours=str(most), aim=f"≤ {LIMIT}", met=most <= LIMIT),
            Line(what="lost, doubled", ours=f"{lost}, {doubled}", aim="0, 0", met=whole),
            Line(what="the processor, of this process", ours=f"{run.processor / run.seconds:.0%} of one"),
            Line(what="resident memory of this process, at the most", ours=resident()),
        ],
        notes=[
            f"{run.people:,} messages of one broadcast, as many for each bot; from the first arrival to the last.",
            f"Peer: the limits themselves, {BOTS} × {LIMIT} a second.",
            "PostgreSQL (fsync and synchronous_commit on) and the Bot API are processes of their own on this machine.",
        ],
    )  # fmt: skip
