"""The dashboard served by itself, without the service around it: quick to begin, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.office import Office
from bot.settings import Settings
from bot.web.api.interface import Interface
from bot.web.calendar_feed import CalendarFeed
from bot.web.dashboard import Dashboard, Tools
from bot.web.metrics import Figures, Metrics
from bot.web.seals import Seals, key_of
from bot.web.server import WebServer
from messages import sessions
from messages.store import accounts
from messages.store.database import Database
from schedules.clock import Clock
from schedules.figures import Counting
from tests.dashboard import Reader


@dataclass
class Served:
    """The dashboard at ``url``; everybody who enters has a browser of their own."""

    url: str
    db: Database
    clock: Clock
    seals: Seals
    browsers: AsyncExitStack

    async def enter(self, person_id: int) -> Reader:
        """A browser in which a person has signed in."""
        now = self.clock.now()
        async with self.db.reading() as conn:
            member = await accounts.find_person(conn, person_id)
        assert member is not None
        begun = await sessions.sign_in(self.db, await sessions.give_link(self.db, member, now), now)
        assert begun is not None
        cookies = {"lianxun": self.seals.sealed(begun.token)}
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies(cookies)
        http = await self.browsers.enter_async_context(aiohttp.ClientSession(cookie_jar=jar, cookies=cookies))
        return Reader(base=f"{self.url}/web", http=http)


@asynccontextmanager
async def serving_pages(db: Database, clock: Clock) -> AsyncIterator[Served]:
    """Serve the dashboard of an office, and its interface."""
    settings = Settings.model_validate({"telegram_token": "1:test", "http_port": 0})
    office = Office.of(settings, db, clock)
    server = WebServer(
        host="127.0.0.1",
        port=0,
        metrics=Metrics(_nothing),
        healthy=_healthy,
        dashboard=Dashboard(Tools(office=office, counting=Counting(db, clock), wake=lambda: None)),
        interface=Interface(office, lambda: None),
        calendars=CalendarFeed(office, lambda: server.url),
    )
    await server.start()
    try:
        async with AsyncExitStack() as browsers:
            yield Served(url=server.url, db=db, clock=clock, seals=Seals(key_of(settings)), browsers=browsers)
    finally:
        await server.stop()


async def _healthy() -> bool:
    return True


def _nothing() -> Figures:
    return Figures(sent=0, failed=0, floods=0, faults=0, bots=0, refused=0, rate=0, restarts=0, job_failures=0)
