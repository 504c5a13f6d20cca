"""Senders over one district, with a notifier that keeps what it is given and answers as told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from messages.deliveries import (
    Delivered,
    Outcome,
)
from messages.store import tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.store.lease import Leases, leases_of
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.notifier import Outgoing, Wire
from schedules.pacer import Limits, Pacer
from schedules.policy import load
from schedules.quiet_hours import Quiet
from schedules.retry import RetryPolicy
from schedules.senders import Senders
from tests.district import MORNING, ZONE, District
from tests.leasing import keeping
from tests.service import PATIENCE, until

RETRY: Final = RetryPolicy(waits=[timedelta(0)], give_up_attempts=3)


Respond = Callable[[Outgoing], Awaitable[Outcome]]


async def taken(message: Outgoing) -> Outcome:
    return Delivered(message.delivery_id + 5000)


@dataclass
class Kept:
    """A notifier that keeps every message and answers as told."""

    respond: Respond = taken
    sent: list[Outgoing] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message)
        self._news.set()
        return await self.respond(message)

    async def until(self, number: int) -> None:
        """Wait until so many were sent."""
        async with asyncio.timeout(PATIENCE):
            while len(self.sent) < number:
                self._news.clear()
                await self._news.wait()

    @property
    def chats(self) -> list[int]:
        return [message.chat_id for message in self.sent]


def answering(outcomes: dict[int, Outcome]) -> Respond:
    """These outcomes by chat; every other message is taken."""

    async def respond(message: Outgoing) -> Outcome:
        return outcomes.get(message.chat_id) or await taken(message)

    return respond


class Held:
    """Answers nothing until let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, message: Outgoing) -> Outcome:
        await self.go.wait()
        return await taken(message)


class Sending:
    """Makes senders over one district."""

    def __init__(self, district: District, composer: Composer, leases: Leases) -> None:
        self.district = district
        self.leases = leases
        self.composer = composer
        self.kept = Kept()
        self.clock = Clock(ZONE, MORNING)

    def senders(
        self, *, concurrency: int = 64, rate: float = 0, chat_seconds: float = 0, claim_seconds: float = 0.5
    ) -> Senders:
        pacer = Pacer(Limits(rate=rate, chat_seconds=chat_seconds), self.clock.steady)
        wire = Wire(bot_id=MAIN_BOT, name="main", notifier=self.kept, pacer=pacer)

        async def wires() -> list[Wire]:
            return [wire]

        return Senders(
            db=self.district.db,
            leases=self.leases,
            wires=wires,
            composer=self.composer,
            clock=self.clock,
            quiet=Quiet(load().quiet_hours, ZONE, Calendars(self.district.db, "CN")),
            policy=DispatchPolicy(concurrency=concurrency, claim_seconds=claim_seconds, retry=RETRY),
        )

    @asynccontextmanager
    async def running(self, senders: Senders) -> AsyncIterator[Senders]:
        """They run within the block and have recorded everything after it."""
        task = asyncio.create_task(senders.run())
        try:
            yield senders
        finally:
            senders.stop()
            async with asyncio.timeout(PATIENCE):
                await task

    async def all_sent(self, number: int) -> Senders:
        """Run until so many were sent and recorded."""
        async with self.running(self.senders()) as senders:
            await self.kept.until(number)
        return senders

    async def rows(self) -> list[tuple[str, str | None, int, int | None]]:
        """State, reason, attempts and message of every delivery, in the order in which they were planned."""
        d = tables.deliveries.c
        async with self.district.db.reading() as conn:
            found = await conn.execute(select(d.state, d.reason, d.attempts, d.message_id).order_by(d.id))
            return [tuple(row) for row in found]

    async def waiting(self, number: int) -> None:
        """Wait until so many wait for the end of quiet hours."""
        d = tables.deliveries.c
        query = select(func.count()).where(d.state == "planned", d.waited)

        async def wait() -> bool:
            async with self.district.db.reading() as conn:
                return await conn.scalar(query) == number

        await until(wait)


@asynccontextmanager
async def sending_to_four(db: Database, composer: Composer) -> AsyncIterator[Sending]:
    """The senders of a bureau of A, B, C and D, who have joined."""
    district = District(db)
    await district.bureau("A", "B", "C", "D")
    async with keeping(leases_of(db, Clock(ZONE).since_boot, sends=True)) as leases:
        yield Sending(district, composer, leases)
