"""Thousands of steps due at one moment: 6,000 first waves to a post or a person each, then 6,000 reminders."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, case, literal, update

from messages.deliveries import DeliveryState
from messages.notices import FIRST_WAVE, Category, Lane
from messages.store.database import Database
from messages.store.tables import deliveries, notices, waves
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.province import DUE, databases, fill, instant, named, numbers, planner_of, populate, tidy

STEPS = 6_000
SECONDS_AIM = 1
_ANCHOR = "up to 10 s"
"""What an established escalation engine says of itself for 6,000 escalations."""
_NEXT_DAY = DUE + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds until all are found due, planned and committed; and of a pass at which nothing is due."""

    name: str
    first: float
    reminders: float
    idle: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other, each with people who have been told other things before."""
    people = 10_000 if quick else 200_000
    async with databases() as found:
        runs = [await _run(db, people) for db in found]
    return _part(runs, people)


async def _run(db: Database, people: int) -> Run:
    await populate(db, people)
    await _notices(db, people)
    planner = planner_of(db)
    await planner.fan_out(DUE - timedelta(days=1))
    await _deliver(db)
    await tidy(db)
    first = await _plan(db, STEPS, DUE)
    await _deliver(db)
    reminders = await _plan(db, STEPS, _NEXT_DAY)
    await planner.run(_NEXT_DAY)
    began = time.monotonic()
    await planner.run(_NEXT_DAY)
    return Run(name=db.dialect, first=first, reminders=reminders, idle=time.monotonic() - began)


async def _notices(db: Database, people: int) -> None:
    """One to everybody the day before, and the steps' own, each to a post or a person."""
    n = numbers(STEPS + 1).c.n
    name = 1 + (n * 7919) % people
    audience = case((n > STEPS, literal("all")), (n % 2 == 0, named("post:P", name)), else_=named("person:R", name))
    at = case((n > STEPS, instant(DUE - timedelta(days=1))), else_=instant(DUE))
    async with db.writing() as conn:
        await fill(
            conn,
            notices,
            id=n,
            key=named("step:", n),
            category=literal(Category.BROADCAST.value),
            lane=literal(int(Lane.PROMPT)),
            template=literal("text"),
            params=literal({"text": "…"}, JSON),
            audience=audience,
            acknowledge=literal(value=True),
            send_at=at,
            provisional=literal(value=False),
            created_at=at,
        )
        await fill(conn, waves, notice_id=n, number=literal(FIRST_WAVE), at=at)
        step = numbers(STEPS).c.n
        await fill(conn, waves, notice_id=step, number=literal(FIRST_WAVE + 1), at=instant(_NEXT_DAY))


async def _deliver(db: Database) -> None:
    async with db.writing() as conn:
        planned = deliveries.c.state != DeliveryState.DELIVERED.value
        arrived = {"state": DeliveryState.DELIVERED.value, "settled_at": deliveries.c.due_at}
        await conn.execute(update(deliveries).where(planned).values(arrived))


async def _plan(db: Database, steps: int, now: datetime) -> float:
    began = time.monotonic()
    made = await planner_of(db).fan_out(now)
    took = time.monotonic() - began
    assert made == steps, f"only {made} were planned"
    return took


def _part(runs: list[Run], people: int) -> Part:
    return Part(
        title=f"steps: {STEPS:,} due at one moment, found and enqueued",
        lines=[line for run in runs for line in _lines(run)],
        notes=[
            f"Each step is of a notice of its own; {people:,} people have been told something else before.",
            "From the look for what is due to the last commit. PostgreSQL as it comes (fsync, synchronous_commit on).",
            "Peer: what an escalation engine of the field says of itself for as many escalations.",
        ],
    )


def _lines(run: Run) -> list[Line]:
    return [
        _line(f"{run.name}: first waves", run.first),
        _line(f"{run.name}: reminders", run.reminders),
        Line(what=f"{run.name}: a pass when nothing is due", ours=f"{run.idle * 1000:,.0f} ms"),
    ]


def _line(what: str, seconds: float) -> Line:
    aim = f"≤ {SECONDS_AIM} s"
    return Line(what=what, ours=f"{seconds:.2f} s", peer=_ANCHOR, aim=aim, met=seconds <= SECONDS_AIM)
