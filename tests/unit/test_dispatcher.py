"""Claim → hold → pace → render → send → record, for one bot, with a notifier that keeps what it is given."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Final

import pytest

from messages.notices import Lane
from messages.quiet_hours import OwnHours
from messages.store import quiet_hours
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules import notice_acts
from schedules.composer import Composer
from schedules.workdays import WorkCalendar
from tests.district import MORNING, saying
from tests.sending import Held, Sending, sending_to_four, taken
from tests.service import until

OPENS: Final = MORNING.replace(hour=8, minute=0) + timedelta(days=1)


@pytest.fixture
async def sending(db: Database, renderer: Renderer, catalog: Catalog) -> AsyncIterator[Sending]:
    async with sending_to_four(db, Composer(renderer, catalog)) as sending:
        yield sending


async def test_everyone_gets_the_notice_once_and_it_is_recorded(sending: Sending) -> None:
    notice = await sending.district.issue(saying(acknowledge=True))
    senders = await sending.all_sent(4)
    assert sorted(sending.kept.chats) == [1001, 1002, 1003, 1004]
    assert await sending.rows() == [
        ("delivered", None, 1, message.delivery_id + 5000)
        for message in sorted(sending.kept.sent, key=lambda message: message.delivery_id)
    ]
    assert set((await sending.district.states(notice)).values()) == {"delivered"}
    assert (senders.tally.sent, senders.tally.failed) == (4, 0)
    assert {message.acknowledge for message in sending.kept.sent} == {"✅ 已知悉"}


async def test_the_intent_is_recorded_before_the_send(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders()):
        await sending.kept.until(1)
        assert await sending.rows() == [("sending", None, 1, None)]
        held.go.set()
    assert (await sending.rows())[0][0] == "delivered"


async def test_the_most_urgent_goes_first(sending: Sending) -> None:
    for number, lane in enumerate((Lane.STUDY, Lane.PROMPT, Lane.RED, Lane.BROADCAST, Lane.ORANGE)):
        await sending.district.issue(saying(f"k{number}", audience="person:A", lane=lane, text=lane.name))
    async with sending.running(sending.senders(concurrency=1)):
        await sending.kept.until(5)
    said = [message.text.split("\n")[-1] for message in sending.kept.sent]
    assert said == ["RED", "ORANGE", "PROMPT", "BROADCAST", "STUDY"]


async def test_red_overtakes_a_broadcast_that_is_under_way(sending: Sending) -> None:
    for number in range(20):
        await sending.district.issue(saying(f"broadcast:{number}"))
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders(concurrency=3, rate=100, claim_seconds=0.1)) as senders:
        await sending.kept.until(3)
        await sending.district.issue(saying("red", audience="person:A", lane=Lane.RED, text="RED"))
        senders.wake()
        held.go.set()
        await sending.kept.until(25)
    texts = [message.text.split("\n")[-1] for message in sending.kept.sent]
    assert texts.index("RED") <= 3 + 10 + 5  # behind what was claimed before it at the most


async def test_little_is_claimed_at_a_time(sending: Sending) -> None:
    for number in range(40):
        await sending.district.issue(saying(f"broadcast:{number}"))
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders(rate=100, claim_seconds=0.05)):
        await sending.kept.until(3)
        claimed = sum(row[0] == "sending" for row in await sending.rows())
        held.go.set()
    # A claim's worth is 5: one is being sent, and on a slow machine the next may have been claimed meanwhile.
    assert claimed <= len(sending.kept.sent) + 10


async def test_what_has_expired_is_never_sent(sending: Sending) -> None:
    await sending.district.issue(saying("late", expires_at=MORNING + timedelta(hours=1)))
    await sending.district.issue(saying("live", audience="person:B", expires_at=MORNING + timedelta(hours=3)))
    sending.clock.move_to(MORNING + timedelta(hours=2))
    await sending.all_sent(1)
    assert sending.kept.chats == [1002]


async def test_what_was_cancelled_is_never_sent(sending: Sending) -> None:
    notice = await sending.district.issue(saying("wrong"))
    await notice_acts.cancel(sending.district.db, notice, None, MORNING)
    await sending.district.issue(saying("right", audience="person:B"))
    await sending.all_sent(1)
    assert sending.kept.chats == [1002]


@pytest.mark.parametrize("stop", [notice_acts.pause, notice_acts.cancel, notice_acts.recall])
async def test_what_is_held_of_a_notice_that_is_stopped_is_not_sent(sending: Sending, stop: notice_acts.Steer) -> None:
    """Two are in flight, two more were claimed with them: at most what is in flight arrives."""
    notice = await sending.district.issue(saying())
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders(concurrency=2)):
        await sending.kept.until(2)
        await stop(sending.district.db, notice, None, MORNING)

        async def set_aside() -> bool:
            return sum(row[0] == "sending" for row in await sending.rows()) == 2

        await until(set_aside)
        held.go.set()
    assert len(sending.kept.sent) == 2
    aside = "paused" if stop is notice_acts.pause else "cancelled"
    assert sorted(row[0] for row in await sending.rows()) == sorted([aside] * 2 + ["delivered"] * 2)


async def test_a_resumed_notice_goes_to_everyone_once(sending: Sending) -> None:
    notice = await sending.district.issue(saying())
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders(concurrency=1, rate=100, claim_seconds=0.01)) as senders:
        await sending.kept.until(1)
        await notice_acts.pause(sending.district.db, notice, None, MORNING)
        await notice_acts.resume(sending.district.db, notice, None, MORNING, WorkCalendar())
        senders.wake()
        held.go.set()
        await sending.kept.until(4)
    assert sorted(sending.kept.chats) == [1001, 1002, 1003, 1004]


async def test_what_is_due_later_waits_for_its_time(sending: Sending) -> None:
    later = MORNING + timedelta(hours=1)
    await sending.district.issue(saying("later", audience="person:A", send_at=later), later)
    async with sending.running(sending.senders()) as senders:
        await sending.district.issue(saying("now", audience="person:B"))
        senders.wake()
        await sending.kept.until(1)
        assert sending.kept.chats == [1002]
        sending.clock.move_to(later)
        senders.wake()
        await sending.kept.until(2)
    assert sending.kept.chats == [1002, 1001]


async def test_what_a_crash_left_in_flight_is_sent_again(sending: Sending) -> None:
    await sending.district.issue(saying())
    taken_by_the_dead = await sending.district.claim(limit=2)
    assert len(taken_by_the_dead) == 2
    await sending.all_sent(4)
    assert sorted(sending.kept.chats) == [1001, 1002, 1003, 1004]
    assert {row[0] for row in await sending.rows()} == {"delivered"}


async def test_a_stop_gives_back_what_was_held_and_counts_no_attempt(sending: Sending) -> None:
    await sending.district.issue(saying())
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders(concurrency=1)) as senders:
        await sending.kept.until(1)
        senders.stop()
        held.go.set()
    assert sorted(row[:3] for row in await sending.rows()) == [
        ("delivered", None, 1),
        *[("planned", None, 0)] * 3,
    ]


async def test_one_that_never_answers_is_interrupted_at_the_stop_and_sent_by_the_next_start(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.dispatcher._STOP_WITHIN", 0.1)
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = Held()
    async with sending.running(sending.senders()):
        await sending.kept.until(1)
    assert (await sending.rows())[0][0] == "sending"
    sending.kept.respond = taken
    await sending.all_sent(2)
    assert (await sending.rows())[0][0] == "delivered"


async def test_two_for_one_chat_do_not_hold_up_another_chat(sending: Sending) -> None:
    for number in range(2):
        await sending.district.issue(saying(f"two:{number}", audience="person:A", lane=Lane.RED))
    await sending.district.issue(saying("one", audience="person:B"))
    async with sending.running(sending.senders(chat_seconds=60)):
        await sending.kept.until(2)
    assert sending.kept.chats == [1001, 1002]


async def test_many_for_one_person_hold_up_nobody_else(sending: Sending) -> None:
    """Thirty for one chat, first in the queue, filled the hold: the whole bot went at that chat's pace."""
    for number in range(30):
        await sending.district.issue(saying(f"many:{number}", audience="person:A"))
    await sending.district.issue(saying("one", audience="person:B"))
    async with sending.running(sending.senders(rate=100, chat_seconds=60, claim_seconds=0.1)):
        await sending.kept.until(2)
        await sending.district.issue(saying("red", audience="person:C", lane=Lane.RED))
        await sending.kept.until(3)
    assert sending.kept.chats == [1001, 1002, 1003]
    waiting = [row for row in await sending.rows() if row[0] == "planned"]
    assert waiting == [("planned", None, 0, None)] * 29


async def test_what_quiet_hours_overtake_waits_for_their_end_and_red_goes_on(sending: Sending) -> None:
    """A broadcast is under way at half past nine: nothing more of it goes out before the morning."""
    await sending.district.issue(saying("broadcast"))
    await sending.district.issue(saying("red", audience="person:D", lane=Lane.RED))
    sending.clock.move_to(MORNING.replace(hour=21, minute=30))
    async with sending.running(sending.senders()):
        await sending.kept.until(1)
        await sending.waiting(4)
        assert sending.kept.chats == [1004]
        sending.clock.move_to(OPENS)
        await sending.kept.until(5)
    assert {row[0] for row in await sending.rows()} == {"delivered"}
    assert {row[2] for row in await sending.rows()} == {1}


async def test_each_waits_for_the_end_of_the_own_quiet_hours(sending: Sending) -> None:
    async with sending.district.db.writing() as conn:
        await quiet_hours.choose(conn, sending.district.people["A"], OwnHours(start=time(23), end=time(9)))
        await quiet_hours.choose(conn, sending.district.people["B"], OwnHours(start=time(20), end=time(7)))
    await sending.district.issue(saying())
    sending.clock.move_to(MORNING.replace(hour=22))
    async with sending.running(sending.senders()):
        await sending.waiting(3)
        assert sending.kept.chats == [1001]
        sending.clock.move_to(OPENS - timedelta(hours=1))
        await sending.kept.until(2)
        assert sending.kept.chats == [1001, 1002]
        sending.clock.move_to(OPENS)
        await sending.kept.until(4)
