"""The register's words as types: risk points and their versions, reviews, template points.

A point belongs to a post; one that an office's sheet gives for a unit only has no post yet. What *stands* is the
version that was accepted last; while a later one is under way the point is being revised, and what stands goes on
standing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from messages.register.bases import Cited
from messages.text.phrase import Phrase, phrase

LONGEST_NAME: Final = 200
LONGEST_SHORT: Final = 100
"""Characters of a category and of people's names."""
LONGEST_TEXT: Final = 2000
"""Characters of a description, of controls and of indicators."""
LONGEST_DUTY: Final = 500


class RiskLevel(StrEnum):
    """How grave a risk is."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Workflow(StrEnum):
    """A kind of work whose steps are risk nodes."""

    TENDER = "tender"
    PROCUREMENT = "procurement"
    APPROVAL = "approval"
    FUNDS = "funds"
    PERSONNEL = "personnel"
    PROJECT = "project"
    ENFORCEMENT = "enforcement"
    OTHER = "other"


class PointState(StrEnum):
    """How a point stands: ``ACCEPTED`` and ``REVISED`` stand in the register, and no others."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REVISED = "revised"  # it stands, and a later version is under way
    ENDED = "ended"


class Progress(StrEnum):
    """How a version of a point stands; the latest one is never ``BACK``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DROPPED = "dropped"  # by its holder: what stood before it goes on
    BACK = "back"  # submitted and not decided: what is written on since is the next version


class ReviewState(StrEnum):
    """How what a post has submitted stands: with its unit, of a campaign's task then with the inspector."""

    UNIT = "unit"
    INSPECTOR = "inspector"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a point says. ``responsible`` and ``leading`` are people's names as an office's sheet has them.

    ``node`` is a risk node's name, ``duty`` the duty's text, ``section`` the part of a unit that a sheet names.
    """

    name: str
    level: RiskLevel
    category: str = ""
    description: str = ""
    controls: str = ""
    indicators: str = ""
    node: str = ""
    duty: str = ""
    section: str = ""
    bases: tuple[Cited, ...] = ()
    responsible: str = ""
    leading: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a version keeps it."""
        return {**vars(self), "level": self.level.value, "bases": [str(one) for one in self.bases]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        cited = (Cited.of(written) for written in kept["bases"])
        bases = tuple(one for one in cited if one is not None)
        return cls(**{**kept, "level": RiskLevel(kept["level"]), "bases": bases})


@dataclass(frozen=True, kw_only=True)
class Point:
    """A risk point, with what stands of it; before anything was accepted, what its latest version says.

    ``version`` is the number of the latest version, ``standing`` of the one accepted last, None before any was.
    """

    id: int
    ref: str | None
    unit_id: int
    unit: str
    path: str
    post_id: int | None
    post_code: str | None
    post: str | None
    content: Content
    progress: Progress
    version: int
    standing: int | None
    template_id: int | None
    created_at: datetime
    changed_at: datetime
    why: str | None
    ended_at: datetime | None

    @property
    def state(self) -> PointState:
        """How it stands."""
        return state_of(self.progress, standing=self.standing is not None, ended=self.ended_at is not None)


def state_of(progress: Progress, *, standing: bool, ended: bool) -> PointState:
    """How a point stands whose latest version has come so far."""
    if ended:
        return PointState.ENDED
    if standing:
        settled = progress in {Progress.ACCEPTED, Progress.DROPPED}
        return PointState.ACCEPTED if settled else PointState.REVISED
    return PointState(progress) if progress is not Progress.DROPPED else PointState.ENDED


LEVEL_MARKS: Final[Mapping[RiskLevel, str]] = MappingProxyType(
    {RiskLevel.HIGH: "🔴", RiskLevel.MIDDLE: "🟠", RiskLevel.LOW: "🔵"}
)
"""What stands before a level."""
_LEVELS: Final[Mapping[RiskLevel, Phrase]] = MappingProxyType(
    {
        RiskLevel.HIGH: phrase("high risk"),
        RiskLevel.MIDDLE: phrase("middle risk"),
        RiskLevel.LOW: phrase("low risk"),
    }
)
_STATES: Final[Mapping[PointState, Phrase]] = MappingProxyType(
    {
        PointState.DRAFT: phrase("a draft"),
        PointState.SUBMITTED: phrase("submitted to the unit"),
        PointState.RETURNED: phrase("returned to be corrected"),
        PointState.ACCEPTED: phrase("accepted into the register"),
        PointState.REVISED: phrase("being revised"),
        PointState.ENDED: phrase("ended"),
    }
)
_WORKFLOWS: Final[Mapping[Workflow, Phrase]] = MappingProxyType(
    {
        Workflow.TENDER: phrase("tenders"),
        Workflow.PROCUREMENT: phrase("government procurement"),
        Workflow.APPROVAL: phrase("administrative approval"),
        Workflow.FUNDS: phrase("funds"),
        Workflow.PERSONNEL: phrase("personnel"),
        Workflow.PROJECT: phrase("projects"),
        Workflow.ENFORCEMENT: phrase("law enforcement"),
        Workflow.OTHER: phrase("other work"),
    }
)


def level_said(level: RiskLevel) -> Phrase:
    """A level, to be said to people."""
    return _LEVELS[level]


def point_state_said(state: PointState) -> Phrase:
    """How a point stands, to be said to people."""
    return _STATES[state]


def progress_said(progress: Progress) -> Phrase:
    """How a version of a point stands, to be said to people."""
    match progress:
        case Progress.DROPPED:
            return phrase("dropped")
        case Progress.BACK:
            return phrase("given back undecided")
        case _:
            return _STATES[PointState(progress)]


def workflow_said(workflow: Workflow) -> Phrase:
    """A kind of work, to be said to people."""
    return _WORKFLOWS[workflow]
