"""The one clock. Nothing else in the service reads the time.

Two kinds of time come from here: the civil instant (which a demo or a test may move forward) and a steady count of
seconds, which paces the wire and cannot be moved.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

PROCESS_BEGAN: Final = time.monotonic()
"""The steady second at which the process began: the entry point imports this module before anything else."""

_WITH_SLEEP: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux alone has the first

_SET_BACK: Final = timedelta(seconds=2)
"""Less than this is the machine's clock being kept right, and is followed (without ever going back)."""

log = structlog.get_logger(__name__)


class Clock:
    """Civil time in the office's zone, running on from a start; moved forward only.

    Where the machine's clock is set back under it, it runs on by its own count: what was done would otherwise lie in
    the future, and what is due would wait once more.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        start: datetime | None = None,
        *,
        began: float | None = None,
        machine: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Start at the present, or at ``start`` (aware), now or at the steady second ``began``."""
        self.zone = zone
        self._machine = machine
        ran = timedelta(seconds=time.monotonic() - began) if began is not None else timedelta(0)
        self._latest, self._seen_at = machine(), self.since_boot()
        self._offset = timedelta(0) if start is None else start + ran - self._latest
        self._moved = asyncio.Event()
        self._told = False

    def now(self) -> datetime:
        """The present instant, in the office's zone."""
        return (self._instant() + self._offset).astimezone(self.zone)

    def _instant(self) -> datetime:
        """The machine's instant, or where that was set back, as far as it had come and the time since."""
        machine, count = self._machine(), self.since_boot()
        counted = self._latest + timedelta(seconds=count - self._seen_at)
        if (back := counted - machine) > _SET_BACK:
            if not self._told:
                self._told = True
                log.warning("the machine's clock was set back; this process runs on by its own count", by=str(back))
            machine = counted
        self._latest, self._seen_at = max(machine, self._latest), count
        return self._latest

    def since_boot(self) -> float:
        """Seconds since the machine started, its sleep included: for what must end while we sleep, such as leases."""
        return time.clock_gettime(_WITH_SLEEP)

    def steady(self) -> float:
        """Seconds of a steady clock: for pacing and measuring, never for dates."""
        return time.monotonic()

    def wall(self, instant: datetime) -> datetime:
        """When, on the machine's own clock, this one will show ``instant``."""
        return instant - self._offset

    def move_to(self, instant: datetime) -> None:
        """Move forward to ``instant`` and wake who sleeps; an instant in the past is refused."""
        ahead = instant - self.now()
        if ahead < timedelta(0):
            message = f"the clock moves forward only: {instant.isoformat()}"
            raise ValueError(message)
        self._offset += ahead
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, instant: datetime) -> None:
        """Sleep until the civil instant, however the clock comes to it."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                continue
