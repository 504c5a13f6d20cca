"""Acts of people run side by side, those of one person one after the other; an act that came twice runs once.

An act may leave something for later: what only shows people what is recorded already. It holds up nobody.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import structlog

from bot.telegram.incoming import Update

_log: Final = structlog.get_logger(__name__)

Later = Callable[[], Awaitable[None]]
"""What an act leaves for later."""

Act = Callable[[], Awaitable[Later | None]]

_MANY: Final = 8
"""So many people's acts at a time are a crowd: what can be done later keeps out of its way."""
_ASIDE: Final = 0.02
"""Seconds for which it steps aside after each thing done in a crowd."""


class Afterwards:
    """Does what acts left for later, the oldest first: a few at a time, and one at a time while people are waiting.

    At most ``most`` wait; what comes beyond that is left undone, which is told.
    """

    def __init__(self, busy: Callable[[], bool], *, limit: int = 8, most: int = 20_000) -> None:
        """Do at most ``limit`` at a time; ``busy`` says whether people are waiting."""
        self._busy = busy
        self._limit = limit
        self._most = most
        self._waiting: deque[Later] = deque()
        self._told = False
        self._workers: set[asyncio.Task[None]] = set()

    def take(self, work: Later) -> None:
        """Do ``work`` when there is room."""
        if len(self._waiting) >= self._most:
            if not self._told:
                _log.warning("too much is left for later: messages will not show what was recorded", waiting=self._most)
            self._told = True
            return
        self._waiting.append(work)
        self._engage()

    async def close(self, grace: float) -> None:
        """Go on for ``grace`` seconds at the most, then leave the rest undone, which is told."""
        await _finish(self._workers, grace)
        if self._waiting:
            _log.warning("messages do not show what was recorded: there was no time left", messages=len(self._waiting))
            self._waiting.clear()

    def _engage(self) -> None:
        if self._waiting and len(self._workers) < (1 if self._steps_aside() else self._limit):
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self) -> None:
        while self._waiting:
            await _run(self._waiting.popleft())
            if self._steps_aside():
                if len(self._workers) > 1:
                    return
                await asyncio.sleep(_ASIDE)
            self._engage()
        self._told = False

    def _steps_aside(self) -> bool:
        """Whether people come first; not any more once so much has gathered that some would be left undone."""
        return self._busy() and len(self._waiting) < self._most // 4


class InOrder:
    """Runs acts: many people's at a time (``limit``), one person's in the order they came."""

    def __init__(self, limit: int = 256) -> None:
        """Run at most ``limit`` acts at a time; the rest wait."""
        self._slots = asyncio.Semaphore(limit)
        self._afterwards = Afterwards(lambda: len(self._workers) >= _MANY)
        self._waiting: dict[int, deque[tuple[Act, asyncio.Future[None]]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def submit(self, person: int, act: Act) -> asyncio.Future[None]:
        """Run ``act`` after the person's earlier ones; done when it has run, also when it failed (which is logged)."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if (waiting := self._waiting.get(person)) is not None:
            waiting.append((act, done))
            return done
        self._waiting[person] = deque([(act, done)])
        worker = asyncio.create_task(self._work(person))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)
        return done

    async def close(self, grace: float) -> None:
        """Let what runs or waits come to its end for ``grace`` seconds, then cancel it; what is later has a third."""
        await _finish(self._workers, grace * 2 / 3)
        await self._afterwards.close(grace / 3)

    async def _work(self, person: int) -> None:
        waiting = self._waiting[person]
        try:
            while waiting:
                act, done = waiting[0]
                async with self._slots:
                    later = await _run(act)
                waiting.popleft()
                if not done.done():
                    done.set_result(None)
                if later is not None:
                    self._afterwards.take(later)
        finally:
            del self._waiting[person]
            for _, done in waiting:
                done.cancel()


async def _run(act: Act) -> Later | None:
    try:
        return await act()
    except Exception:  # noqa: BLE001 - an error in one act never stops another; the log gets the whole story
        _log.exception("an act of a person failed")
        return None


async def _finish(workers: Collection[asyncio.Task[None]], grace: float) -> None:
    """Wait for ``grace`` seconds, then cancel who is late."""
    if not workers:
        return
    _, late = await asyncio.wait(workers, timeout=grace)
    for worker in late:
        worker.cancel()
    if late:
        await asyncio.wait(late)


class Inbox:
    """Takes each update once and has it processed in its person's order.

    The last ``remembered`` update ids are kept: a repeated one is not processed again, but waits for the first.
    """

    def __init__(
        self, process: Callable[[Update], Awaitable[Later | None]], *, limit: int = 256, remembered: int = 10_000
    ) -> None:
        """Process by ``process``, at most ``limit`` at a time; what it gives back is done later."""
        self._process = process
        self._in_order = InOrder(limit)
        self._remembered = remembered
        self._taken: OrderedDict[int, asyncio.Future[None]] = OrderedDict()
        self._unfinished: dict[int, asyncio.Future[None]] = {}

    @property
    def unfinished(self) -> Collection[asyncio.Future[None]]:
        """What is not processed yet."""
        return self._unfinished.values()

    @property
    def lowest_unfinished(self) -> int | None:
        """The lowest update id that is not processed yet."""
        return min(self._unfinished, default=None)

    def knows(self, update_id: int) -> bool:
        """Whether an update was taken already; one that was cut off is taken again."""
        known = self._taken.get(update_id)
        return known is not None and not known.cancelled()

    def take(self, update: Update) -> asyncio.Future[None]:
        """Have an update processed; the future is done when it was, cancelled when the service stopped before."""
        number = update.update_id
        if self.knows(number):
            return self._taken[number]
        done = self._in_order.submit(update.person, lambda: self._process(update))
        self._taken[number] = self._unfinished[number] = done
        done.add_done_callback(lambda done: self._finish(number, done))
        while len(self._taken) > self._remembered:
            self._taken.popitem(last=False)
        return done

    async def close(self, grace: float) -> None:
        """Let what was taken come to its end for ``grace`` seconds, then cancel it."""
        await self._in_order.close(grace)

    def _finish(self, number: int, done: asyncio.Future[None]) -> None:
        """What was cancelled stays unfinished: it must come again."""
        if not done.cancelled():
            del self._unfinished[number]
