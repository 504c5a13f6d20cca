"""What the service reports by itself: whom it could not reach, and which official days it does not know."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from messages.audience import sayable
from messages.notices import Category, Json, Lane, NewNotice
from messages.store.unreached import Admin, UnreachedHolder
from schedules.deadlines import end_of_day, local_instant
from schedules.policy import Policy
from schedules.reporting import report
from schedules.workdays import WorkCalendar

LISTED: Final = 30
"""How many people a digest lists by name; the rest is a number."""
_POSTS_NAMED: Final = 2
_POST_NAMED_UP_TO: Final = 30
"""So that the longest digest fits into one message."""


def digest_instant(calendar: WorkCalendar, policy: Policy, zone: tzinfo, now: datetime) -> datetime | None:
    """When today's digest was due; None on a day off or before its time."""
    today = now.astimezone(zone).date()
    at = local_instant(today, policy.digest.time, zone)
    return at if calendar.is_workday(today) and at <= now else None


def digests(holders: Sequence[UnreachedHolder], admins: Sequence[Admin], at: datetime, zone: tzinfo) -> list[NewNotice]:
    """One digest for each admin, of the people in the units that the admin looks after."""
    told: dict[str, list[UnreachedHolder]] = defaultdict(list)
    for holder in holders:
        for code in _admins_of(holder.path, admins):
            told[code].append(holder)
    return [_digest(code, theirs, at, zone) for code, theirs in told.items()]


def _admins_of(path: str, admins: Sequence[Admin]) -> list[str]:
    """The admins of the unit; where it has none who can be told, those of the nearest unit above it."""
    above = [admin for admin in admins if path.startswith(admin.path) and sayable(admin.person_code)]
    nearest = max((len(admin.path) for admin in above), default=0)
    return [admin.person_code for admin in above if len(admin.path) == nearest]


def _digest(person_code: str, holders: Sequence[UnreachedHolder], at: datetime, zone: tzinfo) -> NewNotice:
    day = at.astimezone(zone).date()
    listed: list[Json] = [
        {"unit": one.unit, "name": one.name, "posts": _titles(one.posts), "reason": one.reason}
        for one in holders[:LISTED]
    ]
    return report(
        f"digest:unreachable:{day.isoformat()}:{person_code}",
        "unreachable_digest",
        {"people": listed, "total": len({one.person_code for one in holders})},
        person_code,
        at,
        lane=Lane.BROADCAST,
        expires_at=end_of_day(day, zone),
    )


def _titles(posts: Sequence[str]) -> list[Json]:
    return [title[:_POST_NAMED_UP_TO] for title in posts[:_POSTS_NAMED]]


def calendar_requests(
    calendar: WorkCalendar, policy: Policy, zone: tzinfo, *, since: datetime, until: datetime
) -> list[NewNotice]:
    """The weekly requests to import a year's official days, to be sent after ``since`` and not after ``until``."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    requests = []
    while day <= last:
        at = local_instant(day, policy.digest.time, zone)
        year = _year_wanted(calendar, policy, day)
        if year is not None and since < at <= until and _first_workday_of_week(calendar, day):
            requests.append(_request(year, day, at, zone))
        day += timedelta(days=1)
    return requests


def _year_wanted(calendar: WorkCalendar, policy: Policy, day: date) -> int | None:
    """The year whose official days should be known by ``day`` and are not."""
    if calendar.provisional(day.year):
        return day.year
    asked_from = date.fromisoformat(f"{day.year}-{policy.calendar.ask_from}")
    return day.year + 1 if day >= asked_from and calendar.provisional(day.year + 1) else None


def _first_workday_of_week(calendar: WorkCalendar, day: date) -> bool:
    monday = day - timedelta(days=day.weekday())
    earlier = (monday + timedelta(days=n) for n in range(day.weekday()))
    return calendar.is_workday(day) and not any(calendar.is_workday(one) for one in earlier)


def _request(year: int, day: date, at: datetime, zone: tzinfo) -> NewNotice:
    week = day.isocalendar()
    return NewNotice(
        key=f"calendar:{year}:missing:{week.year}-W{week.week:02}",
        category=Category.REPORT,
        lane=Lane.BROADCAST,
        template="calendar_missing",
        params={"year": year},
        audience="role:office",
        send_at=at,
        created_at=at,
        expires_at=end_of_day(day + timedelta(days=6), zone),
    )
