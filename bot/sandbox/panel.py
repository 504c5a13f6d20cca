"""What the page's panel shows and moves: given from outside, so that the sandbox knows nothing of the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol


class Step(StrEnum):
    """How far the service's clock is moved."""

    NEXT = "next"  # to the next notice that is due
    WORKDAY = "workday"  # one working day on
    HOUR = "hour"


class MoveRefused(Exception):
    """The clock cannot be moved so; the text says why, for a person."""


@dataclass(frozen=True, kw_only=True)
class NextNotice:
    """The next notice that will be sent: when, its title, and what kind of occasion it is.

    ``titles`` are the title in the page's languages (``zh``, ``en``); the page shows ``title`` where one is missing.
    """

    at: datetime
    title: str
    kind: str
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SendingProgress:
    """How far the newest notice, or the newest reminder of it (``kind``), has come.

    ``recipients`` to ``unreachable`` are people; ``acknowledged`` and ``obligations`` are posts, of the whole notice.
    ``rate`` is messages a second, ``seconds_left`` None when nobody can say.
    """

    title: str
    recipients: int
    delivered: int
    planned: int
    unreachable: int
    acknowledged: int
    obligations: int
    rate: float
    seconds_left: float | None
    titles: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["notice", "reminder"] = "notice"


@dataclass(frozen=True, kw_only=True)
class PanelState:
    """What the panel shows: the service's clock (aware), its zone's name, what comes next, what is being sent."""

    clock: datetime
    zone: str
    next: NextNotice | None = None
    progress: SendingProgress | None = None


class Panel(Protocol):
    """The service's side of the panel."""

    async def state(self) -> PanelState:
        """What to show now."""
        ...

    async def move(self, to: Step) -> PanelState:
        """Move the clock forward; raises ``MoveRefused`` where that cannot be done."""
        ...


def as_json(state: PanelState, *, movable: bool) -> dict[str, Any]:
    """The panel as the page reads it; instants are ISO 8601 with offset."""
    following, progress = state.next, state.progress
    return {
        "clock": state.clock.isoformat(),
        "zone": state.zone,
        "next": following and _next(following),
        "progress": progress and _progress(progress),
        "movable": movable,
    }


def _next(following: NextNotice) -> dict[str, Any]:
    return {
        "at": following.at.isoformat(),
        "title": following.title,
        "titles": dict(following.titles),
        "kind": following.kind,
    }


def _progress(progress: SendingProgress) -> dict[str, Any]:
    return {
        "title": progress.title,
        "titles": dict(progress.titles),
        "kind": progress.kind,
        "recipients": progress.recipients,
        "delivered": progress.delivered,
        "planned": progress.planned,
        "unreachable": progress.unreachable,
        "acknowledged": progress.acknowledged,
        "obligations": progress.obligations,
        "rate": progress.rate,
        "seconds_left": progress.seconds_left,
    }
