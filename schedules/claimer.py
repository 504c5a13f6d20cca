"""The first stage of sending: what is due is claimed for all bots of this process together, little at a time."""

import asyncio
import contextlib
import math
from collections.abc import Collection, Sequence
from typing import Protocol

from messages.deliveries import ClaimedDelivery
from messages.notices import Lane
from messages.store import claims, steering
from messages.store.claims import Order, Sender
from messages.store.database import Database
from schedules.clock import Clock


class Taker(Protocol):
    """Who sends what is claimed for one bot."""

    @property
    def sender(self) -> Sender:
        """For which bot, in which term."""
        ...

    def room(self) -> int:
        """How many deliveries it would hold at the most, more than now."""
        ...

    def wants(self, lane: Lane) -> bool:
        """Whether it has room for what is due in ``lane`` and more."""
        ...

    def hold(self, claimed: Sequence[ClaimedDelivery]) -> None:
        """Take what was claimed for it."""
        ...

    def notices(self) -> set[int]:
        """The notices of what it holds."""
        ...

    def set_aside(self, stopped: Collection[int]) -> None:
        """Give back what it holds of these notices."""
        ...


class Claimer:
    """Claims for whoever takes."""

    def __init__(self, db: Database, clock: Clock, poll_seconds: float) -> None:
        """Nobody takes yet. Look every ``poll_seconds`` when nobody wakes us: another process may have put work in."""
        self._poll = poll_seconds
        self._db = db
        self._clock = clock
        self._takers: dict[int, Taker] = {}
        self._look = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._stopped_at = -math.inf

    def wake(self) -> None:
        """Work may be due, or there is room: look now."""
        self._look.set()

    def add(self, taker: Taker) -> None:
        """Claim for ``taker`` from now on."""
        self._takers[taker.sender.bot_id] = taker
        self.wake()

    async def remove(self, takers: Collection[Taker]) -> None:
        """Claim for ``takers`` no more; nothing is given to them once this returns."""
        for taker in takers:
            self._takers.pop(taker.sender.bot_id, None)
        async with self._one_at_a_time:
            pass

    async def run(self) -> None:
        """Keep the takers filled, and look again and again for something more urgent than what they hold.

        And for notices that were stopped: what is held of them is not sent.
        """
        while True:
            self._look.clear()
            async with self._one_at_a_time:
                await self._round()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._look.wait()

    async def _round(self) -> None:
        if self._clock.steady() >= self._stopped_at + self._poll:
            await self._set_stopped_aside()
            self._stopped_at = self._clock.steady()
        with_room = {bot_id: taker for bot_id, taker in self._takers.items() if taker.room() > 0}
        if not with_room:
            return
        now = self._clock.now()
        async with self._db.reading() as conn:
            due = await claims.lanes_due(conn, with_room, now)
        orders = {
            bot_id: Order(sender=with_room[bot_id].sender, lanes=lanes, limit=with_room[bot_id].room())
            for bot_id, lanes in due.items()
            if with_room[bot_id].wants(lanes[0])
        }
        if not orders:
            return
        async with self._db.writing() as conn:
            claimed = await claims.claim(conn, orders.values(), self._clock.now())
        for bot_id in orders:
            with_room[bot_id].hold([delivery for delivery in claimed if delivery.bot_id == bot_id])

    async def _set_stopped_aside(self) -> None:
        held = {notice_id for taker in self._takers.values() for notice_id in taker.notices()}
        if not held:
            return
        async with self._db.reading() as conn:
            stopped = await steering.stopped(conn, held, self._clock.now())
        for taker in self._takers.values() if stopped else ():
            taker.set_aside(stopped)
