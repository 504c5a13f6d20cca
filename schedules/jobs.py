"""The jobs: APScheduler only wakes. What is due is in the database; a missed or doubled wake harms nothing.

One job looks every few seconds (another process may have put work in); one more is set for the very instant at which
the next thing is due, so that it leaves on time. A wake that comes late is still run, and several late ones are run
as one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schedules.clock import Clock

_SWEEP_SECONDS: Final = 5
_OVERDUE_SECONDS: Final = 11.0
_SWEEP: Final = "sweep"
_ON_TIME: Final = "on-time"
_SOON: Final = "soon"

log = structlog.get_logger(__name__)


class Jobs:
    """Wakes ``work``, which says when it wants to be woken next."""

    def __init__(self, clock: Clock, work: Callable[[], Awaitable[datetime | None]]) -> None:
        """``work`` is run at each wake and gives the civil instant of the next one, None when it knows of none."""
        self._clock = clock
        self._work = work
        self._set_for: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._woken_at = clock.steady()
        self.failures = 0
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)

    def start(self) -> None:
        """Wake at once, then again and again."""
        self._scheduler.add_job(self.wake, "interval", seconds=_SWEEP_SECONDS, id=_SWEEP)
        self._scheduler.start()

    async def stop(self) -> None:
        """Wake no more, and let the work that runs come to its end; harmless where it never started."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        async with self._one_at_a_time:
            pass

    async def wake(self) -> datetime | None:
        """Run the work, and set the next wake for the instant it asks for, which is given back."""
        self._woken_at = self._clock.steady()
        async with self._one_at_a_time:
            at = await self._work()
        if at is None or at == self._set_for:
            return at
        self._set_for = at
        run_date = self._clock.wall(at)
        self._scheduler.add_job(self._on_time, "date", run_date=run_date, id=_ON_TIME, replace_existing=True)
        return at

    def soon(self) -> None:
        """Wake at once, since somebody has put work in; harmless where it never started."""
        if self._scheduler.running:
            self._scheduler.add_job(self.wake, id=_SOON, replace_existing=True)

    async def check(self) -> None:
        """Wake at once where no wake came for long: the scheduler goes by a clock that may have been set back."""
        if self._clock.steady() - self._woken_at > _OVERDUE_SECONDS:
            log.warning("no wake came for long; the scheduler is set anew", seconds=_OVERDUE_SECONDS)
            self._scheduler.reschedule_job(_SWEEP, trigger="interval", seconds=_SWEEP_SECONDS)
            await self.moved()

    async def moved(self) -> datetime | None:
        """The clock was moved: every wake is set anew; gives the next one's instant."""
        self._set_for = None
        return await self.wake()

    async def _on_time(self) -> None:
        if self._set_for is not None:
            await self._clock.sleep_until(self._set_for)  # the machine's clock may have been set back meanwhile
        self._set_for = None
        await self.wake()

    def _failed(self, event: JobExecutionEvent) -> None:
        if isinstance(event.exception, asyncio.CancelledError):
            return  # the service is stopping
        self.failures += 1
        log.error("a job failed; the next wake tries again", job=event.job_id, error=repr(event.exception))
