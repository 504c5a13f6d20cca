"""The senders of this process: a dispatcher for each bot whose lease it has, with one claimer and one recorder.

Several processes share the bots evenly. One alone sends for a bot; the next takes over when it ends, dies or freezes.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog

from messages.store import claims
from messages.store.bots import take_term
from messages.store.claims import Sender
from messages.store.database import Database
from messages.store.lease import Duty, Lease, Leases
from schedules.claimer import Claimer
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.dispatcher import Dispatcher, DispatchPolicy, Stages
from schedules.notifier import Wire
from schedules.pacer import Pacer
from schedules.quiet_hours import Quiet
from schedules.recorder import Recorder
from schedules.troubles import Tally

_LOOK_SECONDS: Final = 0.5
_HANDOVER_SECONDS: Final = 1.2
"""After a takeover the wire is silent for this long: the last second of the sender before counts for the token, too."""

_ADOPT_AFTER: Final = 6
"""So many looks after which a bot is taken beyond the share: another process may not be able to read its token."""

log = structlog.get_logger(__name__)


def _lease(bot_id: int) -> Lease:
    return Lease(Duty.SENDING, bot_id)


class Senders:
    """Sends for every bot that this process gets hold of."""

    def __init__(
        self,
        *,
        db: Database,
        leases: Leases,
        wires: Callable[[], Awaitable[Sequence[Wire]]],
        composer: Composer,
        clock: Clock,
        quiet: Quiet,
        policy: DispatchPolicy,
    ) -> None:
        """``wires`` gives the bots that there are at this moment."""
        self._db = db
        self._leases = leases
        self._wires = wires
        self._quiet = quiet
        self._recorder = Recorder(db, clock)
        self._claimer = Claimer(db, clock, policy.poll_seconds)
        self.tally = Tally()
        self._stages = Stages(
            composer=composer,
            recorder=self._recorder,
            clock=clock,
            quiet=quiet,
            policy=policy,
            tally=self.tally,
            hungry=self._claimer.wake,
        )
        self._running: dict[int, tuple[Dispatcher, asyncio.Task[None]]] = {}
        self._senders = 0
        self._adopted: set[int] = set()
        self._looks: Counter[int] = Counter()
        self._stop = asyncio.Event()

    @property
    def recorded(self) -> int:
        """How many outcomes are in the database."""
        return self._recorder.total

    def wires(self) -> list[tuple[int, Pacer]]:
        """The bots for which this process sends, each with its pace."""
        return [(bot_id, dispatcher.pacer) for bot_id, (dispatcher, _) in self._running.items()]

    def holds(self, bot_id: int) -> bool:
        """Whether this process sends for the bot at this moment."""
        return bot_id in self._running and self._leases.holds(_lease(bot_id))

    def is_busy(self, bot_id: int) -> bool:
        """Whether the bot has something to send at this moment."""
        return bot_id in self._running and self._running[bot_id][0].is_busy

    def wake(self) -> None:
        """Work may be due: look now."""
        self._claimer.wake()

    def stop(self) -> None:
        """Claim and start nothing more; ``run`` returns once what is in flight is recorded."""
        for dispatcher, _ in self._running.values():
            dispatcher.stop()
        self._stop.set()

    async def run(self) -> None:
        """Send until stopped.

        1. What is known of earlier sends is recorded. 2. Bots are taken and let go; each that is taken has a dispatcher
        of its own. 3. At the end what is held is given back, what is in flight finishes, and all is recorded.
        """
        await self._recorder.record()
        stages = [asyncio.create_task(self._claimer.run()), asyncio.create_task(self._recorder.run())]
        try:
            while not self._stop.is_set():
                await self._quiet.refresh()
                await self._look()
                await asyncio.wait(
                    [*stages, stopping := asyncio.create_task(self._stop.wait())],
                    timeout=_LOOK_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                stopping.cancel()
                for stage in stages:
                    if stage.done():
                        stage.result()  # a stage that failed takes the senders with it, loudly
        finally:
            await self._wind_up(stages)

    # --- who sends for which bot --------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Let go of what is lost or too much, and take what is free."""
        wires = {wire.bot_id: wire for wire in await self._wires()}
        share = await self._share(len(wires))
        going = [bot_id for bot_id in self._running if self._goes_on(bot_id, wires)]
        kept = [bot_id for number, bot_id in enumerate(going) if number < share or bot_id in self._adopted]
        await self._let_go([bot_id for bot_id in self._running if bot_id not in kept])
        for bot_id, wire in wires.items():
            if bot_id in self._running:
                continue
            self._looks[bot_id] += 1
            beyond = len(self._running) >= share
            if beyond and self._looks[bot_id] % _ADOPT_AFTER:
                continue
            if await self._leases.take(_lease(bot_id)):
                self._looks[bot_id] = 0
                self._adopted |= {bot_id} if beyond else set()
                await self._begin(wire)

    async def _share(self, bots: int) -> int:
        """How many bots are this process's to take; when senders come or go, they are shared out anew."""
        senders = max(1, await self._leases.senders())
        if senders != self._senders:
            self._senders = senders
            self._adopted.clear()
            self._looks.clear()
        return math.ceil(bots / senders)

    def _goes_on(self, bot_id: int, wires: Mapping[int, Wire]) -> bool:
        """Whether a bot's dispatcher is at work, in its term, on the wire that the bot has now."""
        dispatcher, task = self._running[bot_id]
        return self.holds(bot_id) and not task.done() and wires.get(bot_id) is dispatcher.wire

    async def _begin(self, wire: Wire) -> None:
        """Begin a term: what the one before left in flight is due again, save what this process knows of."""
        await self._recorder.record()
        async with self._db.writing() as conn:
            sender = Sender(bot_id=wire.bot_id, term=await take_term(conn, wire.bot_id))
            interrupted = await claims.requeue_interrupted(conn, sender)
        if interrupted:
            log.warning("interrupted sends are due again", bot=wire.name, count=interrupted)
        if wire.pacer.limits.rate and sender.term > 1:  # before the first term nobody sent
            wire.pacer.pause(_HANDOVER_SECONDS)
        lease = _lease(wire.bot_id)
        dispatcher = Dispatcher(sender, wire, self._stages, may_send=lambda: self._leases.holds(lease))
        self._running[wire.bot_id] = dispatcher, asyncio.create_task(dispatcher.run())
        self._claimer.add(dispatcher)
        log.info("sending", bot=wire.name, term=sender.term)

    async def _let_go(self, bot_ids: Sequence[int]) -> None:
        """End the dispatchers of these bots, then let other processes have them."""
        ending = [self._running.pop(bot_id) for bot_id in bot_ids]
        for dispatcher, _ in ending:
            dispatcher.stop()
        await self._claimer.remove([dispatcher for dispatcher, _ in ending])
        ends = await asyncio.gather(*(task for _, task in ending), return_exceptions=True)
        if ending:
            await self._recorder.record()
        for bot_id in bot_ids:
            await self._leases.give_back(_lease(bot_id))
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _wind_up(self, stages: Sequence[asyncio.Task[None]]) -> None:
        claiming, recording = stages
        try:
            await self._let_go([*self._running])
        finally:
            claiming.cancel()
            await self._recorder.end()
            recording.cancel()
            await asyncio.gather(*stages, return_exceptions=True)
