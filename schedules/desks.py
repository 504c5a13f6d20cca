"""What a notice's reader is to decide or to do: the buttons under it, by its ``desk``, such as ``item:12:3``.

A desk is a kind, the row that it is about, and the version of it that the notice shows. Which faces have buttons, and
what carries a press back, is theirs to know; here stands what the buttons say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from messages.text.phrase import Phrase, phrase


class DeskKind(StrEnum):
    """What is laid before a reader."""

    ITEM = "item"  # to approve or return
    REMINDER = "reminder"  # likewise, and to change its grade
    RED = "red"  # to confirm or return, by the office
    ITEMS = "items"  # several that wait: the list of them
    ENTRY = "entry"  # an announced item, to enter
    OWN_ITEM = "own_item"  # an item of the reader's, to look at
    WARNING = "warning"  # to answer
    ACCEPTED = "accepted"  # a warning whose release may be asked for
    ANSWER = "answer"  # to accept or return
    RELEASE = "release"  # to release
    RISE = "rise"  # to raise or not
    DECISION = "decision"  # beyond red: to decide
    WARNINGS = "warnings"  # several that wait: the list of them
    REVIEW = "review"  # what a post has submitted to the register, to accept or return
    REVIEWS = "reviews"  # several that wait: the list of them
    RISKS = "risks"  # the own post's risk points
    TASK = "task"  # a campaign's task of the own post
    CAMPAIGN = "campaign"  # to approve or return
    PROGRESS = "progress"  # how a campaign stands
    PROMPT = "prompt"  # a step of a matter; the version is that of the prompt's row
    MATTER = "matter"  # to look at
    LATE = "late"  # a limit that passed; the version is that of the limit's row
    DECLARATION = "declaration"  # that somebody made, to read
    STATEMENT = "statement"  # of the reader's scores, to object to
    OBJECTION = "objection"  # to a statement: to answer, by the office
    OBJECTIONS = "objections"  # several that wait: the list of them
    ABSENCE = "absence"  # to grant or refuse


@dataclass(frozen=True, kw_only=True)
class DeskOf:
    """What a notice lays before its reader: of this row, in this version of it."""

    kind: DeskKind
    id: int = 0
    version: int = 0

    def __str__(self) -> str:
        """As a notice keeps it."""
        return f"{self.kind.value}:{self.id}:{self.version}"

    @classmethod
    def of(cls, kept: str) -> Self:
        """Read back what a notice keeps."""
        kind, number, version = kept.split(":")
        return cls(kind=DeskKind(kind), id=int(number), version=int(version))


Rows = tuple[tuple[tuple[str, Phrase], ...], ...]
"""Rows of buttons: what a press does, and what the button says."""

_DECIDE: Final[Rows] = ((("approve", phrase("✅ Approve")), ("return", phrase("↩️ Return"))),)
_LOOK: Final[Rows] = ((("show", phrase("👁 Look at it")),),)
_LIST: Final[Rows] = ((("list", phrase("👁 Look at them")),),)

BUTTONS: Final[Mapping[DeskKind, Rows]] = MappingProxyType(
    {
        DeskKind.ITEM: _DECIDE,
        DeskKind.REMINDER: (*_DECIDE, (("grade", phrase("🔄 Change the grade")),)),
        DeskKind.RED: ((("approve", phrase("✅ Confirm and issue")), ("return", phrase("↩️ Return"))),),
        DeskKind.ITEMS: _LIST,
        DeskKind.ENTRY: ((("enter", phrase("✏️ Enter it now")),),),
        DeskKind.OWN_ITEM: _LOOK,
        DeskKind.WARNING: ((("answer", phrase("✍️ Answer")),),),
        DeskKind.ACCEPTED: ((("ask", phrase("🔓 Ask for the release")),),),
        DeskKind.ANSWER: ((("accept", phrase("✅ Accept")), ("return", phrase("↩️ Return"))), *_LOOK),
        DeskKind.RELEASE: (
            (("release", phrase("🔓 Release")), ("keep", phrase("✖️ Not yet"))),
            *_LOOK,
        ),
        DeskKind.RISE: ((("raise", phrase("⬆️ Raise")), ("decline", phrase("✖️ Do not raise"))), *_LOOK),
        DeskKind.DECISION: ((("decide", phrase("📝 Record the decision")),), *_LOOK),
        DeskKind.WARNINGS: _LIST,
        DeskKind.REVIEW: ((("accept", phrase("✅ Accept")), ("return", phrase("↩️ Return"))), *_LOOK),
        DeskKind.REVIEWS: _LIST,
        DeskKind.RISKS: ((("open", phrase("📋 My risk points")),),),
        DeskKind.TASK: ((("open", phrase("✏️ Do it now")),),),
        DeskKind.CAMPAIGN: (*_DECIDE, *_LOOK),
        DeskKind.PROGRESS: _LOOK,
        DeskKind.PROMPT: (
            (("declare", phrase("✍️ Declare interests")),),
            (("show", phrase("📋 The matter and its dates")),),
        ),
        DeskKind.MATTER: ((("show", phrase("📋 The matter and its dates")),),),
        DeskKind.LATE: (
            (("propose", phrase("🔵 Propose a blue reminder")),),
            (("show", phrase("📋 The matter and its dates")),),
        ),
        DeskKind.DECLARATION: _LOOK,
        DeskKind.STATEMENT: (
            (("show", phrase("📋 Each entry and its why")),),
            (("object", phrase("✋ I disagree")),),
        ),
        DeskKind.OBJECTION: (
            (("correct", phrase("✏️ Correct")), ("refuse", phrase("✖️ Refuse, with reasons"))),
            *_LOOK,
        ),
        DeskKind.OBJECTIONS: _LIST,
        DeskKind.ABSENCE: ((("grant", phrase("✅ Grant")), ("refuse", phrase("✖️ Refuse"))),),
    }
)
