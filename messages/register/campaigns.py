"""Campaigns (专项): which posts go over their risk points, by when, and how far each has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.files import Attachment
from messages.text.phrase import Phrase, phrase

ALL_POSTS: Final = phrase("All posts")
"""Whom a campaign means by everyone."""
LONGEST_CAMPAIGN_TEXT: Final = 2500
"""Visible characters of a campaign's text: with its card's frame it fits into one message."""


class CampaignState(StrEnum):
    """How a campaign stands."""

    PROPOSED = "proposed"  # to many people: a second named person approves it
    RETURNED = "returned"  # and did not
    RUNNING = "running"
    CLOSED = "closed"


class TaskState(StrEnum):
    """How a post's task in a campaign stands. A campaign that is closed leaves its tasks as they are."""

    OPEN = "open"
    UNIT = "unit"  # submitted, with the unit's leader
    INSPECTOR = "inspector"  # accepted by the unit
    ACCEPTED = "accepted"
    RETURNED = "returned"


TO_SUBMIT: Final = (TaskState.OPEN, TaskState.RETURNED)
"""The states in which it is the holder's turn."""


@dataclass(frozen=True, kw_only=True)
class GivenCampaign:
    """A campaign as its author gives it.

    ``text`` is the Bot API's HTML, ``audience`` an expression for the posts, ``due_on`` the last day.
    """

    title: str
    text: str
    audience: str
    due_on: date
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last day, a working one, and the instant at which it is over; whether a provisional year is touched."""

    on: date
    at: datetime
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """The posts that an expression finds: how many, how many of them vacant, of how many people in how many units."""

    posts: int = 0
    vacant: int = 0
    people: int = 0
    units: int = 0


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a campaign comes to: ``given`` with its text stripped and its audience confined to its author's scope."""

    given: GivenCampaign
    due: Due
    found: Found
    needs_approval: bool


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign as it stands in the store; ``due_on`` is a working day, ``provisional`` that it may still change."""

    id: int
    version: int
    state: CampaignState
    given: GivenCampaign
    due: Due
    created_at: datetime
    created_by: int
    author: str
    author_code: str
    decided_at: datetime | None
    decided_by: int | None
    decider: str | None
    decider_code: str | None
    why: str | None
    started_at: datetime | None
    notice_id: int | None
    closed_at: datetime | None
    closed_by: int | None
    closer: str | None
    closer_code: str | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Tasks by their state, all of them ``tasks``.

    Of them: whose post is ``vacant``, whose holder says that nothing is to be added (``complete``), whose notice was
    ``acknowledged``, that were submitted ``timely`` or ``late`` (none of both while the last day is provisional), and
    that are ``overdue``: still to be submitted after the last day.
    """

    tasks: int = 0
    open: int = 0
    unit: int = 0
    inspector: int = 0
    accepted: int = 0
    returned: int = 0
    complete: int = 0
    vacant: int = 0
    acknowledged: int = 0
    timely: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def to_submit(self) -> int:
        """Where it is the holder's turn."""
        return self.open + self.returned

    @property
    def submitted(self) -> int:
        """What is with the unit or with the inspector, or accepted."""
        return self.unit + self.inspector + self.accepted


@dataclass(frozen=True, kw_only=True)
class UnitProgress:
    """How far the posts of one unit have come."""

    unit_id: int
    unit: str
    path: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class CampaignProgress:
    """How far a campaign has come in the units that its viewer looks after, in the order of the tree."""

    campaign: Campaign
    total: Figures
    units: tuple[UnitProgress, ...]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A campaign in a list, with its figures in the units that the viewer looks after."""

    campaign: Campaign
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """A page of campaigns, the newest first: ``number`` of ``pages``, both from 1; ``total`` counts all."""

    campaigns: tuple[Listed, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """A post's task in a campaign; ``holder`` is who holds the post now, None while it is vacant.

    ``timely`` is None while nothing was submitted, and where the last day was provisional.
    """

    id: int
    post_id: int
    post_code: str
    post: str
    unit_id: int
    unit: str
    holder: str | None
    state: TaskState
    complete: bool
    acknowledged: bool
    submitted_at: datetime | None
    timely: bool | None
    accepted_at: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tasks are looked for: of one unit, in one of some ``states`` (none: in any), ``complete`` or not."""

    unit_id: int | None = None
    states: tuple[TaskState, ...] = ()
    complete: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """A page of tasks by unit and post: ``number`` of ``pages``, both from 1; ``total`` counts those on all of them."""

    tasks: tuple[Task, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, kw_only=True)
class PostTask:
    """A post's task in a campaign; ``to_submit`` where it is the holder's turn."""

    id: int
    campaign_id: int
    title: str
    due: Due
    state: TaskState
    submitted_at: datetime | None

    @property
    def to_submit(self) -> bool:
        """Whether something is to be submitted now."""
        return self.state in TO_SUBMIT


@dataclass(frozen=True, kw_only=True)
class OwnTask(PostTask):
    """The same of a post that a person holds, among all that are asked of this person."""

    text: str
    post_id: int
    post: str
    unit: str
    overdue: bool


_CAMPAIGNS: Final[Mapping[CampaignState, Phrase]] = MappingProxyType(
    {
        CampaignState.PROPOSED: phrase("waits for approval"),
        CampaignState.RETURNED: phrase("not approved"),
        CampaignState.RUNNING: phrase("under way"),
        CampaignState.CLOSED: phrase("closed"),
    }
)
_TASKS: Final[Mapping[TaskState, Phrase]] = MappingProxyType(
    {
        TaskState.OPEN: phrase("to be submitted"),
        TaskState.UNIT: phrase("with the unit"),
        TaskState.INSPECTOR: phrase("with the inspector"),
        TaskState.ACCEPTED: phrase("accepted by the inspector"),
        TaskState.RETURNED: phrase("returned to be corrected"),
    }
)


def campaign_state_said(state: CampaignState) -> Phrase:
    """How a campaign stands, to be said to people."""
    return _CAMPAIGNS[state]


def task_state_said(state: TaskState) -> Phrase:
    """How a task stands, to be said to people."""
    return _TASKS[state]
