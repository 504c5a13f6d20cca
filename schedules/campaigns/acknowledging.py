"""Until when a campaign is acknowledged: counted when it starts, and anew once the official days are known.

Its last day is counted by itself: the one may be official while the other is not.
"""

from datetime import datetime

from messages.register.campaigns import Campaign
from messages.store import assessing, campaign_sweeps
from messages.store.campaign_sweeps import Awaiting
from messages.store.database import Connection
from schedules.acknowledging import Days, days_from
from schedules.campaigns.noting import CampaignEvent, note
from schedules.tools import Tools


def official(tools: Tools, awaiting: Awaiting, now: datetime) -> Days | None:
    """The official days; None while they are not known.

    Another day that nobody could know before it had passed counts against nobody: they are counted from now.
    """
    within = tools.policy.campaigns.acknowledge_within
    days = days_from(tools, awaiting.send_at, within)
    if days.by != awaiting.acknowledge_by and days.by <= now:
        days = days_from(tools, now, within)
    return None if days.provisional else days


async def count_anew(conn: Connection, tools: Tools, campaign: Campaign, now: datetime) -> None:
    """Have a campaign's notice be acknowledged, and that be called to mind, by the official days."""
    for awaiting in await campaign_sweeps.awaiting_days(conn, campaign.id):
        if days := official(tools, awaiting, now):
            await assessing.redate(conn, awaiting.notice_id, days.by, provisional=False)
            await campaign_sweeps.date_reminders(conn, awaiting.notice_id, days.reminders)
            by = days.by.isoformat()
            await note(conn, campaign.id, CampaignEvent.REDATED, now, acknowledge_by=by)
