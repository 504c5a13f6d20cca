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
    Checked,
    Found,
    GivenCampaign,
    OwnTask,
    TaskPage,
    TaskState,
)
from messages.store.database import Database
from messages.text.rendering import Renderer
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.deputies import Rank
from schedules.items.submitting import Along
from schedules.planner import Upcoming
from schedules.policy import Policy
from schedules.tools import Tools

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
        renderer: Renderer,
        zone: ZoneInfo,
        apart: Apart,
    ) -> None:
        """Go by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``.

        ``renderer`` tells how long a text becomes; what is due of one campaign is done ``apart`` from the others.
        """
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._renderer = renderer
        self._apart = apart

    # The office

    async def check(self, given: GivenCampaign, person_id: int, now: datetime) -> Checked:
        """What a campaign comes to, before it is started. Raises ``Refused`` with every fault, and ``NotEntitled``.

        A fault's column is the field that it is about: title, text, audience, due_on, attachments.
        """
        raise NotImplementedError

    async def found(self, expression: str, person_id: int) -> Found:
        """The posts that an audience finds within the person's scope, while it is being chosen; raises ``Refused``."""
        raise NotImplementedError

    async def approvers(self, checked: Checked, person_id: int) -> Rank:
        """Who is asked to approve what this person proposes, the nearest first."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def approve(self, campaign_id: int, person_id: int, version: int, now: datetime) -> Campaign:
        """Approve a campaign as a second person: it starts. Raises ``Refused`` where it cannot start any more."""
        raise NotImplementedError

    async def give_back(
        self, campaign_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None = None
    ) -> Campaign:
        """Return a proposed campaign to its author, with a reason; ``message_id`` is the message that was it."""
        raise NotImplementedError

    async def may_approve(self, campaign: Campaign, person_id: int) -> bool:
        """Whether a campaign waits for a decision that this person may make now."""
        raise NotImplementedError

    async def may_run(self, campaign: Campaign, person_id: int) -> bool:
        """Whether this person may extend and close a campaign as it stands."""
        raise NotImplementedError

    async def close(self, campaign_id: int, person_id: int, why: str, now: datetime) -> Campaign:
        """End a campaign, or take a proposed one back; its tasks stay as they are, and nothing more is asked."""
        raise NotImplementedError

    async def extend(self, campaign_id: int, person_id: int, due_on: date, why: str, now: datetime) -> Campaign:
        """Give more time, until a later day; who has not submitted is told. Raises ``Refused`` for another day."""
        raise NotImplementedError

    # Looking

    async def list(self, person_id: int, page: int, now: datetime, *, size: int = PAGE) -> CampaignPage:
        """A page of the campaigns that a person may see: those that run, then the newest. Raises ``NotEntitled``."""
        raise NotImplementedError

    async def waiting(self, person_id: int, page: int, now: datetime, *, size: int = PAGE) -> CampaignPage:
        """A page of the campaigns that wait for this person's approval, what has waited longest first."""
        raise NotImplementedError

    async def of(self, campaign_id: int, viewer_id: int, now: datetime) -> Campaign:
        """A campaign, for who looks after one of its posts, its author, and who may approve it."""
        raise NotImplementedError

    async def progress(self, campaign_id: int, viewer_id: int, now: datetime) -> CampaignProgress:
        """How far it has come, by unit, in the units that the viewer looks after."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def tasks_of(self, person_id: int, now: datetime) -> tuple[OwnTask, ...]:
        """The tasks of the posts that a person holds, in campaigns that run, not accepted yet; the first due first."""
        raise NotImplementedError

    async def card(self, campaign: Campaign, now: datetime) -> dict[str, Json]:
        """What the template ``campaign_card`` shows of a campaign as it stands."""
        raise NotImplementedError

    # By itself

    async def sweep(self, now: datetime) -> None:
        """What is due of campaigns by now, found by state: approvals, official days, reminders, what is overdue."""

    async def next_due(self, now: datetime) -> Upcoming | None:
        """What is due next after ``now``."""
