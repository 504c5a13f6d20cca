"""Until when a campaign is acknowledged: counted when it starts, and anew once the official days are known.

Its last day is counted by itself: the one may be official while the other is not.
"""

from dataclasses import dataclass
from datetime import datetime

from messages.register.campaigns import Campaign
from messages.store import campaign_sweeps
from messages.store.campaign_sweeps import Awaiting
from messages.store.database import Connection
from schedules.campaigns.noting import CampaignEvent, note
from schedules.deadlines import acknowledge_by, reminder_times
from schedules.quiet_hours import opening
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Days:
    """Until when a notice is acknowledged, when that is called to mind, and whether a provisional year is touched."""

    by: datetime
    reminders: tuple[datetime, ...]
    provisional: bool


def days_from(tools: Tools, since: datetime) -> Days:
    """The days of what is sent at an instant, as they are counted by now."""
    calendar, policy = tools.calendars.latest, tools.policy
    goes_out = opening(since.astimezone(tools.zone), calendar, policy.quiet_hours, tools.zone)
    by = acknowledge_by(calendar, policy, goes_out, policy.campaigns.acknowledge_within)
    return Days(
        by=by,
        reminders=reminder_times(calendar, policy, goes_out),
        provisional=calendar.provisional_between(goes_out.date(), by.date()),
    )


def official(tools: Tools, awaiting: Awaiting, now: datetime) -> Days | None:
    """The official days; None while they are not known.

    Another day that nobody could know before it had passed counts against nobody: they are counted from now.
    """
    days = days_from(tools, awaiting.send_at)
    if days.by != awaiting.acknowledge_by and days.by <= now:
        days = days_from(tools, now)
    return None if days.provisional else days


async def count_anew(conn: Connection, tools: Tools, campaign: Campaign, now: datetime) -> None:
    """Have a campaign's notice be acknowledged, and that be called to mind, by the official days."""
    for awaiting in await campaign_sweeps.awaiting_days(conn, campaign.id):
        if days := official(tools, awaiting, now):
            values = {"acknowledge_by": days.by, "provisional": False}
            await campaign_sweeps.date_notice(conn, awaiting.notice_id, values)
            await campaign_sweeps.date_reminders(conn, awaiting.notice_id, days.reminders)
            by = days.by.isoformat()
            await note(conn, campaign.id, CampaignEvent.REDATED, now, acknowledge_by=by)
