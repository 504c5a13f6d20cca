"""A claim as a sender makes it at 30 a second, at ten thousand, a million and ten million deliveries."""

import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Final

from sqlalchemy import JSON, case, delete, literal, text

from messages.deliveries import ClaimedDelivery, DeliveryState
from messages.notices import Category, Lane
from messages.store import claims
from messages.store.bots import MAIN_BOT, take_term
from messages.store.claims import Order, Sender
from messages.store.database import Connection, Database
from messages.store.deliveries import Settlement, settle
from messages.store.schema import prepare
from messages.store.tables import deliveries, notices
from tests import postgresql
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.province import DUE, fill, instant, named, numbers, populate, tidy

TIMES_AIM: Final = 2
SIZES: Final = (10_000, 1_000_000, 10_000_000)
_QUICK: Final = (10_000, 100_000)
_BATCH: Final = 15
_CLAIMS: Final = 600
_PEOPLE: Final = 20_000
_SOON: Final = 30_000
"""So many are due in every mix; of ten thousand all."""
_STEP: Final = 1_000_000
_LATER: Final = DUE + timedelta(days=3)

Waits = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Mix:
    """What the deliveries are: ``rest`` is the state of all but some tens of thousands, and when these are due."""

    name: str
    rest: DeliveryState
    rest_due: datetime


_MIXES: Final = (
    Mix(name="most delivered", rest=DeliveryState.DELIVERED, rest_due=DUE - timedelta(days=30)),
    Mix(name="all due", rest=DeliveryState.PLANNED, rest_due=DUE),
    Mix(name="most for later", rest=DeliveryState.PLANNED, rest_due=_LATER),
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds of each claim: the look for what is due and the claim itself, up to its commit."""

    name: str
    mix: Mix
    waits: Mapping[int, Waits]


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other, each with every mix at every size."""
    sizes = _QUICK if quick else SIZES
    async with _offices(sizes) as found:
        runs = [await _run(name, mix, dbs) for name, dbs in found.items() for mix in _MIXES]
    return _part(runs)


@asynccontextmanager
async def _offices(sizes: Sequence[int]) -> AsyncIterator[dict[str, dict[int, Database]]]:
    """A database for each size, of each kind, with people and notices."""
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder, postgresql.running(durable=True) as server:
        found = {
            "SQLite": {count: Database(f"sqlite:///{folder}/{count}.db") for count in sizes},
            "PostgreSQL": {count: Database(await server.fresh()) for count in sizes},
        }
        every = [(count, db) for dbs in found.values() for count, db in dbs.items()]
        for count, db in every:
            await prepare(db)
            await populate(db, _PEOPLE)
            async with db.writing() as conn:
                await _add_notices(conn, count // _PEOPLE + 1)
        yield found
        for _, db in every:
            await db.close()


async def _run(name: str, mix: Mix, dbs: Mapping[int, Database]) -> Run:
    """The sizes take turns, claim by claim: whatever else the machine does slows down all of them."""
    waits: dict[int, list[float]] = {count: [] for count in dbs}
    senders = {}
    for count, db in dbs.items():
        await _deliveries(db, mix, count)
        async with db.writing() as conn:
            senders[count] = Sender(bot_id=MAIN_BOT, term=await take_term(conn, MAIN_BOT))
    for _ in range(_CLAIMS):
        for count, db in dbs.items():
            waits[count].append(await _claim(db, senders[count]))
    return Run(name=name, mix=mix, waits=waits)


# --- the deliveries ---------------------------------------------------------------------------------------------------


async def _add_notices(conn: Connection, count: int) -> None:
    await fill(
        conn,
        notices,
        id=(n := numbers(count).c.n),
        key=named("claims:", n),
        category=literal(Category.BROADCAST.value),
        lane=literal(int(Lane.BROADCAST)),
        template=literal("text"),
        params=literal({"text": "请廉洁过节。"}, JSON),
        audience=literal("all"),
        acknowledge=literal(value=False),
        send_at=instant(DUE),
        provisional=literal(value=False),
        created_at=instant(DUE),
    )


async def _deliveries(db: Database, mix: Mix, count: int) -> None:
    """So many in place of those that were there; the indexes are made afterwards, which is quicker."""
    async with db.writing() as conn:
        for index in deliveries.indexes:
            await conn.run_sync(index.drop)
        await conn.execute(delete(deliveries) if db.dialect == "sqlite" else text("TRUNCATE deliveries"))
    for begin in range(0, count, _STEP):
        async with db.writing() as conn:
            await _add(conn, mix, begin, min(_STEP, count - begin), count)
    async with db.writing() as conn:
        for index in deliveries.indexes:
            await conn.run_sync(index.create)
    await tidy(db)


async def _add(conn: Connection, mix: Mix, begin: int, more: int, count: int) -> None:
    n = numbers(more).c.n + begin
    is_soon = n > count - _SOON  # what is due has come last
    await fill(
        conn,
        deliveries,
        id=n,
        notice_id=1 + n // _PEOPLE,
        person_id=1 + n % _PEOPLE,
        wave=literal(0),
        lane=literal(int(Lane.BROADCAST)),
        state=case((is_soon, literal(DeliveryState.PLANNED.value)), else_=literal(mix.rest.value)),
        due_at=case((is_soon, instant(DUE)), else_=instant(mix.rest_due)),
    )


# --- the claims -------------------------------------------------------------------------------------------------------


async def _claim(db: Database, sender: Sender) -> float:
    """Seconds of one claim; what is claimed is recorded as delivered afterwards, as the recorder does."""
    began = time.perf_counter()
    async with db.reading() as conn:
        lanes = (await claims.lanes_due(conn, [MAIN_BOT], DUE))[MAIN_BOT]
    async with db.writing() as conn:
        claimed = await claims.claim(conn, [Order(sender=sender, lanes=lanes, limit=_BATCH)], DUE)
    took = time.perf_counter() - began
    assert len(claimed) == _BATCH, f"only {len(claimed)} were claimed"
    await _settle(db, claimed)
    return took


async def _settle(db: Database, claimed: Sequence[ClaimedDelivery]) -> None:
    arrived = [
        Settlement(delivery_id=one.id, term=one.term, state=DeliveryState.DELIVERED, at=DUE, message_id=one.id)
        for one in claimed
    ]
    async with db.writing() as conn:
        await settle(conn, arrived)


# --- the table --------------------------------------------------------------------------------------------------------


def _part(runs: Sequence[Run]) -> Part:
    return Part(
        title=f"claims: {_BATCH} of a bot's deliveries, in order, as every half second at 30 a second",
        lines=[
            *(line for run in runs for line in _lines(run)),
            Line(what="resident memory of this process, at the most", ours=resident()),
        ],
        notes=[
            f"The look for what is due, the claim and its commit: median, p99 of {_CLAIMS:,}, the sizes in turn,",
            "each recorded as delivered before the next.",
            f"{_SOON:,} are due; the others are delivered, due as well, or planned for later.",
            "PostgreSQL as it comes (fsync, synchronous_commit, autovacuum); SQLite with WAL and synchronous=FULL.",
        ],
    )


def _lines(run: Run) -> list[Line]:
    least = _p99(run.waits[min(run.waits)])
    return [_line(f"{run.name}: {run.mix.name}, {count:,}", waits, least) for count, waits in run.waits.items()]


def _line(what: str, waits: Waits, least: float) -> Line:
    p99 = _p99(waits)
    times = p99 / least
    ours = f"{1000 * median(waits):.1f} ms, {1000 * p99:.1f} ms"
    aim = f"p99 ≤ {TIMES_AIM} × that of the fewest"
    return Line(what=what, ours=ours, ratio=f"{times:.2f} ×", aim=aim, met=times <= TIMES_AIM)


def _p99(waits: Waits) -> float:
    return quantiles(waits, n=100)[-1]
