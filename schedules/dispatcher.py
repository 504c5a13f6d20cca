"""The dispatcher of one bot: hold → pace → render → send → decide, between the claimer and the recorder.

Little is claimed at a time (about half a second's worth), the most urgent first, so that urgent work overtakes. The
intent is committed before a send and the outcome after it: a crash repeats at most what was in flight, and loses
nothing.
"""

import asyncio
import contextlib
import heapq
import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final, TypeAlias

import structlog

from messages.deliveries import ClaimedDelivery, Delivered, NotYet, Outcome, PartSent, PermanentFailure, Reason
from messages.notices import Lane
from messages.store.claims import Sender
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.notifier import Wire
from schedules.pacer import Send
from schedules.quiet_hours import Quiet
from schedules.recorder import Recorder
from schedules.retry import Decision, RetryPolicy, decide_each, unsent
from schedules.troubles import Tally, Troubles

_LONGEST_SLEEP: Final = 0.1
_UNLIMITED_CLAIM: Final = 512
_UNRECORDED_SECONDS: Final = 0.06
"""Where the disk is slow, sending waits for it: a crash is to repeat no more outcomes than this much work has."""
_STOP_WITHIN: Final = 3.5
_IN_LINE: Final = 2
"""So many are held for a chat that has just been written to."""

_Entry: TypeAlias = tuple[int, int, ClaimedDelivery]  # lane, order of coming

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DispatchPolicy:
    """How much at once: ``concurrency`` sends in flight, ``claim_seconds`` of work claimed.

    Work that nobody tells of is seen within ``poll_seconds``.
    """

    concurrency: int
    claim_seconds: float
    retry: RetryPolicy
    poll_seconds: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Stages:
    """What all dispatchers of a process share. ``hungry`` is called when one has room for more."""

    composer: Composer
    recorder: Recorder
    clock: Clock
    quiet: Quiet
    policy: DispatchPolicy
    tally: Tally
    hungry: Callable[[], None]


class Dispatcher:
    """Sends what is claimed for one bot, in one term."""

    def __init__(self, sender: Sender, wire: Wire, stages: Stages, *, may_send: Callable[[], bool]) -> None:
        """``may_send`` says at each send whether the term still lasts: another process may have taken over."""
        self.sender = sender
        self.wire = wire
        self.pacer = wire.pacer
        self._stages = stages
        self._clock = stages.clock
        self._policy = stages.policy
        self._recorder = stages.recorder
        self._may_send = may_send
        self._troubles = Troubles(wire.name, stages.clock.steady)
        self._held: list[_Entry] = []
        self._order = count()
        self._blocked = 0
        self._in_flight: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Start nothing more; ``run`` returns once what is in flight has landed."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Start what the pace allows and sleep until more is possible, until stopped or the term is over.

        Then what was not started is given back, and what is in flight may finish, for a while.
        """
        self._recorder.tell(self.sender.bot_id, self._awake.set)
        try:
            while not self._stopping and self._may_send():
                self._awake.clear()
                wait = self._start_ready()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._awake.wait()
        finally:
            self._give_back()
            await self._land()

    # --- hold ---------------------------------------------------------------------------------------------------------

    def _capacity(self) -> int:
        rate = self.pacer.rate
        return max(2, math.ceil(rate * self._policy.claim_seconds)) if rate else _UNLIMITED_CLAIM

    def room(self) -> int:
        """How many more deliveries it can hold: what waits for its own chat takes little of the others' room."""
        if self._stopping:
            return 0
        capacity, ready = self._capacity(), len(self._held) - self._blocked
        # Of messages whose files go first, a second's worth of texts waits for its chats: twice the capacity.
        return max(0, min(capacity - ready, 3 * capacity - len(self._held)))

    def wants(self, lane: Lane) -> bool:
        """Whether little that can go is held, or what is due is more urgent: a claim is a commit, so few are made."""
        ready = len(self._held) - self._blocked
        return ready <= self._capacity() // 2 or lane < max(held for held, _, _ in self._held)

    def hold(self, claimed: Sequence[ClaimedDelivery]) -> None:
        """Keep what was claimed until it may go; give it back where nothing is started any more."""
        for delivery in claimed:
            heapq.heappush(self._held, (delivery.lane, next(self._order), delivery))
        if self._stopping:
            self._give_back()
        self._awake.set()

    @property
    def is_busy(self) -> bool:
        """Whether it holds something that it has not sent, or has something in flight."""
        return bool(self._held or self._in_flight)

    def notices(self) -> set[int]:
        """The notices of what it holds."""
        return {notice_id for _, _, delivery in self._held for notice_id in delivery.notices}

    def set_aside(self, stopped: Collection[int]) -> None:
        """Give back what it holds of notices that were paused or cancelled after the claim: it is not sent.

        A digest that has one of them is claimed anew without it.
        """
        going = [entry for entry in self._held if entry[2].notices.isdisjoint(stopped)]
        self._return([entry for entry in self._held if not entry[2].notices.isdisjoint(stopped)])
        self._held[:] = going
        heapq.heapify(self._held)
        self._blocked = min(self._blocked, len(going))
        self._awake.set()

    # --- pace ---------------------------------------------------------------------------------------------------------

    def _may_start(self) -> bool:
        """Whether one more may be in flight, and one more outcome unrecorded."""
        rate = self.pacer.rate
        most = math.ceil(rate * _UNRECORDED_SECONDS) if rate else _UNLIMITED_CLAIM
        return (
            len(self._in_flight) < self._policy.concurrency
            and self._recorder.waiting(self.sender.bot_id) < most
            and self._may_send()
        )

    def _start_ready(self) -> float:
        """Start every held delivery that may go now; gives the seconds until another one may."""
        blocked: list[_Entry] = []
        wait = _LONGEST_SLEEP
        while self._held and self._may_start():
            now = self._clock.steady()
            if (wire := self.pacer.free_at() - now) > 0:
                wait = min(wait, wire)
                break
            entry = heapq.heappop(self._held)
            chat_id = entry[2].chat_id
            if (opens := self._stages.quiet.put_off(entry[2], civil := self._clock.now())) is not None:
                self._put_back(entry[2], civil, opens, waited=True)
            elif chat_id is not None and (chat := self.pacer.chat_free_at(chat_id) - now) > 0:
                wait = min(wait, chat)
                blocked.append(entry)
            else:
                self._start(entry[2])
        self._blocked = self._keep_in_line(blocked)
        if len(self._held) <= self._capacity() // 2:
            self._stages.hungry()
        return wait

    def _keep_in_line(self, blocked: Sequence[_Entry]) -> int:
        """Hold the next few of each chat that may not be written to yet; gives how many.

        The others are given back until their turn in that chat may come: a hundred for one person hold up nobody else.
        """
        in_line: Counter[int] = Counter()
        for entry in blocked:
            delivery, chat_id = entry[2], entry[2].chat_id or 0
            in_line[chat_id] += 1
            if in_line[chat_id] <= _IN_LINE:
                heapq.heappush(self._held, entry)
                continue
            wait = self.pacer.chat_free_at(chat_id) - self._clock.steady()
            turn = max(0.0, wait) + (in_line[chat_id] - 1) * self.pacer.limits.chat_period(chat_id)
            now = self._clock.now()
            self._put_back(delivery, now, now + timedelta(seconds=turn))
        return sum(min(number, _IN_LINE) for number in in_line.values())

    def _put_back(
        self, delivery: ClaimedDelivery, now: datetime, due_at: datetime | None = None, *, waited: bool | None = None
    ) -> None:
        """Give back what was not started: due at once, or at ``due_at``."""
        for one in delivery.together:
            self._recorder.take(one, Decision(settlement=unsent(one, now, due_at, waited=waited)))

    def _start(self, delivery: ClaimedDelivery) -> None:
        if delivery.chat_id is None:
            self._decide(delivery, PermanentFailure(Reason.NEVER_JOINED))
            return
        send = self.pacer.start(delivery.chat_id)
        task = asyncio.create_task(self._send(delivery, delivery.chat_id, send))
        self._in_flight.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._awake.set()

    # --- render, send, decide -----------------------------------------------------------------------------------------

    async def _send(self, delivery: ClaimedDelivery, chat_id: int, send: Send) -> None:
        try:
            outcome = await self.wire.notifier.send(self._stages.composer.compose(delivery, chat_id))
        except Exception:  # one message's fault must not stop the others: it is told by name and counted
            log.exception("a message could not be made or sent", delivery=delivery.id, notice=delivery.notice_id)
            self._stages.tally.faults += 1
            outcome = PermanentFailure(Reason.REJECTED)
        finally:
            self.pacer.end(send)
        self._decide(delivery, outcome)

    def _decide(self, delivery: ClaimedDelivery, outcome: Outcome) -> None:
        self._troubles.note(outcome)
        decisions = decide_each(delivery, outcome, self._policy.retry, self._clock.now())
        tally = self._stages.tally
        if isinstance(outcome, Delivered):
            tally.sent += 1
            tally.refused.discard(self.sender.bot_id)
        elif not isinstance(outcome, PartSent | NotYet):
            tally.failed += 1
        if (pause := decisions[0][1].pause) is not None:
            self._pause(pause, flood=decisions[0][1].flood)
        for one, decision in decisions:
            self._recorder.take(one, decision)

    def _pause(self, pause: timedelta, *, flood: bool) -> None:
        seconds, bot = pause.total_seconds(), self.wire.name
        if flood:
            self._stages.tally.floods += 1
            self.pacer.flooded(seconds)
            log.warning("the Bot API asks for silence", bot=bot, seconds=seconds, rate=self.pacer.rate)
        else:
            self.pacer.pause(seconds)
            self._stages.tally.refused.add(self.sender.bot_id)
            log.error("the Bot API refuses the bot's token; nothing can be sent until it is mended", bot=bot)

    # --- stop ---------------------------------------------------------------------------------------------------------

    def _give_back(self) -> None:
        """What was not started is due again at once: here, or with who has taken over."""
        self._stopping = True
        self._return(self._held)
        self._held.clear()

    def _return(self, entries: Sequence[_Entry]) -> None:
        now = self._clock.now()
        for _, _, delivery in entries:
            self._put_back(delivery, now)

    async def _land(self) -> None:
        """Let what is in flight finish, for a while; then cut it off: no answer in time, so it counts as interrupted.

        A database that takes nothing must not keep a send flying past this: the next run would send it once more.
        """
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=_STOP_WITHIN)
        for task in self._in_flight:
            task.cancel()
