"""Cells → clean text, with a word about what cannot be read."""

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Final

from messages.sheets.lines import Cell, Uncalculated
from messages.text.phrase import Phrase, phrase

_ERRORS: Final = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_EXACT: Final = 2**53  # a spreadsheet's number beyond this has lost digits
_SPACES: Final = re.compile(r"[ \u00a0\u3000]+")
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ODD_SPACES: Final = re.compile(r"[^\S\n\t\u3000\xa0]")
_SEEN: Final = frozenset("\n\t\u3000\xa0")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_VALUE_SHOWN: Final = 40

_NO_CONTROLS: Final = phrase("Text without control characters is accepted.")
_NOT_CALCULATED: Final = phrase("A value is accepted, not a formula that no program has calculated.")


class Unreadable(Exception):
    """A cell's value is no text; ``phrase`` says what is accepted, ``value`` what was found."""

    def __init__(self, what: Phrase, value: str) -> None:
        """Keep what is said of the cell."""
        super().__init__(what.message)
        self.phrase = what
        self.value = value


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell."""
    return isinstance(cell, str) and not cell.strip()


def shown(cell: Cell) -> str:
    """The cell as a person would see it, for a fault."""
    if isinstance(cell, Uncalculated):
        return cell.formula
    return _number(cell) if isinstance(cell, float) else str(cell)


def plain(cell: Cell) -> str:
    """The cell's text as it stands. Raises ``Unreadable`` for errors of formulas and what a spreadsheet made of it."""
    text = cell if isinstance(cell, str) else _as_text(cell)
    if text in _ERRORS:
        raise Unreadable(phrase("A value is accepted, not an error of a formula."), text)
    return text


def line(text: str, most: int) -> str:
    """A text of one line, trimmed, of at most so many characters; raises ``Unreadable`` for what cannot be seen."""
    value = spaced(text)
    if len(value) > most:
        raise too_long(value, most)
    if not value.isprintable() and any(unicodedata.category(character) in _HIDDEN for character in value):
        raise Unreadable(
            phrase("Text without line breaks and invisible characters is accepted."),
            value.encode("unicode_escape").decode(),
        )
    return value


def paragraphs(text: str, most: int) -> str:
    """A text of lines that end alike, without what is around it, of at most so many characters.

    Raises ``Unreadable`` for what is longer, and for signs that cannot be seen.
    """
    value = text.strip()
    if not value.isprintable():
        value = _ODD_SPACES.sub(" ", _LINE_ENDS.sub("\n", value))
        if not all(character.isprintable() or character in _SEEN for character in value):
            raise Unreadable(_NO_CONTROLS, value.encode("unicode_escape").decode())
    if len(value) > most:
        raise too_long(value, most)
    return value


def spaced(text: str) -> str:
    """A text trimmed, of whatever spaces in it one each."""
    return _SPACES.sub(" ", text.strip())


def too_long(value: str, most: int) -> Unreadable:
    """What is said of a text that is too long."""
    return Unreadable(phrase("At most {most} characters are accepted.", most=most), f"{value[:_VALUE_SHOWN]}…")


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Uncalculated):
        raise Unreadable(_NOT_CALCULATED, cell.formula)
    if isinstance(cell, date | time | timedelta):
        raise Unreadable(phrase("Text is accepted; the spreadsheet has made a date of it."), str(cell))
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and abs(cell) >= _EXACT:
        raise Unreadable(phrase("The number has lost digits: format the column as text and write it again."), str(cell))
    return _number(cell)


def _number(cell: float | str) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
