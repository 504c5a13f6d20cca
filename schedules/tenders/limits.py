"""What rules make of a matter's dates: its limits. Pure: nothing is looked up, and the time is an argument.

Counting: the start day, in the office's zone, is excluded. A count forward that ends on a day off ends on the next
working day; one back never moves, or there would be less time than the law gives. What is done on the last day, at
whatever hour, is in time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, LimitState, Method
from schedules.deadlines import end_of_day, local_instant
from schedules.policy.tenders import COUNTED, Bound, Rule, Side, Unit
from schedules.workdays import WorkCalendar

_YEARS: Final = range(1950, 2200)
"""A date of another year is a slip of the pen, and no calendar knows its days: nothing is counted from it."""
_SAME: Final = timedelta(minutes=1)
"""Bids until 16:59:59 and an opening at 17:00 are at the same time."""

_Facts = Mapping[tuple[Milestone, str], Fact]


def reckon(
    rules: Iterable[Rule],
    facts: Iterable[Fact],
    method: Method,
    calendar: WorkCalendar,
    zone: tzinfo,
    now: datetime,
    *,
    over: bool = False,
) -> tuple[Limit, ...]:
    """The limits of a matter at ``now``, in the order of the rules and, of one rule, of the parts.

    A date in time is kept once it has come; one that is only to be not too early, or at the same time as another, as
    soon as it is known. One that breaks its limit does so before it has come, too. On days that are provisional
    nothing is broken or overdue: it stays open until the official days are known. Of a matter that is ``over`` nothing
    is overdue: what has no date is not recorded.
    """
    known = {(fact.milestone, fact.part): fact for fact in facts if fact.at.year in _YEARS}
    return tuple(
        _Case(rule=rule, part=part, known=known, calendar=calendar, zone=zone, over=over).limit(now)
        for rule in rules
        if not rule.methods or method in rule.methods
        for part in _parts(known, rule)
    )


def happens_at(rule: Rule, limit: Limit) -> datetime | None:
    """The date of a limit's milestone; that of what it comes with, where it has none of its own."""
    if limit.at is not None or not rule.comes_with:
        return limit.at
    return limit.from_at if rule.bound is Bound.SAME else limit.begins_at


def _parts(known: _Facts, rule: Rule) -> tuple[str, ...]:
    """The parts that have a limit each: those of what is counted from, of what the step begins with, or its own.

    A date without a part beside others of its milestone is one of theirs, and no part of its own.
    """
    for milestone in (rule.counts_from, rule.begins_with, rule.milestone):
        if parts := sorted(part for one, part in known if one is milestone and part):
            return tuple(parts)
    return ("",)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A rule, of one part, with the facts that are known."""

    rule: Rule
    part: str
    known: _Facts
    calendar: WorkCalendar
    zone: tzinfo
    over: bool

    @property
    def start(self) -> Fact | None:
        return self._fact(self.rule.counts_from)

    @property
    def begins(self) -> Fact | None:
        return self._fact(self.rule.begins_with)

    @property
    def own(self) -> Fact | None:
        return self._fact(self.rule.milestone)

    def _fact(self, milestone: Milestone | None) -> Fact | None:
        if milestone is None:
            return None
        return self.known.get((milestone, self.part)) or self.known.get((milestone, ""))

    def limit(self, now: datetime) -> Limit:
        due_on, provisional = self._count()
        due_at = None if due_on is None else end_of_day(due_on, self.zone)
        return Limit(
            rule=self.rule.name,
            milestone=self.rule.milestone,
            part=self.part,
            from_at=self.start.at if self.start else None,
            begins_at=self._begins_at(),
            at=self.own.at if self.own else None,
            whole_day=self.own is not None and self.own.whole_day,
            due_on=due_on,
            due_at=due_at,
            earliest=self._earliest,
            provisional=provisional,
            required=self.rule.required,
            state=self._state(due_on, due_at, now, provisional=provisional),
            article=self.rule.article,
            node=self.rule.node,
        )

    @property
    def _earliest(self) -> bool:
        return self.rule.bound is Bound.LEAST and self.rule.side is Side.AFTER

    def _count(self) -> tuple[date | None, bool]:
        """The day that the count comes to, and whether it is provisional: it depends on days off that are."""
        if self.start is None:
            return None, False
        start, rule = self._day(self.start), self.rule
        if rule.bound not in COUNTED or rule.n is None:
            return start, False
        count = rule.n if rule.side is Side.AFTER else -rule.n
        if rule.unit is Unit.WORKDAYS:
            due_on = self.calendar.add_workdays(start, count)
            return due_on, self.calendar.provisional_between(start, due_on)
        ends = start + timedelta(days=count)
        if rule.side is Side.BEFORE or not rule.rolls:
            return ends, False
        due_on = self.calendar.roll_forward(ends)
        return due_on, self.calendar.provisional_between(ends, due_on)

    def _begins_at(self) -> datetime | None:
        if self.begins is None:
            return None
        if not self.rule.begins_workdays:
            return self.begins.at
        day = self.calendar.add_workdays(self._day(self.begins), self.rule.begins_workdays)
        return local_instant(day, time(0), self.zone)

    def _state(self, due_on: date | None, due_at: datetime | None, now: datetime, *, provisional: bool) -> LimitState:
        happened = self.own is not None and self.own.at <= now
        if due_on is None or due_at is None:
            if self.rule.bound is not Bound.NONE or (self.begins or self.own) is None:
                return LimitState.WAITING
            return LimitState.KEPT if happened else self._unsettled
        if self.own is None:
            passed = not self.over and self.rule.required and due_at <= now and not provisional
            return LimitState.OVERDUE if passed else self._unsettled
        if self._breaks(self.own, due_on):
            return LimitState.OPEN if provisional else LimitState.BROKEN
        settled = happened or self._earliest or self.rule.bound is Bound.SAME
        return LimitState.KEPT if settled else LimitState.OPEN

    @property
    def _unsettled(self) -> LimitState:
        return LimitState.UNRECORDED if self.over and self.own is None else LimitState.OPEN

    def _breaks(self, own: Fact, due_on: date) -> bool:
        day = self._day(own)
        if self._earliest:
            return day < due_on
        if self.rule.bound is not Bound.SAME or self.start is None:
            return day > due_on
        if own.whole_day or self.start.whole_day:
            return day != due_on
        return abs(own.at - self.start.at) >= _SAME

    def _day(self, fact: Fact) -> date:
        return fact.at.astimezone(self.zone).date()
