"""Acts of people run side by side, those of one person one after the other; an act that came twice runs once."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection
from typing import Final

import structlog
from telegram import Update

_log: Final = structlog.get_logger(__name__)

Act = Callable[[], Awaitable[None]]


class InOrder:
    """Runs acts: many people's at a time (``limit``), one person's in the order they came."""

    def __init__(self, limit: int = 256) -> None:
        """Run at most ``limit`` acts at a time; the rest wait."""
        self._slots = asyncio.Semaphore(limit)
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
        """Let what runs or waits come to its end for ``grace`` seconds, then cancel it."""
        if not self._workers:
            return
        _, late = await asyncio.wait(self._workers, timeout=grace)
        for worker in late:
            worker.cancel()
        if late:
            await asyncio.wait(late)

    async def _work(self, person: int) -> None:
        waiting = self._waiting[person]
        try:
            while waiting:
                act, done = waiting[0]
                async with self._slots:
                    await _run(act)
                waiting.popleft()
                if not done.done():
                    done.set_result(None)
        finally:
            del self._waiting[person]
            for _, done in waiting:
                done.cancel()


async def _run(act: Act) -> None:
    try:
        await act()
    except Exception:  # noqa: BLE001 - an error in one act never stops another; the log gets the whole story
        _log.exception("an act of a person failed")


class Inbox:
    """Takes each update once and has it processed in its person's order.

    The last ``remembered`` update ids are kept: a repeated one is not processed again, but waits for the first.
    """

    def __init__(
        self, process: Callable[[Update], Awaitable[None]], *, limit: int = 256, remembered: int = 10_000
    ) -> None:
        """Process by ``process``, at most ``limit`` at a time."""
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
        done = self._in_order.submit(_person(update), lambda: self._process(update))
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


def _person(update: Update) -> int:
    """Whose acts are ordered: the sender's; where there is none, the chat's, or nobody's."""
    who = update.effective_user or update.effective_chat
    return who.id if who else -update.update_id
