"""What follows of campaigns by itself. All is found by state, and each thing done once, whenever a pass comes."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from messages.audience import sayable
from messages.ledger import Kind
from messages.notices import Json
from messages.register.campaigns import Campaign, CampaignState, UnitProgress
from messages.register.reach import reach_by
from messages.scopes import EVERYWHERE, Scope
from messages.store import assessing, campaign_lists, campaign_sweeps, ledger, notices, passing
from messages.store import campaigns as stored
from messages.store.campaign_sweeps import Late, Taken
from messages.store.database import Connection
from messages.store.ledger import Event
from schedules.apart import Apart
from schedules.campaigns.acknowledging import count_anew, official
from schedules.campaigns.checking import due_of
from schedules.campaigns.days import overdue_at, reminder_due
from schedules.campaigns.noting import CampaignEvent, note
from schedules.campaigns.running import redate
from schedules.campaigns.telling import (
    behind_notice,
    done_notice,
    late_notice,
    overdue_notice,
    redated_notice,
    soon_notice,
    taken_notice,
)
from schedules.tools import Tools

_Deed: TypeAlias = Callable[[Connection, Campaign], Awaitable[bool | None]]
"""What is done of a campaign in one transaction; whether more of it is to be done in another."""
_SHARE: Final = 5_000
"""So many tasks are noted as overdue in one transaction: a province's would hold everybody up."""


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
            awaiting = await campaign_sweeps.awaiting_days(conn)
        known = [one.campaign_id for one in awaiting if official(self._tools, one, self._now)]
        await self._each("a campaign's days to acknowledge", known, self._count_anew)
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
                while await self._do(campaign_id, deed):
                    pass

    async def _do(self, campaign_id: int, deed: _Deed) -> bool:
        async with self._tools.db.writing() as conn:
            campaign = await stored.lock(conn, campaign_id)
            if campaign is None or campaign.state is not CampaignState.RUNNING:
                return False
            return bool(await deed(conn, campaign))

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

    async def _count_anew(self, conn: Connection, campaign: Campaign) -> None:
        await count_anew(conn, self._tools, campaign, self._now)

    # New holders

    async def _hand_over(self, conn: Connection, campaign: Campaign) -> None:
        for one in await campaign_sweeps.taken(conn, self._now, campaign.id):
            await self._tell_taken(conn, campaign, one)

    async def _tell_taken(self, conn: Connection, campaign: Campaign, one: Taken) -> None:
        """Tell who has taken a post, of which nobody has acknowledged, by the campaign's notice itself."""
        if one.asks:
            await campaign_sweeps.oblige(conn, one, self._now)
            await passing.tell(conn, one.notice_id, one.person_id, self._now)
            await assessing.look_again(conn, [one.notice_id], self._now)
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
        return bool(await self._late(conn, campaign, 1))

    async def _late(self, conn: Connection, campaign: Campaign, most: int) -> list[Late]:
        at = overdue_at(self._tools, campaign.due)
        if at is None or at > self._now:
            return []
        return await campaign_sweeps.newly_overdue(conn, campaign.id, campaign.due.at, most)

    async def _tell_overdue(self, conn: Connection, campaign: Campaign) -> bool:
        """Tell holders, and each who looks after their units, once of each last day.

        All are told by one notice, when all are noted; who comes to be late after that is told alone.
        """
        late = await self._late(conn, campaign, _SHARE + 1)
        share, more = late[:_SHARE], len(late) > _SHARE
        if not share:
            return False
        await self._note_overdue(conn, campaign, share)
        to_all = overdue_notice(campaign, self._now)
        if await notices.told(conn, [to_all.key]):
            for code in sorted({one.holder_code for one in share if one.holder_code and sayable(one.holder_code)}):
                await notices.add(conn, late_notice(campaign, code, self._now))
        elif not more:
            await notices.add(conn, to_all)
        if not more:
            await self._tell_supervisors(conn, campaign)
        return more

    async def _note_overdue(self, conn: Connection, campaign: Campaign, late: Sequence[Late]) -> None:
        ids = [one.task_id for one in late]
        await campaign_sweeps.mark_overdue(conn, ids, self._tools.today(self._now), self._now)
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
        """Once of each last day; the units are gathered by each unit above them, not looked through for each person."""
        below = _below(await campaign_lists.by_unit(conn, campaign.id, EVERYWHERE, self._now))
        for code, borne in (await campaign_sweeps.supervisors(conn)).items():
            mine = _of(below, reach_by(borne))
            total = campaign_lists.together(mine)
            if total.to_submit and sayable(code):
                await notices.add(conn, behind_notice(campaign, mine, total, code, self._now))

    # What is done

    async def _tell_done(self, conn: Connection, campaign: Campaign) -> None:
        if sayable(campaign.author_code) and campaign.id in await campaign_sweeps.finished(conn):
            units = await campaign_lists.by_unit(conn, campaign.id, EVERYWHERE, self._now)
            await notices.add(conn, done_notice(campaign, campaign_lists.together(units), self._now))


def _below(units: Iterable[UnitProgress]) -> dict[str, list[UnitProgress]]:
    """The units by the path of each unit that they lie within, and all of them by no path."""
    found: dict[str, list[UnitProgress]] = defaultdict(list)
    for one in units:
        found[""].append(one)
        for end, sign in enumerate(one.path, 1):
            if sign == "/":
                found[one.path[:end]].append(one)
    return found


def _of(below: Mapping[str, Sequence[UnitProgress]], scope: Scope) -> list[UnitProgress]:
    """The units within a scope."""
    paths = [""] if scope.everything else [one for one in scope.paths if not _lies_within(one, scope.paths)]
    return [unit for path in paths for unit in below.get(path, ())]


def _lies_within(path: str, paths: Iterable[str]) -> bool:
    return any(path != other and path.startswith(other) for other in paths)
