"""Strangers get one polite line, at most once a minute, and nothing else."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from messages.text.phrase import phrase

AGAIN_AFTER: Final = timedelta(minutes=1)
REMEMBERED: Final = 10_000
"""How many strangers are remembered at most: more of them at once are a flood, and the oldest are forgotten."""

LINE: Final = phrase(
    "Hello! This service is for registered staff. Please open the link on your invitation,"
    " or ask your unit's administrator for one."
)


class Strangers:
    """Remembers whom the line was said to, and when."""

    def __init__(self) -> None:
        """Nobody was here yet."""
        self._told: OrderedDict[int, datetime] = OrderedDict()

    def may_be_told(self, chat_id: int, now: datetime) -> bool:
        """Whether to say the line to a chat now; if so, it counts as said."""
        last = self._told.get(chat_id)
        if last is not None and now - last < AGAIN_AFTER:
            return False
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True
