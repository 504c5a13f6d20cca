"""Messages a second of the whole pipeline with the limit lifted, on both databases, beside a bare send loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from tests import postgresql
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.ours import DUE, Office, Ours, national_day, office
from tests.benchmarks.standin import Standin, standin
from tests.benchmarks.theirs import CONCURRENT, Letter, bare_bot, letters, pour

RATE_AIM = 2000
RATIO_AIM = 2.5
_CHAT_SECOND = 1.1
"""After so many seconds the chats that were warmed up may be written to again."""


@dataclass(frozen=True)
class Run:
    """One run: wall seconds and seconds of the processor in this process (the sandbox has its own)."""

    messages: int
    wall: float
    processor: float

    @property
    def rate(self) -> float:
        return self.messages / self.wall

    @property
    def rate_by_processor(self) -> float:
        return self.messages / self.processor


async def measure(*, quick: bool) -> Part:
    """Rounds of all three in turn; no service runs beside the peer."""
    people, rounds = (1000, 1) if quick else (5000, 3)
    theirs: list[Run] = []
    async with standin(limits=False) as at, _offices(people) as places:
        mine: dict[str, list[Run]] = {name: [] for name in places}
        for number in range(rounds):
            for name, place in places.items():
                mine[name].append(await _our_round(at, place, number))
            theirs.append(await _their_run(at, letters(national_day(DUE), place.people)))
        taken = await at.taken()
    assert taken >= rounds * 3 * people, f"only {taken} were taken"
    return _part(mine, theirs)


@asynccontextmanager
async def _offices(people: int) -> AsyncIterator[dict[str, Office]]:
    """The same people in a SQLite file and in a PostgreSQL that is as durable as an office's."""
    with postgresql.running(durable=True) as server:
        async with office(people) as small, office(people, await server.empty()) as large:
            yield {"SQLite": small, "PostgreSQL": large}


async def _our_round(at: Standin, place: Office, number: int) -> Run:
    async with place.serving(at, rate=0) as side:
        warmed = await side.tell(national_day(DUE), f"warm-up-{number}", "role:leader")
        await side.recorded(warmed)
        await asyncio.sleep(_CHAT_SECOND)
        return await _our_run(side, f"round-{number}", warmed)


async def _our_run(side: Ours, key: str, before: int) -> Run:
    count = await side.tell(national_day(DUE), key)

    async def work() -> None:
        side.service.senders.wake()
        await side.recorded(before + count)

    run = await _timed(count, work)
    tally = side.service.senders.tally
    assert tally.sent == before + count, f"not all were delivered: {tally}"
    return run


async def _their_run(at: Standin, post: Sequence[Letter]) -> Run:
    async with bare_bot(at) as bot:
        await pour(bot, post[:CONCURRENT])
        return await _timed(len(post), lambda: pour(bot, post))


async def _timed(count: int, work: Callable[[], Awaitable[object]]) -> Run:
    wall, processor = time.monotonic(), time.process_time()
    await work()
    return Run(count, time.monotonic() - wall, time.process_time() - processor)


def _part(mine: Mapping[str, Sequence[Run]], theirs: Sequence[Run]) -> Part:
    return Part(
        title="(b) messages a second with the limit lifted",
        lines=[
            *(line for name, runs in mine.items() for line in _lines(name, runs, theirs)),
            Line(what="resident memory of this process, at the most", ours=resident()),
        ],
        notes=[
            f"{theirs[0].messages:,} messages a run, ours and the peer in turn, {CONCURRENT} sends at a time.",
            "Both send the same texts and keyboards on the same event loop (uvloop).",
            "Ours: claim → render → send → recorded in a SQLite file (WAL, synchronous=FULL) or in a PostgreSQL of its",
            "own process (fsync and synchronous_commit on), the service running.",
            "Peer: python-telegram-bot's default transport; messages made beforehand, nothing recorded.",
        ],
    )


def _lines(name: str, mine: Sequence[Run], theirs: Sequence[Run]) -> list[Line]:
    rate, peer = _middle(mine), _middle(theirs)
    ratio = rate / peer
    ours_by, theirs_by = (median(run.rate_by_processor for run in runs) for runs in (mine, theirs))
    return [
        Line(what=f"{name}: median", ours=f"{rate:,.0f}/s", peer=f"{peer:,.0f}/s", ratio=f"{ratio:.2f} ×",
             aim=f"≥ {RATE_AIM:,}/s and ≥ {RATIO_AIM} ×", met=rate >= RATE_AIM and ratio >= RATIO_AIM),
        Line(what=f"{name}: every run", ours=_each(mine), peer=_each(theirs)),
        Line(what=f"{name}: for a second of this process's processor time", ours=f"{ours_by:,.0f}",
             peer=f"{theirs_by:,.0f}", ratio=f"{ours_by / theirs_by:.2f} ×"),
    ]  # fmt: skip


def _middle(runs: Sequence[Run]) -> float:
    return median(run.rate for run in runs)


def _each(runs: Sequence[Run]) -> str:
    return " ".join(f"{run.rate:,.0f}" for run in runs)
