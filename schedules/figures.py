"""Counting how notices stand, so that whoever looks is answered at once, whether a notice went to ten or a million."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from messages.errors import NotFound
from messages.figures import Figures
from messages.notices import Counts, Notice
from messages.scopes import EVERYWHERE, Scope
from messages.store import figures, notice_standing, notices
from messages.store.database import Connection, Database
from messages.text.phrase import phrase
from schedules.clock import Clock

SMALL: Final = 5_000
"""A notice of so many deliveries and posts is counted whenever somebody looks: in some hundredths of a second."""
_SHARE: Final = 20
"""A larger one is counted again after so many times what counting took: a twentieth of the time goes into it."""
_AGAIN_AFTER: Final = 1.0
_PATIENCE: Final = 0.1
"""Seconds for which who looks first waits for the first count."""
_REMEMBERED: Final = 16


class Counting:
    """Counts notices of one database for one process; large ones in the background, one after the other."""

    def __init__(self, db: Database, clock: Clock, *, small: int = SMALL) -> None:
        """Nothing is counted yet. Up to ``small`` deliveries are counted whenever somebody looks."""
        self._db = db
        self._clock = clock
        self._small = small
        self._last: OrderedDict[int, Figures] = OrderedDict()
        self._wanted: dict[int, asyncio.Event] = {}
        self._asked = asyncio.Event()

    async def of(self, notice_id: int) -> Figures:
        """How a notice stands: now where it is small, as it was counted last where it is large.

        Figures that are not ``counted`` where it is being counted for the first time. Raises ``NotFound``.
        """
        async with self._db.reading() as conn:
            notice = await _find(conn, notice_id)
            if await figures.is_small(conn, notice_id, self._small):
                return await self._count(conn, notice)
            last = await self._stored(conn, notice_id)
        if last is None:
            last = await self._first(notice_id)
        elif self._is_old(last):
            self._want(notice_id)
        return last

    async def counts_of(self, notice_ids: Collection[int], scope: Scope = EVERYWHERE) -> dict[int, Counts]:
        """How notices stand within a scope; those that are being counted for the first time are left out."""
        if not scope.everything:
            found = [await self.of(notice_id) for notice_id in notice_ids]
            return {one.notice_id: one.within(scope).counts for one in found if one.counted}
        async with self._db.reading() as conn:
            small = [one for one in notice_ids if await figures.is_small(conn, one, self._small)]
            known = {one: await notice_standing.counts(conn, one) for one in small}
            known |= await figures.stored_counts(conn, set(notice_ids) - known.keys())
        for notice_id in set(notice_ids) - known.keys():
            self._want(notice_id)
        return known

    async def now(self, notice_id: int) -> Figures:
        """How a notice stands at this moment, however long counting takes. Raises ``NotFound``."""
        async with self._db.reading() as conn:
            return await self._count(conn, await _find(conn, notice_id))

    async def run(self) -> None:
        """Count large notices that somebody has looked at, for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._wanted:
                notice_id = next(iter(self._wanted))
                try:
                    await self._renew(notice_id)
                finally:
                    self._wanted.pop(notice_id).set()

    async def _renew(self, notice_id: int) -> None:
        async with self._db.reading() as conn:
            last = await figures.stored(conn, notice_id)
            if last is not None and not self._is_old(last):
                return  # another process has counted it meanwhile
            counted = await self._count(conn, await _find(conn, notice_id))
        async with self._db.writing() as conn:
            await figures.store(conn, counted)
        self._remember(counted)

    async def _count(self, conn: Connection, notice: Notice) -> Figures:
        began = self._clock.steady()
        counted = await figures.count(conn, notice, self._clock.now())
        return replace(counted, seconds=self._clock.steady() - began)

    async def _stored(self, conn: Connection, notice_id: int) -> Figures | None:
        """The figures counted last, by whichever process; those read before are not read again."""
        at = await figures.stored_at(conn, notice_id)
        known = self._last.get(notice_id)
        if known is not None and known.at == at:
            self._last.move_to_end(notice_id)
            return known
        found = await figures.stored(conn, notice_id)
        if found is not None:
            self._remember(found)
        return found

    async def _first(self, notice_id: int) -> Figures:
        done = self._want(notice_id)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _PATIENCE)
        known = self._last.get(notice_id)
        return known or Figures(notice_id=notice_id, at=self._clock.now(), seconds=0, counts=Counts(), counted=False)

    def _want(self, notice_id: int) -> asyncio.Event:
        self._asked.set()
        return self._wanted.setdefault(notice_id, asyncio.Event())

    def _is_old(self, last: Figures) -> bool:
        age: timedelta = self._clock.now() - last.at
        return age.total_seconds() >= max(_AGAIN_AFTER, _SHARE * last.seconds)

    def _remember(self, found: Figures) -> None:
        self._last[found.notice_id] = found
        self._last.move_to_end(found.notice_id)
        while len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)


async def _find(conn: Connection, notice_id: int) -> Notice:
    notice = await notices.find(conn, notice_id)
    if notice is None:
        raise NotFound(phrase("There is no notice {id}.", id=notice_id))
    return notice
