"""`lianxun serve` in a process of its own: killed, stopped, started twice."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.sandbox.limits import Limits
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.planner import Planner
from schedules.policy import load
from tests.processes import Process
from tests.service import DUE, NOTICE, TOKEN, ZONE, Founding, Town, chat, until

HEADING = "国庆节"


@asynccontextmanager
async def serving(place: Town, **settings: str) -> AsyncIterator[Process]:
    """A process that has begun to receive; it is killed at the end unless it ended itself."""
    polls = len(place.sandbox.calls("deleteWebhook"))
    clock = Clock(ZONE, DUE + timedelta(minutes=1))
    process = await place.start("serve", at=clock.now(), **settings)
    try:
        await until(lambda: len(place.sandbox.calls("deleteWebhook")) > polls or process.returncode is not None)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def planned(place: Town) -> int:
    """The notice of the holiday is made and planned, and nothing of it is sent."""
    planner = Planner(db=place.db, policy=load(None), zone=ZONE, calendars=Calendars(place.db, "CN"))
    for at in (DUE - timedelta(seconds=30), DUE):
        await planner.run(at)
    return await place.notice_id(NOTICE)


def heard(place: Town) -> int:
    return sum(place.said(HEADING).values())


async def test_killed_again_and_again_nothing_is_lost_and_only_what_was_in_flight_repeats(found: Founding) -> None:
    async with found(people=60, limits=Limits(per_chat=0)) as place:
        notice_id = await planned(place)
        for kill in (1, 2, 3):
            async with serving(place, SEND_RATE="30") as process:
                await until(lambda kill=kill: heard(place) >= 15 * kill)
                process.kill()
        async with serving(place, SEND_RATE="30"):
            await place.settled(notice_id, delivered=60)
        said = place.said(HEADING)
        assert min(said.values()) == 1
        assert sum(said.values()) - 60 <= 3 * 5


async def test_what_hung_when_the_process_was_killed_may_repeat_and_is_not_lost(found: Founding) -> None:
    async with found(people=10) as place:
        notice_id = await planned(place)
        fault = place.sandbox.faults.hang(method="sendMessage", times=4, after=True)
        async with serving(place, SEND_RATE="0") as process:
            await until(lambda: fault.struck == 4)
            await place.settled(notice_id, delivered=6, sending=4)
            process.kill()
        place.sandbox.faults.clear()
        async with serving(place, SEND_RATE="0"):
            await place.settled(notice_id, delivered=10)
        said = place.said(HEADING)
        assert min(said.values()) == 1
        assert sum(said.values()) <= 14


async def test_a_stop_ends_within_five_seconds_while_sends_hang_and_nothing_is_lost(found: Founding) -> None:
    async with found(people=12) as place:
        notice_id = await planned(place)
        fault = place.sandbox.faults.hang(method="sendMessage", times=3)
        async with serving(place, SEND_RATE="0") as process:
            await until(lambda: fault.struck == 3)
            process.terminate()
            assert await process.seconds_to_end() < 5
            assert process.returncode == 0
        place.sandbox.faults.clear()
        async with serving(place, SEND_RATE="0"):
            await place.settled(notice_id, delivered=12)
        assert place.said(HEADING) == place.everyone()


async def test_a_stop_claims_nothing_more_and_repeats_nothing(found: Founding) -> None:
    async with found(people=60) as place:
        notice_id = await planned(place)
        async with serving(place, SEND_RATE="8") as process:
            await until(lambda: heard(place) >= 10)
            process.send_signal(signal.SIGINT)
            await until(lambda: process.returncode is not None)
            assert process.returncode == 0
            counts = await place.counts(notice_id)
            assert counts.sending == 0
            assert counts.delivered == heard(place) < 60
        async with serving(place, SEND_RATE="0"):
            await place.settled(notice_id, delivered=60)
        assert place.said(HEADING) == place.everyone()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a PostgreSQL takes several
async def test_a_second_service_on_the_same_database_is_refused_with_a_sentence(found: Founding) -> None:
    async with found(people=2) as place:
        async with serving(place) as first:
            code, out, err = await place.command("serve")
            assert (code, out) == (1, "")
            assert str(first.pid) in err
            assert "lianxun serve" in err
            assert "Traceback" not in err
        async with serving(place) as next_one:
            assert next_one.returncode is None


async def test_the_token_stands_in_no_log(found: Founding) -> None:
    async with found(people=3) as place:
        await planned(place)
        place.sandbox.faults.server_error(502, times=3)
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(2))
        async with serving(place, LOG_FORMAT="json") as process:
            await until(lambda: heard(place) >= 2)
            process.terminate()
            out, err = await process.communicate()
        assert TOKEN.encode() not in out + err
        assert TOKEN.partition(":")[2].encode() not in out + err
        assert out == b""
