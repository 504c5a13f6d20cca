"""Seconds for 2,448 notices at 30 a second, beside python-telegram-bot with ``AIORateLimiter`` and beside the limit."""

import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from statistics import median

from tests.benchmarks.figures import Line, Part
from tests.benchmarks.ours import DUE, Person, national_day, office
from tests.benchmarks.standin import standin
from tests.benchmarks.theirs import RATE, RETRIES, broadcast, letters, rate_limited_bot

PEOPLE = 2448
QUICK_PEOPLE = 300
AIM = 1.03
MOST_UNRECORDED = 5


@dataclass(frozen=True)
class Run:
    """One broadcast: until the last was recorded (the peer: answered), what was refused, what never arrived.

    ``unrecorded``: at the worst moment, how many had arrived and were not recorded yet, which a crash would have
    repeated. ``recorded_within``: seconds from each arrival to its record.
    """

    seconds: float
    floods: int
    undelivered: int
    unrecorded: int = 0
    recorded_within: Sequence[float] = ()


async def measure(*, quick: bool) -> Part:
    """Ours, ours beside a process that burns a processor, and the peer: each against a fresh sandbox."""
    people = QUICK_PEOPLE if quick else PEOPLE
    alone = await _our_run(people)
    with _a_busy_neighbour():
        disturbed = await _our_run(people)
    return _part(people, alone, disturbed, await _their_run(people))


async def _our_run(people: int) -> Run:
    async with standin(limits=True) as at, office(people) as place, place.serving(at, RATE) as side:
        began = time.monotonic()
        await side.service.move_clock(DUE)
        records = await side.recorded(people)
        arrivals = [arrival.at for arrival in await at.arrivals()]
        missing = people - min(len(arrivals), await side.delivered())
        unrecorded = max(number - _recorded_at(records, at) for number, at in enumerate(arrivals, 1))
        waits = [_instant_of(records, number) - at for number, at in enumerate(arrivals, 1)]
        return Run(records[-1][0] - began, await at.floods(), missing, unrecorded, waits)


def _recorded_at(records: Sequence[tuple[float, int]], instant: float) -> int:
    """How many were recorded at an instant."""
    place = bisect_right(records, instant, key=itemgetter(0))
    return records[place - 1][1] if place else 0


def _instant_of(records: Sequence[tuple[float, int]], number: int) -> float:
    """When so many were recorded."""
    return records[bisect_left(records, number, key=itemgetter(1))][0]


async def _their_run(people: int) -> Run:
    readers = [Person(code=str(number), chat_id=number, language="zh_CN") for number in range(1, people + 1)]
    post = letters(national_day(DUE), readers)
    async with standin(limits=True) as at, rate_limited_bot(at) as bot:
        seconds, failed = await broadcast(bot, post)
        return Run(seconds, await at.floods(), failed)


@contextmanager
def _a_busy_neighbour() -> Iterator[None]:
    """Another process that takes a whole processor."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


def _part(people: int, alone: Run, disturbed: Run, peer: Run) -> Part:
    limit = people / RATE
    return Part(
        title=f"(a) {people:,} notices at {RATE} a second; the limit itself: {limit:.1f} s",
        lines=[
            _seconds("seconds", alone, peer, limit),
            Line(what="beside the limit", ours=f"{alone.seconds / limit:.3f} ×", peer=f"{peer.seconds / limit:.3f} ×"),
            Line(what="flood errors (429)", ours=f"{alone.floods}", peer=f"{peer.floods}", aim="0",
                 met=not alone.floods),
            Line(what="not delivered", ours=f"{alone.undelivered}", peer=f"{peer.undelivered}", aim="0",
                 met=not alone.undelivered),
            _seconds("seconds, with a busy neighbour", disturbed, None, limit),
            Line(what="flood errors, with a busy neighbour", ours=str(disturbed.floods), aim="0",
                 met=not disturbed.floods),
            _unrecorded("arrived and not yet recorded, at most", alone),
            _unrecorded("the same, with a busy neighbour", disturbed),
            Line(what="from arrival to record: median, longest", ours=_within(alone)),
            Line(what="the same, with a busy neighbour", ours=_within(disturbed)),
        ],
        notes=[
            "Ours: from the instant the notice is due (planner, fan-out, dispatcher, SQLite file) to its last record.",
            "A busy neighbour is a process that takes a whole processor.",
            "Peer: python-telegram-bot, all sends gathered; nothing planned, rendered or recorded.",
            f"Its limiter: AIORateLimiter(overall_max_rate={RATE}, overall_time_period=1, max_retries={RETRIES}).",
        ],
    )  # fmt: skip


def _seconds(what: str, mine: Run, peer: Run | None, limit: float) -> Line:
    return Line(
        what=what,
        ours=f"{mine.seconds:.1f} s",
        peer=f"{peer.seconds:.1f} s" if peer else "",
        ratio=f"{mine.seconds / peer.seconds:.2f} ×" if peer else "",
        aim=f"≤ {AIM * limit:.1f} s",
        met=mine.seconds <= AIM * limit,
    )


def _unrecorded(what: str, run: Run) -> Line:
    return Line(what=what, ours=f"{run.unrecorded}", aim=f"≤ {MOST_UNRECORDED}", met=run.unrecorded <= MOST_UNRECORDED)


def _within(run: Run) -> str:
    return f"{1000 * median(run.recorded_within):.0f} ms, {1000 * max(run.recorded_within):.0f} ms"
