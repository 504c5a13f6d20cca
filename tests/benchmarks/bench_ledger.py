"""The ledger: how quickly a million rows are linked, and verified."""

import gc
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from messages.ledger import Kind
from messages.ledger_verifying import verify
from messages.store import tables
from messages.store.database import Database
from messages.store.schema import prepare
from schedules.sealing import Sealing
from tests import postgresql
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.ours import DUE, ZONE
from tests.chained import SEAL_TIME
from tests.district import District

VERIFY_AIM: Final = 20.0
_ROWS: Final = 1_000_000
_AT_ONCE: Final = 20_000
_PEOPLE: Final = 3


@dataclass(frozen=True)
class Figures:
    """Seconds to link and to verify so many rows."""

    rows: int
    linked: float
    verified: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    gc.freeze()  # as the program does with what was imported
    rows = _ROWS // 20 if quick else _ROWS
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder, postgresql.running(durable=True) as server:
        sqlite = await _figures(f"sqlite:///{Path(folder)}/lianxun.db", rows)
        large = await _figures(await server.empty(), rows)
    return Part(
        title=f"the ledger: {rows:,} rows",
        lines=[line for name, found in (("SQLite", sqlite), ("PostgreSQL", large)) for line in _lines(name, found)],
        notes=["Verified: every entry and link hashed anew, all seals compared, nothing outside of the chain."],
    )


async def _figures(url: str, rows: int) -> Figures:
    db = Database(url)
    await prepare(db)
    district = District(db)
    await district.unit("财政局")
    for code in "ABC":
        await district.person(code, (f"P{code}", "财政局", 1), joined=False)
    await _fill(db, rows)
    began = time.perf_counter()
    sealing, now = Sealing(db=db, seal_time=SEAL_TIME, zone=ZONE), DUE + timedelta(days=1)
    while await sealing.sweep(now):
        pass
    linked = time.perf_counter()
    verdict = await verify(db, lambda _done, _total: None)
    ended = time.perf_counter()
    assert verdict.ok, "the ledger is not good"
    assert verdict.rows == rows, "not all is linked"
    await db.close()
    return Figures(rows, linked - began, ended - linked)


async def _fill(db: Database, rows: int) -> None:
    """Acknowledgements as they are recorded, a second apart."""
    for begin in range(0, rows, _AT_ONCE):
        some = [_event(number) for number in range(begin, min(begin + _AT_ONCE, rows))]
        async with db.writing() as conn:
            await conn.execute(insert(tables.ledger), some)


def _event(number: int) -> dict[str, object]:
    at: datetime = DUE + timedelta(milliseconds=number)
    body = {"notice": number // 2448, "delivery": number, "account": number % 2448, "posts": [number % 2448]}
    facts = {"key": f"broadcast:{number // 2448}", "category": "broadcast", "sent": at.isoformat(), "first": True}
    return {"at": at, "kind": Kind.ACKNOWLEDGED.value, "person_id": number % _PEOPLE + 1, "body": {**body, **facts}}


def _lines(name: str, found: Figures) -> list[Line]:
    return [
        Line(what=f"{name}: linked by the sealer", ours=f"{found.rows / found.linked:,.0f}/s"),
        Line(
            what=f"{name}: verified",
            ours=f"{found.verified:.1f} s",
            aim=f"≤ {VERIFY_AIM:.0f} s",
            met=found.verified <= VERIFY_AIM,
        ),
    ]
