"""Looks at the dashboard's pages over HTTP, timed, as whoever is signed in."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from statistics import median, quantiles
from typing import Final

import aiohttp

from bot.office import Office
from bot.settings import Settings
from bot.web.dashboard import Dashboard, Tools
from bot.web.metrics import Figures, Metrics
from bot.web.seals import Seals, key_of
from bot.web.server import WebServer
from messages import sessions
from messages.store import accounts
from messages.store.database import Database
from schedules.clock import Clock
from schedules.figures import Counting
from tests.benchmarks.figures import Line

MILLISECONDS_AIM: Final = 200
LOOKS: Final = 60
HEALTH: Final = "/healthz"


@asynccontextmanager
async def serving(db: Database, clock: Clock) -> AsyncIterator[tuple[WebServer, Seals]]:
    """The dashboard of the office that has this database, at its clock, and what seals its cookies."""
    settings = Settings.model_validate({"telegram_token": "1:bench", "http_port": 0})
    counting = Counting(db, clock)
    tools = Tools(office=Office.of(settings, db, clock), counting=counting, wake=lambda: None)
    server = WebServer(
        host="127.0.0.1",
        port=0,
        metrics=Metrics(_nothing),
        healthy=_healthy,
        dashboard=Dashboard(tools),
    )
    await server.start()
    counter = asyncio.create_task(counting.run())
    yield server, Seals(key_of(settings))
    counter.cancel()
    await server.stop()


async def _healthy() -> bool:
    return True


def _nothing() -> Figures:
    return Figures(sent=0, failed=0, floods=0, faults=0, bots=0, refused=0, rate=0, restarts=0, job_failures=0)


async def cookie(db: Database, seals: Seals, person: int, clock: Clock) -> dict[str, str]:
    """The header of a person who is signed in."""
    async with db.reading() as conn:
        member = await accounts.find_person(conn, person)
    assert member is not None
    begun = await sessions.sign_in(db, await sessions.give_link(db, member, clock.now()), clock.now())
    assert begun is not None
    return {"Cookie": f"lianxun={seals.sealed(begun.token)}"}


async def timed(url: str, headers: Mapping[str, str], looks: int = LOOKS) -> Sequence[float]:
    """Seconds of each of so many looks at a page; only one where it is refused."""
    found = []
    async with aiohttp.ClientSession(headers=headers) as http:
        for _ in range(looks):
            began = time.perf_counter()
            async with http.get(url) as answer:
                await answer.read()
            found.append(time.perf_counter() - began)
            if answer.status in {403, 404}:  # not open to this person: recorded, and not looked at again
                break
            assert answer.status == 200, (url, answer.status)
    return found


def line(what: str, looks: Sequence[float], health: Sequence[float]) -> Line:
    """What came of them, beside looks at the same server's health."""
    slow = quantiles(looks, n=20)[-1] * 1000
    return Line(
        what=what,
        ours=f"{median(looks) * 1000:.1f} ms, 95 %: {slow:.0f} ms",
        peer=f"{median(health) * 1000:.2f} ms",
        ratio=f"{median(looks) / median(health):.0f}",
        aim=f"95 % under {MILLISECONDS_AIM} ms",
        met=slow < MILLISECONDS_AIM,
    )
