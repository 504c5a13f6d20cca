"""Until when a notice is acknowledged, and when that is called to mind."""

from dataclasses import dataclass
from datetime import datetime

from schedules.deadlines import acknowledge_by, reminder_times
from schedules.quiet_hours import opening
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Days:
    """Until when a notice is acknowledged, when that is called to mind, and whether a provisional year is touched."""

    by: datetime
    reminders: tuple[datetime, ...]
    provisional: bool


def days_from(tools: Tools, since: datetime, within: int) -> Days:
    """The days of what is sent at an instant, to be acknowledged ``within`` working days, as counted by now."""
    calendar, policy = tools.calendars.latest, tools.policy
    goes_out = opening(since.astimezone(tools.zone), calendar, policy.quiet_hours, tools.zone)
    by = acknowledge_by(calendar, policy, goes_out, within)
    return Days(
        by=by,
        reminders=reminder_times(calendar, policy, goes_out),
        provisional=calendar.provisional_between(goes_out.date(), by.date()),
    )
