"""The draft of a risk point: what its post's holder has said so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from messages.drafting import Drafts, Stepped, reading
from messages.drafts import Kind
from messages.register.bases import Cited
from messages.register.records import Content, RiskLevel


class Step(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is kept."""

    NODE = "node"
    CATEGORY = "category"
    NAME = "name"  # or what others have written down, to be taken over
    DESCRIPTION = "description"
    LEVEL = "level"
    CONTROLS = "controls"
    INDICATORS = "indicators"
    DUTY = "duty"
    BASES = "bases"
    CHECK = "check"


_STEPS: Final = tuple(step for step in Step if step is not Step.CHECK)
_NEEDED: Final = (Step.NAME, Step.LEVEL)


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

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions in their order."""
        return _STEPS

    def answered(self, step: Step) -> bool:
        """Whether there is an answer to a question."""
        return step is not Step.CHECK and bool(getattr(self, step.value))

    @property
    def missing(self) -> tuple[Step, ...]:
        """What is needed still before it can be kept; every other question may be skipped."""
        return tuple(step for step in _NEEDED if not self.answered(step))

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
SKIPPED: Final = frozenset(_STEPS) - frozenset(_NEEDED)
"""The questions that may be skipped."""


@dataclass(frozen=True, kw_only=True)
class RiskDraft(Stepped[Step]):
    """A point of the post ``post_id`` that is being written.

    ``point_id`` is the point that is changed, in the ``version`` that was seen. ``law`` is the law of which an article
    is asked for. ``template_id`` is the template that was taken over last.
    """

    last: ClassVar[Step] = Step.CHECK

    content: RiskContent
    post_id: int
    step: Step = Step.NODE
    point_id: int | None = None
    version: int | None = None
    law: str | None = None
    template_id: int | None = None

    def at(self, step: Step) -> Self:
        """The draft at a question; no article is asked for any more."""
        return replace(super().at(step), law=None)

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        own = "post_id", "point_id", "version", "law", "template_id"
        return super().as_json() | {name: getattr(self, name) for name in own}


RISKS: Final = Drafts(Kind.RISK, reading(RiskDraft, RiskContent.of, Step))
"""The risk points that are being written."""
