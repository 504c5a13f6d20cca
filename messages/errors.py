"""The errors of this package: one base, and refusals that say what, where and what would be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from messages.text.phrase import Phrase, english, phrase

_SHOWN_UP_TO: Final = 60

CHANGED: Final = phrase("It has changed meanwhile: please look at it once more.")
"""What is told of something that stands otherwise than its presser has seen it."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of an input.

    ``sheet`` names the worksheet (None where there is none), ``line`` counts from 1 as a person sees it, ``column``
    is the header as it stands in the file (or a character's place for a text), ``value`` is what was found, and
    ``message`` says what is accepted. ``written`` is how the value stands in the file, where it was read as another.
    ``file`` names the file where several were given.
    """

    message: Phrase
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    written: str | None = None
    file: str | None = None

    @property
    def shown(self) -> str | None:
        """The value as a person is shown it: on one line, and no more of it than tells which one it is."""
        value = self.value if self.written is None else self.written
        if value is None:
            return None
        line = " ".join(value.split())
        return line if len(line) <= _SHOWN_UP_TO else f"{line[: _SHOWN_UP_TO - 1].rstrip()}…"


class LianxunError(Exception):
    """The base of every error of ours; ``phrase`` is what a person is told."""

    def __init__(self, what: Phrase) -> None:
        """Keep the phrase; the exception's own text is its English."""
        super().__init__(english(what))
        self.phrase = what


class Refused(LianxunError):
    """An input was refused as a whole; nothing of it was taken."""

    def __init__(self, what: Phrase, faults: Sequence[Fault] = ()) -> None:
        """Keep every fault found, in the order of the input."""
        super().__init__(what)
        self.faults = tuple(faults)


class NotFound(LianxunError):
    """Something named does not exist."""


class DecidedBefore(LianxunError):
    """Somebody was quicker, or it was pressed twice: the first decision stands."""


class Outdated(LianxunError):
    """What a person decided about is not how it stands by now, or was shown long ago: it has to be shown anew."""


class NotEntitled(LianxunError):
    """The person may not do this."""


class Unreachable(LianxunError):
    """The database cannot be opened."""


class WrongSchema(LianxunError):
    """The database is not at the schema that this version needs."""


def refused(message: Phrase, **place: str | int | None) -> Refused:
    """A refusal with one fault; ``place`` names sheet, line, column and value."""
    fault = Fault(message=message, **place)  # type: ignore[arg-type]
    return Refused(phrase("The input was refused."), [fault])
