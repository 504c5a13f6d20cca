"""A part of what is sent goes wrong, again and again. Nobody is lost, and nothing that passes is taken for good."""

from datetime import datetime, timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from messages.notices import Lane
from schedules.clock import Clock
from tests.awake import policy_file
from tests.promises import FAIL, keep_on, lines, nothing_is_permanent
from tests.service import BEFORE, DUE, NOTICE, ZONE, Founding, until

TEXT = "请大家注意"
HEADING = "国庆节"
PEOPLE = 40
SEEDS = (20260921,)
DAWN = BEFORE - timedelta(hours=3)
SILENCE = "the Bot API asks for silence"


@pytest.mark.parametrize("seed", SEEDS)
async def test_three_of_ten_answers_are_502_and_everyone_gets_it_once(found: Founding, seed: int) -> None:
    """Promise: lost 0, repeated 0 (a 502 says that it was not taken), nothing permanent; told in a line, not in 40."""
    async with found(people=PEOPLE) as place, place.serving(BEFORE) as service:
        with capture_logs() as logs:
            fault = place.sandbox.faults.server_error(502, method="sendMessage", times=None).sometimes(0.3, seed)
            notice_id = await place.issue(service, TEXT)
            await keep_on(place, service, notice_id)
        assert fault.struck > PEOPLE / 10
        assert (await place.counts(notice_id)).delivered == PEOPLE
        assert place.said(TEXT) == place.everyone()
        await nothing_is_permanent(place)
        (line,) = lines(logs, FAIL)
        assert (line["bot"], line["log_level"], line["tried_again"]) == ("main", "warning", 1)


@pytest.mark.parametrize("seed", SEEDS)
async def test_two_of_ten_connections_are_cut_and_the_reminder_reaches_who_was_missed(
    found: Founding, seed: int
) -> None:
    """Promise: lost 0 after the reminder, repeated 0 before it; who may have been missed is shown by name meanwhile."""
    async with found(people=PEOPLE) as place, place.serving(BEFORE) as service:
        with capture_logs() as logs:
            faults = place.sandbox.faults
            before = faults.drop(method="sendMessage", times=None).sometimes(0.1, seed)
            after = faults.drop(method="sendMessage", times=None, after=True).sometimes(0.1, seed + 1)
            await service.move_clock(DUE)
            notice_id = await place.notice_id(NOTICE)
            await keep_on(place, service, notice_id)
        counts = await place.counts(notice_id)
        missed = {number for number, times in place.said(HEADING).items() if not times}
        assert len(missed) == before.struck > 0
        assert counts.unconfirmed == before.struck + after.struck
        assert counts.delivered == PEOPLE - counts.unconfirmed
        assert max(place.said(HEADING).values()) == 1
        assert {f"人员{number}" for number in missed} <= {one.name for one in await place.unreached(notice_id)}
        assert lines(logs, FAIL)[0]["unanswered"] == 1
        faults.clear()
        await service.move_clock(DUE + timedelta(days=1))
        await until(lambda: min(place.said(HEADING).values()) == 1)
        await nothing_is_permanent(place)


@pytest.mark.parametrize("seed", SEEDS)
async def test_two_of_ten_connections_are_cut_and_a_red_notice_is_repeated_once_and_says_so(
    found: Founding, seed: int
) -> None:
    """Promise: lost 0; who hears it twice is one whose answer was cut off, and the second one says that it repeats."""
    async with found(people=PEOPLE) as place, place.serving(BEFORE) as service:
        faults = place.sandbox.faults
        faults.drop(method="sendMessage", times=4).sometimes(0.1, seed)
        after = faults.drop(method="sendMessage", times=4, after=True).sometimes(0.1, seed + 1)
        notice_id = await place.issue(service, TEXT, lane=Lane.RED)
        await keep_on(place, service, notice_id)
        said = place.said(TEXT)
        missed = [number for number, times in said.items() if not times]
        unconfirmed = (await place.counts(notice_id)).unconfirmed
        assert len(missed) <= unconfirmed  # cut twice: shown by name
        assert sum(times - 1 for times in said.values() if times > 1) <= after.struck
        assert sum(place.said("重发").values()) >= sum(times - 1 for times in said.values() if times > 1)
        await nothing_is_permanent(place)


@pytest.mark.parametrize("seed", SEEDS)
async def test_one_of_ten_sends_hangs_and_holds_up_nobody_else(found: Founding, seed: int) -> None:
    """Promise: lost 0 (unconfirmed by name, until the reminder), repeated 0, nothing permanent."""
    async with found(people=PEOPLE) as place, place.serving(BEFORE, read_timeout=0.5) as service:
        fault = place.sandbox.faults.hang(method="sendMessage", times=None).sometimes(0.1, seed)
        with capture_logs() as logs:
            await service.move_clock(DUE)
            notice_id = await place.notice_id(NOTICE)
            await keep_on(place, service, notice_id)
        counts = await place.counts(notice_id)
        assert counts.unconfirmed == fault.struck > 0
        assert counts.delivered == PEOPLE - fault.struck
        assert lines(logs, FAIL)[0]["unanswered"] == 1
        place.sandbox.faults.clear()
        await service.move_clock(DUE + timedelta(days=1))
        await until(lambda: min(place.said(HEADING).values()) == 1)
        await nothing_is_permanent(place)


class Hurried(Clock):
    """A clock on which everything takes a small part of the time: half a minute of silence is half a second."""

    def __init__(self, start: datetime, times: int) -> None:
        super().__init__(ZONE, start)
        self._start = start
        self._times = times

    def now(self) -> datetime:
        return self._start + (super().now() - self._start) * self._times

    def steady(self) -> float:
        return super().steady() * self._times


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm_of_flood_errors_is_sat_out_in_silence_and_everyone_gets_it_once(
    found: Founding, seed: int
) -> None:
    """Promise: lost 0, repeated 0, nothing permanent; as many calls as messages and refusals, so none into a silence.

    Each refusal asks for up to half a minute.
    """
    chance = Random(seed)
    async with found(people=PEOPLE) as place:
        asked = [chance.randint(1, 30) for _ in range(12)]
        awake = policy_file(place.folder)  # at dawn it is quiet
        async with place.serving(clock=Hurried(DAWN, times=60), send_rate=4, policy=awake) as service:
            for seconds in asked:
                place.sandbox.faults.flood(seconds, method="sendMessage")
            with capture_logs() as logs:
                notice_id = await place.issue(service, TEXT)
                await place.settled(notice_id, delivered=PEOPLE)
        assert place.said(TEXT) == place.everyone()
        assert len(place.sandbox.calls("sendMessage")) == sum(place.said().values()) + len(asked)
        assert [line["seconds"] for line in lines(logs, SILENCE)] == asked
        await nothing_is_permanent(place)
