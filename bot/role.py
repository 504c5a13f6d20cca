"""What a process of the service does: all of it, or a part."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A part of the work."""

    CHAT = "chat"
    SENDER = "sender"
    SCHEDULER = "scheduler"
    WEB = "web"


ALL: Final = frozenset(Role)
