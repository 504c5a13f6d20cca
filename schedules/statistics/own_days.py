"""The own days of whom a notice reached late, as steps: whom it reached between two instants has the same day.

Scores go by the same days, person by person. Statistics count a million at once: so the database is told from when to
when an arrival makes which day. There are few such steps: of the days only on which a notice reached somebody late.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from messages.scores.days import OwnDay, Told
from messages.store import own_days as stored
from messages.store.database import Connection
from messages.store.own_days import Dated, Step
from schedules.calendars import Calendars
from schedules.deadlines import local_instant
from schedules.policy import Policy
from schedules.scores.days import own_day
from schedules.workdays import WorkCalendar

_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)


class Stepping:
    """Finds steps by the office's rules."""

    def __init__(self, calendars: Calendars, policy: Policy, zone: ZoneInfo) -> None:
        """Count on the official calendar that ``calendars`` gives, in the office's ``zone``."""
        self._calendars = calendars
        self._policy = policy
        self.zone = zone

    async def steps(
        self, conn: Connection, notices: Sequence[Dated], people: Sequence[int] | None = None
    ) -> tuple[Step, ...]:
        """The steps of some notices, as far as these reached ``people`` (None: anybody) late."""
        days: dict[int, list[date]] = defaultdict(list)
        begin = {one.id: late_from(one, self._policy, self.zone) for one in notices}
        maybe = {one.id: begin[one.id] for one in notices if one.latest is None or one.latest >= begin[one.id]}
        for notice_id, day in await stored.late_arrivals(conn, maybe, people):
            days[notice_id].append(day)
        if not days:
            return ()
        calendar, late = await self._calendars.seen(conn), [one for one in notices if one.id in days]
        found = (steps_of(one, day, calendar, self._policy, self.zone) for one in late for day in sorted(days[one.id]))
        return tuple(chain.from_iterable(found))


def late_from(notice: Dated, policy: Policy, zone: ZoneInfo) -> datetime:
    """Whom a notice reaches before this has its own day: it comes within the same working hours."""
    sent = notice.counted_from.astimezone(zone)
    over = local_instant(sent.date(), policy.working_hours.end, zone)
    if over <= sent:
        over = local_instant(sent.date() + _DAY, time(0), zone)
    return max(min(over, notice.acknowledge_by), notice.counted_from)


def steps_of(notice: Dated, day: date, calendar: WorkCalendar, policy: Policy, zone: ZoneInfo) -> Iterator[Step]:
    """The steps within a day, as UTC has it, that make another day than the notice's."""
    begins = datetime.combine(day, time(0), tzinfo=UTC)
    turns = [*sorted({begins, *_turns(notice, begins, policy.working_hours.end, zone)}), begins + _DAY]
    for since, until in pairwise(turns):
        told = Told(
            acknowledge_by=notice.acknowledge_by,
            counted_from=notice.counted_from,
            delivered=since,
            provisional=notice.provisional,
        )
        own = own_day(told, calendar, policy, zone)
        if own.due and own != OwnDay(due=notice.acknowledge_by, provisional=notice.provisional):
            yield Step(notice_id=notice.id, since=since, until=until, due=own.due, provisional=own.provisional)


def _turns(notice: Dated, begins: datetime, over: time, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants of a day at which an own day may become another: see ``own_day``."""
    clock = notice.acknowledge_by.astimezone(zone).time()
    first = begins.astimezone(zone).date()
    for day in (first, first + _DAY):
        for at in (time(0), clock, over):
            turn = local_instant(day, at, zone).astimezone(UTC)
            if begins < turn < begins + _DAY:
                yield turn
    counts = notice.counted_from.astimezone(UTC) + _MOMENT
    if begins < counts < begins + _DAY:
        yield counts
