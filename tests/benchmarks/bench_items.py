"""10,000 items from one file: checked and submitted in one transaction, submitted again, laid before their leader."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from messages.items.records import COMMAND, Given
from messages.store.database import Database
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.province import databases
from tests.collectors import CAUTION, REMINDER, Collectors
from tests.district import MORNING

ITEMS = 10_000
SECONDS_AIM = 60


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds of the first submission, of the same once more, of the pass that asks, and of one with nothing to do."""

    name: str
    first: float
    again: float
    asking: float
    idle: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    count = ITEMS // 10 if quick else ITEMS
    async with databases() as found:
        runs = [run for db in found for run in await _runs(db, count)]
    return Part(
        title=f"{count:,} items at once",
        lines=[_line(run) for run in runs],
        notes=[f"At most {resident()} of memory; each kind after those above it, in the same database."],
    )


async def _runs(db: Database, count: int) -> list[Run]:
    place = await Collectors(db).found()
    return [await _run(place, f"{db.dialect}, {name}", rows) for name, rows in _kinds(count).items()]


def _kinds(count: int) -> dict[str, list[Given]]:
    numbers = range(count)
    posts = "PH", "PL", "PC"
    return {
        "one audience": [replace(CAUTION, ref=f"a{n}", title=f"第{n}件") for n in numbers],
        "reminders of three posts": [replace(REMINDER, ref=f"r{n}", title=f"第{n}件", posts=posts) for n in numbers],
        "an audience for each": [replace(CAUTION, ref=f"e{n}", audience=_audience(n)) for n in numbers],
    }


def _audience(number: int) -> str:
    """One that is written like no other."""
    return f"unit:财政局{' ' * (number % 400 + 1)}level:1-4{' ' * (number // 400)}, post:PH"


async def _run(place: Collectors, name: str, rows: Sequence[Given]) -> Run:
    taken = []
    for _ in range(2):
        began = time.monotonic()
        await place.items.submit_many(rows, place.id("C"), MORNING, by=COMMAND)
        taken.append(time.monotonic() - began)
    for _ in range(2):
        began = time.monotonic()
        await place.items.sweep(MORNING)
        taken.append(time.monotonic() - began)
    first, again, asking, idle = taken
    return Run(name=name, first=first, again=again, asking=asking, idle=idle)


def _line(run: Run) -> Line:
    return Line(
        what=run.name,
        ours=f"{run.first:.1f} s; again {run.again:.1f} s; asking {run.asking:.2f} s, idle {run.idle:.3f} s",
        aim=f"≤ {SECONDS_AIM} s",
        met=max(run.first, run.again) <= SECONDS_AIM,
    )
