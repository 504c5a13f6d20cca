"""Holiday integrity notices (节日廉洁提醒): which waves each holiday has, when they go out, and their deadlines.

formal  some calendar days before the first day off: the full text
short   on the last working day before the holiday: a few lines
duty    on the first day off: to those on duty
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from messages.notices import Category, Json, Lane, NewNotice
from messages.official_days import Festival
from schedules.deadlines import acknowledge_by, end_of_day, local_instant, reminder_times
from schedules.policy import Policy
from schedules.policy.model import HolidayWave
from schedules.quiet_hours import wait
from schedules.workdays import DaysOff, WorkCalendar

VARIANTS: Final = 3
"""How many texts each festival has; they take turns by year, and neighbouring festivals do not read alike."""

REPORT_TELEPHONE: Final = "12388"
"""The discipline inspection organs' telephone for reports (纪检监察机关举报电话)."""


class HolidayWaveKind(StrEnum):
    """The waves of a holiday; part of an occasion key and of a template's name."""

    FORMAL = "formal"
    SHORT = "short"
    DUTY = "duty"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class ChangedDays:
    """A holiday whose days off are others than before; None where the calendar did not have it at all."""

    before: DaysOff | None
    after: DaysOff


def occasion(days: DaysOff) -> str:
    """The part that the keys of all of a holiday's notices begin with."""
    return f"holiday:{days.year}:{days.slug}"


def holiday_notices(
    calendar: WorkCalendar, policy: Policy, zone: tzinfo, *, since: datetime, until: datetime, now: datetime
) -> list[NewNotice]:
    """The holiday notices to be sent after ``since`` and not after ``until``, in the order of time.

    ``now`` is when they are made. A notice's key names the occasion (``holiday:2026:national-day:formal``).
    """
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    # A notice goes out up to two months before its holiday, so the year after counts too.
    holidays = (days for year in range(first.year - 1, last.year + 2) for days in calendar.festivals(year))
    notices = (notice for days in holidays for notice in _waves(calendar, policy, zone, days, now))
    return sorted((notice for notice in notices if since < notice.send_at <= until), key=lambda notice: notice.send_at)


def _waves(calendar: WorkCalendar, policy: Policy, zone: tzinfo, days: DaysOff, now: datetime) -> Iterator[NewNotice]:
    making = _Making(calendar=calendar, policy=policy, zone=zone, now=now)
    waves = policy.holidays
    formal_day = days.first - timedelta(days=waves.formal.days_before)
    short_day = calendar.add_workdays(days.first, -1)
    yield making.notice(days, HolidayWaveKind.FORMAL, waves.formal, formal_day, waves.formal.time)
    if formal_day < short_day:  # otherwise the full text has just gone out
        yield making.notice(days, HolidayWaveKind.SHORT, waves.short, short_day, waves.short.time)
    yield making.notice(days, HolidayWaveKind.DUTY, waves.duty, days.first, waves.duty.time)


@dataclass(frozen=True, kw_only=True)
class _Making:
    """What every notice is made from."""

    calendar: WorkCalendar
    policy: Policy
    zone: tzinfo
    now: datetime

    def notice(self, days: DaysOff, kind: HolidayWaveKind, wave: HolidayWave, day: date, at: time) -> NewNotice:
        send_at = local_instant(day, at, self.zone)
        expires_at = end_of_day(days.last, self.zone)
        told_at = self._told_at(send_at, expires_at, anytime=kind is HolidayWaveKind.DUTY)
        return NewNotice(
            key=f"{occasion(days)}:{kind}",
            category=Category.PROMPT,
            lane=Lane.PROMPT,
            template=f"holiday_{kind}",
            params=holiday_params(days),
            audience=wave.audience,
            send_at=send_at,
            created_at=self.now,
            acknowledge=wave.acknowledge,
            acknowledge_by=self._deadline(days, told_at, wave.within) if wave.acknowledge else None,
            expires_at=expires_at,
            reminders=self._reminders(days, told_at) if wave.acknowledge else (),
            anytime=kind is HolidayWaveKind.DUTY,
            provisional=days.provisional or self.calendar.provisional_between(send_at.date(), days.last),
        )

    def _told_at(self, send_at: datetime, expires_at: datetime, *, anytime: bool) -> datetime:
        """When people are told, be it late, or after quiet hours: what is asked of them counts from then."""
        due = max(send_at, self.now.astimezone(self.zone))
        waits = wait(due, self.calendar, self.policy.quiet_hours, self.zone)
        return due if anytime else max(due, waits.before(expires_at))

    def _reminders(self, days: DaysOff, told_at: datetime) -> tuple[datetime, ...]:
        """All before the holiday."""
        holiday_begins = local_instant(days.first, time(0), self.zone)
        return reminder_times(self.calendar, self.policy, told_at, before=holiday_begins)

    def _deadline(self, days: DaysOff, told_at: datetime, within: int) -> datetime:
        """Never later than the last working day before the holiday; the end of the day for who is told after it."""
        eve = self.calendar.add_workdays(days.first, -1)
        closing = local_instant(eve, self.policy.working_hours.end, self.zone)
        latest = closing if closing > told_at else end_of_day(max(eve, told_at.date()), self.zone)
        return min(acknowledge_by(self.calendar, self.policy, told_at, within), latest)


def holiday_params(days: DaysOff) -> dict[str, Json]:
    """What the texts of a holiday are filled with."""
    merged = set(days.festivals) == {Festival.MID_AUTUMN, Festival.NATIONAL_DAY}
    return {
        "festival": "national-day-mid-autumn" if merged else str(days.festival),
        "name": days.name,
        "year": days.year,
        "variant": (days.year + list(Festival).index(days.festival)) % VARIANTS,
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "days": days.days,
        "telephone": REPORT_TELEPHONE,
    }


def changed_festivals(before: WorkCalendar, after: WorkCalendar, year: int) -> tuple[ChangedDays, ...]:
    """The year's holidays whose first or last day off is another one in ``after``, in order."""
    known = {days.slug: days for days in before.festivals(year)}
    changes = (ChangedDays(before=known.get(days.slug), after=days) for days in after.festivals(year))
    return tuple(change for change in changes if _moved(change))


def _moved(change: ChangedDays) -> bool:
    before, after = change.before, change.after
    return before is None or (before.first, before.last) != (after.first, after.last)


def told_otherwise(days: DaysOff, told: Sequence[tuple[str, Mapping[str, Json]]]) -> bool:
    """Whether people were told of other days: by the newest of the holiday's notices (key and values) that went to all.

    Whoever was told of a change and then of its withdrawal goes by what came last.
    """
    newest = next((values for key, values in reversed(told) if not key.startswith(_to_duty_only(days))), None)
    return newest is not None and (newest["first"], newest["last"]) != (days.first.isoformat(), days.last.isoformat())


def _to_duty_only(days: DaysOff) -> str:
    return f"{occasion(days)}:{HolidayWaveKind.DUTY}"


def changed_notice(
    calendar: WorkCalendar, policy: Policy, zone: tzinfo, days: DaysOff, now: datetime, *, told: Sequence[str] = ()
) -> NewNotice:
    """What people who were told of other days are told at once.

    Its key names the new days, so it is made once; where the days of an earlier change (by its key in ``told``) are
    the right ones again, the key counts on.
    """
    making = _Making(calendar=calendar, policy=policy, zone=zone, now=now)
    local = now.astimezone(zone)
    made = making.notice(days, HolidayWaveKind.CHANGED, policy.holidays.changed, local.date(), local.time())
    key = f"{made.key}:{days.first:%m%d}-{days.last:%m%d}"
    earlier = sum(one == key or one.startswith(f"{key}:") for one in told)
    return replace(made, key=f"{key}:{earlier + 1}" if earlier else key, send_at=now)
