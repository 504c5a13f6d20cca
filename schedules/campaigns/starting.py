"""How a campaign begins: started, or proposed and approved or returned by a second person."""

from datetime import datetime

from messages import reasons
from messages.audience import sayable
from messages.errors import Refused, refused
from messages.register.campaigns import Campaign, CampaignState, GivenCampaign
from messages.store import campaigns as stored
from messages.store import notices
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.campaigns.asking import approvers, call_off
from schedules.campaigns.checking import approver, check, due_of
from schedules.campaigns.entitling import find, for_decision, present
from schedules.campaigns.noting import CampaignEvent, note
from schedules.campaigns.telling import outcome_notice, task_notice
from schedules.tools import Along, Tools


async def start(
    tools: Tools, given: GivenCampaign, person_id: int, now: datetime, *, approved_by: str | None, along: Along | None
) -> Campaign:
    """Start a campaign, or propose it where a second person has to approve it and nobody has."""
    checked = await check(tools, given, person_id, now)
    audience = checked.given.audience
    by = await approver(tools, approved_by, person_id, audience, now) if approved_by else None
    proposed = checked.needs_approval and by is None
    async with tools.db.writing() as conn:
        if proposed and not await approvers(conn, audience, person_id):
            nobody = phrase("Nobody else may approve a campaign of all of these posts. Please choose fewer.")
            raise refused(nobody, column="audience")
        campaign_id = await stored.add(conn, checked.given, checked.due, person_id, now, CampaignState.PROPOSED)
        if proposed:
            await note(conn, campaign_id, CampaignEvent.PROPOSED, now, by=person_id, posts=checked.found.posts)
        else:
            if by is not None:
                await note(conn, campaign_id, CampaignEvent.APPROVED, now, by=by)
            await _begin(conn, tools, campaign_id, now, approved_by=by)
        if along is not None:
            await along(conn)
        return await find(conn, campaign_id)


async def approve(tools: Tools, campaign_id: int, person_id: int, version: int, now: datetime) -> Campaign:
    """Approve a campaign as a second person: it starts, with its last day as it is counted by now."""
    await for_decision(tools, campaign_id, person_id, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        campaign = await present(conn, campaign_id, version, CampaignState.PROPOSED)
        if campaign.due.on < tools.today(now):
            raise Refused(phrase("Its last day has passed while it waited: please return it."))
        due = due_of(calendar, campaign.due.on, now, tools.zone)
        await stored.change(conn, campaign_id, decided_at=now, decided_by=person_id, **stored.due_values(due))
        await call_off(conn, campaign, now)
        await reasons.stop(conn, person_id, now)  # why it was to be returned
        await note(conn, campaign_id, CampaignEvent.APPROVED, now, by=person_id)
        return await _tell(conn, await _begin(conn, tools, campaign_id, now, approved_by=person_id), now)


async def give_back(
    tools: Tools, campaign_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None
) -> Campaign:
    """Return a proposed campaign to its author; who returns it is not asked for a reason any more."""
    why = reasons.reason_of(why)
    await for_decision(tools, campaign_id, person_id, now)
    async with tools.db.writing() as conn:
        campaign = await present(conn, campaign_id, version, CampaignState.PROPOSED)
        back = {"state": CampaignState.RETURNED.value, "decided_at": now, "decided_by": person_id, "why": why}
        await stored.change(conn, campaign_id, **back)
        await call_off(conn, campaign, now)
        await note(conn, campaign_id, CampaignEvent.RETURNED, now, by=person_id, why=why)
        await reasons.stop(conn, person_id, now, message_id)
        return await _tell(conn, await find(conn, campaign_id), now)


async def _begin(
    conn: Connection, tools: Tools, campaign_id: int, now: datetime, *, approved_by: int | None
) -> Campaign:
    """Make the tasks of all posts that are meant now, and tell their holders."""
    campaign = await find(conn, campaign_id)
    posts = await stored.make_tasks(conn, campaign_id, campaign.given.audience, tools.today(now))
    if not posts:
        raise Refused(phrase("This audience finds no post."))
    notice_id = await notices.add(conn, task_notice(tools, campaign, approved_by, now))
    begun = {"state": CampaignState.RUNNING.value, "started_at": now, "notice_id": notice_id}
    approved = {} if approved_by is None else {"decided_at": now, "decided_by": approved_by}
    await stored.change(conn, campaign_id, **begun, **approved)
    author = campaign.created_by
    await note(conn, campaign_id, CampaignEvent.STARTED, now, by=author, posts=posts, audience=campaign.given.audience)
    return await find(conn, campaign_id)


async def _tell(conn: Connection, campaign: Campaign, now: datetime) -> Campaign:
    """Tell the author what was decided; nobody where no audience can name the code."""
    if sayable(campaign.author_code):
        await notices.add(conn, outcome_notice(campaign, now))
    return campaign
