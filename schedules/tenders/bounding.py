"""How late what is told of a step may be told, acknowledged and called to mind: the last two not after what it is of.

Where its last day is told of by a prompt of its own, or the day on which it takes place, that comes instead of
reminders.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from schedules.deadlines import end_of_day, local_instant
from schedules.policy.tenders import Bound
from schedules.tenders.prompts import ON_THE_DAY
from schedules.tenders.steps import Step
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """By when something is acknowledged at the latest, and before when it is called to mind; None: no matter when."""

    acknowledge: datetime | None
    remind: datetime | None


def bounds_of(tools: Tools, steps: Iterable[Step], now: datetime) -> Bounds:
    """Of what is told at ``now`` of several steps, the nearest; what has passed already bounds nothing."""
    ends = [(end, remind) for step in steps for end, remind in _ends(tools, step, now) if end > now]
    return Bounds(
        acknowledge=min((end for end, _ in ends), default=None),
        remind=min((remind for _, remind in ends), default=None),
    )


def useful_until(tools: Tools, since: datetime) -> datetime:
    """How long what is of an instant may still be told: in working days, so that no long holiday eats it."""
    last = tools.calendars.latest.add_workdays(tools.today(since), tools.policy.tenders.useful_workdays)
    return end_of_day(last, tools.zone)


def _ends(tools: Tools, step: Step, now: datetime) -> Iterable[tuple[datetime, datetime]]:
    limit, today = step.limit, tools.today(now)
    ahead = step.rule.bound is not Bound.SAME and (limit.at is None or limit.at > now)
    if limit.due_on is not None and limit.due_at is not None and not limit.earliest and ahead:
        near = tools.calendars.latest.add_workdays(limit.due_on, -tools.policy.tenders.soon_workdays)
        soon = local_instant(near, time(0), tools.zone)
        yield _working(tools, limit.due_at, limit.due_on, now), soon if near > today else limit.due_at
    happens, over = step.happens_at, step.over_at(tools)
    if happens is not None and over is not None:
        day = happens.astimezone(tools.zone).date()
        begins = local_instant(day, time(0), tools.zone)
        told_then = step.rule.milestone in ON_THE_DAY and day > today
        yield over if over == happens else _working(tools, over, day, now), begins if told_then else over


def _working(tools: Tools, over: datetime, day: date, now: datetime) -> datetime:
    """The end of working hours of a day; where that has passed, the end of the day itself.

    Of a day off it is that of the working day before, unless that is today: nobody is asked to read on a day off.
    """
    before = tools.calendars.latest.roll_back(day)
    worked = before if before > tools.today(now) else day
    closes = local_instant(worked, tools.policy.working_hours.end, tools.zone)
    return closes if closes > now else over
