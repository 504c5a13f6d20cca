"""Campaigns of one office: the one place where they are checked, started, decided, told of and looked at."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from messages.notices import Json
from messages.register.campaigns import (
    Campaign,
    CampaignPage,
    CampaignProgress,
    CampaignState,
    Checked,
    Found,
    GivenCampaign,
    OwnTask,
    TaskPage,
    TaskState,
    Wanted,
)
from messages.store import campaign_lists
from messages.store import campaigns as stored
from messages.store.database import Database
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.campaigns import asking, checking, days, entitling, looking, reminding, running, starting, telling
from schedules.campaigns.sweeping import Sweep
from schedules.deputies import Rank, asked_first
from schedules.planner import Upcoming
from schedules.policy import Policy
from schedules.tools import Along, Tools

PAGE: Final = 8
"""How many campaigns or tasks one page shows: as many buttons as a thumb can tell apart."""


class Campaigns:
    """All acts about campaigns, and what follows from them by itself.

    Each act is one transaction with its row of the ledger and what is told of it. All raise ``NotFound`` for a campaign
    that is not there, or not open to the person, ``NotEntitled`` for who may not do it (both are recorded),
    ``DecidedBefore`` for one of which something else has become, and ``Outdated`` where another ``version`` was seen
    than is present.
    """

    def __init__(
        self,
        *,
        db: Database,
        policy: Policy,
        calendars: Calendars,
        zone: ZoneInfo,
        apart: Apart,
    ) -> None:
        """Go by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``.

        What is due of one campaign is done ``apart`` from the others.
        """
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._apart = apart

    # The office

    async def check(self, given: GivenCampaign, person_id: int, now: datetime) -> Checked:
        """What a campaign comes to, before it is started. Raises ``Refused`` with every fault, and ``NotEntitled``.

        A fault's column is the field that it is about: title, text, audience, due_on, attachments.
        """
        return await checking.check(self._tools, given, person_id, now)

    async def found(self, expression: str, person_id: int) -> Found:
        """The posts that an audience finds within the person's scope, while it is being chosen; raises ``Refused``."""
        return await checking.found_by(self._tools, expression, person_id)

    async def approvers(self, checked: Checked, person_id: int) -> Rank:
        """Who is asked to approve what this person proposes, the nearest first."""
        async with self._tools.db.reading() as conn:
            return asked_first(await asking.approvers(conn, checked.given.audience, person_id))

    async def start(
        self,
        given: GivenCampaign,
        person_id: int,
        now: datetime,
        *,
        approved_by: str | None = None,
        along: Along | None = None,
    ) -> Campaign:
        """Start a campaign; to many people, without the code of who ``approved_by``, it is proposed.

        What is done ``along`` with it (its draft is closed) is done in the same transaction, or nothing is. Raises as
        ``check`` does; the column of a fault about who approved it is approved_by.
        """
        return await starting.start(self._tools, given, person_id, now, approved_by=approved_by, along=along)

    async def approve(self, campaign_id: int, person_id: int, version: int, now: datetime) -> Campaign:
        """Approve a campaign as a second person: it starts. Raises ``Refused`` where it cannot start any more."""
        return await starting.approve(self._tools, campaign_id, person_id, version, now)

    async def give_back(
        self, campaign_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None = None
    ) -> Campaign:
        """Return a proposed campaign to its author, with a reason; ``message_id`` is the message that was it."""
        return await starting.give_back(self._tools, campaign_id, person_id, version, why, now, message_id)

    async def may_approve(self, campaign: Campaign, person_id: int) -> bool:
        """Whether a campaign waits for a decision that this person may make now."""
        if campaign.state is not CampaignState.PROPOSED or campaign.created_by == person_id:
            return False
        async with self._tools.db.reading() as conn:
            return await entitling.may_run(conn, campaign, person_id)

    async def may_run(self, campaign: Campaign, person_id: int) -> bool:
        """Whether this person may extend and close a campaign as it stands."""
        if campaign.state is not CampaignState.RUNNING:
            return False
        async with self._tools.db.reading() as conn:
            return await entitling.may_run(conn, campaign, person_id)

    async def to_close(self, campaign_id: int, person_id: int, now: datetime) -> Campaign:
        """A campaign that this person may end, or take back, now; raises as ``close`` would."""
        return await running.to_close(self._tools, campaign_id, person_id, now)

    async def to_extend(self, campaign_id: int, person_id: int, now: datetime) -> Campaign:
        """A campaign to which this person may give more time now; raises as ``extend`` would."""
        return await running.to_extend(self._tools, campaign_id, person_id, now)

    async def to_correct(self, campaign_id: int, person_id: int, now: datetime) -> Campaign:
        """A campaign of the own that was returned, to be written anew."""
        return await looking.to_correct(self._tools, campaign_id, person_id, now)

    async def close(self, campaign_id: int, person_id: int, why: str, now: datetime) -> Campaign:
        """End a campaign, or take a proposed one back; its tasks stay as they are, and nothing more is asked."""
        return await running.close(self._tools, campaign_id, person_id, why, now)

    async def extend(self, campaign_id: int, person_id: int, due_on: date, why: str, now: datetime) -> Campaign:
        """Give more time, until a later day; who has not submitted is told. Raises ``Refused`` for another day."""
        return await running.extend(self._tools, campaign_id, person_id, due_on, why, now)

    async def remind(self, campaign_id: int, person_id: int, now: datetime) -> int:
        """Tell who has still to submit, in the units where the person has people reminded; gives how many people.

        Raises ``Refused`` where there is nobody, or the same person had them told today.
        """
        return await reminding.remind(self._tools, campaign_id, person_id, now)

    # Looking

    async def list(self, person_id: int, page: int, now: datetime, *, size: int = PAGE) -> CampaignPage:
        """A page of the campaigns that a person may see: those that run, then the newest. Raises ``NotEntitled``."""
        return await looking.campaigns(self._tools, person_id, page, size, now)

    async def waiting(self, person_id: int, page: int, now: datetime, *, size: int = PAGE) -> CampaignPage:
        """A page of the campaigns that wait for this person's approval, what has waited longest first."""
        return await looking.waiting(self._tools, person_id, page, size, now)

    async def of(self, campaign_id: int, viewer_id: int, now: datetime) -> Campaign:
        """A campaign, for who looks after one of its posts, its author, and who may approve it."""
        return await looking.of(self._tools, campaign_id, viewer_id, now)

    async def progress(self, campaign_id: int, viewer_id: int, now: datetime) -> CampaignProgress:
        """How far it has come, by unit, in the units that the viewer looks after."""
        return await looking.progress(self._tools, campaign_id, viewer_id, now)

    async def tasks(
        self,
        campaign_id: int,
        viewer_id: int,
        *,
        unit_id: int | None = None,
        states: Collection[TaskState] = (),
        complete: bool | None = None,
        page: int,
        now: datetime,
        size: int = PAGE,
    ) -> TaskPage:
        """A page of its tasks in the units that the viewer looks after, by unit and post; the look is recorded.

        Of no ``states`` are those in any. ``complete`` gives those who say that nothing is to be added, or all others.
        """
        wanted = Wanted(unit_id=unit_id, states=tuple(states), complete=complete)
        return await looking.tasks(self._tools, campaign_id, viewer_id, wanted, page, size, now)

    async def tasks_of(self, person_id: int, now: datetime) -> tuple[OwnTask, ...]:
        """The tasks of the posts that a person holds, in campaigns that run, not accepted yet; the first due first."""
        async with self._tools.db.reading() as conn:
            return await campaign_lists.own(conn, person_id, now)

    async def card(self, campaign: Campaign) -> dict[str, Json]:
        """What the template ``campaign_card`` shows of a campaign as it stands."""
        async with self._tools.db.reading() as conn:
            return telling.card(campaign, await stored.found(conn, campaign.given.audience))

    # By itself

    async def sweep(self, now: datetime) -> None:
        """What is due of campaigns by now, found by state: approvals, official days, reminders, what is overdue."""
        await self._tools.calendars.current()
        with self._apart.doing("campaigns that wait for approval"):
            await asking.ask(self._tools, now)
        await Sweep(self._tools, self._apart, now).run()

    async def next_due(self, now: datetime) -> Upcoming | None:
        """What is due next after ``now``: a reminder, or what is overdue."""
        async with self._tools.db.reading() as conn:
            under_way = await stored.in_state(conn, CampaignState.RUNNING)
        if not under_way:
            return None
        await self._tools.calendars.current()
        found = [
            Upcoming(at=at, template=template, params=telling.named(campaign))
            for campaign in under_way
            for at, template in days.ahead(self._tools, campaign.due, now)
        ]
        return min(found, key=lambda one: one.at, default=None)
