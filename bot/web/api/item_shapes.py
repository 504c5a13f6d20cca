"""The shapes of items: as they are submitted, and as they stand."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema

from bot.web.api.shapes import PostCode, Shape, by_clock
from messages.audience import LONGEST
from messages.file_types import MOST_FILE_BYTES, MOST_FILES_BYTES, FileType
from messages.files import LONGEST_NAME, MOST_FILES, FileInfo
from messages.items.checking import MOST_POSTS
from messages.items.kinds import ItemKind
from messages.items.records import LONGEST_ITEM_TEXT, LONGEST_REF, Item, ItemState, Page
from messages.items.texts import LINE, TEXT
from messages.notices import LONGEST_TITLE, Grade
from messages.text.markup import parse

LONGEST_NAME_GIVEN: Final = 1000
BASE64: Final = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

CategoryName = Literal["caution", "reminder", "prompt", "study"]


def _decoded(written: object) -> object:
    try:
        return b64decode(written, validate=True) if isinstance(written, str) else None
    except ValueError:
        return None


class FileGiven(Shape):
    """A file that goes with an item. Pictures are shown as such where Telegram takes them so."""

    name: str = Field(
        min_length=1,
        max_length=LONGEST_NAME_GIVEN,
        description=f"Kept without folders and what no file system takes, in at most {LONGEST_NAME} characters, with "
        "an ending of its type.",
    )
    type: FileType = Field(description="What it is; the content has to be of this type.")
    content: Annotated[
        bytes,
        BeforeValidator(_decoded),
        WithJsonSchema({"type": "string", "contentEncoding": "base64", "pattern": BASE64, "minLength": 4}),
    ] = Field(description=f"In base64 (RFC 4648, section 4); of at most {MOST_FILE_BYTES} bytes when decoded.")


class _Given(Shape):
    """What is given of every item."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, pattern=LINE, description="One line of plain text.")
    text: str = Field(
        min_length=1, max_length=LONGEST_ITEM_TEXT, pattern=TEXT, description="Plain text; line breaks are kept."
    )
    ref: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_REF,
        pattern=LINE,
        description="What your system calls it. The same item under the same ref again is left as it is.",
    )
    attachments: list[FileGiven] = Field(
        default=[],
        max_length=MOST_FILES,
        description=f"Of at most {MOST_FILES_BYTES} bytes together when decoded.",
    )


Audience = Annotated[
    str,
    Field(
        min_length=1, max_length=LONGEST, pattern=LINE, description="Who is meant, such as unit:财政局 or role:leader."
    ),
]


class CautionGiven(_Given):
    """A caution (警示类)."""

    category: Literal["caution"] | None = None
    kind: Literal["audit", "inspection", "accountability", "case", "evaluation"]
    day: date = Field(alias="date", description="The day of the conclusion, from which the days to enter it count.")
    audience: Audience


class ReminderGiven(_Given):
    """A graded reminder (提醒类): each of its posts is warned, once it is approved."""

    category: Literal["reminder"] | None = None
    kind: Literal["frequent_problems", "complaints", "low_satisfaction", "limit"]
    day: date = Field(alias="date", description="The day of the approval, from which the days to enter it count.")
    grade: Literal["blue", "orange", "red"] = Field(description="The grade that is proposed.")
    posts: list[PostCode] = Field(
        min_length=1, max_length=MOST_POSTS, description="The codes of the posts that it is about."
    )


class PromptGiven(_Given):
    """A prompt (提示类)."""

    category: Literal["prompt"] | None = None
    kind: Literal["tender", "procurement", "recruitment", "holiday"]
    day: date = Field(alias="date", description="The day when it was settled, from which the days to enter it count.")
    audience: Audience


class StudyGiven(_Given):
    """Study (学习类): it may be entered at any time."""

    category: Literal["study"] | None = None
    kind: Literal["rules", "documents", "experience", "art", "sayings"]
    audience: Audience


class GivenAtAll(_Given):
    """What is checked of an item whose kind is not known."""

    model_config = ConfigDict(extra="ignore")


ItemGiven: TypeAlias = CautionGiven | ReminderGiven | PromptGiven | StudyGiven
"""An item to be submitted; its kind says which of these it is."""
ITEM_GIVEN: Final[TypeAdapter[ItemGiven]] = TypeAdapter(Annotated[ItemGiven, Field(discriminator="kind")])
"""Reads one."""


class FileAnswer(Shape):
    """A file that goes with an item."""

    name: str
    type: str = Field(description="Its media type.")
    size: int = Field(description="In bytes.")


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
    attachments: list[FileAnswer]
    unit: str = Field(description="For which it is submitted.")
    due: date | None = Field(description="The last day to enter it, on the official working-day calendar.")
    due_at: datetime | None = Field(description="The end of that day.")
    provisional: bool = Field(description="That day needs a year without its official notice: nothing follows from it.")
    submitted_at: datetime | None = Field(description="When it was first submitted.")
    timely: bool | None = Field(description="Whether that was in time; null where there is no such day as yet.")
    why: str | None = Field(description="Why it was returned last.")

    @classmethod
    def of(cls, item: Item, zone: ZoneInfo, infos: Mapping[int, FileInfo]) -> Self:
        """An item in words of the interface; its instants are shown by the clock of ``zone``.

        ``infos`` says of each of its files what it is.
        """
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
                "attachments": [_file_answer(infos[one.file]) for one in given.attachments],
                "unit": item.unit,
                "due": item.due_on,
                "due_at": by_clock(item.due_at, zone),
                "provisional": item.provisional,
                "submitted_at": by_clock(item.submitted_at, zone),
                "timely": item.timely,
                "why": item.why,
            }
        )


def _file_answer(info: FileInfo) -> FileAnswer:
    return FileAnswer(name=info.name, type=info.mime, size=info.size)


class ItemPage(Shape):
    """Some of the own items, the newest first."""

    items: list[ItemAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, page: Page, zone: ZoneInfo, infos: Mapping[int, FileInfo]) -> Self:
        """A page in words of the interface; ``infos`` says of each of its files what it is."""
        rows = [ItemAnswer.of(item, zone, infos) for item in page.items]
        return cls(items=rows, page=page.number, pages=page.pages, total=page.total)
