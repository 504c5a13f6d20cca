"""The planner: what is due at an instant becomes notices, once; due waves become deliveries.

Everything is found by state: an occasion is due when its time has passed and no notice has its key; a wave when its
time has passed and it has no deliveries yet. So a pass may be repeated, interrupted or late without harm.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from messages.errors import Refused
from messages.notices import FIRST_WAVE, Category, Json, NewNotice
from messages.store import deliveries, marks, notices, unreached, waves
from messages.store.database import Database
from schedules import reports
from schedules.calendars import Calendars
from schedules.holidays import HolidayWaveKind, changed_notice, holiday_notices, occasion, told_otherwise
from schedules.policy import Policy
from schedules.quiet_hours import Quiet
from schedules.workdays import WorkCalendar

REMINDED_GAP: Final = timedelta(hours=4)
"""A reminder leaves out whoever got the notice less than this ago."""
_HORIZON: Final = timedelta(days=400)
_LOOK_BACK: Final = timedelta(days=120)
"""Nothing that was due longer ago than this can still be of use."""
_TELL_THE_DAYS: Final = (HolidayWaveKind.FORMAL, HolidayWaveKind.SHORT)
"""One of these comes before any change of a holiday's days that people are told of."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What one pass has done: how many notices were made, deliveries planned, deliveries expired."""

    notices: int = 0
    deliveries: int = 0
    expired: int = 0


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """What is due next: a notice by its template and values (or the title a person gave), and which wave of it."""

    at: datetime
    template: str
    params: Mapping[str, Json]
    title: str | None = None
    number: int = FIRST_WAVE


class Planner:
    """Plans for one office."""

    def __init__(
        self,
        *,
        db: Database,
        policy: Policy,
        zone: ZoneInfo,
        calendars: Calendars,
        ahead: Sequence[Callable[[datetime], Awaitable[Upcoming | None]]] = (),
    ) -> None:
        """Plan by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``.

        ``ahead`` say what else is due next after an instant.
        """
        self._ahead = ahead
        self._db = db
        self._policy = policy
        self._zone = zone
        self.calendars = calendars
        self.quiet = Quiet(policy.quiet_hours, zone, calendars)

    async def run(self, now: datetime) -> Planned:
        """One pass.

        1. Occasions that are due become notices. 2. Due waves become deliveries, a batch in each transaction.
        3. What quiet hours have overtaken waits for their end. 4. What is past its use expires by name.
        """
        made = await self._make_notices(now)
        planned = await self.fan_out(now)
        await self.quiet.overtake(self._db, now)
        expired = await self._expire(now)
        if made or planned or expired:
            log.info("planned", notices=made, deliveries=planned, expired=expired)
        return Planned(notices=made, deliveries=planned, expired=expired)

    async def next_due(self, now: datetime, *, reports_too: bool = True) -> Upcoming | None:
        """What is due next after ``now``: an occasion not made yet, a wave of a notice that is, or what else is ahead.

        Without ``reports_too`` the service's own reports to administrators are passed over.
        """
        found = [await self._next_notice(now, reports_too=reports_too), *[await ahead(now) for ahead in self._ahead]]
        return min((one for one in found if one is not None), key=lambda one: one.at, default=None)

    async def _next_notice(self, now: datetime, *, reports_too: bool) -> Upcoming | None:
        calendar = await self.calendars.current()
        occasions = self._occasions(calendar, now, now + _HORIZON)
        if not reports_too:
            occasions = [notice for notice in occasions if notice.category is not Category.REPORT]
        async with self._db.reading() as conn:
            known = await notices.told(conn, [notice.key for notice in occasions])
            wave = await waves.upcoming(conn, now)
        new = next((notice for notice in occasions if notice.key not in known), None)
        if wave is not None and (new is None or wave.at <= new.send_at):
            return Upcoming(
                at=wave.at, template=wave.template, params=wave.params, title=wave.title, number=wave.number
            )
        return Upcoming(at=new.send_at, template=new.template, params=new.params) if new else None

    async def _make_notices(self, now: datetime) -> int:
        calendar = await self.calendars.current()
        since = max(await self._since(now), now - _LOOK_BACK)
        occasions = self._occasions(calendar, since, now)
        async with self._db.reading() as conn:
            told = await notices.told(conn, [notice.key for notice in occasions])
        new = [notice for notice in occasions if notice.key not in told]
        new += await self._changes(calendar, now)
        made = await self._digest(calendar, now)
        if not new:
            return made
        async with self._db.writing() as conn:
            ids = [await notices.add(conn, notice) for notice in new]
        return made + sum(notice_id is not None for notice_id in ids)

    async def _since(self, now: datetime) -> datetime:
        """Since when this office has been planned for: what was due before is not ours to send."""
        async with self._db.reading() as conn:
            since = await marks.find(conn, marks.PLANNING_SINCE)
        if since is not None and since <= now:
            return since
        async with self._db.writing() as conn:
            await marks.put(conn, marks.PLANNING_SINCE, now)
        return now

    def _occasions(self, calendar: WorkCalendar, since: datetime, until: datetime) -> list[NewNotice]:
        policy, zone = self._policy, self._zone
        found = [
            *holiday_notices(calendar, policy, zone, since=since, until=until, now=until),
            *reports.calendar_requests(calendar, policy, zone, since=since, until=until),
        ]
        return sorted(found, key=lambda notice: notice.send_at)

    async def _changes(self, calendar: WorkCalendar, now: datetime) -> list[NewNotice]:
        """What people who were told of other days off are told now: each change once."""
        today = now.astimezone(self._zone).date()
        ahead = [
            days for year in (today.year, today.year + 1) for days in calendar.festivals(year) if days.last >= today
        ]
        begins = [f"{occasion(days)}:{kind}" for days in ahead for kind in _TELL_THE_DAYS]
        async with self._db.reading() as conn:
            # To look for keys that begin alike is to look at every notice: only where there is something to change.
            begun = {key.rpartition(":")[0] for key in await notices.told(conn, begins)}
            told = [
                (days, await notices.told_about(conn, f"{occasion(days)}:"))
                for days in ahead
                if occasion(days) in begun
            ]
        return [
            changed_notice(calendar, self._policy, self._zone, days, now, told=[key for key, _ in before])
            for days, before in told
            if told_otherwise(days, before)
        ]

    async def _digest(self, calendar: WorkCalendar, now: datetime) -> int:
        """Make today's digests of people who could not be reached since the last ones; gives how many."""
        at = reports.digest_instant(calendar, self._policy, self._zone, now)
        async with self._db.reading() as conn:
            before = await marks.find(conn, marks.DIGESTED)
        if before is not None and before > now:
            before = None  # the clock was set back since: that day's digest is still to come
        if at is None or (before is not None and before >= at):
            return 0
        async with self._db.reading() as conn:  # a long look at many deliveries: nobody waits for it
            holders = await unreached.since(conn, before or at - _LOOK_BACK, at)
            found = reports.digests(holders, await unreached.admins(conn), at, self._zone)
        async with self._db.writing() as conn:
            for digest in found:
                await notices.add(conn, digest)
            await marks.put(conn, marks.DIGESTED, at)
        return len(found)

    async def fan_out(self, now: datetime) -> int:
        """Make the deliveries of every wave that is due, the most urgent first; gives how many.

        A notice whose audience cannot be read holds up no other: it is told, and stays due.
        """
        planned, openings = 0, await self.quiet.openings(self._db, now)
        unreadable: list[waves.Batch] = []
        while due := [batch for batch in await self._due(now) if batch not in unreadable]:
            for batch in due:
                try:
                    async with self._db.writing() as conn:
                        planned += await waves.fan_out(conn, batch, now, reminded_gap=REMINDED_GAP, openings=openings)
                except Refused as error:
                    unreadable.append(batch)
                    log.error("an audience cannot be read; its notice waits", audience=str(batch.to), error=str(error))  # noqa: TRY400 -- a sentence says all
        return planned

    async def _due(self, now: datetime) -> list[waves.Batch]:
        async with self._db.reading() as conn:
            return await waves.due(conn, now)

    async def _expire(self, now: datetime) -> int:
        """Mark what is past its use, in small transactions: senders go on meanwhile."""
        async with self._db.reading() as conn:
            if not await deliveries.any_expired(conn, now):
                return 0
        expired = 0
        while marked := await self._expire_some(now):
            expired += marked
        return expired

    async def _expire_some(self, now: datetime) -> int:
        async with self._db.writing() as conn:
            return await deliveries.expire(conn, now)
