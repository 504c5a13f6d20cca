"""Seconds for 2,448 notices at 30 a second, beside python-telegram-bot with ``AIORateLimiter`` and beside the limit."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.figures import Line, Part
from tests.benchmarks.ours import DUE, Ours, Person, national_day, office
from tests.benchmarks.standin import Standin, standin
from tests.benchmarks.theirs import RATE, RETRIES, broadcast, letters, rate_limited_bot

PEOPLE = 2448
QUICK_PEOPLE = 300
AIM = 1.03
_SAMPLE_EVERY = 0.1


@dataclass(frozen=True)
class Run:
    """One broadcast: until the last was recorded (the peer: answered), what was refused, what never arrived.

    ``unrecorded`` counts, sampled ten times a second, the messages that had arrived and were not recorded yet: what a
    crash at that moment would have repeated.
    """

    seconds: float
    floods: int
    undelivered: int
    unrecorded: Sequence[int] = ()


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
        unrecorded: list[int] = []
        sampling = asyncio.create_task(_sample(at, side, unrecorded))
        ended = await side.recorded(people)
        sampling.cancel()
        missing = people - min(await at.taken(), await side.delivered())
        return Run(ended - began, await at.floods(), missing, unrecorded)


async def _sample(at: Standin, side: Ours, into: list[int]) -> None:
    """Asked in this order, the difference is at least what a crash in between would repeat."""
    while True:
        recorded = await side.delivered()
        into.append(await at.taken() - recorded)
        await asyncio.sleep(_SAMPLE_EVERY)


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
            Line(what="arrived and not yet recorded: most, median", aim="≤ 5",
                 ours=f"{max(alone.unrecorded)}, {median(alone.unrecorded):.0f}", met=max(alone.unrecorded) <= 5),
            Line(what="the same, with a busy neighbour", aim="≤ 5",
                 ours=f"{max(disturbed.unrecorded)}, {median(disturbed.unrecorded):.0f}",
                 met=max(disturbed.unrecorded) <= 5),
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
