"""The Bot API of the simulation: it keeps the truth of what arrived, and checks with each message what was promised."""

import asyncio
import sqlite3
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from messages.deliveries import (
    Delivered,
    Flooded,
    Outcome,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.notices import Lane
from messages.store.lease import Duty, Lease
from schedules.notifier import Outgoing
from tests.faults.machine import Machine, Process

_SESSION_SEEN_LOST: Final = 0.6
_ROW: Final = """
SELECT d.state, d.term, d.claimed_at, d.reason, d.lane, d.notice_id, d.person_id, d.expires_at, n.cancelled_at
FROM deliveries d JOIN notices n ON n.id = d.notice_id WHERE d.id = ?
"""
_UNANSWERED: Final = """
SELECT count(*) FROM obligations o JOIN assignments a ON a.id = o.assignment_id AND a.ended_at IS NULL
WHERE o.notice_id = ? AND o.person_id = ? AND o.passed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM acknowledgements k WHERE k.notice_id = o.notice_id AND k.assignment_id = o.assignment_id)
"""
_RED_WAITS: Final = "SELECT id FROM deliveries WHERE state = 'planned' AND bot_id = ? AND lane = 0 AND due_at <= ?"

Claim = tuple[int, str]
"""A delivery, and when it was claimed: one intent to send."""


class PromiseBrokenError(AssertionError):
    """A promise was broken."""


def promise(kept: object, what: str) -> None:
    """Raise where a promise was not kept."""
    if not kept:
        raise PromiseBrokenError(what)


@dataclass(eq=False, kw_only=True)
class Flight:
    """One send. ``excused``: its sender died or was cut off, so that it may be made once more."""

    process: Process
    bot_id: int
    chat_id: int
    delivery_id: int
    claimed_at: str
    lane: Lane
    repeat: bool
    started: float
    arrives: bool = False
    arrived: bool = False
    outcome: Outcome | None = None
    excused: bool = False

    @property
    def claim(self) -> Claim:
        """The intent that it carries out."""
        return self.delivery_id, self.claimed_at

    @property
    def may_repeat(self) -> bool:
        """Orange and red are sent once more where no answer came."""
        return isinstance(self.outcome, Unconfirmed) and self.lane <= Lane.ORANGE and not self.repeat


@dataclass(kw_only=True)
class Storm:
    """For a while a share of the sends to a bot fails in one way."""

    kind: str
    bot_id: int
    share: float
    until: float


@dataclass(eq=False)
class BotApi:
    """All the bots' other end."""

    machine: Machine
    truth: sqlite3.Connection
    network: Process
    rate: int
    red_waits_for: int
    flights: list[Flight] = field(default_factory=list)
    storms: list[Storm] = field(default_factory=list)
    blocked: set[tuple[int, int]] = field(default_factory=set)
    ever_blocked: set[tuple[int, int]] = field(default_factory=set)
    acknowledged: dict[tuple[int, int], set[Claim]] = field(default_factory=dict)
    """Who acknowledged what, with what was in flight to them then."""
    cancelled: dict[int, set[Claim]] = field(default_factory=dict)
    _by_target: dict[tuple[int, int, int], list[Flight]] = field(default_factory=lambda: defaultdict(list))
    _latest: dict[int, Flight] = field(default_factory=dict)
    _arrivals: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _chats: dict[tuple[int, int], float] = field(default_factory=dict)
    _overtaken: dict[int, int] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    broken: PromiseBrokenError | None = None

    def note(self, what: str) -> None:
        """Keep one line of what happens."""
        self.trace.append(f"{self.machine.now - 1000:9.3f}  {what}")

    def in_flight(self, condition: str, *values: object) -> set[Claim]:
        """What is claimed at this moment, of some deliveries."""
        query = f"SELECT id, claimed_at FROM deliveries WHERE state = 'sending' AND {condition}"  # noqa: S608 -- ours
        return set(self.truth.execute(query, values))

    def excuse(self, process: Process) -> None:
        """A process is cut off: what it had on the wire, or had not recorded, may be sent once more."""
        for flight in self._latest.values():
            if flight.process is process and self._unrecorded(flight):
                flight.excused = True

    def tell_again(self, notice_id: int, person_id: int) -> None:
        """What a person was sent of a notice may be sent once more."""
        query = "SELECT id FROM deliveries WHERE notice_id = ? AND person_id = ?"
        again = {number for (number,) in self.truth.execute(query, (notice_id, person_id))}
        for flight in self.flights:
            if flight.delivery_id in again:
                flight.excused = True

    def taken_over(self, lease: Lease, by: Process) -> None:
        """Another process sends from now on: what the one before has not recorded may be sent once more."""
        if lease.duty is not Duty.SENDING:
            return
        self.note(f"{by.name} sends for bot {lease.bot_id}")
        for flight in self._latest.values():
            if flight.bot_id == lease.bot_id and flight.process is not by and self._unrecorded(flight):
                flight.excused = True

    def _unrecorded(self, flight: Flight) -> bool:
        return bool(self.in_flight("id = ? AND claimed_at = ?", *flight.claim))

    # --- a send -------------------------------------------------------------------------------------------------------

    def begin(self, process: Process, bot_id: int, message: Outgoing) -> Flight:
        """A request is written: what is promised about it is checked here."""
        row = self.truth.execute(_ROW, (message.delivery_id,)).fetchone()
        state, term, claimed_at, reason, lane, notice_id, person_id, expires_at, cancelled_at = row
        what = f"delivery {message.delivery_id} (notice {notice_id}, person {person_id}, {Lane(lane).name}, {state})"
        self.note(f"{process.name} bot {bot_id} sends {what} to {message.chat_id}, term {term}")
        promise(claimed_at is not None, f"the intent is recorded before the send: {what}")
        flight = Flight(
            process=process,
            bot_id=bot_id,
            chat_id=message.chat_id,
            delivery_id=message.delivery_id,
            claimed_at=claimed_at,
            lane=Lane(lane),
            repeat=reason == Reason.NO_ANSWER.value,
            started=self.machine.now,
        )
        flight.excused = self._by_an_old_holder(flight, what)
        # A press about an earlier try may have proved the delivery since it was claimed.
        proved = state == "delivered" and (notice_id, person_id) in self.acknowledged
        current = (state == "sending" or proved) and not flight.excused
        promise(current or flight.excused, f"what is sent is claimed: {what}")
        self._not_doubled(flight, what, proved=proved)
        if current:
            unanswered = self.truth.execute(_UNANSWERED, (notice_id, person_id)).fetchone()[0]
            known = self.acknowledged.get((notice_id, person_id))
            promise(known is None or unanswered or flight.claim in known, f"nobody who acknowledged is told: {what}")
            off = self.cancelled.get(notice_id)
            promise(off is None or flight.claim in off, f"what was cancelled is not sent: {what} {cancelled_at}")
            promise(not expires_at or expires_at > claimed_at, f"what has expired is not sent: {what} {expires_at}")
        self._red_first(flight)
        self._by_target[bot_id, message.chat_id, message.delivery_id].append(flight)
        self._latest[message.delivery_id] = flight
        self.flights.append(flight)
        return flight

    def _by_an_old_holder(self, flight: Flight, what: str) -> bool:
        """Whether another sends for the bot by now; the old holder may not know it for half a second only."""
        holder = self.machine.has(Lease(Duty.SENDING, flight.bot_id))
        if holder is flight.process:
            return False
        seen = self.machine.now - flight.process.lost_session_at < _SESSION_SEEN_LOST
        promise(seen, f"an old sender is silent after a takeover: {flight.process.name} sent {what}")
        return True

    def _not_doubled(self, flight: Flight, what: str, *, proved: bool) -> None:
        before = self._by_target[flight.bot_id, flight.chat_id, flight.delivery_id]
        for earlier in before:
            if earlier.arrives:
                again = earlier.excused or earlier.may_repeat
                promise(again, f"nothing is doubled: {what} arrived before, {earlier.outcome}")
                if earlier.may_repeat and not earlier.excused:
                    promise(flight.repeat or proved, f"a repeat is marked: {what}")

    def _red_first(self, flight: Flight) -> None:
        now = flight.process.clock.now().astimezone(self.machine.wall().tzinfo).replace(tzinfo=None)
        waiting = {number for (number,) in self.truth.execute(_RED_WAITS, (flight.bot_id, str(now)))}
        self._overtaken = {number: times for number, times in self._overtaken.items() if number in waiting}
        if flight.lane > Lane.ORANGE:
            for number in waiting:
                times = self._overtaken[number] = self._overtaken.get(number, 0) + 1
                promise(times <= self.red_waits_for, f"red never waits behind a broadcast: {number}, {times}")

    def arrive(self, flight: Flight) -> None:
        """A request is here: it counts, whatever becomes of it."""
        now = self.machine.now
        window = self._arrivals[flight.bot_id]
        while window and window[0] <= now - 1.0:
            window.popleft()
        window.append(now)
        promise(len(window) <= self.rate, f"never above the rate: {len(window)} in a second for bot {flight.bot_id}")
        last = self._chats.get((flight.bot_id, flight.chat_id), 0.0)
        promise(now - last >= 1.0, f"one a second for each chat: {flight.chat_id} after {now - last:.3f} s")
        self._chats[flight.bot_id, flight.chat_id] = now
        flight.arrived = flight.arrives

    def fate(self, flight: Flight) -> tuple[float, float, Outcome | None, bool]:
        """Seconds until it is here and until it is answered; how, if not by itself; and whether it gets here at all."""
        random = self.machine.random
        there = random.uniform(0.005, 0.05) if random.random() < 0.9 else random.uniform(0.05, 0.4)
        back = there + (random.uniform(0.005, 0.05) if random.random() < 0.95 else random.uniform(0.05, 2.5))
        flight.arrives = True
        self.storms = [storm for storm in self.storms if storm.until > self.machine.now]
        struck = [one for one in self.storms if one.bot_id == flight.bot_id and random.random() < one.share]
        if not struck:
            return there, back, None, True
        kind = struck[0].kind
        flight.arrives = kind in {"cut", "hangs"} and random.random() < 0.5
        if kind == "hangs":
            back = random.uniform(2, 12)
        outcomes: dict[str, Outcome] = {
            "cut": Unconfirmed(),
            "hangs": Unconfirmed(),
            "502": TemporaryFailure(Reason.SERVER),
            "flood": Flooded(timedelta(seconds=random.choice([1, 1, 1, 2, 2, 3, 5, 30]))),
            "refused": TokenRefused(),
            "no connections": TemporaryFailure(Reason.NETWORK),
        }
        return there, back, outcomes[kind], flight.arrives or kind in {"502", "flood", "refused"}


@dataclass(eq=False, kw_only=True)
class SimulatedNotifier:
    """One process's way to one bot."""

    api: BotApi
    process: Process
    bot_id: int

    async def send(self, message: Outgoing) -> Outcome:
        """Send over the made-up network: what is written gets there even if who wrote it dies."""
        api = self.api
        try:
            flight = api.begin(self.process, self.bot_id, message)
        except PromiseBrokenError as error:
            api.broken = api.broken or error
            raise
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        there, back, outcome, gets_there = api.fate(flight)
        found: list[Outcome] = []

        def arrive() -> None:
            try:
                api.arrive(flight)
            except PromiseBrokenError as error:
                api.broken = api.broken or error
            blocked = (self.bot_id, message.chat_id) in api.blocked
            flight.arrived = flight.arrives = flight.arrives and not blocked
            if blocked and outcome is None:
                found.append(PermanentFailure(Reason.BLOCKED))
            api.note(f"at bot {self.bot_id} is delivery {flight.delivery_id}: {'arrived' if flight.arrived else 'no'}")

        def reply() -> None:
            said = outcome or (found[0] if found else Delivered(flight.delivery_id + 5000))
            flight.outcome = said
            self.process.call(lambda: None if answer.done() else answer.set_result(said))
            api.note(f"bot {self.bot_id} answers {self.process.name} about {flight.delivery_id}: {said}")

        if gets_there:
            api.network.call(arrive, there)
        api.network.call(reply, back)
        try:
            return await answer
        except asyncio.CancelledError:
            flight.excused = True
            raise
