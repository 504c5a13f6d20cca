"""What follows of campaigns by itself. All is found by state, and each thing done once, whenever a pass comes."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from messages.audience import sayable
from messages.ledger import Kind
from messages.notices import Json
from messages.register.campaigns import Campaign, CampaignState
from messages.register.reach import reach_by
from messages.scopes import EVERYWHERE
from messages.store import campaign_lists, campaign_sweeps, ledger, notices, passing
from messages.store import campaigns as stored
from messages.store.campaign_sweeps import Taken
from messages.store.database import Connection
from messages.store.ledger import Event
from schedules.apart import Apart
from schedules.campaigns.checking import due_of
from schedules.campaigns.days import overdue_at, reminder_due
from schedules.campaigns.noting import CampaignEvent, note
from schedules.campaigns.running import redate
from schedules.campaigns.telling import (
    behind_notice,
    done_notice,
    overdue_notice,
    redated_notice,
    soon_notice,
    taken_notice,
)
from schedules.tools import Tools

_Deed: TypeAlias = Callable[[Connection, Campaign], Awaitable[None]]


class Sweep:
    """One pass over the campaigns that run, each apart from the others and each thing in a transaction of its own."""

    def __init__(self, tools: Tools, apart: Apart, now: datetime) -> None:
        """What is due at ``now``."""
        self._tools = tools
        self._apart = apart
        self._now = now

    async def run(self) -> None:
        """Official days instead of provisional ones; then new holders, reminders, what is overdue, what is done."""
        async with self._tools.db.reading() as conn:
            running = await stored.in_state(conn, CampaignState.RUNNING)
        if not running:
            return
        await self._each("a campaign's official days", [one.id for one in running if self._official(one)], self._redate)
        async with self._tools.db.reading() as conn:
            taken = {one.campaign_id for one in await campaign_sweeps.taken(conn, self._now)}
        await self._each("a campaign's new holders", taken, self._hand_over)
        async with self._tools.db.reading() as conn:
            running = await stored.in_state(conn, CampaignState.RUNNING)
            soon = [one.id for one in running if await self._is_soon(conn, one)]
            late = [one.id for one in running if await self._is_overdue(conn, one)]
            done = await campaign_sweeps.finished(conn)
        await self._each("a campaign's reminder", soon, self._remind)
        await self._each("what is overdue of a campaign", late, self._tell_overdue)
        await self._each("the end of a campaign's tasks", done, self._tell_done)

    async def _each(self, what: str, ids: Iterable[int], deed: _Deed) -> None:
        """Do something about each that still runs, which nobody else changes meanwhile."""
        for campaign_id in ids:
            with self._apart.doing(what, id=campaign_id):
                async with self._tools.db.writing() as conn:
                    campaign = await stored.lock(conn, campaign_id)
                    if campaign is not None and campaign.state is CampaignState.RUNNING:
                        await deed(conn, campaign)

    # Official days

    def _official(self, campaign: Campaign) -> bool:
        calendar = self._tools.calendars.latest
        return (
            campaign.due.provisional and not due_of(calendar, campaign.due.on, self._now, self._tools.zone).provisional
        )

    async def _redate(self, conn: Connection, campaign: Campaign) -> None:
        """Count the last day officially; one that nobody could know before it had passed is the next working day."""
        calendar, tools, now = self._tools.calendars.latest, self._tools, self._now
        due = due_of(calendar, campaign.due.on, now, tools.zone)
        if due.at <= now:
            due = due_of(calendar, tools.today(now) + timedelta(days=1), now, tools.zone)
        if due.provisional:
            return
        was, moved = campaign.due.on.isoformat(), due.on != campaign.due.on
        redated = await redate(conn, tools, campaign, due, now)
        await note(conn, campaign.id, CampaignEvent.REDATED, now, was=was, due=due.on.isoformat())
        if moved:
            await notices.add(conn, redated_notice(redated, now))

    # New holders

    async def _hand_over(self, conn: Connection, campaign: Campaign) -> None:
        for one in await campaign_sweeps.taken(conn, self._now, campaign.id):
            await self._tell_taken(conn, campaign, one)

    async def _tell_taken(self, conn: Connection, campaign: Campaign, one: Taken) -> None:
        """Tell who has taken a post, of which nobody has acknowledged, by the campaign's notice itself."""
        if one.asks:
            await campaign_sweeps.oblige(conn, one, self._now)
            await passing.tell(conn, one.notice_id, one.person_id, self._now)
        elif sayable(one.person_code) and sayable(one.post_code):
            await notices.add(conn, taken_notice(campaign, one, self._now))

    # Reminders

    async def _is_soon(self, conn: Connection, campaign: Campaign) -> bool:
        day = reminder_due(self._tools, campaign.due, self._now)
        return day is not None and await campaign_sweeps.unreminded(conn, campaign.id, day.isoformat())

    async def _remind(self, conn: Connection, campaign: Campaign) -> None:
        day = reminder_due(self._tools, campaign.due, self._now)
        if day is not None and await self._is_soon(conn, campaign):
            await notices.add(conn, soon_notice(campaign, day, self._now))
            await stored.mark_told(conn, campaign.id, self._tools.today(self._now))

    # What is overdue

    async def _is_overdue(self, conn: Connection, campaign: Campaign) -> bool:
        at = overdue_at(self._tools, campaign.due)
        return (
            at is not None
            and at <= self._now
            and await campaign_sweeps.newly_overdue(conn, campaign.id, campaign.due.at)
        )

    async def _tell_overdue(self, conn: Connection, campaign: Campaign) -> None:
        """Tell holders, and each who looks after their units, once of each last day."""
        if not await self._is_overdue(conn, campaign):
            return
        late = await campaign_sweeps.behind(conn, campaign.id)
        await stored.mark_told(conn, campaign.id, self._tools.today(self._now), overdue_at=self._now)
        await notices.add(conn, overdue_notice(campaign, self._now))
        await self._tell_supervisors(conn, campaign)
        await note(conn, campaign.id, CampaignEvent.OVERDUE, self._now, posts=len(late))
        body: dict[str, Json] = {"event": "overdue", "campaign": campaign.id}
        kind = Kind.CAMPAIGN_TASK
        await ledger.append_all(
            conn,
            [
                Event(at=self._now, kind=kind, person_id=one.holder_id, body={**body, "post": one.post_code})
                for one in late
            ],
        )

    async def _tell_supervisors(self, conn: Connection, campaign: Campaign) -> None:
        units = await campaign_lists.by_unit(conn, campaign.id, EVERYWHERE, self._now)
        for code, borne in (await campaign_sweeps.supervisors(conn)).items():
            scope = reach_by(borne)
            mine = [one for one in units if scope.covers(one.path)]
            total = campaign_lists.together(mine)
            if total.open + total.returned and sayable(code):
                await notices.add(conn, behind_notice(campaign, mine, total, code, self._now))

    # What is done

    async def _tell_done(self, conn: Connection, campaign: Campaign) -> None:
        if sayable(campaign.author_code) and campaign.id in await campaign_sweeps.finished(conn):
            units = await campaign_lists.by_unit(conn, campaign.id, EVERYWHERE, self._now)
            await notices.add(conn, done_notice(campaign, campaign_lists.together(units), self._now))
