"""The draft of leave that a person asks for: from when to when, and what for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from messages.absences import Days
from messages.drafting import Drafts, Stepped, reading
from messages.drafts import Kind


class AbsenceStep(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is sent."""

    FIRST = "first"
    LAST = "last"
    NOTE = "note"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class AbsenceContent:
    """What is said so far."""

    steps: ClassVar[tuple[AbsenceStep, ...]] = (AbsenceStep.FIRST, AbsenceStep.LAST, AbsenceStep.NOTE)

    first: date | None = None
    last: date | None = None
    note: str = ""

    def answered(self, step: AbsenceStep) -> bool:
        """Whether there is an answer to a question."""
        return {
            AbsenceStep.FIRST: self.first is not None,
            AbsenceStep.LAST: self.last is not None,
            AbsenceStep.NOTE: bool(self.note),
            AbsenceStep.CHECK: False,
        }[step]

    @property
    def missing(self) -> tuple[AbsenceStep, ...]:
        """What is still needed before it can be sent; no note is."""
        return tuple(step for step in self.steps if step is not AbsenceStep.NOTE and not self.answered(step))

    @property
    def days(self) -> Days | None:
        """The days, once both ends are said."""
        return Days(first=self.first, last=self.last) if self.first and self.last else None

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        first, last = (day.isoformat() if day else None for day in (self.first, self.last))
        return {"first": first, "last": last, "note": self.note}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        first, last = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("first", "last"))
        return cls(first=first, last=last, note=kept["note"])


@dataclass(frozen=True, kw_only=True)
class AbsenceDraft(Stepped[AbsenceStep]):
    """Leave that is about to be asked for."""

    last: ClassVar[AbsenceStep] = AbsenceStep.CHECK

    content: AbsenceContent
    step: AbsenceStep = AbsenceStep.FIRST


EMPTY: Final = AbsenceContent()

ABSENCES: Final = Drafts(Kind.ABSENCE, reading(AbsenceDraft, AbsenceContent.of, AbsenceStep))
"""The leave that is about to be asked for."""
