"""The forecast: what will be sent, when, and to how many, as the calendar, the policy and the roster stand now."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.notices import NewNotice, Notice
from messages.scopes import EVERYWHERE, Scope
from messages.store import notices
from messages.store.audience import count_people
from messages.store.database import Connection, Database
from schedules.holidays import holiday_notices
from schedules.tenders import ahead
from schedules.tools import Tools

_JUST_BEFORE: Final = timedelta(microseconds=1)
_COUNTS_LIVE: Final = timedelta(minutes=10)
_PATIENCE: Final = 0.05
"""Seconds that a page waits for people to be counted; of a million it is told at the next look."""


async def coming(
    conn: Connection, tools: Tools, *, since: datetime, until: datetime, now: datetime
) -> list[Notice | NewNotice]:
    """What goes from ``since`` until before ``until``, in order.

    These are the notices made, and those of holidays and of matters that are not made yet.
    """
    made = await notices.upcoming(conn, since, until)
    window = {"since": since - _JUST_BEFORE, "until": until - _JUST_BEFORE}
    planned = holiday_notices(tools.calendars.latest, tools.policy, tools.zone, **window, now=now)
    planned += await ahead.coming(conn, tools, since=since, until=until)
    known = await notices.told(conn, [notice.key for notice in planned])
    unmade = [notice for notice in planned if notice.key not in known]
    return sorted([*made, *unmade], key=lambda notice: (notice.send_at, notice.lane))


@dataclass(frozen=True, kw_only=True)
class _Counted:
    people: int
    at: datetime


class AudienceSizes:
    """How many people audiences reach, remembered for a while: a page does not wait until a province is counted."""

    def __init__(self, db: Database) -> None:
        """Nothing is counted yet."""
        self._db = db
        self._known: dict[tuple[str, Scope], _Counted] = {}
        self._counting: dict[tuple[str, Scope], asyncio.Task[None]] = {}

    async def of(self, audiences: Sequence[str], now: datetime, scope: Scope = EVERYWHERE) -> Mapping[str, int]:
        """The sizes within a scope that are known, or are soon."""
        wanted = {(audience, scope) for audience in audiences}
        stale = {key for key in wanted if key not in self._known or now - self._known[key].at > _COUNTS_LIVE}
        for key in stale - self._counting.keys():
            self._counting[key] = asyncio.create_task(self._count(key, now))
        if stale:
            await asyncio.wait([self._counting[key] for key in stale if key in self._counting], timeout=_PATIENCE)
        return {
            audience: self._known[audience, scope].people for audience, _ in wanted if (audience, scope) in self._known
        }

    async def _count(self, key: tuple[str, Scope], now: datetime) -> None:
        try:
            async with self._db.reading() as conn:
                self._known[key] = _Counted(people=await count_people(conn, *key), at=now)
        finally:
            del self._counting[key]

    async def close(self) -> None:
        """Count no more."""
        tasks = [*self._counting.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
