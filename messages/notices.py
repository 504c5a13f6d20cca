"""A notice (通知): what is sent, to an audience, about an occasion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from messages.files import Attachment
from messages.text.phrase import Phrase, phrase

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Category(StrEnum):
    """The seed's four categories (四类风险信息), what administrators say, and what the service itself reports."""

    CAUTION = "caution"  # 警示
    REMINDER = "reminder"  # 提醒
    PROMPT = "prompt"  # 提示
    STUDY = "study"  # 学习
    BROADCAST = "broadcast"  # 通告
    REPORT = "report"  # 情况通报


_CATEGORIES_SAID: Final[Mapping[Category, Phrase]] = MappingProxyType(
    {
        Category.CAUTION: phrase("caution"),
        Category.REMINDER: phrase("reminder"),
        Category.PROMPT: phrase("prompt"),
        Category.STUDY: phrase("study"),
        Category.BROADCAST: phrase("broadcast"),
        Category.REPORT: phrase("report"),
    }
)


def category_said(category: Category) -> Phrase:
    """The category of a notice, to be said to people."""
    return _CATEGORIES_SAID[category]


class Grade(StrEnum):
    """The three grades of a reminder, rising."""

    BLUE = "blue"
    ORANGE = "orange"
    RED = "red"


class Lane(IntEnum):
    """Urgency: a lower lane always goes first."""

    RED = 0
    ORANGE = 1
    BLUE = 2
    CAUTION = 3
    PROMPT = 4
    BROADCAST = 5
    STUDY = 6


FIRST_WAVE = 0

LONGEST_TITLE = 200
"""Characters of a title that a person gives, as the tables keep it."""


def wave_name(number: int) -> str:
    """``first`` or ``reminder-n``."""
    return "first" if number == FIRST_WAVE else f"reminder-{number}"


@dataclass(frozen=True, kw_only=True)
class NewNotice:
    """A notice to be made. Its ``key`` names the occasion: planning it twice makes one.

    ``template`` is a template's name under ``messages/text/templates`` and ``params`` its values; ``title`` is given
    only where a person wrote one. ``reminders`` are the instants of the reminder waves, fixed when it is made. One that
    goes out ``anytime`` does not wait for the end of quiet hours. ``desk`` is what its reader is to decide or to do, as
    ``schedules.desks.DeskOf`` writes it.
    """

    key: str
    category: Category
    lane: Lane
    template: str
    params: Mapping[str, Json]
    audience: str
    send_at: datetime
    created_at: datetime
    grade: Grade | None = None
    title: str | None = None
    acknowledge: bool = False
    acknowledge_by: datetime | None = None
    expires_at: datetime | None = None
    reminders: tuple[datetime, ...] = ()
    provisional: bool = False
    anytime: bool = False
    attachments: tuple[Attachment, ...] = ()
    desk: str | None = None
    created_by: int | None = None
    approved_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as it stands in the store."""

    id: int
    key: str
    category: Category
    lane: Lane
    template: str
    params: Mapping[str, Json]
    title: str | None
    audience: str
    acknowledge: bool
    acknowledge_by: datetime | None
    send_at: datetime
    expires_at: datetime | None
    provisional: bool
    created_at: datetime
    created_by: int | None
    approved_by: int | None
    cancelled_at: datetime | None
    paused_at: datetime | None
    recalled_at: datetime | None
    anytime: bool
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How a notice stands. ``recipients`` are people of the first wave; ``obligations`` and ``acknowledged`` are posts.

    The states count each person once, by the best that was reached in any wave; who waits because the notice is paused
    counts as planned.
    """

    recipients: int = 0
    planned: int = 0
    sending: int = 0
    delivered: int = 0
    unreachable: int = 0
    unconfirmed: int = 0
    expired: int = 0
    cancelled: int = 0
    obligations: int = 0
    acknowledged: int = 0
