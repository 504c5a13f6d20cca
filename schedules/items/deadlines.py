"""Entry deadlines (录入时限): by when an item has to be entered, and whether it was.

The decisive day (结论确定、领导批准、事项确定之日) is excluded, and the last day counts through its end, 24:00 in the
office's zone. Working days are those of the official calendar, make-up workdays included; a day that needs a year
without its official notice is provisional, and nothing follows from it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from messages.items.kinds import DECISIVE, Decisive
from messages.items.records import Item
from messages.notices import Category
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.deadlines import end_of_day
from schedules.policy import Policy
from schedules.workdays import WorkCalendar


@dataclass(frozen=True, kw_only=True)
class EntryDue:
    """The last day to enter an item, ``workdays`` after its decisive day, and the instant at which that day is over.

    ``makeup`` are the weekend days between that are worked.
    """

    decisive_on: date
    on: date
    at: datetime
    workdays: int
    makeup: tuple[date, ...]
    provisional: bool

    def timely(self, entered: datetime) -> bool | None:
        """Whether an item entered at this instant is in time; None while the day is provisional."""
        return None if self.provisional else entered < self.at


def entry_due(
    calendar: WorkCalendar, policy: Policy, category: Category, decisive_on: date | None, zone: tzinfo
) -> EntryDue | None:
    """By when an item of a category has to be entered; None for what may be entered at any time (适时录入)."""
    workdays = policy.items.within(category)
    if workdays is None or decisive_on is None:
        return None
    last = calendar.add_workdays(decisive_on, workdays)
    return EntryDue(
        decisive_on=decisive_on,
        on=last,
        at=end_of_day(last, zone),
        workdays=workdays,
        makeup=_makeup_between(calendar, decisive_on, last),
        provisional=calendar.provisional_between(decisive_on, last),
    )


def due_of(calendar: WorkCalendar, item: Item) -> EntryDue | None:
    """The last day that an item has, as it was counted; None for what may be entered at any time."""
    decisive_on, on, at = item.given.decisive_on, item.due_on, item.due_at
    if decisive_on is None or on is None or at is None:
        return None
    days = (decisive_on + timedelta(days=number) for number in range(1, (on - decisive_on).days + 1))
    return EntryDue(
        decisive_on=decisive_on,
        on=on,
        at=at,
        workdays=sum(map(calendar.is_workday, days)),
        makeup=_makeup_between(calendar, decisive_on, on),
        provisional=item.provisional,
    )


def _makeup_between(calendar: WorkCalendar, after: date, last: date) -> tuple[date, ...]:
    years = range(after.year, last.year + 1)
    return tuple(day for year in years for day in calendar.makeup_workdays(year) if after < day <= last)


_SAID: Final = {
    Decisive.CONCLUSION: phrase("concluded"),
    Decisive.APPROVAL: phrase("approved"),
    Decisive.SETTLEMENT: phrase("settled"),
}


def explained(category: Category, due: EntryDue) -> Phrase:
    """How the last day was counted, in one sentence."""
    what, from_, to = _SAID[DECISIVE[category]], f"{due.decisive_on:%m-%d}", _day(due.on, due.decisive_on)
    if not due.makeup:
        return nphrase(
            "{what} {day}, {count} working day, due {due}",
            "{what} {day}, {count} working days, due {due}",
            due.workdays,
            what=what,
            day=from_,
            due=to,
        )
    days = ", ".join(_day(day, due.decisive_on) for day in due.makeup)
    return nphrase(
        "{what} {day}, {count} working day with {makeup}, due {due}",
        "{what} {day}, {count} working days with {makeup}, due {due}",
        due.workdays,
        what=what,
        day=from_,
        makeup=nphrase("the make-up day {days}", "the make-up days {days}", len(due.makeup), days=days),
        due=to,
    )


def _day(day: date, near: date) -> str:
    """A day, with its year where that is another one."""
    return f"{day:%m-%d}" if day.year == near.year else f"{day:%Y-%m-%d}"


def recalled_at(calendar: WorkCalendar, policy: Policy, due: EntryDue, zone: tzinfo) -> tuple[datetime, ...]:
    """When an announced item is called to mind: mornings of working days before its last day, rising."""
    days = sorted({calendar.add_workdays(due.on, -n) if n else due.on for n in policy.items.entry.remind_before})
    start = datetime.combine(due.on, policy.working_hours.start) + _AFTER_OPENING
    return tuple(datetime.combine(day, start.time(), zone) for day in days)


_AFTER_OPENING: Final = timedelta(minutes=45)
