"""The desk of declarations of interest: who is asked declares, and who looks after the unit reads what was declared."""

from collections.abc import Mapping
from typing import Final

from bot.chat.declaring import lists, reading, writing
from bot.chat.desk import OnButton, OnCommand, OnWords
from messages.drafts import Kind

COMMANDS: Final[Mapping[str, OnCommand]] = {**lists.COMMANDS}
BUTTONS: Final[Mapping[str, OnButton]] = {**lists.BUTTONS, **writing.BUTTONS, **reading.BUTTONS}
WORDS: Final[Mapping[Kind, OnWords]] = {**writing.WORDS}
