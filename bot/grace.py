"""After a start or an outage, what people have pressed and written meanwhile waits at Telegram to be taken.

It tells when they did it only once it is taken, so for a short while nothing may follow from what they did not do.
"""

from collections.abc import Callable
from typing import Final

_SECONDS: Final = 5.0


class Grace:
    """A short while, by a steady clock."""

    def __init__(self, steady: Callable[[], float]) -> None:
        """It does not run yet. ``steady`` gives seconds."""
        self._steady = steady
        self._until: float | None = None

    def begin(self) -> None:
        """It runs from now on."""
        self._until = self._steady() + _SECONDS

    def runs(self) -> bool:
        """Whether it is not over yet."""
        return self._until is not None and self._steady() < self._until
