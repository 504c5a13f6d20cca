"""The desks of warnings: who answers, who judges, who decides what rises, and the lists that they look through."""

from collections.abc import Mapping
from typing import Final

from bot.chat.desk import OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.chat.warnings import answering, judging, lists, rising
from messages.drafts import Kind

COMMANDS: Final[Mapping[str, OnCommand]] = {**lists.COMMANDS}
BUTTONS: Final[Mapping[str, OnButton]] = {**answering.BUTTONS, **judging.BUTTONS, **rising.BUTTONS, **lists.BUTTONS}
WORDS: Final[Mapping[Kind, OnWords]] = {**answering.WORDS}
REASONS: Final[Mapping[str, OnReason]] = {**judging.REASONS, **rising.REASONS}
