"""How often a token may ask: so many requests within any minute."""

from collections import defaultdict, deque
from collections.abc import Callable
from math import ceil
from typing import Final

_WINDOW: Final = 60.0


class Rate:
    """Counts the requests of each token in this process."""

    def __init__(self, steady: Callable[[], float], most: int) -> None:
        """``most`` requests within a minute of ``steady``'s seconds."""
        self._steady = steady
        self._most = most
        self._asked: defaultdict[int, deque[float]] = defaultdict(deque)

    def wait(self, token_id: int) -> int:
        """Count a request; gives the whole seconds to wait where it is one too many, else 0."""
        now, asked = self._steady(), self._asked[token_id]
        while asked and asked[0] <= now - _WINDOW:
            asked.popleft()
        if len(asked) >= self._most:
            return max(1, ceil(asked[0] + _WINDOW - now))
        asked.append(now)
        return 0
