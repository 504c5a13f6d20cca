"""The demo: the whole service and a Bot API of its own in one process, with an organisation of the seed's scale.

No token and no server are needed. Its clock moves forward only; where it stands is kept with the
data, and it goes on from there.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.app import build
from bot.demo_history import founded_at, remember
from bot.demo_register import enliven
from bot.office import Office
from bot.panel import ServicePanel
from bot.sandbox.chats import Standing
from bot.sandbox.server import Sandbox
from bot.service import Service
from bot.settings import Settings, load
from bot.web.server import free_port, port_refused
from messages.organisation.records import Role, role_said
from messages.organisation.roles import grant
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_liaisons, sample_roster
from messages.register.founding import found_register
from messages.store import demo, marks
from messages.store.database import Database
from messages.store.demo import Resident
from messages.store.schema import prepare
from messages.tenders.sample import sample_matters
from messages.text.catalog import Catalog
from schedules.clock import Clock

TOKEN: Final = "100000:demo"  # noqa: S105 -- the sandbox's own; it opens nothing
"""The token of the sandbox's bot."""

DATABASE: Final = "lianxun.db"
"""The database's file in the demo's folder."""
_CHATS: Final = "chats.db"
_KEEP_CLOCK_EVERY: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a demo lives: its folder, the page's host and port (0: any free one), and where its clock starts."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    start: datetime | None = None


def clear(data: Path) -> None:
    """Forget an earlier demo: its own files only, and not the lock that tells whether one is running."""
    for name in (DATABASE, _CHATS):
        for ending in ("", "-wal", "-shm", "-journal"):
            (data / f"{name}{ending}").unlink(missing_ok=True)


def settings_of(place: Place, sandbox_url: str) -> Settings:
    """The environment's settings, with what a demo decides itself.

    Dashboard and interface are found beside the page: at the next port, where that is free.
    """
    return load(
        data_dir=place.data,
        database_url="",
        telegram_token=TOKEN,
        telegram_api_url=sandbox_url,
        telegram_mode="polling",
        http_host=place.host,
        http_port=free_port(place.host, place.port + 1 if place.port else 0),
        clock=place.start,
    )


class Demo:
    """A running demo; ``start`` it, then ``run`` until told to stop."""

    def __init__(self, place: Place) -> None:
        """Nothing runs yet."""
        self._place = place
        self.db = Database(f"sqlite:///{place.data / DATABASE}")
        self.sandbox: Sandbox
        self.service: Service
        self.lived: datetime | None = None
        """How far the clock of an earlier demo with this data had come; it goes on from there."""

    async def start(self) -> None:
        """Open the page, make the organisation where there is none, and join everyone."""
        await prepare(self.db)
        clock = Clock(zone := load().zone, await self._start_of_clock(zone))
        self.sandbox = Sandbox(token=TOKEN, store=self._place.data / _CHATS, now=clock.now, steady=clock.steady)
        try:
            await self.sandbox.start(self._place.host, self._place.port)
        except OSError as error:
            await self.sandbox.stop()
            raise port_refused(self._place.host, self._place.port, error) from None
        settings = settings_of(self._place, self.sandbox.url)
        if not await demo.has_people(self.db):
            await self._found(settings, clock)
        async with self.db.writing() as conn:
            await demo.admit_all(conn, clock.now())
            residents = await demo.residents(conn)
        self._move_in(residents)
        self.service = build(settings, self.db, clock)
        self.sandbox.panel = ServicePanel(self.service)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; the clock's place is kept."""
        keeper = asyncio.create_task(self._keep_clock())
        try:
            await self.service.run(stop)
        finally:
            keeper.cancel()
            await self._remember_clock()
            await self.sandbox.stop()
            await self.db.close()

    async def _start_of_clock(self, zone: ZoneInfo) -> datetime:
        """Where an earlier demo was left, or later if asked; in a new demo the present, or as asked."""
        asked = Clock(zone, self._place.start).now()
        async with self.db.reading() as conn:
            self.lived = await marks.find(conn, marks.DEMO_CLOCK)
        if self.lived is None:
            return asked
        return self.lived if self._place.start is None else max(self.lived, asked)

    async def _found(self, settings: Settings, clock: Clock) -> None:
        """The organisation of a new demo, what happened in it until now, its register, and its matters."""
        now, founded = clock.now(), founded_at(clock.now())
        await import_roster(self.db, roster := sample_roster(), founded)
        for liaison in sample_liaisons(roster):
            await grant(self.db, liaison, founded)
        async with self.db.writing() as conn:
            await demo.admit_all(conn, founded)
        await found_register(self.db, roster, founded)
        office = Office.of(settings, self.db, clock)
        speaker = next(row.person_code for row in roster if Role.OFFICE in (row.roles or ()))
        await remember(office, speaker or "", now)
        await enliven(office.register, self.db, roster, now)
        await office.tenders.take_all(sample_matters(now, clock.zone), None, now)

    def _move_in(self, residents: Sequence[Resident]) -> None:
        say = Catalog.load().say
        for one in residents:
            # Who may do what is seen, and found by it, in the list of people.
            roles = [say(role_said(role), one.language) for role in one.roles]
            detail = " · ".join([one.detail, *roles])
            self.sandbox.chats.add_person(one.chat_id, one.name, one.language, detail=detail)
            if one.blocked:
                self.sandbox.chats.set_standing(one.chat_id, Standing.BLOCKED)

    async def _keep_clock(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_CLOCK_EVERY)
            await self._remember_clock()

    async def _remember_clock(self) -> None:
        async with self.db.writing() as conn:
            await marks.put(conn, marks.DEMO_CLOCK, self.service.clock.now() + timedelta(seconds=1))
