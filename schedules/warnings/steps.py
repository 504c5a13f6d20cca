"""When the steps of a warning's ladder run: instants on the official calendar, decided from values alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from messages.notices import Grade
from messages.warnings.records import Counted, Ladder, Step
from schedules.deadlines import acknowledge_by, local_instant, working_time
from schedules.policy import Policy
from schedules.quiet_hours import opening
from schedules.workdays import WorkCalendar


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the days of warnings are counted by: the office's calendar as it is known now, its policy, its zone."""

    calendar: WorkCalendar
    policy: Policy
    zone: tzinfo

    def begins(self, grade: Grade, now: datetime) -> datetime:
        """When a holder who is told now is really told: a red warning does not wait for the end of quiet hours."""
        local = now.astimezone(self.zone)
        if grade is Grade.RED:
            return local
        return opening(local, self.calendar, self.policy.quiet_hours, self.zone).astimezone(self.zone)

    def provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a count of days between two instants needs a year without its official notice."""
        return self.calendar.provisional_between(self._day(since), self._day(until))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The days of a turn: since when they count, and by when to acknowledge and to answer."""

    since: datetime
    acknowledge_by: datetime
    answer_by: datetime
    provisional: bool


def dates_of(terms: Terms, ladder: Ladder, since: datetime, answer_within: int) -> Dates:
    """The days of a turn that begins at ``since``."""
    since = since.astimezone(terms.zone)
    answer = acknowledge_by(terms.calendar, terms.policy, since, answer_within)
    return Dates(
        since=since,
        acknowledge_by=acknowledge_by(terms.calendar, terms.policy, since, ladder.acknowledge),
        answer_by=answer,
        provisional=terms.provisional(since, answer),
    )


def step_at(terms: Terms, step: Step, dates: Dates) -> datetime | None:
    """When a step is due; None while that day is provisional: nothing follows from it.

    At the very end of the day by which to acknowledge or to answer, or so many working days off it, at the local time
    at which the days began, moved into working hours.
    """
    counted = {
        Counted.ISSUE: dates.since,
        Counted.ACKNOWLEDGE: dates.acknowledge_by,
        Counted.ANSWER: dates.answer_by,
    }
    origin = counted[step.counts_from].astimezone(terms.zone)
    if step.workdays == 0:
        at = origin
    else:
        time = working_time(terms.policy, dates.since.astimezone(terms.zone))
        at = local_instant(terms.calendar.add_workdays(origin.date(), step.workdays), time, terms.zone)
    return None if terms.provisional(dates.since, max(at, origin)) else at


def instants(terms: Terms, ladder: Ladder, dates: Dates) -> Mapping[str, datetime]:
    """When each step of a ladder after the first is due, by its name; without those that fall on no certain day."""
    found = {step.name: step_at(terms, step, dates) for step in ladder.steps[1:]}
    return {name: at for name, at in found.items() if at is not None}
