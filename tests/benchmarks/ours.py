"""Our side: the whole service over a file database, with an organisation in which everyone has joined."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.app import build
from bot.service import Service
from bot.settings import load
from messages.notices import NewNotice
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.store import demo, notices
from messages.store.database import Database
from messages.store.schema import prepare
from messages.store.tables import accounts, deliveries, people
from schedules.clock import Clock
from schedules.holidays import holiday_notices
from schedules.policy import load as load_policy
from schedules.workdays import WorkCalendar
from tests.benchmarks.standin import TOKEN, Standin

ZONE: Final = ZoneInfo("Asia/Shanghai")
DUE: Final = datetime(2026, 9, 21, 9, 10, tzinfo=ZONE)
"""When the National Day notice of 2026 is due."""
_BEFORE: Final = DUE - timedelta(minutes=30)
"""So long that the service does not plan that notice by itself while it is measured."""
_LOOK: Final = 0.005
DATABASE: Final = "lianxun.db"


@dataclass(frozen=True)
class Person:
    """Who is written to."""

    code: str
    chat_id: int
    language: str


@dataclass
class Ours:
    """The running service and its people."""

    service: Service
    people: Sequence[Person]

    async def delivered(self) -> int:
        """How many deliveries are recorded as delivered."""
        async with self.service.db.reading() as conn:
            query = select(func.count()).select_from(deliveries).where(deliveries.c.state == "delivered")
            return int(await conn.scalar(query) or 0)

    async def tell(self, notice: NewNotice, key: str, audience: str = "all") -> int:
        """Put a notice in under this key, due at once, and plan it; gives how many deliveries that made."""
        now = self.service.clock.now()
        async with self.service.db.writing() as conn:
            await notices.add(conn, replace(notice, key=key, audience=audience, send_at=now))
        return await self.service.planner.fan_out(now)

    def done(self) -> int:
        """How many outcomes the dispatcher has recorded so far."""
        return self.service.senders.recorded

    async def recorded(self, outcomes: int) -> list[tuple[float, int]]:
        """Wait until so many outcomes are recorded; gives the instants (steady seconds) at which how many were."""
        seen = [(time.monotonic(), self.done())]
        while seen[-1][1] < outcomes:
            await asyncio.sleep(_LOOK)
            if (now := self.done()) != seen[-1][1]:
                seen.append((time.monotonic(), now))
        return seen


@dataclass
class Office:
    """A database in which everyone has joined; the service may be started on it and stopped, again and again."""

    db: Database
    clock: Clock
    folder: Path
    people: Sequence[Person]

    @asynccontextmanager
    async def serving(self, at: Standin, rate: float) -> AsyncIterator[Ours]:
        """The service running against ``at``, at so many messages a second (0: no limit)."""
        service = self._service(at, rate)
        stop = asyncio.Event()
        run = asyncio.create_task(service.run(stop))
        try:
            while not service.web.ready:
                assert not run.done(), "the service did not start"
                await asyncio.sleep(_LOOK)
            yield Ours(service, self.people)
        finally:
            stop.set()
            await run

    def _service(self, at: Standin, rate: float) -> Service:
        given = {"data_dir": self.folder, "telegram_token": TOKEN, "telegram_api_url": at.url, "clock": _BEFORE}
        return build(load(**given, http_port=0, send_rate=rate), self.db, self.clock)


@asynccontextmanager
async def office(people_count: int, url: str = "") -> AsyncIterator[Office]:
    """An office of so many people, half an hour before the National Day notice is due, in a folder of its own.

    Its database is a new SQLite file there, or the empty one at ``url``.
    """
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder:
        db, clock = Database(url or f"sqlite:///{folder}/{DATABASE}"), Clock(ZONE, _BEFORE)
        try:
            found = await _organisation(db, clock, people_count)
            yield Office(db, clock, Path(folder), found)
        finally:
            await db.close()


async def _organisation(db: Database, clock: Clock, count: int) -> list[Person]:
    await prepare(db)
    await import_roster(db, sample_roster(posts=count, people=count), clock.now())
    async with db.writing() as conn:
        await demo.admit_all(conn, clock.now())
        query = select(people.c.code, accounts.c.chat_id, people.c.language)
        rows = await conn.execute(query.join(accounts, accounts.c.person_id == people.c.id).order_by(people.c.id))
        return [Person(*row) for row in rows]


def national_day(now: datetime) -> NewNotice:
    """The National Day notice as the planner makes it."""
    policy = load_policy(None)
    found = holiday_notices(WorkCalendar(), policy, ZONE, since=_BEFORE, until=DUE, now=now)
    return next(notice for notice in found if notice.key.endswith(":formal"))
