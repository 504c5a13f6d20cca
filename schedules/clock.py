"""The one clock. Nothing else in the service reads the time.

Two kinds of time come from here: the civil instant (which a demo or a test may move forward) and a steady count of
seconds, which paces the wire and cannot be moved.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PROCESS_BEGAN: Final = time.monotonic()
"""The steady second at which the process began: the entry point imports this module before anything else."""


class Clock:
    """Civil time in the office's zone, running on from a start; may be moved forward only."""

    def __init__(self, zone: ZoneInfo, start: datetime | None = None, *, began: float | None = None) -> None:
        """Start at the present, or at ``start`` (aware), now or at the steady second ``began``."""
        self.zone = zone
        ran = timedelta(seconds=time.monotonic() - began) if began is not None else timedelta(0)
        self._offset = timedelta(0) if start is None else start + ran - datetime.now(UTC)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The present instant, in the office's zone."""
        return (datetime.now(UTC) + self._offset).astimezone(self.zone)

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
