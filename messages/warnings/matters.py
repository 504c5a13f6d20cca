"""Matters: what a named person is to decide about warnings, as long as it waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.notices import Grade
from messages.rights import Act
from messages.text.phrase import Phrase, nphrase, phrase


class MatterKind(StrEnum):
    """What is to be decided."""

    ANSWER = "answer"  # to accept or return
    RELEASE = "release"  # that a holder asks for
    RISE = "rise"  # to raise or not; of a red warning what becomes of it


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One row that waits: an answer, a release asked for or a proposal, by its own ``id``.

    ``by`` is who answered, asked or proposed, None for the service; ``grade`` is to which a warning is proposed to
    rise. ``asked_at`` is when those were told who are to decide it, ``deputy_at`` when their deputies were.
    """

    kind: MatterKind
    id: int
    warning_id: int
    turn: int
    at: datetime
    by: int | None
    grade: Grade | None
    asked_at: datetime | None
    deputy_at: datetime | None

    @property
    def key(self) -> str:
        """Names it among all matters."""
        return f"{self.kind.value}:{self.id}"

    @property
    def act(self) -> Act:
        """The right that whoever decides it needs: to red, and beyond, it is the office's."""
        return needed(self.grade) if self.kind is MatterKind.RISE else Act.JUDGE

    @property
    def urgent(self) -> bool:
        """Whether it is told at once, by itself: a proposal to raise to red, or beyond."""
        return self.act is Act.CONFIRM_RED


def needed(grade: Grade | None) -> Act:
    """The right to raise a warning to a grade; None: to decide beyond red."""
    return Act.CONFIRM_RED if grade in {Grade.RED, None} else Act.JUDGE


_SAID: Final[Mapping[MatterKind, Phrase]] = MappingProxyType(
    {
        MatterKind.ANSWER: phrase("an answer to judge"),
        MatterKind.RELEASE: phrase("a release asked for"),
        MatterKind.RISE: phrase("a proposal to raise"),
    }
)


def matter_said(kind: MatterKind) -> Phrase:
    """What is to be decided, to be said to people."""
    return _SAID[kind]


def counted_said(kind: MatterKind, count: int) -> Phrase:
    """How much of a kind is to be decided, to be said to people."""
    match kind:
        case MatterKind.ANSWER:
            return nphrase("{count} answer to judge", "{count} answers to judge", count)
        case MatterKind.RELEASE:
            return nphrase("{count} release asked for", "{count} releases asked for", count)
        case MatterKind.RISE:
            return nphrase("{count} proposal to raise", "{count} proposals to raise", count)
