"""The last stage of sending: what came of sends is recorded, many in one transaction, those of all bots together.

An outcome is kept until the database has it, also over a failure of the database: a send that is known to have arrived
must not be made again.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog

from messages.deliveries import ClaimedDelivery
from messages.store import anew, deliveries
from messages.store.database import Connection, Database, DatabaseFailure, is_deadlock
from schedules.clock import Clock
from schedules.retry import Decision

_RECORD_WITHIN: Final = 1.0
"""Seconds for which the end waits for the last outcomes."""

log = structlog.get_logger(__name__)


class Recorder:
    """Records decisions about deliveries, in the order in which they were made."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Nothing waits yet."""
        self._db = db
        self._clock = clock
        self._waiting: list[tuple[ClaimedDelivery, Decision]] = []
        self._by_bot: Counter[int] = Counter()
        self._told: dict[int, Callable[[], None]] = {}
        self._decided = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._running = False
        self.total = 0
        """How many have been recorded."""

    def waiting(self, bot_id: int) -> int:
        """How many outcomes of a bot are known and not recorded yet."""
        return self._by_bot[bot_id]

    def tell(self, bot_id: int, recorded: Callable[[], None]) -> None:
        """Call ``recorded`` from now on whenever outcomes of the bot were recorded."""
        self._told[bot_id] = recorded

    def take(self, delivery: ClaimedDelivery, decision: Decision) -> None:
        """Keep a decision until it is recorded."""
        self._waiting.append((delivery, decision))
        self._by_bot[delivery.bot_id] += 1
        self._decided.set()

    async def run(self) -> None:
        """Record what is taken, until told to end."""
        self._running = True
        while self._running:
            await self.record()
            await self._decided.wait()
            self._decided.clear()

    async def end(self) -> None:
        """Let ``run`` end, once what was taken is recorded; after a while give up."""
        self._running = False
        self._decided.set()
        try:
            async with asyncio.timeout(_RECORD_WITHIN):
                await self.record()
        except TimeoutError:
            log.warning(
                "outcomes of sends are not recorded: if the process ends now, these are sent again",
                count=len(self._waiting),
            )

    async def record(self) -> None:
        """Record every outcome that is known, in one transaction."""
        async with self._one_at_a_time:
            batch = list(self._waiting)
            if not batch:
                return
            try:
                await self._write(batch)
            except DatabaseFailure as error:
                if not is_deadlock(error):
                    raise
                await self._write(batch)  # the other transaction, for whose sake this one was ended, is through
            del self._waiting[: len(batch)]
            self.total += len(batch)
            self._tell_about(batch)

    async def _write(self, batch: list[tuple[ClaimedDelivery, Decision]]) -> None:
        async with self._db.writing() as conn:
            left = await deliveries.hold(conn, [delivery.id for delivery, _ in batch])
            await deliveries.settle(conn, [decision.settlement for _, decision in batch])
            if left:
                await anew.follow_moved(conn, left, self._clock.now())
            for delivery, decision in batch:
                await _mark(conn, delivery, decision)

    def _tell_about(self, batch: list[tuple[ClaimedDelivery, Decision]]) -> None:
        done = Counter(delivery.bot_id for delivery, _ in batch)
        self._by_bot -= done
        for bot_id in done:
            if (tell := self._told.get(bot_id)) is not None:
                tell()


async def _mark(conn: Connection, delivery: ClaimedDelivery, decision: Decision) -> None:
    """What the outcome says about the chat and the person."""
    if delivery.chat_id is None:
        return
    if decision.moved_to is not None:
        await deliveries.move_chat(conn, delivery.bot_id, delivery.chat_id, decision.moved_to)
    if decision.lost is not None:
        account = {"chat_id": delivery.chat_id, "bot_id": delivery.bot_id}
        await deliveries.lose_person(conn, delivery.person_id, decision.lost, decision.settlement.at, **account)
