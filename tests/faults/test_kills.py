"""`kill -9` at every stage of a send: what is recorded stands, and only what was in flight may repeat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests.held import GO_BEFORE
from tests.processes import Process
from tests.promises import lines, nothing_is_permanent
from tests.service import DUE, NOTICE, PATIENCE, ZONE, Founding, Town, until

HEADING = "国庆节"
PEOPLE = 8
LATER = DUE + timedelta(minutes=1)
INTERRUPTED = "interrupted sends are due again"


async def planned(place: Town) -> int:
    """The notice of the holiday is made and planned, and nothing of it is sent."""
    planner = Planner(db=place.db, policy=load(None), zone=ZONE, calendars=Calendars(place.db, "CN"))
    for at in (DUE - timedelta(seconds=30), DUE):
        await planner.run(at)
    return await place.notice_id(NOTICE)


@asynccontextmanager
async def process(place: Town, *module: str) -> AsyncIterator[Process]:
    """The service in a process of its own; it is killed at the end."""
    running = await Process.start(*module, environment=place.environment(LATER, SEND_RATE="0"))
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def held(process: Process, number: int) -> None:
    """Wait until so many stand still at the stage."""
    async with asyncio.timeout(PATIENCE):
        for _ in range(number):
            assert await process.stdout.readline() == b"held\n"


async def begun_again(place: Town, notice_id: int, *, interrupted: int) -> None:
    """The next process tells what was cut off, and brings everything to its end."""
    with capture_logs() as logs:
        async with place.serving(LATER):
            await place.settled(notice_id, delivered=PEOPLE)
    (line,) = lines(logs, INTERRUPTED)
    assert (line["bot"], line["count"], line["log_level"]) == ("main", interrupted, "warning")
    await nothing_is_permanent(place)


async def test_killed_after_the_claim_nothing_is_lost_or_repeated(found: Founding) -> None:
    """Promises 1 and 2: what is claimed and not sent is due again at once."""
    async with found(people=PEOPLE) as place:
        notice_id = await planned(place)
        async with process(place, "tests.held", "claimed", "serve") as first:
            await held(first, PEOPLE)
            assert (await place.counts(notice_id)).sending == PEOPLE
        assert sum(place.said(HEADING).values()) == 0
        await begun_again(place, notice_id, interrupted=PEOPLE)
        assert place.said(HEADING) == place.everyone()


async def test_killed_after_the_intent_and_before_the_request_nothing_is_lost_or_repeated(found: Founding) -> None:
    """Promises 1 and 2: nobody can know that nothing left, so all of it is sent; as nothing had left, each once."""
    async with found(people=PEOPLE) as place:
        notice_id = await planned(place)
        async with process(place, "tests.held", "intended", "serve") as first:
            await held(first, PEOPLE - GO_BEFORE)
            await place.settled(notice_id, delivered=GO_BEFORE, sending=PEOPLE - GO_BEFORE)
        assert sum(place.said(HEADING).values()) == GO_BEFORE
        await begun_again(place, notice_id, interrupted=PEOPLE - GO_BEFORE)
        assert place.said(HEADING) == place.everyone()


@pytest.mark.parametrize("repeated", [0, PEOPLE - GO_BEFORE], ids=["not carried out", "carried out"])
async def test_killed_between_the_request_and_its_answer_only_what_was_in_flight_repeats(
    found: Founding, repeated: int
) -> None:
    """Promises 1 and 2: lost 0, repeated at most what had no answer, and what was not carried out not at all."""
    in_flight = PEOPLE - GO_BEFORE
    async with found(people=PEOPLE) as place:
        notice_id = await planned(place)
        fault = place.sandbox.faults.hang(method="sendMessage", times=in_flight, after=repeated > 0)
        async with process(place, "bot", "serve"):
            await until(lambda: fault.struck == in_flight)
            await place.settled(notice_id, delivered=GO_BEFORE, sending=in_flight)
        place.sandbox.faults.clear()
        await begun_again(place, notice_id, interrupted=in_flight)
        said = place.said(HEADING)
        assert min(said.values()) == 1
        assert sum(said.values()) - PEOPLE == repeated


async def test_killed_after_the_answer_and_before_the_outcome_is_recorded_only_those_repeat(found: Founding) -> None:
    """Promises 1 and 2: an answer that nobody wrote down was in flight."""
    in_flight = PEOPLE - GO_BEFORE
    async with found(people=PEOPLE) as place:
        notice_id = await planned(place)
        async with process(place, "tests.held", "answered", "serve") as first:
            await held(first, in_flight)
            await place.settled(notice_id, delivered=GO_BEFORE, sending=in_flight)
        assert place.said(HEADING) == place.everyone()
        await begun_again(place, notice_id, interrupted=in_flight)
        said = place.said(HEADING)
        assert (min(said.values()), sum(said.values())) == (1, PEOPLE + in_flight)


async def test_killed_in_the_middle_of_recording_nothing_is_half_recorded(found: Founding) -> None:
    """Promises 1 and 2: outcomes are recorded whole or not at all."""
    async with found(people=PEOPLE) as place:
        notice_id = await planned(place)
        async with process(place, "tests.held", "recording", "serve") as first:
            await held(first, 1)
            await until(lambda: place.said(HEADING) == place.everyone())
        counts = await place.counts(notice_id)
        assert (counts.sending, counts.delivered) == (PEOPLE, 0)
        await begun_again(place, notice_id, interrupted=PEOPLE)
        assert place.said(HEADING) == place.everyone(2)
