"""Who may see a campaign, decide about it and run it. What is refused is recorded.

A campaign is open to its author, to who looks after one of its posts, and while it waits to who may approve it; to
anybody else it is not there.
"""

from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import CHANGED, DecidedBefore, LianxunError, NotFound, Outdated
from messages.register.campaigns import Campaign, CampaignState, campaign_state_said
from messages.register.reach import reach_of
from messages.rights import Act
from messages.store import campaigns as stored
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.text.phrase import Phrase, phrase
from schedules.tools import Tools

_OWN: Final = phrase("Nobody approves the own campaign.")


async def find(conn: Connection, campaign_id: int) -> Campaign:
    """A campaign as it stands; raises ``NotFound``."""
    campaign = await stored.find(conn, campaign_id) if is_id(campaign_id) else None
    if campaign is None:
        raise missing()
    return campaign


def missing() -> NotFound:
    """What is told of a campaign that is not there, or is not open to who asks: the one is not told from the other."""
    return NotFound(phrase("There is no such campaign, or it is not open to you."))


async def may_approve(conn: Connection, expression: str, person_id: int) -> bool:
    """Whether a person's right to run campaigns covers all posts that an audience means now."""
    scope = await rights.reach(conn, person_id, Act.RUN_CAMPAIGNS)
    return bool(scope) and not await stored.count_meant_outside(conn, expression, scope)


async def may_run(conn: Connection, campaign: Campaign, person_id: int) -> bool:
    """Whether a person's right to run campaigns covers all posts of this one; of the own, some of them.

    A post that moves to another unit takes its task with it: the campaign stays its author's.
    """
    if campaign.started_at is None:
        return await may_approve(conn, campaign.given.audience, person_id)
    scope = await rights.reach(conn, person_id, Act.RUN_CAMPAIGNS)
    if campaign.created_by == person_id:
        return bool(scope) and await stored.has_task(conn, campaign.id, scope)
    return bool(scope) and not await stored.has_task(conn, campaign.id, scope, outside=True)


async def sees(conn: Connection, campaign: Campaign, person_id: int) -> bool:
    """Whether a campaign is open to a person."""
    if campaign.created_by == person_id:
        return True
    if campaign.started_at is None:
        return await may_run(conn, campaign, person_id)
    scope = await reach_of(conn, person_id)
    return bool(scope) and await stored.has_task(conn, campaign.id, scope)


async def for_decision(tools: Tools, campaign_id: int, person_id: int, now: datetime) -> Campaign:
    """A campaign that this person may approve or return. Raises ``NotFound`` and ``NotEntitled``."""
    async with tools.db.reading() as conn:
        campaign = await find(conn, campaign_id)
        may = await may_run(conn, campaign, person_id)
    if campaign.created_by == person_id or not may:
        what = _OWN if campaign.created_by == person_id else None
        raise await refused(tools, campaign, person_id, now, what)
    return campaign


async def to_run(
    tools: Tools, campaign_id: int, person_id: int, now: datetime, *states: CampaignState, author: bool = False
) -> Campaign:
    """A campaign in one of these states that this person may extend or close; its ``author`` in any case.

    Raises as above, and ``DecidedBefore`` for one in another state.
    """
    async with tools.db.reading() as conn:
        campaign = await find(conn, campaign_id)
        may = (author and campaign.created_by == person_id) or await may_run(conn, campaign, person_id)
    if not may:
        raise await refused(tools, campaign, person_id, now)
    if campaign.state not in states:
        raise decided_before(campaign)
    return campaign


async def refused(
    tools: Tools, campaign: Campaign, person_id: int, now: datetime, what: Phrase | None = None
) -> LianxunError:
    """Record that an act was refused, and give the error to raise: why, or not found where it is not open."""
    error = await rights.refuse(tools.db, person_id, Act.RUN_CAMPAIGNS, now, what, campaign=campaign.id)
    async with tools.db.reading() as conn:
        return error if await sees(conn, campaign, person_id) else missing()


async def present(conn: Connection, campaign_id: int, version: int | None, *states: CampaignState) -> Campaign:
    """A campaign in one of these states, which nobody else changes meanwhile.

    Raises ``DecidedBefore`` for one in another state, and ``Outdated`` where another ``version`` was seen.
    """
    campaign = await stored.lock(conn, campaign_id)
    if campaign is None:
        raise missing()
    if campaign.state not in states:
        raise decided_before(campaign)
    if version is not None and version != campaign.version:
        raise Outdated(CHANGED)
    return campaign


def decided_before(campaign: Campaign) -> DecidedBefore:
    """What is told of a campaign of which something else has become."""
    if campaign.state is CampaignState.RUNNING and campaign.decider:
        return DecidedBefore(phrase("{name} has approved this already.", name=campaign.decider))
    if campaign.state is CampaignState.RETURNED and campaign.decider:
        return DecidedBefore(phrase("{name} has returned this already.", name=campaign.decider))
    return DecidedBefore(phrase("This campaign is: {state}.", state=campaign_state_said(campaign.state)))
