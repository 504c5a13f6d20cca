"""Reminding by hand: who has still to submit is told so once more, now; by the same person once on a day."""

from datetime import datetime

from messages import rights
from messages.audience import confined
from messages.errors import Refused
from messages.register.campaigns import CampaignState
from messages.rights import Act
from messages.store import audience as audiences
from messages.store import notices
from messages.store import reach as reaches
from messages.store import rights as stored
from messages.text.phrase import phrase
from schedules.campaigns.entitling import present
from schedules.campaigns.looking import of
from schedules.campaigns.noting import CampaignEvent, note
from schedules.campaigns.telling import asked_notice
from schedules.tools import Tools


async def remind(tools: Tools, campaign_id: int, person_id: int, now: datetime) -> int:
    """Tell who has still to submit, within the person's own scope; gives how many people.

    Raises ``NotFound``, ``NotEntitled``, ``DecidedBefore`` for a campaign that does not run, and ``Refused`` where all
    have submitted, or this person had them told today.
    """
    await of(tools, campaign_id, person_id, now)
    scope = await rights.entitle(tools.db, person_id, Act.REMIND, now, campaign=campaign_id)
    async with tools.db.writing() as conn:
        campaign = await present(conn, campaign_id, None, CampaignState.RUNNING)
        names, still = await reaches.unit_names(conn, scope), f"campaign:{campaign_id}:open"
        audience = confined(still, names) if names else still
        people = await audiences.count_people(conn, audience)
        if not people:
            raise Refused(phrase("Nobody in your units has still to submit: there is nobody to remind."))
        code = await stored.person_code(conn, person_id)
        if await notices.add(conn, asked_notice(campaign, audience, code, tools.today(now), now)) is None:
            raise Refused(phrase("You have had them reminded today: please leave them time until tomorrow."))
        await note(conn, campaign_id, CampaignEvent.REMINDED, now, by=person_id, people=people)
    return people
