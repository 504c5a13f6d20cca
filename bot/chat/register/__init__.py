"""The desks of the register: who reviews what posts submit, who looks after units, the office's template points."""

from collections.abc import Mapping
from typing import Final

from bot.chat.desk import OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.chat.register import reviewing, templates, units
from messages.drafts import Kind

COMMANDS: Final[Mapping[str, OnCommand]] = {**units.COMMANDS}
BUTTONS: Final[Mapping[str, OnButton]] = {**reviewing.BUTTONS, **units.BUTTONS, **templates.BUTTONS}
WORDS: Final[Mapping[Kind, OnWords]] = {**units.WORDS}
REASONS: Final[Mapping[str, OnReason]] = {**reviewing.REASONS}
