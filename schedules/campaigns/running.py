"""What is decided of a campaign on its way: more time, and its end."""

from datetime import date, datetime
from typing import Final

from messages import reasons
from messages.errors import Refused, refused
from messages.ledger import Kind
from messages.register.campaigns import Campaign, CampaignState, Due
from messages.store import campaign_sweeps, ledger, notices, steering
from messages.store import campaigns as stored
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.campaigns.asking import call_off
from schedules.campaigns.checking import due_of, faults_of_day
from schedules.campaigns.days import remind_days
from schedules.campaigns.entitling import find, present, to_run
from schedules.campaigns.noting import CampaignEvent, note
from schedules.campaigns.telling import asked_keys, extended_notice, keys_of_day, late_keys, redated_values
from schedules.tools import Tools

_OPEN: Final = (CampaignState.PROPOSED, CampaignState.RUNNING)


async def to_close(tools: Tools, campaign_id: int, person_id: int, now: datetime) -> Campaign:
    """A campaign that this person may end now, such as before the reason is asked for."""
    return await to_run(tools, campaign_id, person_id, now, *_OPEN, author=True)


async def to_extend(tools: Tools, campaign_id: int, person_id: int, now: datetime) -> Campaign:
    """A campaign to which this person may give more time now."""
    return await to_run(tools, campaign_id, person_id, now, CampaignState.RUNNING)


async def close(tools: Tools, campaign_id: int, person_id: int, why: str, now: datetime) -> Campaign:
    """End a campaign, or take a proposed one back: its tasks stay as they are, and what waits to be told is not."""
    why = reasons.reason_of(why)
    await to_close(tools, campaign_id, person_id, now)
    async with tools.db.writing() as conn:
        campaign = await present(conn, campaign_id, None, *_OPEN)
        closed = {"state": CampaignState.CLOSED.value, "closed_at": now, "closed_by": person_id, "why": why}
        await stored.change(conn, campaign_id, **closed)
        if campaign.notice_id is None:
            await call_off(conn, campaign, now)
            await note(conn, campaign_id, CampaignEvent.WITHDRAWN, now, by=person_id, why=why)
        else:
            await _stop(conn, campaign.notice_id, person_id, now)
            await _call_off_told(conn, tools, campaign, now)
            await steering.call_off(conn, await campaign_sweeps.taken_keys(conn, campaign_id), now)
            by_hand = await campaign_sweeps.keys_beginning(conn, asked_keys(campaign_id))
            await steering.call_off(conn, by_hand, now)
            await note(conn, campaign_id, CampaignEvent.CLOSED, now, by=person_id, why=why)
        return await find(conn, campaign_id)


async def _stop(conn: Connection, notice_id: int, person_id: int, now: datetime) -> None:
    """Nobody is reminded any more to acknowledge its notice."""
    notice = await steering.hold(conn, notice_id)
    if notice is not None and notice.cancelled_at is None:
        await steering.mark(conn, notice_id, now, cancelled_at=now)
        await ledger.append(conn, at=now, kind=Kind.NOTICE_CANCELLED, person_id=person_id, body={"notice": notice.key})


async def _call_off_told(conn: Connection, tools: Tools, campaign: Campaign, now: datetime) -> None:
    """Send nothing any more of a last day that holds no longer."""
    days = remind_days(tools, campaign.due.on)
    codes = await campaign_sweeps.supervisors(conn)
    alone = await campaign_sweeps.keys_beginning(conn, late_keys(campaign))
    await steering.call_off(conn, [*keys_of_day(campaign, days, codes), *alone], now)


async def extend(tools: Tools, campaign_id: int, person_id: int, due_on: date, why: str, now: datetime) -> Campaign:
    """Give more time; who has still to submit is told."""
    why = reasons.reason_of(why)
    await to_extend(tools, campaign_id, person_id, now)
    if faults := [*faults_of_day(due_on, tools.today(now))]:
        raise Refused(phrase("The input was refused."), faults)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        campaign = await present(conn, campaign_id, None, CampaignState.RUNNING)
        due = due_of(calendar, due_on, now, tools.zone)
        if due.on <= campaign.due.on:
            later = phrase("A day after {day} is accepted.", day=campaign.due.on.isoformat())
            raise refused(later, column="due_on", value=due_on.isoformat())
        was = campaign.due.on.isoformat()
        extended = await redate(conn, tools, campaign, due, now)
        await note(conn, campaign_id, CampaignEvent.EXTENDED, now, by=person_id, why=why, was=was, due=str(due.on))
        await notices.add(conn, extended_notice(extended, why, now))
        return extended


async def redate(conn: Connection, tools: Tools, campaign: Campaign, due: Due, now: datetime) -> Campaign:
    """Have a campaign have another last day, or the same one officially."""
    await stored.change(conn, campaign.id, **stored.due_values(due))
    await stored.redate_tasks(conn, campaign.id, due)
    if due.on != campaign.due.on:
        await stored.forget_overdue(conn, campaign.id)
        await stored.mark_told(conn, campaign.id, tools.today(now))
        await _call_off_told(conn, tools, campaign, now)
    redated = await find(conn, campaign.id)
    if redated.notice_id is not None:
        await campaign_sweeps.date_notice(conn, redated.notice_id, redated_values(redated))
    return redated
