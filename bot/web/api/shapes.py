"""The shapes of what comes in and goes out: they check requests, write answers, and describe both (OpenAPI).

Whatever is not named here is refused.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from messages.audience import LONGEST
from messages.items.kinds import ItemKind
from messages.items.records import LONGEST_ITEM_TEXT, LONGEST_REF, Item, ItemState, Page
from messages.notices import LONGEST_TITLE, Grade
from messages.text.markup import parse

MOST_A_PAGE: Final = 200
_MOST_PAGES: Final = 1_000_000
_MOST_POSTS: Final = 200
_LONGEST_CODE: Final = 64

PostCode = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_CODE)]
CategoryName = Literal["caution", "reminder", "prompt", "study"]


def _shown(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    return instant.astimezone(zone) if instant else None


class Shape(BaseModel):
    """A part of a request or of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ItemGiven(Shape):
    """An item to be submitted. A reminder has ``grade`` and ``posts``; any other category has an ``audience``."""

    kind: ItemKind = Field(description="What it is about. The category follows from it.")
    title: str = Field(min_length=1, max_length=LONGEST_TITLE, description="One line of plain text.")
    text: str = Field(min_length=1, max_length=LONGEST_ITEM_TEXT, description="Plain text; line breaks are kept.")
    category: CategoryName | None = Field(default=None, description="Not needed; if given, it has to be the kind's.")
    day: date | None = Field(
        default=None,
        alias="date",
        description="The day of the conclusion, approval or settlement, from which the days to enter it count. "
        "Needed for all but study.",
    )
    grade: Grade | None = Field(default=None, description="Of a reminder: the grade that is proposed.")
    posts: list[PostCode] = Field(
        default=[], max_length=_MOST_POSTS, description="Of a reminder: the codes of the posts that it is about."
    )
    audience: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST,
        description="Of any other: who is meant, such as unit:财政局 or role:leader.",
    )
    ref: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_REF,
        description="What your system calls it. The same item under the same ref again is left as it is.",
    )


class ItemAnswer(Shape):
    """An item as it stands."""

    id: int
    ref: str | None
    version: int
    state: ItemState
    category: CategoryName
    kind: ItemKind
    title: str
    text: str = Field(description="Plain text, without its markup.")
    day: date | None = Field(alias="date")
    grade: Grade | None
    posts: list[str]
    audience: str | None
    unit: str = Field(description="For which it is submitted.")
    due: date | None = Field(description="The last day to enter it, on the official working-day calendar.")
    due_at: datetime | None = Field(description="The end of that day.")
    provisional: bool = Field(description="That day needs a year without its official notice: nothing follows from it.")
    submitted_at: datetime | None = Field(description="When it was first submitted.")
    timely: bool | None = Field(description="Whether that was in time; null where there is no such day as yet.")
    why: str | None = Field(description="Why it was returned last.")

    @classmethod
    def of(cls, item: Item, zone: ZoneInfo) -> Self:
        """An item in words of the interface; its instants are shown by the clock of ``zone``."""
        given = item.given
        return cls.model_validate(
            {
                "id": item.id,
                "ref": given.ref,
                "version": item.version,
                "state": item.state,
                "category": given.category.value,
                "kind": given.kind,
                "title": given.title,
                "text": parse(given.text).text,
                "date": given.decisive_on,
                "grade": given.grade,
                "posts": [post.code for post in item.posts],
                "audience": given.audience,
                "unit": item.unit,
                "due": item.due_on,
                "due_at": _shown(item.due_at, zone),
                "provisional": item.provisional,
                "submitted_at": _shown(item.submitted_at, zone),
                "timely": item.timely,
                "why": item.why,
            }
        )


class ItemPage(Shape):
    """Some of the own items, the newest first."""

    items: list[ItemAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, page: Page, zone: ZoneInfo) -> Self:
        """A page in words of the interface."""
        rows = [ItemAnswer.of(item, zone) for item in page.items]
        return cls(items=rows, page=page.number, pages=page.pages, total=page.total)


class Paging(Shape):
    """Which page, and how long it is; a page beyond the last is the last."""

    page: int = Field(default=1, ge=1, le=_MOST_PAGES, strict=False)
    size: int = Field(default=50, ge=1, le=MOST_A_PAGE, strict=False)


class FaultAnswer(Shape):
    """What is wrong with a field, and what is accepted."""

    field: str | None
    value: str | None
    message: str


class Problem(Shape):
    """What was refused (RFC 9457)."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    faults: list[FaultAnswer] | SkipJsonSchema[None] = None
