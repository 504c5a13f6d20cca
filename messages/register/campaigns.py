"""Campaigns (专项): which posts go over their risk points, by when, and how far each has come."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.text.phrase import Phrase, phrase


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
