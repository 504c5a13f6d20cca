"""Proposals: broadcasts to so many people that a second person has to approve them. Each is decided once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messages.drafts import Content


class Decision(StrEnum):
    """What became of a proposal: approved or returned by another person, or withdrawn by its own."""

    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What ``proposer`` wants to say; ``code`` is the proposer's. Undecided while ``decision`` is None."""

    id: int
    person_id: int
    code: str
    proposer: str
    content: Content
    at: datetime
    decision: Decision | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    why: str | None = None
    notice_id: int | None = None
