"""The database is away for a while: restarting, out of reach, or its disk is full. Two lines tell it, not thousands."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from messages.store import marks
from messages.store.database import Database, is_away

WAIT_SECONDS: Final = 1.0
"""Seconds after which what failed for it tries again."""
_QUIET_SECONDS: Final = 3.0
"""So long without a failure, and it is over."""
_LONGEST_ERROR: Final = 200

log = structlog.get_logger(__name__)


class Outage:
    """Knows whether the database can be used, by what fails for it."""

    def __init__(self, db: Database, steady: Callable[[], float]) -> None:
        """Nothing has failed yet. ``steady`` gives seconds."""
        self._db = db
        self._steady = steady
        self._began_at = self._noted_at = 0.0
        self._watching: asyncio.Task[None] | None = None

    def note(self, error: Exception) -> bool:
        """Whether ``error`` says that the database is away: then it is told (once), and trying again is all to do."""
        if not is_away(error):
            return False
        self._noted_at = self._steady()
        if self._watching is None:
            self._began_at = self._noted_at
            log.error("the database is away; nothing is lost, everything waits for it", error=_briefly(error))
            self._watching = asyncio.create_task(self._watch())
        return True

    async def close(self) -> None:
        """Watch no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        try:
            # It is asked, there is no event.
            while (left := self._noted_at + _QUIET_SECONDS - self._steady()) > 0 or not await self._answers():  # noqa: ASYNC110
                await asyncio.sleep(max(left, WAIT_SECONDS))
        finally:
            self._watching = None  # the next failure is told again
        log.info("the database is back", after_seconds=round(self._noted_at - self._began_at, 1))

    async def _answers(self) -> bool:
        try:
            async with self._db.reading() as conn:
                await marks.find(conn, marks.PLANNING_SINCE)
        except Exception as error:
            if not is_away(error):
                raise
            return False
        return True


def _briefly(error: Exception) -> str:
    """Its first line: what the driver says, without the statement."""
    return str(error).partition("\n")[0][:_LONGEST_ERROR]
