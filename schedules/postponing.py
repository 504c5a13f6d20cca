"""After a pause, what was still ahead of a notice moves on by working days: its reminders, its deadline, its use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.notices import Category, Notice
from messages.store.steering import Ahead
from schedules.deadlines import local_instant
from schedules.workdays import WorkCalendar

_ENOUGH: Final = timedelta(hours=4)
"""Whoever got the notice less than this ago is not reminded: a reminder comes no sooner after a long pause."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A pause that ends at ``until`` (in the office's zone), from when on it kept anybody waiting."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, notice: Notice, now: datetime) -> "Pause":
        """The pause of a notice that is resumed now: before its time it keeps nobody waiting."""
        since = max(notice.paused_at or now, notice.send_at)
        return cls(since=min(since, now).astimezone(now.tzinfo), until=now)


def days_lost(pause: Pause, calendar: WorkCalendar, ahead: Iterable[datetime]) -> int:
    """By how many working days what is ``ahead`` moves: those that began in the pause.

    Or as many more as it takes for all of it to lie ahead by the length of the pause, or by four hours after a long
    one. So a moment's pause moves nothing, and no reminder is lost by a pause over its time.
    """
    passed = (pause.until.date() - pause.since.date()).days
    days = sum(calendar.is_workday(pause.since.date() + n * _DAY) for n in range(1, passed + 1))
    earliest, instants = pause.until + min(pause.until - pause.since, _ENOUGH), list(ahead)
    while any(later(at, days, calendar, pause) < earliest for at in instants):
        days += 1
    return days


def later(at: datetime, days: int, calendar: WorkCalendar, pause: Pause) -> datetime:
    """An instant so many working days on, at the same local time."""
    zone = pause.until.tzinfo
    assert zone is not None  # noqa: S101 -- every datetime is aware
    local = at.astimezone(zone)
    return local_instant(calendar.add_workdays(local.date(), days), local.time(), zone) if days else at


def postponed(notice: Notice, ahead: Ahead, now: datetime, calendar: WorkCalendar) -> tuple[int, Ahead]:
    """By how many working days a notice that is resumed moves, and what is ahead of it then.

    A deadline that had passed before the pause stays. A broadcast's use moves too; that of what belongs to an occasion
    ends with the occasion, and so does all that is ahead of it.
    """
    pause = Pause.of(notice, now)
    due = ahead.acknowledge_by if ahead.acknowledge_by and ahead.acknowledge_by > pause.since else None
    days = days_lost(pause, calendar, [*ahead.reminders.values(), *([due] if due else [])])

    def move(at: datetime) -> datetime:
        return later(at, days, calendar, pause)

    of_occasion = notice.category is not Category.BROADCAST
    expires_at = ahead.expires_at if of_occasion or ahead.expires_at is None else move(ahead.expires_at)

    def in_use(at: datetime) -> datetime:
        return min(move(at), expires_at) if expires_at else move(at)

    return days, Ahead(
        reminders={wave: in_use(at) for wave, at in ahead.reminders.items()},
        acknowledge_by=in_use(due) if due else ahead.acknowledge_by,
        counted_from=move(ahead.counted_from) if due else ahead.counted_from,
        expires_at=expires_at,
    )
