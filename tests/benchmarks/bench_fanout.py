"""A notice to a whole province: a million deliveries by one statement, beside the bare INSERT … SELECT of them."""

import resource
import time
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text

from messages.notices import Category, Lane, NewNotice
from messages.store import notices
from messages.store.database import Database
from messages.store.tables import deliveries, obligations
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.province import DUE, databases, planner_of, populate, tidy

SECONDS_AIM = 8
MEGABYTES_AIM = 250


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds of each: bare, for a notice to read, for a notice to acknowledge (which obliges a million posts too)."""

    name: str
    count: int
    bare: float
    read: float
    acknowledged: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    count = 50_000 if quick else 1_000_000
    async with databases() as found:
        runs = [await _run(db, count) for db in found]
    return _part(runs)


async def _run(db: Database, count: int) -> Run:
    await populate(db, count)
    read = await _fan_out(db, count, acknowledge=False)
    bare = await _bare(db, count)
    await _empty(db)
    acknowledged = await _fan_out(db, count, acknowledge=True)
    return Run(name=db.dialect, count=count, bare=bare, read=read, acknowledged=acknowledged)


async def _fan_out(db: Database, count: int, *, acknowledge: bool) -> float:
    """The way of every notice: it is due, and the planner finds it."""
    async with db.writing() as conn:
        await notices.add(conn, _notice(acknowledge=acknowledge))
    planner = planner_of(db)
    began = time.monotonic()
    made = await planner.fan_out(DUE)
    took = time.monotonic() - began
    assert made == count, f"only {made} were planned"
    if acknowledge:
        async with db.reading() as conn:
            assert await conn.scalar(select(func.count()).select_from(obligations)) == count
    return took


def _notice(*, acknowledge: bool) -> NewNotice:
    return NewNotice(
        key=f"province:{acknowledge}",
        category=Category.BROADCAST,
        lane=Lane.BROADCAST,
        template="text",
        params={"text": "请廉洁过节。"},
        title="通知",
        audience="all",
        send_at=DUE,
        created_at=DUE,
        acknowledge=acknowledge,
    )


async def _bare(db: Database, count: int) -> float:
    """The same rows into a table without a single index."""
    async with db.writing() as conn:
        await conn.execute(text("CREATE TABLE bare AS SELECT * FROM deliveries WHERE 1 = 0"))
    await tidy(db)
    began = time.monotonic()
    async with db.writing() as conn:
        made = await conn.execute(text("INSERT INTO bare SELECT * FROM deliveries"))
    took = time.monotonic() - began
    assert made.rowcount == count
    return took


async def _empty(db: Database) -> None:
    async with db.writing() as conn:
        await conn.execute(text("DROP TABLE bare"))
        await conn.execute(delete(deliveries) if db.dialect == "sqlite" else text("TRUNCATE deliveries"))
    await tidy(db)


def _part(runs: list[Run]) -> Part:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Part(
        title="fan-out: one notice to a province",
        lines=[
            *(line for run in runs for line in _lines(run)),
            Line(what="resident memory of this process, at the most", ours=f"{megabytes:,.0f} MB",
                 aim=f"< {MEGABYTES_AIM} MB", met=megabytes < MEGABYTES_AIM),
        ],
        notes=[
            f"{runs[0].count:,} deliveries by the planner, from its look to the commit, all indexes kept.",
            "Bare: INSERT … SELECT of the same rows into a table without indexes.",
            "With acknowledgement as many obligations are made in the same transaction.",
            "PostgreSQL as it comes (fsync and synchronous_commit on); SQLite with WAL and synchronous=FULL.",
        ],
    )  # fmt: skip


def _lines(run: Run) -> list[Line]:
    on_postgresql = run.name != "sqlite"
    return [
        Line(what=f"{run.name}: to be read", ours=f"{run.count / run.read:,.0f} rows/s, {run.read:.1f} s",
             peer=f"{run.count / run.bare:,.0f} rows/s, {run.bare:.1f} s", ratio=f"{run.bare / run.read:.2f} ×",
             aim=f"≤ {SECONDS_AIM} s" if on_postgresql else "", met=run.read <= SECONDS_AIM if on_postgresql else None),
        Line(what=f"{run.name}: to be acknowledged",
             ours=f"{2 * run.count / run.acknowledged:,.0f} rows/s, {run.acknowledged:.1f} s"),
    ]  # fmt: skip
