"""The Bot API's limits, in sliding windows of real (steady) time.

Source: the Bot FAQ, "My bot is hitting limits": about 30 messages a second for a bot, 1 a second in one chat, 20 a
minute in a group.
"""

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import Final

_SECOND: Final = 1.0
_MINUTE: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many messages are taken; 0 lifts a limit."""

    overall: int = 30
    per_chat: int = 1
    group_per_minute: int = 20


NO_LIMITS: Final = Limits(overall=0, per_chat=0, group_per_minute=0)


class Window:
    """At most ``count`` events in any span of ``seconds``."""

    __slots__ = ("_count", "_seconds", "_times")

    def __init__(self, count: int, seconds: float) -> None:
        """Begin empty; a ``count`` of 0 never closes."""
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=count)

    def wait(self, at: float) -> float:
        """Seconds until there is room; 0 when there is room now."""
        if not self._count or len(self._times) < self._count:
            return 0.0
        return max(0.0, self._times[0] + self._seconds - at)

    def note(self, at: float) -> None:
        """Remember one event."""
        self._times.append(at)


class FloodGate:
    """Every window of one bot, and how often each of them refused."""

    def __init__(self, limits: Limits) -> None:
        """Open every window."""
        self.limits = limits
        self.floods: Counter[str] = Counter()
        self._overall = Window(limits.overall, _SECOND)
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}

    def admit(self, chat_id: int, at: float) -> int:
        """0 when the message is taken (and counted); otherwise the whole seconds to be silent for, at least 1."""
        windows = self._windows(chat_id)
        for name, window in windows:
            if (wait := window.wait(at)) > 0:
                self.floods[name] += 1
                return max(1, math.ceil(wait))
        for _, window in windows:
            window.note(at)
        return 0

    def _windows(self, chat_id: int) -> list[tuple[str, Window]]:
        windows = [("overall", self._overall)] if self.limits.overall else []
        if count := self.limits.per_chat:
            windows.append(
                ("per_chat", self._chats.get(chat_id) or self._chats.setdefault(chat_id, Window(count, _SECOND)))
            )
        if chat_id < 0 and (count := self.limits.group_per_minute):
            window = self._groups.get(chat_id) or self._groups.setdefault(chat_id, Window(count, _MINUTE))
            windows.append(("group_per_minute", window))
        return windows
