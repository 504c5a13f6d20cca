"""A small ledger with its chain, and what somebody could do to it who has the whole database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta

from sqlalchemy import text

from messages.ledger import Kind
from messages.ledger_chain import Seal
from messages.ledger_verifying import Verdict, verify, verify_in
from messages.notices import Json
from messages.organisation.records import Role, UnitKind
from messages.store import ledger, marks, seals
from messages.store.database import Connection, Database
from messages.store.ledger import Event
from schedules.sealing import Sealing
from tests.district import MORNING, ZONE, District

EVENING = MORNING.replace(hour=17, minute=30, second=5)
SEAL_TIME = time(17, 30)


class Chained:
    """An office whose ledger has twelve events, six before the first seal of two."""

    def __init__(self, db: Database) -> None:
        """Nothing is there yet."""
        self.db = db
        self.district = District(db)
        self.sealing = Sealing(db=db, seal_time=SEAL_TIME, zone=ZONE)

    async def found(self) -> "Chained":
        """Two people, twelve events, two seals; each seal is an event as well."""
        await self.people()
        for day in range(2):
            await self.happen(6, MORNING + timedelta(days=day))
            await self.sweep(EVENING + timedelta(days=day))
        await self.sweep(EVENING + timedelta(days=1, minutes=1))
        return self

    async def people(self) -> None:
        """Two people, of whom one administers the office, which has been planned for since long ago."""
        district = self.district
        async with self.db.writing() as conn:
            await marks.put(conn, marks.PLANNING_SINCE, MORNING - timedelta(days=30))
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.person("A", ("P1", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
        await district.person("B", ("P2", "推进办", 2))

    async def happen(self, events: int, at: datetime) -> None:
        """So many events, a minute after each other, about nobody and the two people in turn."""
        rows = []
        for number in range(events):
            body: dict[str, Json] = {"n": number, "名": 'a "b"\n', "deep": {"z": [1, None, True], "a": ""}}
            kind, moment = (Kind.ACKNOWLEDGED, Kind.JOINED)[number % 2], at + timedelta(minutes=number, microseconds=7)
            rows.append(Event(at=moment, kind=kind, person_id=number % 3 or None, body=body))
        async with self.db.writing() as conn:
            await ledger.append_all(conn, rows)

    async def sweep(self, now: datetime) -> bool:
        """One pass of the sealer."""
        return await self.sealing.sweep(now)

    async def verify(self, **given: object) -> Verdict:
        """What verifying says."""
        return await verify(self.db, silent, **given)  # type: ignore[arg-type]

    async def seals(self) -> list[Seal]:
        """The seals that are kept, the oldest first."""
        async with self.db.reading() as conn:
            return [one.seal for one in await seals.raw(conn) if one.seal is not None]

    async def after(self, *acts: str, **given: object) -> Verdict:
        """What verifying says after something was done to the database, which is then taken back."""
        async with self.tampering() as conn:
            for act in acts:
                await conn.exec_driver_sql(act)
            return await verify_in(conn, silent, **given)  # type: ignore[arg-type]

    @asynccontextmanager
    async def tampering(self) -> AsyncIterator[Connection]:
        """A transaction that may do everything, and is taken back."""
        async with self.db.writing() as conn:
            await unguard(conn)
            yield conn
            await conn.rollback()


async def unguard(conn: Connection) -> None:
    """Put aside what guards the ledger: triggers and links between tables."""
    if conn.dialect.name == "sqlite":
        await conn.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in await conn.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            await conn.execute(text(f"DROP TRIGGER {name}"))
    else:
        await conn.execute(text("SET LOCAL session_replication_role = replica"))


def silent(_done: int, _total: int) -> None:
    """Hear nothing."""
