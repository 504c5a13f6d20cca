"""Claim → hold → pace → render → send → record, for one bot, with a notifier that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Final

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from messages.deliveries import (
    Delivered,
    Flooded,
    Migrated,
    Outcome,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.notices import Grade, Lane
from messages.quiet_hours import OwnHours
from messages.store import quiet_hours, tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.store.lease import Leases, leases_of
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules import notice_acts
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.notifier import Outgoing, Wire
from schedules.pacer import Limits, Pacer
from schedules.policy import load
from schedules.quiet_hours import Quiet
from schedules.retry import RetryPolicy
from schedules.senders import Senders
from schedules.workdays import WorkCalendar
from tests.district import MORNING, ZONE, District, saying
from tests.leasing import keeping
from tests.service import PATIENCE, until

RETRY: Final = RetryPolicy(waits=[timedelta(0)], give_up_attempts=3)
OPENS: Final = MORNING.replace(hour=8, minute=0) + timedelta(days=1)
Respond = Callable[[Outgoing], Awaitable[Outcome]]


async def taken(message: Outgoing) -> Outcome:
    return Delivered(message.delivery_id + 5000)


@dataclass
class Kept:
    """A notifier that keeps every message and answers as told."""

    respond: Respond = taken
    sent: list[Outgoing] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message)
        self._news.set()
        return await self.respond(message)

    async def until(self, number: int) -> None:
        """Wait until so many were sent."""
        async with asyncio.timeout(PATIENCE):
            while len(self.sent) < number:
                self._news.clear()
                await self._news.wait()

    @property
    def chats(self) -> list[int]:
        return [message.chat_id for message in self.sent]


def answering(outcomes: dict[int, Outcome]) -> Respond:
    """These outcomes by chat; every other message is taken."""

    async def respond(message: Outgoing) -> Outcome:
        return outcomes.get(message.chat_id) or await taken(message)

    return respond


class Held:
    """Answers nothing until let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, message: Outgoing) -> Outcome:
        await self.go.wait()
        return await taken(message)


class Sending:
    """Makes senders over one district."""

    def __init__(self, district: District, composer: Composer, leases: Leases) -> None:
        self.district = district
        self.leases = leases
        self.composer = composer
        self.kept = Kept()
        self.clock = Clock(ZONE, MORNING)

    def senders(
        self, *, concurrency: int = 64, rate: float = 0, chat_seconds: float = 0, claim_seconds: float = 0.5
    ) -> Senders:
        pacer = Pacer(Limits(rate=rate, chat_seconds=chat_seconds), self.clock.steady)
        wire = Wire(bot_id=MAIN_BOT, name="main", notifier=self.kept, pacer=pacer)

        async def wires() -> list[Wire]:
            return [wire]

        return Senders(
            db=self.district.db,
            leases=self.leases,
            wires=wires,
            composer=self.composer,
            clock=self.clock,
            quiet=Quiet(load().quiet_hours, ZONE, Calendars(self.district.db, "CN")),
            policy=DispatchPolicy(concurrency=concurrency, claim_seconds=claim_seconds, retry=RETRY),
        )

    @asynccontextmanager
    async def running(self, senders: Senders) -> AsyncIterator[Senders]:
        """They run within the block and have recorded everything after it."""
        task = asyncio.create_task(senders.run())
        try:
            yield senders
        finally:
            senders.stop()
            async with asyncio.timeout(PATIENCE):
                await task

    async def all_sent(self, number: int) -> Senders:
        """Run until so many were sent and recorded."""
        async with self.running(self.senders()) as senders:
            await self.kept.until(number)
        return senders

    async def rows(self) -> list[tuple[str, str | None, int, int | None]]:
        """State, reason, attempts and message of every delivery, in the order in which they were planned."""
        d = tables.deliveries.c
        async with self.district.db.reading() as conn:
            found = await conn.execute(select(d.state, d.reason, d.attempts, d.message_id).order_by(d.id))
            return [tuple(row) for row in found]

    async def waiting(self, number: int) -> None:
        """Wait until so many wait for the end of quiet hours."""
        d = tables.deliveries.c
        query = select(func.count()).where(d.state == "planned", d.waited)

        async def wait() -> bool:
            async with self.district.db.reading() as conn:
                return await conn.scalar(query) == number

        await until(wait)


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau("A", "B", "C", "D")
    return district


@pytest.fixture
async def sending(district: District, renderer: Renderer, catalog: Catalog) -> AsyncIterator[Sending]:
    async with keeping(leases_of(district.db, Clock(ZONE).since_boot, sends=True)) as leases:
        yield Sending(district, Composer(renderer, catalog), leases)


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


async def test_a_message_that_cannot_be_made_does_not_stop_the_others(sending: Sending) -> None:
    broken = saying("broken", audience="person:A", lane=Lane.RED)
    await sending.district.issue(type(broken)(**{**vars(broken), "template": "no_such_template"}))
    await sending.district.issue(saying("good", audience="person:B"))
    senders = await sending.all_sent(1)
    assert await sending.rows() == [
        ("unreachable", "rejected", 1, None),
        ("delivered", None, 1, sending.kept.sent[0].delivery_id + 5000),
    ]
    assert senders.tally.faults == 1


async def test_a_notifier_that_raises_does_not_stop_the_others(sending: Sending) -> None:
    async def respond(message: Outgoing) -> Outcome:
        if message.chat_id == 1001:
            raise RuntimeError
        return await taken(message)

    sending.kept.respond = respond
    await sending.district.issue(saying())
    await sending.all_sent(4)
    assert sorted(row[0] for row in await sending.rows()) == ["delivered"] * 3 + ["unreachable"]


async def test_who_blocked_the_bot_is_marked_and_everything_else_planned_for_them_too(sending: Sending) -> None:
    await sending.district.issue(saying("first", audience="person:A", lane=Lane.RED))
    later = MORNING + timedelta(hours=1)
    await sending.district.issue(saying("later", audience="person:A", send_at=later), later)
    sending.kept.respond = answering({1001: PermanentFailure(Reason.BLOCKED)})
    await sending.all_sent(1)
    assert [row[:2] for row in await sending.rows()] == [("unreachable", "blocked")] * 2
    await sending.district.issue(saying("after"))
    assert [row[:2] for row in await sending.rows()][2:].count(("unreachable", "blocked")) == 1


async def test_who_has_no_account_any_more_is_not_sent_to(sending: Sending) -> None:
    await sending.district.issue(saying())
    async with sending.district.db.writing() as conn:
        left = tables.accounts.update().where(tables.accounts.c.chat_id == 1001).values(left_at=MORNING)
        await conn.execute(left)
    await sending.all_sent(3)
    assert 1001 not in sending.kept.chats
    assert [row[:2] for row in await sending.rows()].count(("unreachable", "never_joined")) == 1


async def test_a_temporary_failure_is_tried_again_until_it_is_given_up(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = answering({1001: TemporaryFailure(Reason.SERVER)})
    await sending.all_sent(3)
    assert await sending.rows() == [("unreachable", "gave_up", 3, None)]
    assert len(sending.kept.sent) == 3


async def test_an_unconfirmed_red_message_is_sent_once_more_and_says_so(sending: Sending) -> None:
    red = saying("red", audience="person:A", lane=Lane.RED, grade=Grade.RED)
    await sending.district.issue(red)
    sending.kept.respond = answering({1001: Unconfirmed()})
    await sending.all_sent(2)
    first, second = sending.kept.sent
    assert first.protect
    assert second.text.endswith(first.text)
    assert second.text != first.text
    assert await sending.rows() == [("unconfirmed", "no_answer", 2, None)]


async def test_an_unconfirmed_broadcast_is_not_repeated(sending: Sending) -> None:
    await sending.district.issue(saying())
    sending.kept.respond = answering({1001: Unconfirmed()})
    await sending.all_sent(4)
    assert sending.kept.chats.count(1001) == 1
    assert ("unconfirmed", "no_answer", 1, None) in await sending.rows()


async def test_a_group_that_moved_is_written_to_at_its_new_place(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = answering({1001: Migrated(-1007)})
    await sending.all_sent(2)
    assert sending.kept.chats == [1001, -1007]
    assert (await sending.rows())[0][:3] == ("delivered", None, 1)


async def test_a_flood_error_silences_everything_for_its_time(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A", lane=Lane.RED))
    sending.kept.respond = answering({1001: Flooded(timedelta(hours=1))})
    async with sending.running(sending.senders()) as senders:
        await sending.kept.until(1)
        await sending.district.issue(saying("another", audience="person:B"))
        senders.wake()
    assert sending.kept.chats == [1001]
    assert senders.tally.floods == 1
    assert sorted(row[:3] for row in await sending.rows()) == [("planned", None, 0)] * 2


async def test_a_refused_token_pauses_everything_and_loses_nobody(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A", lane=Lane.RED))
    sending.kept.respond = answering({1001: TokenRefused()})
    async with sending.running(sending.senders()) as senders:
        await sending.kept.until(1)
        await sending.district.issue(saying("another", audience="person:B"))
        senders.wake()
    assert senders.tally.refused == {MAIN_BOT}
    assert sending.kept.chats == [1001]
    assert sorted(row[:3] for row in await sending.rows()) == [("planned", None, 0)] * 2


async def test_a_token_that_works_again_is_no_longer_told_as_refused(sending: Sending) -> None:
    await sending.district.issue(saying())
    async with sending.running(sending.senders()) as senders:
        senders.tally.refused.add(MAIN_BOT)
        await sending.kept.until(4)
    assert not senders.tally.refused


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


async def test_a_dispatcher_whose_database_fails_says_so(sending: Sending) -> None:
    """Supervision begins it again; it must not go on silently without recording."""
    await sending.district.db.close()
    async with sending.district.db.writing() as conn:
        await conn.exec_driver_sql("ALTER TABLE deliveries RENAME TO gone")
    with pytest.raises(Exception, match="deliveries"):
        await sending.senders().run()


async def test_an_outcome_that_the_database_could_not_take_is_recorded_by_the_next_run_and_not_sent_again(
    sending: Sending,
) -> None:
    """The send had arrived when the disk was full: what is known of it outlives the failure of recording it."""
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = held = Held()
    senders = sending.senders()
    first = asyncio.create_task(senders.run())
    async with asyncio.timeout(PATIENCE):
        await sending.kept.until(1)
        async with sending.district.db.writing() as conn:
            await conn.execute(text("ALTER TABLE deliveries RENAME TO gone"))
        held.go.set()
        with pytest.raises(DBAPIError):
            await first
    async with sending.district.db.writing() as conn:
        await conn.execute(text("ALTER TABLE gone RENAME TO deliveries"))
    async with sending.running(senders):
        pass
    assert (await sending.rows())[0][0] == "delivered"
    assert len(sending.kept.sent) == 1


async def test_a_recorder_that_fails_ends_the_dispatcher_though_claims_still_work(sending: Sending) -> None:
    """It waited for the claims to end, which went on for ever: nothing was recorded and nobody was told."""
    await sending.district.issue(saying(audience="person:A"))
    async with sending.district.db.writing() as conn:
        await conn.execute(text(_REFUSES[conn.dialect.name]))
        if conn.dialect.name == "postgresql":
            await conn.execute(text(_ON_POSTGRESQL))
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DBAPIError, match="disk is full"):
            await sending.senders().run()


_REFUSES: Final = {
    "sqlite": "CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN NEW.state = 'delivered'"
    " BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    "postgresql": "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$",
}
_ON_POSTGRESQL: Final = (
    "CREATE TRIGGER full_disk BEFORE UPDATE ON deliveries FOR EACH ROW"
    " WHEN (NEW.state = 'delivered') EXECUTE FUNCTION refuse()"
)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_outcomes_and_presses_that_meet_over_the_same_rows_are_both_recorded(sending: Sending) -> None:
    """Who records presses takes the rows in the order of their ids; outcomes came in the order of their answers."""
    await sending.district.issue(saying())
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders()):
        await sending.kept.until(4)
        async with sending.district.db.writing() as conn:
            for number in (1, 2, 3, 4):
                await conn.execute(
                    tables.deliveries.update().where(tables.deliveries.c.id == number).values(attempts=7)
                )
                held.go.set()
                await asyncio.sleep(0)
    assert [row[0] for row in await sending.rows()] == ["delivered"] * 4
