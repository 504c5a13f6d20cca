"""How soon a red message arrives that is put in while a broadcast to 3,000 runs at 30 a second."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from messages.notices import Category, Lane, NewNotice
from messages.store import notices
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.ours import DATABASE, DUE, ZONE, Office, Ours, Person, national_day, office
from tests.benchmarks.standin import Standin, standin
from tests.benchmarks.theirs import RATE, letters, rate_limited_bot, send

AIM = 0.5
PEOPLE = 3000
BEHIND = 900
"""The peer's red message stands behind so many others."""


async def measure(*, quick: bool) -> Part:
    """Ours with several red messages at random moments; the peer with one."""
    people, urgent, behind = (300, 5, 150) if quick else (PEOPLE, 20, BEHIND)
    async with standin(limits=True) as at, office(people + urgent) as place, place.serving(at, RATE) as side:
        waits = await _our_waits(at, place, side, urgent)
        floods = await at.floods()
    return _part(people, waits, floods, behind, await _their_wait(behind))


async def _our_waits(at: Standin, place: Office, side: Ours, urgent: int) -> list[float]:
    """Red messages go to people whom the broadcast leaves out: one chat may be written to only once a second."""
    apart, rest = side.people[:urgent], side.people[urgent:]
    everyone_else = " ".join(f"-person:{person.code}" for person in apart)
    count = await side.tell(national_day(DUE), "broadcast", everyone_else)
    side.service.senders.wake()
    moments = sorted(random.uniform(0.5, 0.9 * len(rest) / RATE) for _ in apart)
    put_in = await _put_in_at(moments, place, apart)
    assert side.done() < count, "the broadcast ended too early"
    await side.recorded(count + urgent)
    arrived = {arrival.chat_id: arrival.at for arrival in await at.arrivals()}
    return [arrived[chat_id] - instant for chat_id, instant in put_in.items()]


async def _put_in_at(moments: Sequence[float], place: Office, people: Sequence[Person]) -> dict[int, float]:
    """As ``lianxun broadcast --urgency red`` does: over a connection of its own, without waking the dispatcher."""
    began = time.monotonic()
    put_in: dict[int, float] = {}
    db = Database(f"sqlite:///{place.folder / DATABASE}")
    planner = Planner(db=db, policy=load(None), zone=ZONE, calendars=Calendars(db, "CN"))
    for moment, person in zip(moments, people, strict=True):
        await asyncio.sleep(began + moment - time.monotonic())
        put_in[person.chat_id] = time.monotonic()
        now = place.clock.now()
        async with db.writing() as conn:
            await notices.add(conn, _red(person, now))
        await planner.fan_out(now)
    await db.close()
    return put_in


def _red(person: Person, now: datetime) -> NewNotice:
    return NewNotice(
        key=f"red:{person.code}",
        category=Category.BROADCAST,
        lane=Lane.RED,
        template="text",
        params={"text": "请立即与办公室联系。"},
        title="紧急通知",
        audience=f"person:{person.code}",
        send_at=now,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )


async def _their_wait(behind: int) -> float:
    readers = [Person(code=str(number), chat_id=number, language="zh_CN") for number in range(1, behind + 2)]
    post = letters(national_day(DUE), readers)
    async with standin(limits=True) as at, rate_limited_bot(at) as bot:
        queue = [asyncio.create_task(send(bot, letter)) for letter in post[:-1]]
        await asyncio.sleep(0)
        put_in = time.monotonic()
        await asyncio.gather(send(bot, post[-1]), *queue)
        return next(arrival.at for arrival in await at.arrivals() if arrival.chat_id == readers[-1].chat_id) - put_in


def _part(people: int, waits: Sequence[float], floods: int, behind: int, peer: float) -> Part:
    worst = max(waits)
    return Part(
        title=f"(c) a red message put in while {people:,} go out at {RATE} a second: until it arrives",
        lines=[
            Line(what="longest", ours=f"{worst:.3f} s", peer=f"{peer:.1f} s", ratio=f"{worst / peer:.3f} ×",
                 aim=f"≤ {AIM} s", met=worst <= AIM),
            Line(what="median", ours=f"{median(waits):.3f} s"),
            Line(what="shortest", ours=f"{min(waits):.3f} s"),
            Line(what="flood errors (429)", ours=str(floods), aim="0", met=not floods),
        ],
        notes=[
            f"{len(waits)} red messages at random moments, put in over another connection, as by another process;",
            "from before the first transaction until the sandbox has it.",
            f"Peer: one message behind {behind:,} others, python-telegram-bot with AIORateLimiter.",
        ],
    )  # fmt: skip
