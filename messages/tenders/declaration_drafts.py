"""The draft of a declaration of interests: about which matter, what was said so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from messages.drafting import Drafts, Stepped, reading
from messages.drafts import Kind
from messages.tenders.declarations import Asked, Given
from messages.tenders.milestones import Milestone


class DeclarationStep(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is sent."""

    INTEREST = "interest"
    WHO = "who"
    WHAT = "what"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class DeclarationContent:
    """What is said so far; ``interest`` is None until that is said."""

    asked: Asked
    interest: bool | None = None
    who: str = ""
    what: str = ""

    @property
    def steps(self) -> tuple[DeclarationStep, ...]:
        """The questions, in their order: who has no interest is asked nothing more."""
        if self.interest is False:
            return (DeclarationStep.INTEREST,)
        return (DeclarationStep.INTEREST, DeclarationStep.WHO, DeclarationStep.WHAT)

    def answered(self, step: DeclarationStep) -> bool:
        """Whether there is an answer to a question."""
        return {
            DeclarationStep.INTEREST: self.interest is not None,
            DeclarationStep.WHO: bool(self.who),
            DeclarationStep.WHAT: bool(self.what),
            DeclarationStep.CHECK: False,
        }[step]

    @property
    def missing(self) -> tuple[DeclarationStep, ...]:
        """What is still needed before it can be sent."""
        return tuple(step for step in self.steps if not self.answered(step))

    @property
    def given(self) -> Given:
        """What is declared, once nothing is missing."""
        return Given(interest=True, who=self.who, what=self.what) if self.interest else Given(interest=False)

    @property
    def emptied(self) -> Self:
        """The same before anything was said."""
        return type(self)(asked=self.asked)

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        asked = self.asked
        about = {"matter_id": asked.matter_id, "ref": asked.ref, "title": asked.title, "notice_id": asked.notice_id}
        step = asked.milestone.value if asked.milestone else None
        said = {"interest": self.interest, "who": self.who, "what": self.what}
        return {"asked": {**about, "milestone": step}, **said}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        about = dict(kept["asked"])
        step = about.pop("milestone")
        asked = Asked(**about, milestone=Milestone(step) if step else None)
        return cls(asked=asked, interest=kept["interest"], who=kept["who"], what=kept["what"])


@dataclass(frozen=True, kw_only=True)
class DeclarationDraft(Stepped[DeclarationStep]):
    """A declaration that is being made."""

    last: ClassVar[DeclarationStep] = DeclarationStep.CHECK

    content: DeclarationContent
    step: DeclarationStep = DeclarationStep.INTEREST


DECLARATIONS: Final = Drafts(Kind.DECLARATION, reading(DeclarationDraft, DeclarationContent.of, DeclarationStep))
"""The declarations that are being made."""
