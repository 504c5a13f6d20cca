"""Several processes on one PostgreSQL: each duty is one process's at a time, and the next takes over."""

import asyncio
import json
import signal
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.limits import Limits
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests.processes import Process
from tests.service import DUE, NOTICE, PATIENCE, ZONE, Founding, Town, chat, until

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

HEADING = "国庆节"
RATE = 30
IN_FLIGHT = 5
"""What may be under way at 30 a second when a process dies: sent and not recorded."""
_COUNT = 0.02
TAKEOVER = 10.0
"""Seconds within which another sender goes on."""


@dataclass
class Part:
    """A process that does a part of the service."""

    process: Process
    said: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> None:
        async for line in self.process.stderr:
            self.said.append(json.loads(line))

    def says(self, event: str, since: int = 0) -> bool:
        return any(line["event"] == event for line in self.said[since:])

    async def until(self, event: str, *, since: int = 0, within: float = PATIENCE) -> None:
        """Wait until it has said so, after the first ``since`` lines.

        The seconds are counted in short sleeps: while the machine has no time for us, none goes by.
        """
        for _ in range(round(within / _COUNT)):
            if self.says(event, since):
                return
            await asyncio.sleep(_COUNT)
        raise TimeoutError


@asynccontextmanager
async def part(place: Town, *roles: str) -> AsyncIterator[Part]:
    """A process with these roles that has started; it is killed at the end."""
    words = [word for role in roles for word in ("--role", role)]
    at = DUE + timedelta(minutes=1)
    process = await place.start("serve", *words, at=at, LOG_FORMAT="json", SEND_RATE=str(RATE))
    running = Part(process)
    reader = asyncio.create_task(running.read())
    try:
        await running.until("running")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader


async def planned(place: Town) -> int:
    """The notice of the holiday is made and planned, and nothing of it is sent."""
    planner = Planner(db=place.db, policy=load(None), zone=ZONE, calendars=Calendars(place.db, "CN"))
    for at in (DUE - timedelta(seconds=30), DUE):
        await planner.run(at)
    return await place.notice_id(NOTICE)


def heard(place: Town) -> int:
    return sum(place.said(HEADING).values())


def busiest_second(place: Town) -> int:
    """The most messages that arrived within any one second."""
    at: Sequence[float] = sorted(call.at for call in place.sandbox.calls("sendMessage"))
    return max(bisect_left(at, start + 1.0) - number for number, start in enumerate(at))


async def the_one(senders: Sequence[Part]) -> tuple[Part, Part]:
    """Who sends, and who waits."""
    await until(lambda: any(one.says("sending") for one in senders))
    first, second = sorted(senders, key=lambda one: not one.says("sending"))
    assert not second.says("sending")
    return first, second


async def test_of_two_senders_one_sends_and_when_it_is_killed_the_other_goes_on(found: Founding) -> None:
    """Promises 1, 2 and 4: nothing lost, only what was in flight repeated, never above the token's rate."""
    async with found(people=120, limits=Limits(per_chat=0)) as place, AsyncExitStack() as stack:
        notice_id = await planned(place)
        senders = [await stack.enter_async_context(part(place, "sender")) for _ in range(2)]
        first, second = await the_one(senders)
        await until(lambda: heard(place) >= 30)
        first.process.kill()
        await second.until("sending", within=TAKEOVER)
        await place.settled(notice_id, delivered=120)
        said = place.said(HEADING)
        assert min(said.values()) == 1
        assert sum(said.values()) - 120 <= IN_FLIGHT
        assert busiest_second(place) <= RATE


async def test_a_frozen_sender_sends_nothing_after_another_took_over(found: Founding) -> None:
    """Promises 1, 2 and 4: it wakes up in the middle of its work, and must see that it is no longer its own."""
    async with found(people=240, limits=Limits(per_chat=0)) as place, AsyncExitStack() as stack:
        notice_id = await planned(place)
        senders = [await stack.enter_async_context(part(place, "sender")) for _ in range(2)]
        first, second = await the_one(senders)
        await until(lambda: heard(place) >= 40)
        first.process.send_signal(signal.SIGSTOP)
        await second.until("sending", within=TAKEOVER)
        await until(lambda: heard(place) >= 120)
        first.process.send_signal(signal.SIGCONT)
        await place.settled(notice_id, delivered=240)
        said = place.said(HEADING)
        assert min(said.values()) == 1
        assert sum(said.values()) - 240 <= IN_FLIGHT
        assert busiest_second(place) <= RATE


async def test_a_sender_that_ends_hands_over(found: Founding) -> None:
    """Promises 1 and 2: what it held is given back, and nothing at all is repeated."""
    async with found(people=90, limits=Limits(per_chat=0)) as place, AsyncExitStack() as stack:
        notice_id = await planned(place)
        senders = [await stack.enter_async_context(part(place, "sender")) for _ in range(2)]
        first, second = await the_one(senders)
        await until(lambda: heard(place) >= 20)
        first.process.terminate()
        assert await first.process.wait() == 0
        await second.until("sending", within=TAKEOVER)
        await place.settled(notice_id, delivered=90)
        assert place.said(HEADING) == place.everyone()
        assert busiest_second(place) <= RATE


async def test_of_two_schedulers_one_plans_and_when_it_is_killed_the_other_goes_on(found: Founding) -> None:
    """Promise 1: what falls due is planned by whoever is left."""
    async with found(people=3) as place, AsyncExitStack() as stack:
        schedulers = [await stack.enter_async_context(part(place, "scheduler")) for _ in range(2)]
        await until(lambda: any(one.says("planning") for one in schedulers))
        first, second = sorted(schedulers, key=lambda one: not one.says("planning"))
        assert not second.says("planning")
        first.process.kill()
        await second.until("planning", within=5)


async def test_a_frozen_scheduler_is_replaced(found: Founding) -> None:
    """Promise 1: a process that hangs must not keep everybody from being told."""
    async with found(people=3) as place, AsyncExitStack() as stack:
        schedulers = [await stack.enter_async_context(part(place, "scheduler")) for _ in range(2)]
        await until(lambda: any(one.says("planning") for one in schedulers))
        first, second = sorted(schedulers, key=lambda one: not one.says("planning"))
        first.process.send_signal(signal.SIGSTOP)
        await second.until("planning", within=5)
        first.process.send_signal(signal.SIGCONT)
        await first.until("the database is away; nothing is lost, everything waits for it")


async def test_one_process_receives_another_sends_and_answers_come_in_between(found: Founding) -> None:
    """Promises 3 and 4: an answer waits for no notice, and both together stay within the token's rate."""
    async with found(people=200, limits=Limits(per_chat=0)) as place, AsyncExitStack() as stack:
        notice_id = await planned(place)
        await stack.enter_async_context(part(place, "chat", "web"))
        await stack.enter_async_context(part(place, "sender"))
        await until(lambda: heard(place) >= 30)
        for number in range(1, 31):
            await place.sandbox.send_text(chat(number), "/help")
        await until(lambda: all(place.heard(number, "/inbox") for number in range(1, 31)))
        assert heard(place) < 200
        await place.settled(notice_id, delivered=200)
        assert place.said(HEADING) == place.everyone()
        assert busiest_second(place) <= RATE


async def test_of_two_processes_that_poll_one_asks_for_updates_and_the_other_takes_over(found: Founding) -> None:
    """Promise 1: no update is fought over, and none stays unread."""
    async with found(people=3) as place, AsyncExitStack() as stack:
        first = await stack.enter_async_context(part(place, "chat"))
        await until(lambda: bool(place.sandbox.calls("deleteWebhook")))
        await stack.enter_async_context(part(place, "chat"))
        await place.sandbox.send_text(chat(1), "/help")
        await until(lambda: bool(place.heard(1, "/inbox")))
        assert not [call for call in place.sandbox.calls("getUpdates") if call.status == 409]
        first.process.kill()
        await place.sandbox.send_text(chat(2), "/help")
        await until(lambda: bool(place.heard(2, "/inbox")))


async def test_a_web_process_needs_no_token_and_says_that_it_is_well(found: Founding) -> None:
    async with found(people=1) as place:
        process = await place.start("serve", "--role", "web", LOG_FORMAT="json", TELEGRAM_TOKEN="")
        running = Part(process)
        reader = asyncio.create_task(running.read())
        await running.until("running")
        process.terminate()
        assert await process.wait() == 0
        await reader
