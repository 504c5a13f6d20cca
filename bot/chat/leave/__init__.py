"""The desk of leave: who is away asks for it, whoever looks after the unit grants it, and each sees how it stands."""

from collections.abc import Collection, Mapping
from typing import Final

from bot.chat.desk import OnButton, OnCommand, OnWords
from bot.chat.leave import asking, deciding, own
from bot.chat.reasons import OnReason
from messages.drafts import Kind

COMMANDS: Final[Mapping[str, OnCommand]] = {**own.COMMANDS}
BUTTONS: Final[Mapping[str, OnButton]] = {**own.BUTTONS, **asking.BUTTONS, **deciding.BUTTONS}
WORDS: Final[Mapping[Kind, OnWords]] = {**asking.WORDS}
REASONS: Final[Mapping[str, OnReason]] = {**deciding.REASONS}
ASKED_BY: Final[Mapping[str, Collection[str]]] = dict.fromkeys(deciding.REASONS, (deciding.DECIDE,))
