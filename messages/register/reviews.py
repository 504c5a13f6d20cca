"""Reviews (审定): what a post has submitted to the register, with its unit and, of a campaign's task, the inspector."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from messages.register.records import Content, Progress, ReviewState
from messages.text.phrase import Phrase, phrase

WAITS: Final = (ReviewState.UNIT, ReviewState.INSPECTOR)
"""The states in which somebody is to decide."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a post has submitted together, and how it stands. ``complete``: its holder says that nothing is to be added.

    ``person`` is who submitted it; the ``holder`` is of the post now, None while it is vacant. ``campaign`` and its
    last day are of a task's submission; ``running``: that campaign is still under way. ``unit_name`` and
    ``inspector_name`` are of who decided there. How many points are ``new``, ``changed`` or to be ``ended`` counts all
    that it was submitted with, ``returned`` those of them that were returned.
    """

    id: int
    version: int
    state: ReviewState
    post_id: int
    post_code: str
    post: str
    post_ended: bool
    unit_id: int
    unit: str
    path: str
    holder_id: int | None
    holder_code: str | None
    holder: str | None
    person_id: int
    person_code: str
    person: str
    task_id: int | None
    campaign_id: int | None
    campaign: str | None
    due_on: date | None
    provisional: bool
    running: bool
    complete: bool
    note: str | None
    submitted_at: datetime
    handed_at: datetime
    asked_at: datetime | None
    asked_path: str | None
    deputy_at: datetime | None
    unit_at: datetime | None
    unit_by: int | None
    unit_code: str | None
    unit_name: str | None
    inspector_at: datetime | None
    inspector_by: int | None
    inspector_name: str | None
    why: str | None
    new: int
    changed: int
    ended: int
    returned: int

    @property
    def inspecting(self) -> bool:
        """Whether it is with the inspector."""
        return self.state is ReviewState.INSPECTOR

    @property
    def came_to_inspector(self) -> bool:
        """Whether the unit has accepted it for the inspector, who has decided about it or is to."""
        return self.inspecting or self.inspector_at is not None

    @property
    def waits(self) -> bool:
        """Whether somebody is to decide about it."""
        return self.state in WAITS

    @property
    def points(self) -> int:
        """How many points it was submitted with."""
        return self.new + self.changed + self.ended

    @property
    def concerned(self) -> frozenset[int]:
        """Who does not decide about it, whatever the rights: who submitted it, and who holds the post."""
        return frozenset({self.person_id} | ({self.holder_id} if self.holder_id is not None else set()))

    @property
    def key(self) -> str:
        """Names it as it is laid before those who decide; before the inspector, or once more, by another name."""
        return f"review:{self.id}:{self.state.value}:{self.handed_at.astimezone(UTC).isoformat()}"


@dataclass(frozen=True, kw_only=True)
class ReviewedPoint:
    """A point as a review has it: ``content`` is what was submitted, ``before`` what stood until then, or None.

    ``ends``: it is to be ended, for the reason in ``because``. ``why``: for what reason it was returned.
    """

    point_id: int
    number: int
    progress: Progress
    content: Content
    before: Content | None
    ends: bool
    because: str | None
    why: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A review with its points; ``may``: its reader may decide about it now."""

    review: Review
    points: tuple[ReviewedPoint, ...]
    may: bool


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """A page of reviews: ``number`` of ``pages``, both from 1; ``total`` counts those on all of them."""

    reviews: tuple[Review, ...]
    number: int
    pages: int
    total: int


_STATES: Final[Mapping[ReviewState, Phrase]] = MappingProxyType(
    {
        ReviewState.UNIT: phrase("with the unit"),
        ReviewState.INSPECTOR: phrase("with the inspector"),
        ReviewState.ACCEPTED: phrase("accepted"),
        ReviewState.RETURNED: phrase("returned to be corrected"),
        ReviewState.WITHDRAWN: phrase("withdrawn"),
    }
)


def review_state_said(state: ReviewState) -> Phrase:
    """How a review stands, to be said to people."""
    return _STATES[state]
