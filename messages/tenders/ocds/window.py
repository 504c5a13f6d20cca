"""A file of JSON seen through a window: one value at a time, and where in the file it stands.

The values are decoded by the standard library; only what lies between them is ours, so that a file of any length is
read in bounded memory and a fault has its line and column.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from messages.text.phrase import Phrase, phrase

LONGEST_VALUE: Final = 20_000_000
"""Characters of one release, or of another value that is read at once: in memory it may be thirty times as much."""
_PIECE: Final = 1 << 20
_TAIL: Final = 32  # an error so near to the window's end may come of the end: `-Infinity`, `\ud83d\ude00`
_SHOWN: Final = 40
_SPACE: Final = re.compile(r"[ \t\n\r\x1e]*")  # with the separator of JSON text sequences
_NO_NUMBER: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(NaN|-?Infinity)', re.DOTALL)
_ENDLESS: Final = "Unterminated string"

BROKEN: Final = phrase("JSON is accepted; here it is broken.")
_CUT_OFF: Final = phrase("JSON is accepted; the file ends in the middle of it.")
_TOO_LONG: Final = phrase("A release of at most {most} characters is accepted.", most=LONGEST_VALUE)
_TOO_DEEP: Final = phrase("JSON that is not nested so deep is accepted.")
_IS_NO_NUMBER: Final = phrase("A number is accepted, or null; NaN and Infinity are not JSON.")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in a file: line and column, both from 1, in characters."""

    line: int
    column: int


class Broken(Exception):
    """A file cannot be read on: what is accepted, where, and what stands there."""

    def __init__(self, what: Phrase, place: Place, value: str = "") -> None:
        """Keep what is told of it."""
        super().__init__(what.message)
        self.phrase = what
        self.place = place
        self.value = value


class Undecodable(Exception):
    """What comes next in a file is no text; ``phrase`` says what is accepted."""

    def __init__(self, what: Phrase) -> None:
        """Keep what is told of it."""
        super().__init__(what.message)
        self.phrase = what


class _NotANumber(Exception):
    """``NaN`` or the like."""


def _no_number(_name: str) -> NoReturn:
    raise _NotANumber


# Numbers stay as they are written: amounts keep their digits, ids are texts, and none is too large.
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_number)


class Window:
    """What is in sight of a text that comes in pieces; what was taken of it is forgotten."""

    def __init__(self, pieces: Iterator[str]) -> None:
        """Nothing is read yet; ``pieces`` may end with ``Undecodable``."""
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._ended = False
        self._gone = 0  # characters before the window
        self._marked = 0  # the line and the column of this place in the window are known
        self._line, self._column = 1, 1

    @property
    def taken(self) -> int:
        """How many characters were taken so far."""
        return self._gone + self._at

    def peek(self) -> str:
        """The next character that is no space; empty at the end. Raises ``Broken``."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._more()

    def take(self, accepted: str) -> str:
        """Take the next character, which is one of ``accepted``. Raises ``Broken``."""
        found = self.peek()
        if not found or found not in accepted:
            raise self._broken(self._at)
        self._at += 1
        return found

    def place(self) -> Place:
        """Where the next character stands."""
        self.peek()
        return self._place(self._at)

    def value(self) -> Any:  # noqa: ANN401 -- JSON
        """Take the next value; numbers as texts. Raises ``Broken``."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                self._read_on(error.pos, endless=error.msg.startswith(_ENDLESS))
            except RecursionError:
                raise Broken(_TOO_DEEP, self._place(self._at)) from None
            except _NotANumber:
                self._refuse_no_number()
            else:
                if end < len(self._text) or self._ended:
                    self._take_to(end)
                    return found
                self._more()

    def _take_to(self, end: int) -> None:
        if end - self._at > LONGEST_VALUE:
            raise self._too_long()
        self._at = end

    def _read_on(self, at: int, *, endless: bool = False) -> None:
        """Look further where the value may go on behind the window's end; else it is broken ``at`` that place."""
        if self._ended and endless:
            raise Broken(_CUT_OFF, self._place(at))
        if self._ended or (not endless and at < len(self._text) - _TAIL):
            raise self._broken(at)
        self._more()

    def _refuse_no_number(self) -> NoReturn:
        at = next((found.start(1) for found in _NO_NUMBER.finditer(self._text, self._at) if found[1]), self._at)
        raise Broken(_IS_NO_NUMBER, self._place(at), self._text[at : at + 9])

    def _more(self) -> None:
        """See as much again as is in sight, or a piece."""
        self._forget()
        if len(self._text) > LONGEST_VALUE:
            raise self._too_long()
        wanted, pieces = max(_PIECE, len(self._text)), [self._text]
        while wanted > 0 and not self._ended:
            try:
                piece = next(self._pieces, None)
            except Undecodable as error:
                self._text = "".join(pieces)
                raise Broken(error.phrase, self._place(len(self._text))) from None
            self._ended = piece is None
            pieces.append(piece or "")
            wanted -= len(pieces[-1])
        self._text = "".join(pieces)

    def _forget(self) -> None:
        self._place(self._at)
        self._text = self._text[self._at :]
        self._gone += self._at
        self._at = self._marked = 0

    def _place(self, at: int) -> Place:
        """The place of a character in the window; all before what was taken is counted once only."""
        lines = self._text.count("\n", self._marked, at)
        if lines:
            line, column = self._line + lines, at - self._text.rfind("\n", self._marked, at)
        else:
            line, column = self._line, self._column + at - self._marked
        if at <= self._at:
            self._marked, self._line, self._column = at, line, column
        return Place(line=line, column=column)

    def _too_long(self) -> Broken:
        return Broken(_TOO_LONG, self._place(self._at), self._text[self._at : self._at + _SHOWN])

    def _broken(self, at: int) -> Broken:
        if at >= len(self._text.rstrip()) and self._ended:
            return Broken(_CUT_OFF, self._place(at))
        return Broken(BROKEN, self._place(at), self._text[at : at + _SHOWN])
