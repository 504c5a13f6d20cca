"""The last stage of the dispatcher: what came of sends is recorded, many in one transaction.

An outcome is kept until the database has it, also over a failure of the database: a send that is known to have arrived
must not be made again.
"""

import asyncio
from typing import Final

from messages.deliveries import ClaimedDelivery
from messages.store import deliveries
from messages.store.database import Connection, Database
from schedules.clock import Clock
from schedules.retry import Decision

_RECORD_WITHIN: Final = 1.0
"""Seconds for which the end waits for the last outcomes."""


class Recorder:
    """Records decisions about deliveries, in the order in which they were made."""

    def __init__(self, db: Database, clock: Clock, recorded: asyncio.Event) -> None:
        """``recorded`` is set whenever something was recorded."""
        self._db = db
        self._clock = clock
        self._recorded = recorded
        self._waiting: list[tuple[ClaimedDelivery, Decision]] = []
        self._decided = asyncio.Event()
        self._running = False
        self.total = 0
        """How many have been recorded."""

    @property
    def waiting(self) -> int:
        """How many outcomes are known and not recorded yet."""
        return len(self._waiting)

    def take(self, delivery: ClaimedDelivery, decision: Decision) -> None:
        """Keep a decision until it is recorded."""
        self._waiting.append((delivery, decision))
        self._decided.set()

    async def run(self) -> None:
        """Record what is taken, until told to end."""
        self._running = True
        while self._running:
            await self._decided.wait()
            self._decided.clear()
            await self.record()
            self._recorded.set()

    async def end(self, task: asyncio.Task[None]) -> None:
        """End the ``task`` that runs this, once what was taken is recorded; after a while cut it off."""
        self._running = False
        self._decided.set()
        _, late = await asyncio.wait([task], timeout=_RECORD_WITHIN)
        for one in late:
            one.cancel()

    async def record(self) -> None:
        """Record every outcome that is known, in one transaction."""
        batch = list(self._waiting)
        if not batch:
            return
        async with self._db.writing() as conn:
            await deliveries.settle(conn, [decision.settlement for _, decision in batch])
            await deliveries.follow_moved(conn, [delivery.id for delivery, _ in batch], self._clock.now())
            for delivery, decision in batch:
                await _mark(conn, delivery, decision)
        del self._waiting[: len(batch)]
        self.total += len(batch)


async def _mark(conn: Connection, delivery: ClaimedDelivery, decision: Decision) -> None:
    """What the outcome says about the chat and the person."""
    if delivery.chat_id is None:
        return
    if decision.moved_to is not None:
        await deliveries.move_chat(conn, delivery.chat_id, decision.moved_to)
    if decision.lost is not None:
        at = decision.settlement.at
        await deliveries.lose_person(conn, delivery.person_id, delivery.chat_id, decision.lost, at)
