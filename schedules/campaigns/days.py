"""The days of a campaign on the official calendar: when it is called to mind, and when it is overdue."""

from collections.abc import Sequence
from datetime import date, datetime

from messages.register.campaigns import Due
from schedules.deadlines import local_instant
from schedules.tools import Tools


def remind_days(tools: Tools, due_on: date) -> list[date]:
    """The days on which who has not submitted is reminded of a last day, in order."""
    calendar, before = tools.calendars.latest, tools.policy.campaigns.remind_before
    return sorted({calendar.add_workdays(due_on, -number) for number in before})


def at_time(tools: Tools, day: date) -> datetime:
    """When on a day people are told."""
    return local_instant(day, tools.policy.campaigns.overdue_time, tools.zone)


def reminder_due(tools: Tools, due: Due, now: datetime) -> date | None:
    """The latest day of a reminder that has come, while the last day has not passed."""
    if now >= due.at:
        return None
    return max((day for day in remind_days(tools, due.on) if at_time(tools, day) <= now), default=None)


def overdue_at(tools: Tools, due: Due) -> datetime | None:
    """When people are told that the last day has passed; None while it is provisional."""
    return None if due.provisional else at_time(tools, tools.calendars.latest.add_workdays(due.on, 1))


def ahead(tools: Tools, due: Due, now: datetime) -> Sequence[tuple[datetime, str]]:
    """What comes after ``now``: when, and by which template."""
    soon = [(at_time(tools, day), "campaign_soon") for day in remind_days(tools, due.on)]
    over = overdue_at(tools, due)
    late = [] if over is None else [(over, "campaign_overdue")]
    return [(at, template) for at, template in (*soon, *late) if at > now]
