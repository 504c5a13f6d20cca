"""The draft of a risk point: what its post's holder has said so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

from messages.drafting import Asked, Drafted, Drafts, fields_of
from messages.drafts import Kind
from messages.register.bases import Cited
from messages.register.records import Content, RiskLevel
from messages.store import drafts


class Step(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is kept."""

    NODE = "node"
    CATEGORY = "category"
    NAME = "name"  # or what others have written down, to be taken over
    DESCRIPTION = "description"
    LEVEL = "level"
    CONTROLS = "controls"
    DUTY = "duty"
    BASES = "bases"
    CHECK = "check"


STEPS: Final = tuple(step for step in Step if step is not Step.CHECK)
"""The questions in their order."""


@dataclass(frozen=True, kw_only=True)
class RiskContent:
    """What is said of a point so far, as ``Content``; what is not asked for stays as it was taken over."""

    name: str = ""
    level: RiskLevel | None = None
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

    def answered(self, step: Step) -> bool:
        """Whether there is an answer to a question."""
        return step is not Step.CHECK and bool(getattr(self, step.value))

    @property
    def content(self) -> Content:
        """What is kept; its name and its level have been said."""
        assert self.level is not None  # noqa: S101 -- whoever calls has looked
        return Content(**{**vars(self), "level": self.level})

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {**vars(self), "bases": [str(one) for one in self.bases]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        cited = (Cited.of(written) for written in kept["bases"])
        bases = tuple(one for one in cited if one is not None)
        return cls(**{**kept, "level": RiskLevel(kept["level"]) if kept["level"] else None, "bases": bases})

    @classmethod
    def of_content(cls, content: Content) -> Self:
        """What a point says by now."""
        return cls(**vars(content))


EMPTY: Final = RiskContent()


@dataclass(frozen=True, kw_only=True)
class RiskDraft(Drafted):
    """A point of the post ``post_id`` that is being written; its card asks the question ``step``.

    While it is ``guided`` an answer leads to the next question, and from the first look at everything on back to that.
    ``point_id`` is the point that is changed, in the ``version`` that was seen. ``law`` is the law of which an article
    is asked for.
    """

    content: RiskContent
    post_id: int
    step: Step = Step.NODE
    guided: bool = True
    point_id: int | None = None
    version: int | None = None
    law: str | None = None

    def onward(self) -> Self:
        """The draft at its next question: while guided the next one without an answer, else at the last look."""
        if not self.guided or self.step is Step.CHECK:
            return self.at(Step.CHECK)
        later = STEPS[STEPS.index(self.step) + 1 :]
        return self.at(next((step for step in later if not self.content.answered(step)), Step.CHECK))

    def back(self) -> Self:
        """The draft at the question before; once everything was looked at, back at that."""
        if not self.guided or self.step is Step.CHECK:
            return self.at(Step.CHECK)
        return self.at(STEPS[max(0, STEPS.index(self.step) - 1)])

    def at(self, step: Step) -> Self:
        """The draft at a question; who has seen everything together is not guided any more."""
        guided = self.guided and step is not Step.CHECK
        return replace(self, step=step, guided=guided, asked=Asked.CONTENT, search="", law=None)

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        kept = {name: getattr(self, name) for name in ("post_id", "guided", "point_id", "version", "law")}
        return super().as_json() | kept | {"step": self.step.value}


def _draft(row: drafts.Kept) -> RiskDraft:
    kept = fields_of(row)
    return RiskDraft(content=RiskContent.of(kept.pop("content")), step=Step(kept.pop("step")), **kept)


RISKS: Final = Drafts(Kind.RISK, _draft)
"""The risk points that are being written."""
