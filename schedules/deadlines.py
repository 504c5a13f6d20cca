"""Deadlines on the working-day calendar, and the local times of things.

An instant is built from a local day and time of the zone. Where clocks change, a local time that does not exist
is moved forward by the length of the gap, and of one that comes twice the first is taken.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from messages.errors import Refused, refused
from messages.text.phrase import phrase
from schedules.policy import Policy
from schedules.workdays import WorkCalendar

_WITHIN: Final = re.compile(r"(\d{1,2})\s*(?:wd|个?工作日)", re.IGNORECASE)
_SHARP_MINUTES: Final = (0, 30)
_OFF_SHARP: Final = timedelta(minutes=10)


def local_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a local day and time in ``zone``."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The instant at which the local day is over."""
    return local_instant(day + timedelta(days=1), time(0), zone)


def acknowledge_by(calendar: WorkCalendar, policy: Policy, sent: datetime, workdays: int) -> datetime:
    """The end of working hours ``workdays`` working days after ``sent`` (in its zone, its own day excluded).

    Zero is the same working day, or the next one when working hours are already over.
    """
    zone = zone_of(sent)
    deadline = local_instant(calendar.add_workdays(sent.date(), workdays), policy.working_hours.end, zone)
    if deadline > sent:
        return deadline
    return local_instant(calendar.add_workdays(sent.date(), 1), policy.working_hours.end, zone)


def reminder_times(
    calendar: WorkCalendar, policy: Policy, sent: datetime, *, before: datetime | None = None
) -> tuple[datetime, ...]:
    """The instants of the reminder waves: the local time of ``sent``, the policy's numbers of working days on.

    A time outside working hours is moved into them; none is at :00 or :30 sharp. Those not before
    ``before`` are left out.
    """
    zone, at = zone_of(sent), working_time(policy, sent)
    times = (local_instant(calendar.add_workdays(sent.date(), n), at, zone) for n in policy.reminders.workdays)
    return tuple(instant for instant in times if before is None or instant < before)


def next_working_morning(calendar: WorkCalendar, policy: Policy, now: datetime) -> datetime:
    """The next beginning of working hours after ``now``, in its zone; never at :00 or :30 sharp."""
    zone, start = zone_of(now), policy.working_hours.start
    at = off_sharp(datetime.combine(now.date(), start)).time()
    today = local_instant(now.date(), at, zone)
    if today > now and calendar.is_workday(now.date()):
        return today
    return local_instant(calendar.add_workdays(now.date(), 1), at, zone)


def after_working_hours(calendar: WorkCalendar, policy: Policy, start: datetime, hours: float) -> datetime:
    """The instant at which so many working hours have passed since ``start``, in its zone: days off do not count."""
    zone, day, left = zone_of(start), start.date(), timedelta(hours=hours)
    while True:
        if calendar.is_workday(day):
            opens = max(start, local_instant(day, policy.working_hours.start, zone))
            closes = local_instant(day, policy.working_hours.end, zone)
            if opens + left <= closes:
                return opens + left
            left -= max(closes - opens, timedelta(0))
        day += timedelta(days=1)


def parse_within(text: str) -> int:
    """The working days of ``2wd`` (or ``2个工作日``); anything else is ``Refused``."""
    found = _WITHIN.fullmatch(text.strip())
    if not found:
        raise refused(phrase("a number of working days is accepted, such as 2wd"), column="within", value=text)
    return int(found.group(1))


def parse_instant(text: str, zone: tzinfo, now: datetime) -> datetime:
    """An instant to come, in ``zone``: ISO 8601, read as ``zone``'s without an offset; anything else is ``Refused``."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise _no_instant(text) from None
    at = given if given.tzinfo else given.replace(tzinfo=zone)
    if at < now:
        raise _no_instant(text)
    return at.astimezone(zone)


def _no_instant(text: str) -> Refused:
    accepted = phrase("an instant to come is accepted, such as 2026-09-21T09:10 or 2026-09-21T09:10:00+08:00")
    return refused(accepted, column="at", value=text)


def working_time(policy: Policy, sent: datetime) -> time:
    """The local time of an instant, moved into working hours; never at :00 or :30 sharp."""
    hours = policy.working_hours
    at = min(max(sent.time().replace(second=0, microsecond=0), hours.start), hours.end)
    return off_sharp(datetime.combine(sent.date(), at), back=at >= hours.end).time()


def off_sharp(at: datetime, *, back: bool = False) -> datetime:
    """The same time, or where it is at :00 or :30 sharp one ten minutes later; ``back``: earlier."""
    if at.minute not in _SHARP_MINUTES:
        return at
    return at - _OFF_SHARP if back else at + _OFF_SHARP


def zone_of(instant: datetime) -> tzinfo:
    """The zone that an instant is told in; a naive one is a ``ValueError``."""
    if instant.tzinfo is None:
        message = f"naive instant refused: {instant.isoformat()}"
        raise ValueError(message)
    return instant.tzinfo
