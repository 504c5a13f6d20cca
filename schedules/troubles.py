"""What goes wrong for a while on the wire, told in few lines: a storm of failures is one line, not thousands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from messages.deliveries import Delivered, Outcome, TemporaryFailure, Unconfirmed

_TELL_EVERY: Final = 10.0
"""Seconds between two lines about one storm; so long without a failure, and it is over."""

log = structlog.get_logger(__name__)


@dataclass
class Tally:
    """What this process has done since it started; for the metrics."""

    sent: int = 0
    failed: int = 0
    floods: int = 0
    faults: int = 0
    refused: set[int] = field(default_factory=set)
    """The bots whose tokens the Bot API refuses."""


@dataclass(eq=False)
class Troubles:
    """Counts the temporary failures of one bot's sends. ``steady`` gives seconds."""

    bot: str
    steady: Callable[[], float]
    _tried_again: int = field(init=False, default=0)
    _unanswered: int = field(init=False, default=0)
    _told_at: float | None = field(init=False, default=None)
    _failed_at: float = field(init=False, default=0.0)

    def note(self, outcome: Outcome) -> None:
        """Take account of what came of a send; the first failure is told at once, the others together."""
        match outcome:
            case TemporaryFailure():
                self._tried_again += 1
            case Unconfirmed():
                self._unanswered += 1
            case Delivered():
                self._over()
                return
            case _:
                return
        self._failed_at = self.steady()
        if self._told_at is None or self._failed_at - self._told_at >= _TELL_EVERY:
            self._tell()

    def _tell(self) -> None:
        """Of the sends since the last line: those that will be made again, those that may have arrived."""
        log.warning(
            "sends fail for the moment; nothing is lost",
            bot=self.bot,
            tried_again=self._tried_again,
            unanswered=self._unanswered,
        )
        self._told_at = self._failed_at
        self._tried_again = self._unanswered = 0

    def _over(self) -> None:
        if self._told_at is None or self.steady() - self._failed_at < _TELL_EVERY:
            return
        if self._tried_again or self._unanswered:
            self._tell()
        log.info("sends arrive again", bot=self.bot)
        self._told_at = None
