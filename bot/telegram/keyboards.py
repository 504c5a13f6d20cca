"""Buttons under messages, and what a press of them means.

Callback data is at most 64 bytes and comes back from outside: it only names the delivery. Who may press is judged by
who pressed, never by what the data says. ``a1:`` is the form's version; data of an unknown form is stale.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schedules.notifier import PREVIEW, Choice, ChoiceKind

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


def acknowledge_markup(delivery_id: int, label: str) -> str:
    """The button that acknowledges a delivery, as the Bot API's JSON; ``label`` is in the reader's language."""
    data = PREVIEWED if delivery_id == PREVIEW else f"{_ACKNOWLEDGE}{_base36(delivery_id)}"
    button = {"callback_data": data, "text": label}
    return json.dumps({"inline_keyboard": [[button]]})


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
