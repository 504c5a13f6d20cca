"""An item (信息) as a record: what was given, and how it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from messages.files import Attachment, GivenFile
from messages.items.kinds import ItemKind
from messages.notices import Category, Grade
from messages.text.phrase import Phrase, phrase


class ItemState(StrEnum):
    """Where an item stands on its way."""

    ANNOUNCED = "announced"  # it is to be entered by its day
    SUBMITTED = "submitted"  # waits for the responsible leader
    RETURNED = "returned"  # with a reason, to its collector
    CONFIRMING = "confirming"  # red and approved: waits for a named person of the office
    ISSUED = "issued"  # a notice, or warnings, came of it
    WITHDRAWN = "withdrawn"  # by its collector, before it was approved


OPEN: Final = (ItemState.ANNOUNCED, ItemState.SUBMITTED, ItemState.RETURNED, ItemState.CONFIRMING)
"""The states in which something is still to be done."""

LONGEST_REF: Final = 80
"""Characters of what a collector calls an item, as the table keeps it."""

LONGEST_ITEM_TEXT: Final = 3000
"""Visible characters of an item's text: with its frame it fits into one message."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given of an item, checked for its form only.

    ``text`` is the Bot API's HTML. ``files`` come in with it, to be kept after its ``attachments``. ``decisive_on`` is
    the day of the conclusion, approval or settlement (None for study). ``audience`` is an expression for what becomes a
    notice; reminders have ``grade`` and ``posts`` (codes) instead. ``ref`` is what its collector calls it, if anything.
    """

    category: Category
    kind: ItemKind
    title: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    files: tuple[GivenFile, ...] = ()
    decisive_on: date | None = None
    audience: str | None = None
    grade: Grade | None = None
    posts: tuple[str, ...] = ()
    ref: str | None = None


Door = NewType("Door", str)
"""By which door an item came in, as the ledger keeps it."""
CHAT: Final = Door("chat")
COMMAND: Final = Door("command")


def token_door(token_id: int) -> Door:
    """The door of another system, which bears this token."""
    return Door(f"token:{token_id}")


@dataclass(frozen=True, kw_only=True)
class AboutPost:
    """A post that a reminder is about; the last two are of its present holder, None while it is vacant."""

    id: int
    code: str
    title: str
    unit: str
    holder: str | None
    holder_id: int | None


def holders_of(posts: Iterable[AboutPost]) -> frozenset[int]:
    """Who holds these posts."""
    return frozenset(post.holder_id for post in posts if post.holder_id is not None)


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item as it stands in the store. ``unit`` and ``path`` are of the unit for which its collector submits.

    ``digest`` is of what was last given under its ref.
    """

    id: int
    version: int
    state: ItemState
    person_id: int
    person_code: str
    person: str
    unit: str
    path: str
    given: Given
    posts: tuple[AboutPost, ...]
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    created_at: datetime
    submitted_at: datetime | None
    timely: bool | None
    handed_at: datetime | None
    approved_at: datetime | None
    approved_by: int | None
    approver: str | None
    confirmed_by: int | None
    confirmer: str | None
    returner: str | None
    why: str | None
    notice_id: int | None
    digest: str | None

    @property
    def holders(self) -> frozenset[int]:
        """Who holds the posts that it is about, now."""
        return holders_of(self.posts)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of items: ``number`` of ``pages``, both from 1; ``total`` counts those on all of them."""

    items: tuple[Item, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Many:
    """What became of many that were given together: how many are new, and how many were submitted before.

    ``items`` are in the order in which they were given.
    """

    created: int
    unchanged: int
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What would become of many, if they were given now: as ``Many``, their last days in the order of the items."""

    created: int
    unchanged: int
    due_on: tuple[date | None, ...]


def laid_as(item_id: int, handed_at: datetime, *, confirming: bool) -> str:
    """Names an item as it is laid before those who decide: before others, or once more, by another name."""
    return f"item:{item_id}:{'confirming:' if confirming else ''}{handed_at.astimezone(UTC).isoformat()}"


_STATES_SAID: Final[Mapping[ItemState, Phrase]] = MappingProxyType(
    {
        ItemState.ANNOUNCED: phrase("announced, not entered yet"),
        ItemState.SUBMITTED: phrase("waits for approval"),
        ItemState.RETURNED: phrase("returned"),
        ItemState.CONFIRMING: phrase("waits for the office"),
        ItemState.ISSUED: phrase("issued"),
        ItemState.WITHDRAWN: phrase("withdrawn"),
    }
)
_GRADES_SAID: Final[Mapping[Grade, Phrase]] = MappingProxyType(
    {Grade.BLUE: phrase("blue"), Grade.ORANGE: phrase("orange"), Grade.RED: phrase("red")}
)
MARKS: Final[Mapping[Grade, str]] = MappingProxyType({Grade.BLUE: "🔵", Grade.ORANGE: "🟠", Grade.RED: "🔴"})
"""How a grade is seen at once."""


def item_state_said(state: ItemState) -> Phrase:
    """The state of an item, to be said to people."""
    return _STATES_SAID[state]


def grade_said(grade: Grade) -> Phrase:
    """A grade, to be said to people."""
    return _GRADES_SAID[grade]
