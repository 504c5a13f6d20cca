"""Own days: who is told of a notice later than it was sent has as many working days more to acknowledge it.

Working time counts: what comes after working hours, or on a day off, comes on the next working day.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from messages.scores.days import OwnDay, Told
from messages.store.database import Connection
from schedules.calendars import Calendars
from schedules.deadlines import acknowledge_by, local_instant
from schedules.policy import Policy
from schedules.workdays import WorkCalendar

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


class OwnDays:
    """Counts own days by the office's rules."""

    def __init__(self, calendars: Calendars, policy: Policy, zone: tzinfo) -> None:
        """Count on the official calendar that ``calendars`` gives, in the office's ``zone``."""
        self._calendars = calendars
        self._policy = policy
        self._zone = zone

    async def __call__(self, conn: Connection, told: Sequence[Told]) -> list[OwnDay]:
        """The own day of each, in their order; the calendar is only asked where somebody was told later."""
        late = any(self._is_late(one) for one in told)
        calendar = await self._calendars.seen(conn) if late else self._calendars.latest
        return [own_day(one, calendar, self._policy, self._zone) for one in told]

    def _is_late(self, one: Told) -> bool:
        """Whether it depends on the calendar: what comes within the same working hours has the day of all others."""
        if one.acknowledge_by is None or one.delivered <= one.counted_from:
            return False
        came, sent = one.delivered.astimezone(self._zone), one.counted_from.astimezone(self._zone)
        soon = came.date() == sent.date() and came.time() < self._policy.working_hours.end
        return not soon or one.acknowledge_by <= one.delivered


def own_day(told: Told, calendar: WorkCalendar, policy: Policy, zone: tzinfo) -> OwnDay:
    """A person's own day: the notice's, as many working days later as the message came later.

    It never lies before the message: who is told after it has the next working day. ``zone`` is the office's.
    """
    by = told.acknowledge_by
    if by is None or told.delivered <= told.counted_from:
        return OwnDay(due=by, provisional=told.provisional)
    came, sent = (told.delivered.astimezone(zone), told.counted_from.astimezone(zone))
    due = _later(by.astimezone(zone), _workdays_between(sent, came, calendar, policy), calendar, zone)
    if due <= came:
        due = acknowledge_by(calendar, policy, came, 1)
    moved = due != by and calendar.provisional_between(sent.date(), due.date())
    return OwnDay(due=due, provisional=told.provisional or moved)


def _workdays_between(sent: datetime, came: datetime, calendar: WorkCalendar, policy: Policy) -> int:
    """How many working days later the message came."""
    first, last = _came_on(sent, calendar, policy), _came_on(came, calendar, policy)
    days = (first + n * _DAY for n in range(1, (last - first).days + 1))
    return sum(map(calendar.is_workday, days))


def _came_on(at: datetime, calendar: WorkCalendar, policy: Policy) -> date:
    """The working day on which what comes at a local instant is read."""
    today = at.date()
    if calendar.is_workday(today) and at.time() < policy.working_hours.end:
        return today
    return calendar.add_workdays(today, 1)


def _later(by: datetime, workdays: int, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """A local instant so many working days on; the end of a day, 24:00, stays one."""
    if not workdays:
        return by
    day = (by - _MOMENT).date()
    over = by.date() - day
    return local_instant(calendar.add_workdays(day, workdays) + over, by.time(), zone)
