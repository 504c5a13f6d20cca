"""The desk of matters: tenders, purchases, recruitments and their dates. Its buttons meet here."""

from collections.abc import Collection, Mapping
from typing import Final

from bot.chat.desk import OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.chat.tenders import prompted
from messages.drafts import Kind

COMMANDS: Final[Mapping[str, OnCommand]] = {}
BUTTONS: Final[Mapping[str, OnButton]] = {prompted.PROMPTED: prompted.attend}
WORDS: Final[Mapping[Kind, OnWords]] = {}
REASONS: Final[Mapping[str, OnReason]] = {}
ASKED_BY: Final[Mapping[str, Collection[str]]] = {}
"""The buttons that name what a reason is asked for."""
