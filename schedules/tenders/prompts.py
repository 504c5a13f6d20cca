"""When people are to be told of a limit: what is planned of it. Pure: nothing is looked up, the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

from messages.tenders.milestones import Milestone
from messages.tenders.records import Limit, LimitState, PromptKind
from schedules.deadlines import end_of_day, local_instant, off_sharp, working_time
from schedules.policy import Policy
from schedules.policy.tenders import Bound, Rule
from schedules.quiet_hours import opening
from schedules.tenders.limits import happens_at
from schedules.workdays import WorkCalendar

NOTHING_TOLD: Final[Mapping[PromptKind, datetime]] = MappingProxyType({})
ON_THE_DAY: Final = frozenset({Milestone.OPENING, Milestone.EXAMINATION})
"""The milestones that people are told of on the day itself."""
_BEFORE: Final = timedelta(hours=1)
_BOTH_MOVE: Final = timedelta(minutes=15)
"""What is to be at the same time as something else is not broken while the one is moved after the other."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A prompt that is to be told at an instant; ``tells`` are the dates that it tells: ``at`` and ``due``, in ISO.

    ``at`` is an instant in UTC, ``due`` a day; None where there is none.
    """

    kind: PromptKind
    at: datetime
    tells: Mapping[str, str | None]


def planned(
    rule: Rule,
    limit: Limit,
    policy: Policy,
    calendar: WorkCalendar,
    zone: tzinfo,
    *,
    now: datetime,
    superseded: bool = False,
    told: Mapping[PromptKind, datetime] = NOTHING_TOLD,
) -> tuple[Planned, ...]:
    """What people are still to be told of a limit as it stands at ``now``: CURRENT, SOON, DAY, BROKEN and OVERDUE.

    ``superseded``: a later step of the matter has begun. ``told``: when which kinds were told of these same dates; they
    are not planned again. None is planned for before ``now``: what is late and still of use is planned for now, or for
    after the quiet hours; what was over long before is history, whenever it came to be known. OVERDUE is planned ahead,
    for the case that nothing is done until then.
    """
    times = _Times(policy=policy, calendar=calendar, zone=zone, now=now)
    case = _Case(rule=rule, limit=limit, times=times, superseded=superseded, told=told)
    moments = {kind: at for kind, at in case.moments().items() if at is not None and kind not in told}
    return tuple(Planned(kind=kind, at=at, tells=case.tells()) for kind, at in moments.items())


@dataclass(frozen=True, kw_only=True)
class _Times:
    """The times at which the office may be told something."""

    policy: Policy
    calendar: WorkCalendar
    zone: tzinfo
    now: datetime

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def morning(self, day: date) -> datetime:
        """The time of prompts on a working day, or on the next one."""
        return local_instant(self.calendar.roll_forward(day), self.policy.tenders.prompt_time, self.zone)

    def opens(self, at: datetime) -> datetime:
        return opening(at, self.calendar, self.policy.quiet_hours, self.zone)

    def at_once(self) -> datetime:
        """Now; what would disturb waits for the next time of prompts."""
        opens = self.opens(self.now)
        return opens if opens <= self.now else max(off_sharp(opens), self.morning(self.day(opens)))

    def late(self, at: datetime) -> datetime:
        return at if at > self.now else self.at_once()

    def working(self, at: datetime) -> datetime:
        """The next time of prompts from an instant on, or the instant itself within working hours after it."""
        local = at.astimezone(self.zone)
        if not self.calendar.is_workday(local.date()) or local.time() >= self.policy.working_hours.end:
            return self.morning(local.date() + timedelta(days=1))
        morning = self.morning(local.date())
        return morning if at <= morning else local_instant(local.date(), working_time(self.policy, local), self.zone)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A limit, and what is known of its being told; each method is when one kind is to be told, None for never."""

    rule: Rule
    limit: Limit
    times: _Times
    superseded: bool
    told: Mapping[PromptKind, datetime]

    def moments(self) -> dict[PromptKind, datetime | None]:
        """Each kind, and when it is to be told."""
        return {
            PromptKind.CURRENT: self.current(),
            PromptKind.SOON: self.soon(),
            PromptKind.DAY: self.on_the_day(),
            PromptKind.BROKEN: self.broken(),
            PromptKind.OVERDUE: self.overdue(),
        }

    def tells(self) -> Mapping[str, str | None]:
        """Its dates, as prompts keep them."""
        at, due_on = self.happens_at, self.limit.due_on
        return MappingProxyType(
            {"at": at.astimezone(UTC).isoformat() if at else None, "due": due_on.isoformat() if due_on else None}
        )

    @property
    def happens_at(self) -> datetime | None:
        """The date of its milestone, or of what that comes with."""
        return happens_at(self.rule, self.limit)

    def _is_history(self, at: datetime) -> bool:
        """Whether an instant is so long ago that what was over then is told to nobody."""
        return at < self.times.now - timedelta(days=self.times.policy.tenders.told_back_days)

    @property
    def _is_past_use(self) -> bool:
        """Whether, of a step without a last day, nobody needs to hear any more that it has begun."""
        first, useful = self.limit.due_on, self.times.policy.tenders.useful_workdays
        if self.superseded or not self.limit.earliest or first is None:
            return self.superseded
        return self.times.calendar.add_workdays(first, useful) < self.times.day(self.times.now)

    @property
    def _last(self) -> datetime | None:
        """The end of its last day; None where it has none."""
        return None if self.limit.earliest else self.limit.due_at

    def current(self) -> datetime | None:
        begins, last = self.limit.begins_at, self._last
        if begins is None or self.limit.state is not LimitState.OPEN or self.rule.comes_with or self._done:
            return None
        if last is None and (self._is_past_use or self._is_history(begins)):
            return None
        at = self.times.late(self.times.working(begins))
        day = self.on_the_day()
        of_use = (last is None or at < last) and (day is None or self.times.day(at) < self.times.day(day))
        return at if of_use else None

    def soon(self) -> datetime | None:
        last, due_on = self._last, self.limit.due_on
        if last is None or due_on is None or self.rule.comes_with:
            return None
        if self.limit.state is not LimitState.OPEN or self._done:
            return None
        moment = self.times.morning(self.times.calendar.add_workdays(due_on, -self.times.policy.tenders.soon_workdays))
        # One message on one day: that the step is current says by when. What has not begun is not near either.
        told = self.told.get(PromptKind.CURRENT)
        begun = self.times.opens(told) if told else self.current() or self.limit.begins_at
        if begun is not None and self.times.day(moment) <= self.times.day(begun):
            return None
        at = self.times.late(moment)
        return at if at < last else None

    def on_the_day(self) -> datetime | None:
        happens = self.happens_at
        if happens is None or self.rule.milestone not in ON_THE_DAY:
            return None
        day = self.times.day(happens)
        over = end_of_day(day, self.times.zone) if self.limit.at is not None and self.limit.whole_day else happens
        if over <= self.times.now:
            return None
        at = self._moment_of(day, over)
        at = at if at > self.times.now else self.times.opens(self.times.now)
        return at if at < over else None

    def _moment_of(self, day: date, over: datetime) -> datetime:
        """On the day itself, an hour before it is over at the latest; where it would disturb, a working day before."""
        usual = local_instant(day, self.times.policy.tenders.prompt_time, self.times.zone)
        at = off_sharp(self.times.opens(min(usual, off_sharp(over - _BEFORE, back=True))))
        if at < over and self.times.day(at) == day:
            return at
        return self.times.morning(self.times.calendar.add_workdays(day, -1))

    def broken(self) -> datetime | None:
        dates = [one for one in (self.limit.due_at, self.limit.at) if one is not None]
        if self.limit.state is not LimitState.BROKEN or self._is_history(max(dates)):
            return None
        if self.rule.bound is Bound.SAME:
            later = self.times.now + _BOTH_MOVE
            return max(later, self.times.at_once()) if self.times.opens(later) <= later else self.times.at_once()
        return self.times.at_once()

    def overdue(self) -> datetime | None:
        due_on, due_at, limit = self.limit.due_on, self.limit.due_at, self.limit
        if due_on is None or due_at is None or limit.at is not None or not limit.required or limit.provisional:
            return None
        if self._is_history(due_at):
            return None
        day = self.times.calendar.add_workdays(due_on, 1)
        return self.times.late(local_instant(day, self.times.policy.tenders.overdue_time, self.times.zone))

    @property
    def _done(self) -> bool:
        return self.limit.at is not None and self.limit.at <= self.times.now
