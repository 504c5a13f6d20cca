"""The draft of an item: what its collector has said so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from messages.chosen import NOBODY, Chosen, chosen_from, chosen_of
from messages.drafting import Drafts, Stepped, fields_of
from messages.drafts import Kind
from messages.files import Attachment, attachments_json, attachments_of
from messages.items.kinds import DECISIVE, KINDS, ItemKind
from messages.items.records import Given, Item
from messages.notices import Category, Grade
from messages.store import drafts


class Step(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is sent."""

    CATEGORY = "category"
    KIND = "kind"
    TITLE = "title"
    TEXT = "text"
    FILES = "files"
    DATE = "date"  # of the conclusion, the approval or the settlement
    AUDIENCE = "audience"
    GRADE = "grade"
    POSTS = "posts"
    CHECK = "check"


_FIRST: Final = (Step.CATEGORY, Step.KIND, Step.TITLE, Step.TEXT, Step.FILES)
_ANNOUNCED: Final = frozenset({Step.CATEGORY, Step.KIND, Step.TITLE, Step.DATE})
"""What an item is announced with."""


@dataclass(frozen=True, kw_only=True)
class ItemContent:
    """What is said of an item so far. ``text`` is the Bot API's HTML; ``posts`` are codes."""

    category: Category | None = None
    kind: ItemKind | None = None
    title: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    decisive_on: date | None = None
    audience: Chosen = NOBODY
    grade: Grade | None = None
    posts: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions about an item of this category, in their order."""
        if self.category is None:
            return (Step.CATEGORY,)
        dated = (Step.DATE,) if self.category in DECISIVE else ()
        whom = (Step.GRADE, Step.POSTS) if self.category is Category.REMINDER else (Step.AUDIENCE,)
        return (*_FIRST, *dated, *whom)

    def answered(self, step: Step) -> bool:
        """Whether there is an answer to a question."""
        return {
            Step.CATEGORY: self.category is not None,
            Step.KIND: self.kind is not None,
            Step.TITLE: bool(self.title),
            Step.TEXT: bool(self.text),
            Step.FILES: bool(self.attachments),
            Step.DATE: self.decisive_on is not None,
            Step.AUDIENCE: bool(self.audience),
            Step.GRADE: self.grade is not None,
            Step.POSTS: bool(self.posts),
            Step.CHECK: False,
        }[step]

    @property
    def missing(self) -> tuple[Step, ...]:
        """What is still needed before it can be submitted; files may stand for a text, and none are needed."""
        open_ones = (step for step in self.steps if step is not Step.FILES and not self.answered(step))
        return tuple(step for step in open_ones if step is not Step.TEXT or not self.attachments)

    @property
    def announceable(self) -> bool:
        """Whether it can be announced, to be entered later."""
        return self.category in DECISIVE and not _ANNOUNCED.intersection(self.missing)

    def given(self, audience: str) -> Given:
        """What is submitted or announced, with the ``audience`` written out; category and kind have been chosen."""
        assert self.category is not None  # noqa: S101 -- whoever calls has looked
        assert self.kind is not None  # noqa: S101
        reminder = self.category is Category.REMINDER
        return Given(
            category=self.category,
            kind=self.kind,
            title=self.title,
            text=self.text,
            attachments=self.attachments,
            decisive_on=self.decisive_on if self.category in DECISIVE else None,
            audience=None if reminder else audience or None,
            grade=self.grade if reminder else None,
            posts=self.posts if reminder else (),
        )

    def of_category(self, category: Category) -> Self:
        """The same in another category; a kind that this has not is chosen anew."""
        return replace(self, category=category, kind=self.kind if self.kind in KINDS[category] else None)

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return asdict(self) | {
            "attachments": attachments_json(self.attachments) or [],
            "decisive_on": self.decisive_on.isoformat() if self.decisive_on else None,
            "audience": {name: value for name, value in asdict(self.audience).items() if value},
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made, once JSON has written it."""
        return cls(
            category=Category(kept["category"]) if kept["category"] else None,
            kind=ItemKind(kept["kind"]) if kept["kind"] else None,
            title=kept["title"],
            text=kept["text"],
            attachments=attachments_of(kept["attachments"]),
            decisive_on=date.fromisoformat(kept["decisive_on"]) if kept["decisive_on"] else None,
            audience=chosen_of(kept["audience"]),
            grade=Grade(kept["grade"]) if kept["grade"] else None,
            posts=tuple(kept["posts"]),
        )

    @classmethod
    def of_item(cls, given: Given) -> Self:
        """What was given of an item before."""
        return cls(
            category=given.category,
            kind=given.kind,
            title=given.title,
            text=given.text,
            attachments=given.attachments,
            decisive_on=given.decisive_on,
            audience=chosen_from(given.audience) if given.audience else NOBODY,
            grade=given.grade,
            posts=given.posts,
        )


@dataclass(frozen=True, kw_only=True)
class OfLimit:
    """The limit of a matter that an item is about; ``due`` is the last day that passed, in ISO."""

    matter_id: int
    limit_id: int
    rule: str
    due: str | None


@dataclass(frozen=True, kw_only=True)
class ItemDraft(Stepped[Step]):
    """An item that is being written.

    ``item_id`` is the item that is entered or corrected, in the ``version`` that was seen, returned because of ``why``.
    ``of_limit`` is what it was begun about, where it was.
    """

    last: ClassVar[Step] = Step.CHECK

    content: ItemContent
    step: Step = Step.CATEGORY
    item_id: int | None = None
    version: int | None = None
    why: str | None = None
    of_limit: OfLimit | None = None

    def onward(self) -> Self:
        """The draft at its next question; without a kind of its category, at that."""
        if self.step is Step.CATEGORY and self.content.kind is None:
            return self.at(Step.KIND)
        return super().onward()

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        about = {"of_limit": asdict(self.of_limit) if self.of_limit else None}
        return super().as_json() | about | {name: getattr(self, name) for name in ("item_id", "version", "why")}


def _draft(row: drafts.Kept) -> ItemDraft:
    kept = fields_of(row)
    content, step, about = ItemContent.of(kept.pop("content")), Step(kept.pop("step")), kept.pop("of_limit", None)
    return ItemDraft(content=content, step=step, of_limit=OfLimit(**about) if about else None, **kept)


def filled(item: Item) -> ItemDraft:
    """A draft with which an item that was announced or came back is entered."""
    content = ItemContent.of_item(item.given)
    new = ItemDraft(
        id=0, person_id=item.person_id, content=content, item_id=item.id, version=item.version, why=item.why
    )
    return new.at(content.missing[0] if content.missing else Step.CHECK)


EMPTY: Final = ItemContent()

ITEMS: Final = Drafts(Kind.ITEM, _draft)
"""The items that are being written."""
