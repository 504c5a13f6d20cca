"""The dispatcher: claim → hold → pace → render → send → record.

It claims little at a time (about half a second's worth), the most urgent first, so that urgent work overtakes. The
intent is committed before a send and the outcome after it: a crash repeats at most what was in flight, and loses
nothing.
"""

import asyncio
import contextlib
import heapq
import math
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Final

import structlog

from messages.deliveries import ClaimedDelivery, Delivered, Outcome, PermanentFailure, Reason
from messages.notices import Lane
from messages.store import deliveries
from messages.store.database import Database
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.notifier import Notifier
from schedules.pacer import Pacer, Send
from schedules.recorder import Recorder
from schedules.retry import RetryPolicy, decide, unsent

_POLL: Final = 0.1
"""Seconds between looks at the database when nobody wakes us: another process may have put work in."""
_UNLIMITED_CLAIM: Final = 512
_UNRECORDED_SECONDS: Final = 0.06
"""Where the disk is slow, sending waits for it: a crash is to repeat no more outcomes than this much work has."""
_STOP_WITHIN: Final = 3.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DispatchPolicy:
    """How much at once: ``concurrency`` sends in flight, ``claim_seconds`` of work claimed."""

    concurrency: int
    claim_seconds: float
    retry: RetryPolicy


@dataclass
class Tally:
    """What this process has done since it started; for the metrics."""

    sent: int = 0
    failed: int = 0
    floods: int = 0
    faults: int = 0
    token_refused: bool = False


class Dispatcher:
    """Sends what is due, for one bot token."""

    def __init__(
        self,
        *,
        db: Database,
        notifier: Notifier,
        composer: Composer,
        pacer: Pacer,
        clock: Clock,
        policy: DispatchPolicy,
    ) -> None:
        """Compose the stages; ``run`` starts them."""
        self._db = db
        self._notifier = notifier
        self._composer = composer
        self._pacer = pacer
        self._clock = clock
        self._policy = policy
        self._held: list[tuple[int, int, ClaimedDelivery]] = []
        self._order = count()
        self._blocked = 0
        self._in_flight: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._recorder = Recorder(db, clock, self._awake)
        self._stopping = False
        self._claiming = False
        self._look = asyncio.Event()
        self.tally = Tally()

    @property
    def recorded(self) -> int:
        """How many outcomes are in the database."""
        return self._recorder.total

    def wake(self) -> None:
        """Work may be due: look now."""
        self._look.set()

    def stop(self) -> None:
        """Claim nothing more; ``run`` returns once what is in flight is recorded."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Send until stopped.

        1. What is known of earlier sends is recorded; what a crash left in flight is due again. 2. Claim, start what
        the pace allows, sleep until more is possible. 3. On stop: give back what was not started, let what is in flight
        finish, record it.
        """
        await self._recorder.record()
        async with self._db.writing() as conn:
            interrupted = await deliveries.requeue_interrupted(conn)
        if interrupted:
            log.warning("interrupted sends are due again", count=interrupted)
        self._claiming = True
        claimer = asyncio.create_task(self._claim_on())
        recorder = asyncio.create_task(self._recorder.run())
        try:
            while not self._stopping:
                await self._step(claimer, recorder)
        finally:
            await self._wind_up(claimer, recorder)

    async def _step(self, *stages: asyncio.Task[None]) -> None:
        self._awake.clear()
        for stage in stages:
            if stage.done():
                stage.result()  # a stage that failed takes the dispatcher with it, loudly
        wait = self._start_ready()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._awake.wait()

    # --- claim --------------------------------------------------------------------------------------------------------

    def _capacity(self) -> int:
        rate = self._pacer.rate
        return max(2, math.ceil(rate * self._policy.claim_seconds)) if rate else _UNLIMITED_CLAIM

    def _may_start(self) -> bool:
        """Whether one more may be in flight, and one more outcome unrecorded."""
        rate = self._pacer.rate
        most = math.ceil(rate * _UNRECORDED_SECONDS) if rate else _UNLIMITED_CLAIM
        return len(self._in_flight) < self._policy.concurrency and self._recorder.waiting < most

    async def _claim_on(self) -> None:
        """Keep the hold filled, and look again and again for something more urgent than what is held."""
        while self._claiming:
            self._look.clear()
            await self._claim()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await self._look.wait()

    async def _claim(self) -> None:
        """Claim what there is room for, when little is held or what is due is more urgent than what is held."""
        capacity = self._capacity()
        if len(self._held) >= capacity:
            return
        async with self._db.reading() as conn:
            lane = await deliveries.most_urgent(conn, self._clock.now())
        if lane is None or not self._claiming:
            return
        if self._has_enough(lane, capacity):
            return
        async with self._db.writing() as conn:
            claimed = await deliveries.claim(conn, now=self._clock.now(), limit=capacity - len(self._held))
        for delivery in claimed:
            heapq.heappush(self._held, (delivery.lane, next(self._order), delivery))
        self._awake.set()

    def _has_enough(self, lane: Lane, capacity: int) -> bool:
        """Whether enough is held that can go, nothing of it less urgent: each claim is a commit, so a few are made."""
        ready = len(self._held) - self._blocked
        return ready > capacity // 2 and lane >= max(held for held, _, _ in self._held)

    # --- hold and pace ------------------------------------------------------------------------------------------------

    def _start_ready(self) -> float:
        """Start every held delivery that may go now; gives the seconds until another one may."""
        blocked: list[tuple[int, int, ClaimedDelivery]] = []
        wait = _POLL
        while self._held and self._may_start():
            now = self._clock.steady()
            if (wire := self._pacer.free_at() - now) > 0:
                wait = min(wait, wire)
                break
            entry = heapq.heappop(self._held)
            chat_id = entry[2].chat_id
            if chat_id is not None and (chat := self._pacer.chat_free_at(chat_id) - now) > 0:
                wait = min(wait, chat)
                blocked.append(entry)
            else:
                self._start(entry[2])
        for entry in blocked:
            heapq.heappush(self._held, entry)
        self._blocked = len(blocked)
        if len(self._held) <= self._capacity() // 2:
            self._look.set()
        return wait

    def _start(self, delivery: ClaimedDelivery) -> None:
        if delivery.chat_id is None:
            self._decide(delivery, PermanentFailure(Reason.NEVER_JOINED))
            return
        send = self._pacer.start(delivery.chat_id)
        task = asyncio.create_task(self._send(delivery, delivery.chat_id, send))
        self._in_flight.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._awake.set()

    # --- render and send ----------------------------------------------------------------------------------------------

    async def _send(self, delivery: ClaimedDelivery, chat_id: int, send: Send) -> None:
        try:
            outcome = await self._notifier.send(self._composer.compose(delivery, chat_id))
        except Exception:  # one message's fault must not stop the others: it is told by name and counted
            log.exception("a message could not be made or sent", delivery=delivery.id, notice=delivery.notice_id)
            self.tally.faults += 1
            outcome = PermanentFailure(Reason.REJECTED)
        finally:
            self._pacer.end(send)
        self._decide(delivery, outcome)

    def _decide(self, delivery: ClaimedDelivery, outcome: Outcome) -> None:
        decision = decide(delivery, outcome, self._policy.retry, self._clock.now())
        delivered = isinstance(outcome, Delivered)
        self.tally.sent += delivered
        self.tally.token_refused &= not delivered
        self.tally.failed += not delivered
        if decision.pause is not None:
            self._pause(decision.pause, flood=decision.flood)
        self._recorder.take(delivery, decision)

    def _pause(self, pause: timedelta, *, flood: bool) -> None:
        if flood:
            self.tally.floods += 1
            self._pacer.flooded(pause.total_seconds())
            log.warning("the Bot API asks for silence", seconds=pause.total_seconds(), rate=self._pacer.rate)
        else:
            self._pacer.pause(pause.total_seconds())
            self.tally.token_refused = True
            log.error("the Bot API refuses the bot's token; nothing can be sent until it is mended")

    # --- stop ---------------------------------------------------------------------------------------------------------

    async def _wind_up(self, claimer: asyncio.Task[None], recorder: asyncio.Task[None]) -> None:
        """Give back what was not started, then let what is in flight finish and be recorded.

        A database that takes nothing must not keep a send flying past this: the next run would send it once more.
        """
        self._claiming = False
        self._look.set()
        await asyncio.wait([claimer])
        try:
            await self._give_back()
        finally:
            await self._land(recorder)
            await asyncio.gather(claimer, recorder, return_exceptions=True)
        await self._recorder.record()  # a recorder that failed has left something

    async def _give_back(self) -> None:
        now = self._clock.now()
        settlements = [unsent(delivery, now) for _, _, delivery in self._held]
        self._held.clear()
        async with self._db.writing() as conn:
            await deliveries.settle(conn, settlements)

    async def _land(self, recorder: asyncio.Task[None]) -> None:
        """Let what is in flight finish and be recorded, for a while; then cut it off."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=_STOP_WITHIN)
        for task in self._in_flight:
            task.cancel()  # no answer in time: the next start finds it interrupted and sends it again
        await self._recorder.end(recorder)
