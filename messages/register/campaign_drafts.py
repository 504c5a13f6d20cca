"""The draft of a campaign: what its author has said so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from messages.chosen import NOBODY, Chosen, chosen_from, chosen_of
from messages.drafting import Drafts, Stepped, reading
from messages.drafts import Kind
from messages.files import Attachment, attachments_json, attachments_of
from messages.register.campaigns import GivenCampaign


class CampaignStep(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it starts."""

    TITLE = "title"
    TEXT = "text"
    FILES = "files"
    AUDIENCE = "audience"
    DUE = "due_on"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class CampaignContent:
    """What is said of a campaign so far. ``text`` is the Bot API's HTML; ``due_on`` is its last day."""

    steps: ClassVar[tuple[CampaignStep, ...]] = tuple(step for step in CampaignStep if step is not CampaignStep.CHECK)

    title: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    audience: Chosen = NOBODY
    due_on: date | None = None

    def answered(self, step: CampaignStep) -> bool:
        """Whether there is an answer to a question."""
        return {
            CampaignStep.TITLE: bool(self.title),
            CampaignStep.TEXT: bool(self.text),
            CampaignStep.FILES: bool(self.attachments),
            CampaignStep.AUDIENCE: bool(self.audience),
            CampaignStep.DUE: self.due_on is not None,
            CampaignStep.CHECK: False,
        }[step]

    @property
    def missing(self) -> tuple[CampaignStep, ...]:
        """What is still needed before it can start; files may stand for a text, and none are needed."""
        open_ones = (step for step in self.steps if step is not CampaignStep.FILES and not self.answered(step))
        return tuple(step for step in open_ones if step is not CampaignStep.TEXT or not self.attachments)

    def given(self, audience: str) -> GivenCampaign:
        """What is started, with the ``audience`` written out; the last day has been chosen."""
        assert self.due_on is not None  # noqa: S101 -- whoever calls has looked
        return GivenCampaign(
            title=self.title, text=self.text, audience=audience, due_on=self.due_on, attachments=self.attachments
        )

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return asdict(self) | {
            "attachments": attachments_json(self.attachments) or [],
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "audience": {name: value for name, value in asdict(self.audience).items() if value},
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made, once JSON has written it."""
        return cls(
            title=kept["title"],
            text=kept["text"],
            attachments=attachments_of(kept["attachments"]),
            audience=chosen_of(kept["audience"]),
            due_on=date.fromisoformat(kept["due_on"]) if kept["due_on"] else None,
        )

    @classmethod
    def of_given(cls, given: GivenCampaign) -> Self:
        """What was given of a campaign that was not approved."""
        return cls(
            title=given.title,
            text=given.text,
            attachments=given.attachments,
            audience=chosen_from(given.audience),
            due_on=given.due_on,
        )


@dataclass(frozen=True, kw_only=True)
class CampaignDraft(Stepped[CampaignStep]):
    """A campaign that is being written."""

    last: ClassVar[CampaignStep] = CampaignStep.CHECK

    content: CampaignContent
    step: CampaignStep = CampaignStep.TITLE


EMPTY: Final = CampaignContent()

CAMPAIGNS: Final = Drafts(Kind.CAMPAIGN, reading(CampaignDraft, CampaignContent.of, CampaignStep))
"""The campaigns that are being written."""
