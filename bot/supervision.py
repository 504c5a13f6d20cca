"""Supervision: a task that fails is told loudly, counted, and begun again after a pause."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.outage import WAIT_SECONDS

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs the service's long tasks."""

    def __init__(self, steady: Callable[[], float], outage: Callable[[Exception], bool]) -> None:
        """Nothing runs yet. ``steady`` counts seconds: a task that ran well for a while is begun again soon.

        ``outage`` says (and tells) whether an error is no fault of the task, which is then begun again and again.
        """
        self._steady = steady
        self._outage = outage
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.restarts: Counter[str] = Counter()

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run ``work`` under ``name`` until it returns; begin it again when it fails."""
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = self._steady()
            try:
                await work()
            except Exception as error:
                if _is_cancelled():
                    return  # what fails while it ends may hide that it was told to end
                self.restarts[name] += 1
                if self._outage(error):
                    await asyncio.sleep(WAIT_SECONDS)
                    continue
                log.exception("a task failed and is begun again", task=name, after_seconds=pause)
            else:
                return
            if self._steady() - began > _LONGEST_PAUSE:
                pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def finish(self, name: str, within: float) -> None:
        """Wait for a task that was asked to end; after ``within`` seconds cancel it."""
        task = self._tasks.pop(name, None)
        if task is None:
            return
        _, late = await asyncio.wait([task], timeout=within)
        if late:
            await self._cancel(task)

    async def cancel(self, name: str) -> None:
        """End a task now."""
        task = self._tasks.pop(name, None)
        if task is not None:
            await self._cancel(task)

    async def _cancel(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.wait([task])


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
