"""Looking at campaigns: those that are open to somebody, how they stand, whose tasks, what waits, one's own."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.errors import NotEntitled
from messages.register.campaigns import Campaign, CampaignPage, CampaignProgress, CampaignState, TaskPage, Wanted
from messages.register.reach import reach_of
from messages.rights import Act
from messages.scopes import NOWHERE
from messages.store import campaign_lists
from messages.store import campaigns as stored
from messages.store import visibility as posts_seen
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.text.phrase import phrase
from messages.visibility import What
from schedules.campaigns.entitling import decided_before, find, may_run, refused, sees
from schedules.tools import Tools

_LOOKING: Final = phrase("This is not open to you: only leaders, inspectors and administrators see campaigns.")


async def campaigns(tools: Tools, person_id: int, number: int, size: int, now: datetime) -> CampaignPage:
    """A page of the campaigns that are open to somebody."""
    async with tools.db.reading() as conn:
        scope = await reach_of(conn, person_id)
        also = await _to_decide(conn, person_id)
        which = campaign_lists.open_to(person_id, scope, also)
        page = await campaign_lists.page(conn, which, scope, number, size, now)
    if not scope and not page.total:
        raise await _refused(tools, person_id, now)
    return page


async def waiting(tools: Tools, person_id: int, number: int, size: int, now: datetime) -> CampaignPage:
    """A page of the campaigns that somebody may approve."""
    await rights.entitle(tools.db, person_id, Act.RUN_CAMPAIGNS, now)
    async with tools.db.reading() as conn:
        which = campaign_lists.among_these(await _to_decide(conn, person_id))
        return await campaign_lists.page(conn, which, NOWHERE, number, size, now, oldest_first=True)


async def _to_decide(conn: Connection, person_id: int) -> list[int]:
    waits = await stored.in_state(conn, CampaignState.PROPOSED)
    return [one.id for one in waits if one.created_by != person_id and await may_run(conn, one, person_id)]


async def _refused(tools: Tools, person_id: int, now: datetime) -> NotEntitled:
    return await rights.refuse(tools.db, person_id, Act.RUN_CAMPAIGNS, now, _LOOKING, what="campaigns")


async def of(tools: Tools, campaign_id: int, viewer_id: int, now: datetime) -> Campaign:
    """A campaign that is open to somebody; to anybody else it is not there, which is recorded."""
    async with tools.db.reading() as conn:
        campaign = await find(conn, campaign_id)
        open_ = await sees(conn, campaign, viewer_id)
    if not open_:
        raise await refused(tools, campaign, viewer_id, now)
    return campaign


async def to_correct(tools: Tools, campaign_id: int, person_id: int, now: datetime) -> Campaign:
    """A campaign that came back to this person, to be written anew."""
    campaign = await of(tools, campaign_id, person_id, now)
    if campaign.created_by != person_id:
        raise await refused(tools, campaign, person_id, now)
    if campaign.state is not CampaignState.RETURNED:
        raise decided_before(campaign)
    return campaign


async def progress(tools: Tools, campaign_id: int, viewer_id: int, now: datetime) -> CampaignProgress:
    """How a campaign stands in the units that somebody looks after."""
    campaign = await of(tools, campaign_id, viewer_id, now)
    async with tools.db.reading() as conn:
        scope = await reach_of(conn, viewer_id)
        units = await campaign_lists.by_unit(conn, campaign_id, scope, now)
    return CampaignProgress(campaign=campaign, total=campaign_lists.together(units), units=units)


async def tasks(
    tools: Tools, campaign_id: int, viewer_id: int, wanted: Wanted, number: int, size: int, now: datetime
) -> TaskPage:
    """A page of its tasks in the units that somebody looks after; that this one looked at these people is recorded."""
    await of(tools, campaign_id, viewer_id, now)
    if wanted.unit_id is not None and not is_id(wanted.unit_id):
        wanted = replace(wanted, unit_id=0)  # no unit has it
    async with tools.db.reading() as conn:
        scope = await reach_of(conn, viewer_id)
        which = campaign_lists.tasks_which(campaign_id, scope, wanted)
        page = await campaign_lists.tasks(conn, campaign_id, which, number, size, now)
        seen = await posts_seen.posts_ever(conn, [one.post_id for one in page.tasks])
        sight = await visibility.sight_of(conn, viewer_id)
    if seen:
        async with tools.db.writing() as conn:
            await visibility.record_once(conn, sight, seen, What.REGISTER, now)
    return page
