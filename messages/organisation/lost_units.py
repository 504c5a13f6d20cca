"""Units in which nothing reaches somebody: found among everybody in the background, so that no page waits for that."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from messages.store import browsing
from messages.store.browsing import UnitNamed
from messages.store.database import Database

PATIENCE: Final = 0.05
"""Seconds that a page waits for them; of a million people it is told what was found last."""
_AGAIN_AFTER: Final = timedelta(minutes=1)
"""Where looking takes longer than that, it is done so seldom."""


class LostUnits:
    """Remembers them for one process. A small organisation is looked through anew whenever somebody asks."""

    def __init__(self, db: Database, patience: float = PATIENCE) -> None:
        """Nothing has been looked at yet."""
        self._db, self._patience = db, patience
        self._known: tuple[UnitNamed, ...] | None = None
        self._at: datetime | None = None
        self._looking: asyncio.Task[None] | None = None

    async def now(self, now: datetime) -> tuple[UnitNamed, ...] | None:
        """The units, each after the one that it belongs to; None while they are looked for the first time."""
        if self._looking is None and (self._at is None or abs(now - self._at) >= _AGAIN_AFTER):
            self._looking = asyncio.create_task(self._look())
        if (task := self._looking) is not None:
            done, _ = await asyncio.wait([task], timeout=self._patience)
            if done:
                task.result()
            else:
                self._at = now  # it takes long
        return self._known

    async def _look(self) -> None:
        try:
            async with self._db.reading() as conn:
                self._known = tuple(await browsing.lost_units(conn))
        finally:
            self._looking = None

    async def close(self) -> None:
        """Look no more."""
        if (task := self._looking) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
