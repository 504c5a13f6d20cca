"""The pace of one bot token. Time stands still but where a test moves it."""

import asyncio

import pytest

from schedules import pacer as pacing
from schedules.pacer import Limits, Pacer, Send
from tests import virtual_time
from tests.virtual_time import steady

PERSON, GROUP = 7, -1007


class Seconds:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pacer(seconds: Seconds) -> Pacer:
    """Thirty a second."""
    return Pacer(Limits(), seconds)


def send(pacer: Pacer, chat_id: int) -> Send:
    """A send that is answered at once."""
    one = pacer.start(chat_id)
    pacer.end(one)
    return one


def sent_within(pacer: Pacer, seconds: Seconds, length: float) -> int:
    """How many sends, answered at once, to different chats the wire takes in ``length`` seconds."""
    end, number = seconds.now + length, 0
    while (free := max(seconds.now, pacer.free_at())) < end:
        seconds.now = free
        number += 1
        send(pacer, 10_000 + number)
    seconds.now = end
    return number


def test_a_chat_is_written_to_once_a_second(pacer: Pacer, seconds: Seconds) -> None:
    assert pacer.chat_free_at(PERSON) <= seconds.now
    send(pacer, PERSON)
    assert pacer.chat_free_at(PERSON) == pytest.approx(seconds.now + 1, abs=0.01)
    assert pacer.chat_free_at(PERSON) > seconds.now + 1


def test_the_second_counts_from_the_answer_not_from_the_start(pacer: Pacer, seconds: Seconds) -> None:
    """The other side counts a request when it arrives, some time before its answer."""
    one = pacer.start(PERSON)
    seconds.now += 0.4
    pacer.end(one)
    assert pacer.chat_free_at(PERSON) > seconds.now + 1


def test_a_send_that_is_not_answered_holds_its_chat_no_longer_than_it_must(pacer: Pacer, seconds: Seconds) -> None:
    started = seconds.now
    pacer.start(PERSON)
    assert started + 1 < pacer.chat_free_at(PERSON) < started + 2


def test_another_chat_does_not_wait_for_it(pacer: Pacer, seconds: Seconds) -> None:
    send(pacer, PERSON)
    assert pacer.chat_free_at(PERSON + 1) <= seconds.now


def test_a_group_is_written_to_twenty_times_a_minute(pacer: Pacer, seconds: Seconds) -> None:
    first = seconds.now
    for _ in range(20):
        seconds.now = max(seconds.now, pacer.chat_free_at(GROUP))
        send(pacer, GROUP)
    assert seconds.now < first + 30
    assert pacer.chat_free_at(GROUP) > first + 60
    seconds.now = pacer.chat_free_at(GROUP)
    send(pacer, GROUP)
    assert pacer.chat_free_at(GROUP) > first + 61


def test_a_person_is_not_held_to_twenty_a_minute(pacer: Pacer, seconds: Seconds) -> None:
    for _ in range(25):
        seconds.now = pacer.chat_free_at(PERSON)
        send(pacer, PERSON)
    assert pacer.chat_free_at(PERSON) < seconds.now + 1.1


def test_the_calm_wire_carries_almost_the_whole_rate(pacer: Pacer, seconds: Seconds) -> None:
    assert 0.97 * 300 <= sent_within(pacer, seconds, 10.0) <= 300


def test_sends_are_spread_over_the_second(pacer: Pacer, seconds: Seconds) -> None:
    sent_within(pacer, seconds, 5.0)
    quarters = [sent_within(pacer, seconds, 0.25) for _ in range(8)]
    assert min(quarters) >= 1
    assert max(quarters) <= 16


def test_places_lost_in_a_stumble_are_made_good_closer_together_but_never_at_once(
    pacer: Pacer, seconds: Seconds
) -> None:
    sent_within(pacer, seconds, 5.0)
    seconds.now += 3.0
    send(pacer, 20_000)
    assert pacer.free_at() == pytest.approx(seconds.now + 0.5 / 30)
    assert 11 <= sent_within(pacer, seconds, 0.25) <= 16  # at the even pace it would be 7
    assert 13 <= sent_within(pacer, seconds, 0.5) <= 19


def test_a_rate_of_zero_has_no_overall_limit_and_keeps_that_of_a_chat(seconds: Seconds) -> None:
    pacer = Pacer(Limits(rate=0), seconds)
    for chat in range(1000):
        send(pacer, chat)
    assert pacer.free_at() <= seconds.now
    assert pacer.chat_free_at(999) > seconds.now + 1
    assert pacer.rate == 0


def test_a_rate_below_one_waits_longer_than_a_second(seconds: Seconds) -> None:
    pacer = Pacer(Limits(rate=0.5), seconds)
    assert sent_within(pacer, seconds, 20.0) == pytest.approx(10, abs=1)


# --- flood errors -----------------------------------------------------------------------------------------------------


def test_a_flood_error_silences_the_whole_bot_for_as_long_as_it_says(pacer: Pacer, seconds: Seconds) -> None:
    pacer.flooded(3.0)
    assert pacer.free_at() >= seconds.now + 3
    assert pacer.floods == 1


def test_a_flood_error_halves_the_rate(pacer: Pacer, seconds: Seconds) -> None:
    sent_within(pacer, seconds, 2.0)
    pacer.flooded(3.0)
    assert pacer.rate == 15
    seconds.now += 3.0
    assert sent_within(pacer, seconds, 4.0) <= 4 * 15 + 8


def test_several_flood_errors_of_one_burst_halve_it_once(pacer: Pacer, seconds: Seconds) -> None:
    for _ in range(5):
        pacer.flooded(3.0)
    assert pacer.rate == 15


def test_a_flood_error_after_the_silence_halves_it_again_and_never_below_one(pacer: Pacer, seconds: Seconds) -> None:
    for _ in range(10):
        pacer.flooded(1.0)
        seconds.now += 1.1
    assert pacer.rate == 1


def test_the_rate_comes_back_slowly_and_to_the_full(pacer: Pacer, seconds: Seconds) -> None:
    pacer.flooded(2.0)
    seconds.now += 2.0 + 4.9
    pacer.free_at()
    assert pacer.rate == 15
    seconds.now += 0.2
    pacer.free_at()
    assert pacer.rate == 16.5
    rates = []
    for _ in range(12):
        seconds.now += 5.0
        pacer.free_at()
        rates.append(pacer.rate)
    assert rates == sorted(rates)
    assert rates[-1] == 30
    assert 0.97 * 300 <= sent_within(pacer, seconds, 10.0) <= 300


def test_a_flood_error_without_an_overall_limit_only_silences(seconds: Seconds) -> None:
    pacer = Pacer(Limits(rate=0), seconds)
    pacer.flooded(2.0)
    assert (pacer.rate, pacer.free_at()) == (0, seconds.now + 2)
    seconds.now += 2.0
    assert pacer.free_at() <= seconds.now


def test_a_pause_leaves_the_rate_as_it_is(pacer: Pacer, seconds: Seconds) -> None:
    pacer.pause(30.0)
    assert pacer.free_at() >= seconds.now + 30
    assert (pacer.rate, pacer.floods) == (30, 0)


def test_a_shorter_silence_does_not_end_a_longer_one(pacer: Pacer, seconds: Seconds) -> None:
    pacer.flooded(10.0)
    pacer.flooded(1.0)
    pacer.pause(1.0)
    assert pacer.free_at() >= seconds.now + 10


# --- answers to people ------------------------------------------------------------------------------------------------


def test_an_answer_goes_at_once_on_a_free_wire() -> None:
    async def scene() -> float:
        pacer, asked = Pacer(Limits(), steady), steady()
        await pacer.answer(PERSON)
        return steady() - asked

    assert virtual_time.run(scene()) == pytest.approx(0, abs=0.001)


def test_an_answer_takes_the_next_place_before_notices_that_queue() -> None:
    """The dispatcher asks ``free_at`` each time; a promised place is taken, whoever asks after it."""

    async def scene() -> tuple[float, float]:
        pacer = Pacer(Limits(), steady)
        for chat in range(45):
            await asyncio.sleep(pacer.free_at() - steady())
            pacer.end(pacer.start(chat))
        next_place = max(steady(), pacer.free_at())
        answer = asyncio.create_task(pacer.answer(PERSON))
        await asyncio.sleep(0)
        queued = pacer.free_at()
        sent = await answer
        return sent.started - next_place, queued - sent.started

    late, behind = virtual_time.run(scene())
    assert late == pytest.approx(0, abs=0.001)
    assert behind >= 0


def test_an_answer_keeps_the_chats_second() -> None:
    async def scene() -> list[float]:
        pacer = Pacer(Limits(), steady)
        at = []
        for _ in range(3):
            pacer.end(await pacer.answer(PERSON))
            at.append(steady())
        return at

    first, second, third = virtual_time.run(scene())
    assert second - first > 1
    assert third - second > 1


def test_answers_asked_for_at_once_each_have_a_place_of_their_own() -> None:
    async def scene() -> list[float]:
        pacer = Pacer(Limits(), steady)
        at: list[float] = []

        async def answer(chat: int) -> None:
            one = await pacer.answer(chat)
            at.append(steady())
            await asyncio.sleep(0.01)
            pacer.end(one)

        await asyncio.gather(*(answer(chat) for chat in range(100)))
        return sorted(at)

    at = virtual_time.run(scene())
    assert all(later - earlier >= 1 for earlier, later in zip(at, at[30:], strict=False))
    assert at[-1] - at[0] < 100 / 30 + 0.5


def test_an_answer_waits_for_the_end_of_a_silence() -> None:
    async def scene() -> float:
        pacer, asked = Pacer(Limits(), steady), steady()
        pacer.flooded(4.0)
        await pacer.answer(PERSON)
        return steady() - asked

    assert virtual_time.run(scene()) >= 4


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_chats_that_are_free_again_are_forgotten(
    pacer: Pacer, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "_PRUNE_AT", 100)
    for chat in range(1000):
        seconds.now += 0.1
        send(pacer, -chat)
    assert len(pacer._chats) <= 101  # noqa: SLF001 -- what is forgotten shows nowhere else
    assert len(pacer._groups) <= 700  # noqa: SLF001 -- a minute's worth
    assert pacer.chat_free_at(-999) > seconds.now


def test_a_groups_minute_is_not_forgotten_with_its_second(
    pacer: Pacer, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "_PRUNE_AT", 10)
    for _ in range(20):
        seconds.now = max(seconds.now, pacer.chat_free_at(GROUP))
        send(pacer, GROUP)
    full = pacer.chat_free_at(GROUP)
    seconds.now += 2.0
    for chat in range(50):
        send(pacer, chat)
    assert pacer.chat_free_at(GROUP) == full
