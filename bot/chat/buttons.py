"""The buttons of the desks and what their presses carry: a kind with its version, then values, within 64 bytes.

The acknowledgement button of a notice is made by ``bot/telegram/keyboards.py``.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from babel import Locale
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from messages.text.catalog import LANGUAGES

_WIDEST: Final = 40  # characters of a label that a phone shows without cutting it

_ACKNOWLEDGE: Final = re.compile(r"i1:([0-9]{1,18}):([0-9]{1,4})")
_TURN: Final = re.compile(r"p1:([0-9]{1,4})")
_SPEAK: Final = re.compile(r"l1:([A-Za-z_]{2,10})")


@dataclass(frozen=True, kw_only=True)
class AcknowledgeInInbox:
    """Acknowledge the notice of a delivery from the inbox's page ``page``."""

    delivery_id: int
    page: int


@dataclass(frozen=True, kw_only=True)
class TurnTo:
    """Show another page of the inbox."""

    page: int


@dataclass(frozen=True, kw_only=True)
class Speak:
    """Speak another language."""

    language: str


Wish: TypeAlias = AcknowledgeInInbox | TurnTo | Speak


def read(data: str) -> Wish | None:
    """What a press of one of these buttons asks for; None for anything else."""
    if found := _ACKNOWLEDGE.fullmatch(data):
        return AcknowledgeInInbox(delivery_id=int(found[1]), page=int(found[2]))
    if found := _TURN.fullmatch(data):
        return TurnTo(page=int(found[1]))
    if (found := _SPEAK.fullmatch(data)) and found[1] in LANGUAGES:
        return Speak(language=found[1])
    return None


def acknowledge_in_inbox(label: str, delivery_id: int, page: int) -> InlineKeyboardButton:
    """A button that acknowledges from the inbox."""
    shown = label if len(label) <= _WIDEST else f"{label[: _WIDEST - 1]}…"
    return InlineKeyboardButton(shown, callback_data=f"i1:{delivery_id}:{page}")


def turn_to(label: str, page: int) -> InlineKeyboardButton:
    """A button that turns the inbox's pages."""
    return InlineKeyboardButton(label, callback_data=f"p1:{page}")


def languages() -> InlineKeyboardMarkup:
    """A button for each language, named in itself."""
    names = {language: Locale.parse(language).get_language_name() for language in LANGUAGES}
    row = [InlineKeyboardButton(name or language, callback_data=f"l1:{language}") for language, name in names.items()]
    return InlineKeyboardMarkup([row])
