"""Retention: deliveries older than the policy keeps leave for the archive, a small step at a time.

A step chooses some, writes them to a file, and removes them once the file is safe. After a crash between the two, the
next step first removes what the newest file holds. Acknowledgements and the ledger stay for ever.
"""

import asyncio
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

import structlog

from messages import searches
from messages.archive import Archive, ArchiveUnusable, OldDelivery
from messages.store import archive
from messages.store.archive import Place
from messages.store.database import Database
from schedules.deadlines import local_instant
from schedules.policy.model import RetentionTerms

log = structlog.get_logger(__name__)

_SEARCHES_KEPT: Final = timedelta(days=1)
"""So long the pages of what was found can be turned."""


def months_before(now: datetime, months: int, zone: tzinfo) -> datetime:
    """The same local day and time some calendar months ago; the month's last day where that month is shorter."""
    local = now.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local_instant(date(year, month + 1, day), local.time(), zone)


class Retention:
    """Moves the old deliveries of one database to one folder."""

    def __init__(self, *, db: Database, policy: RetentionTerms, zone: tzinfo, folder: Path) -> None:
        """Keep ``policy.months``, counted in the office's ``zone``; ``folder`` is made at the first need."""
        self._db = db
        self._policy = policy
        self._zone = zone
        self._archive = Archive(folder, zone)
        self._place = Place()
        self._in_doubt = True  # whether something of the newest file may still stand in the database

    async def step(self, now: datetime) -> int:
        """Archive about as many deliveries as the policy's step; gives how many, 0 when nothing is left.

        Also 0 where the folder cannot be used: nothing is removed then, and a later step tries again. What people
        looked for is not archived but deleted.
        """
        await searches.forget(self._db, now - _SEARCHES_KEPT)
        try:
            return await self._finish() or await self._archive_next(now)
        except ArchiveUnusable as error:
            why = "old deliveries stay in the database: they cannot be archived; a later pass tries again"
            log.warning(why, error=str(error))
            return 0

    async def _finish(self) -> int:
        if not self._in_doubt:
            return 0
        removed = await self._remove(await asyncio.to_thread(self._archive.newest))
        self._in_doubt = False
        if removed:
            log.warning("removed what an interrupted run had archived already", deliveries=removed)
        return removed

    async def _archive_next(self, now: datetime) -> int:
        old, place = await self._find(months_before(now, self._policy.months, self._zone))
        if not old:
            return 0
        self._in_doubt = True
        file = await asyncio.to_thread(self._archive.add, old)
        removed = await self._remove(old)
        self._in_doubt, self._place = False, place
        log.info("archived", deliveries=removed, file=file)
        return removed

    async def _find(self, before: datetime) -> tuple[Sequence[OldDelivery], Place]:
        """The next to leave, and how far the walk has come with them; at the end it begins anew."""
        while True:
            async with self._db.reading() as conn:
                old, place = await archive.find(conn, before=before, after=self._place, limit=self._policy.step)
            if place == self._place:
                self._place = Place()
                return [], self._place
            if old:
                return old, place
            self._place = place

    async def _remove(self, old: Sequence[OldDelivery]) -> int:
        if not old:
            return 0
        async with self._db.writing() as conn:
            return await archive.remove(conn, old)
