"""Buttons under messages, and what a press of them means.

Callback data is at most 64 bytes and comes back from outside: it only names the delivery. Who may press is judged by
who pressed, never by what the data says. ``a1:`` is the form's version; data of an unknown form is stale.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schedules.desks import DeskKind
from schedules.notifier import PREVIEW, Choice, ChoiceKind, DeskButton

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ACKNOWLEDGE: Final = "a1:"
PREVIEWED: Final = "v1"
"""The kind of the button under what is only shown."""
CHOICES: Final = MappingProxyType({ChoiceKind.ACKNOWLEDGE: "d1", ChoiceKind.READ: "d2"})
"""The kinds of the buttons under a digest."""
_ID = re.compile(r"[1-9a-z][0-9a-z]{0,12}", re.ASCII)
_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True)
class AcknowledgePress:
    """A press of the acknowledgement button under a delivery."""

    delivery_id: int


DESKS: Final[Mapping[DeskKind, str]] = MappingProxyType(
    {
        DeskKind.ITEM: "ia1",
        DeskKind.REMINDER: "ia1",
        DeskKind.RED: "ic1",
        DeskKind.ITEMS: "il1",
        DeskKind.ENTRY: "im1",
        DeskKind.OWN_ITEM: "im1",
        DeskKind.WARNING: "w1",
        DeskKind.ACCEPTED: "w1",
        DeskKind.ANSWER: "wj1",
        DeskKind.RELEASE: "wj1",
        DeskKind.RISE: "wr1",
        DeskKind.DECISION: "wr1",
        DeskKind.WARNINGS: "wl1",
        DeskKind.REVIEW: "rv1",
        DeskKind.REVIEWS: "rl1",
        DeskKind.RISKS: "rp1",
        DeskKind.TASK: "rt1",
        DeskKind.CAMPAIGN: "ca1",
        DeskKind.PROGRESS: "cp1",
        DeskKind.PROMPT: "mt1",
        DeskKind.MATTER: "mt1",
        DeskKind.LATE: "mt1",
        DeskKind.DECLARATION: "dc1",
        DeskKind.STATEMENT: "st1",
        DeskKind.OBJECTION: "ob1",
        DeskKind.OBJECTIONS: "ol1",
        DeskKind.ABSENCE: "ab1",
    }
)
"""The kinds of the buttons that lead to desks: their words are what to do, the row, and its version."""


def notice_markup(delivery_id: int, acknowledge: str | None, desk: Sequence[Sequence[DeskButton]] = ()) -> str:
    """The buttons under a notice, as the Bot API's JSON: the one that acknowledges it, and those of its desk.

    The labels are in the reader's language.
    """
    return json.dumps({"inline_keyboard": [*_acknowledging(delivery_id, acknowledge), *desk_rows(desk)]})


def _acknowledging(delivery_id: int, label: str | None) -> list[list[dict[str, str]]]:
    if label is None:
        return []
    data = PREVIEWED if delivery_id == PREVIEW else f"{_ACKNOWLEDGE}{_base36(delivery_id)}"
    return [[{"callback_data": data, "text": label}]]


def desk_rows(desk: Sequence[Sequence[DeskButton]]) -> list[list[dict[str, str]]]:
    """The buttons that lead to a desk, in rows, as the Bot API takes them."""
    return [[{"callback_data": _desk_data(one), "text": one.label} for one in row] for row in desk]


def kept_rows(keyboard: object) -> list[list[dict[str, str]]]:
    """Of the buttons under a message, as Telegram tells them, those that stay when it is acknowledged."""
    rows = keyboard if isinstance(keyboard, list) else []
    kept = ([button for button in row if _leads_to_desk(button)] for row in rows if isinstance(row, list))
    return [[{"callback_data": one["callback_data"], "text": one["text"]} for one in row] for row in kept if row]


def _leads_to_desk(button: object) -> bool:
    if not isinstance(button, dict):
        return False
    data, text = button.get("callback_data"), button.get("text")
    return isinstance(data, str) and isinstance(text, str) and data.partition(":")[0] in DESKS.values()


def _desk_data(button: DeskButton) -> str:
    desk = button.desk
    return f"{DESKS[desk.kind]}:{button.what}:{desk.id}:{desk.version}"


def choices_markup(rows: Sequence[Sequence[Choice]]) -> str:
    """The buttons under a digest, as the Bot API's JSON; each names its delivery."""
    keyboard = [
        [{"callback_data": f"{CHOICES[one.kind]}:{one.delivery_id}", "text": one.label} for one in row] for row in rows
    ]
    return json.dumps({"inline_keyboard": keyboard})


def parse(data: str) -> AcknowledgePress | None:
    """What a press means; None for a forged or a stale payload."""
    number = data.removeprefix(_ACKNOWLEDGE)
    if number == data or not _ID.fullmatch(number):
        return None
    delivery_id = int(number, 36)
    return AcknowledgePress(delivery_id) if delivery_id <= _LARGEST_ID else None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
