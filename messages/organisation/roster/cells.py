"""Cells → clean text, with a word about what cannot be read."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Final

from messages.organisation.roster.columns import Column
from messages.organisation.roster.lines import Cell, Uncalculated
from messages.text.phrase import Phrase, phrase

LONGEST: Final[Mapping[Column, int]] = {
    Column.UNIT: 200,
    Column.PARENT_UNIT: 200,
    Column.POST_CODE: 64,
    Column.POST: 200,
    Column.NODES: 2000,
    Column.REPORTS_TO: 64,
    Column.PERSON_CODE: 64,
    Column.NAME: 100,
}
"""Most characters of a value, as the tables keep them."""

_LONGEST_WORD: Final = 200
_CODES: Final = frozenset({Column.POST_CODE, Column.REPORTS_TO, Column.PERSON_CODE})
_NAMED: Final = _CODES | {Column.UNIT, Column.PARENT_UNIT, Column.NODES}
"""What an audience can name: there a quotation mark would end the name."""
_ERRORS: Final = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_EXACT: Final = 2**53  # a spreadsheet's number beyond this has lost digits
_IDEOGRAPH: Final = "\u3400-\u9fff\U00020000-\U0003ffff"
_PADDING: Final = re.compile(rf"(?<=[{_IDEOGRAPH}])\s+(?=[{_IDEOGRAPH}])")
_SPACES: Final = re.compile(r"[ \u00a0\u3000]+")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})

NOT_CALCULATED: Final = phrase("A value is accepted, not a formula that no program has calculated.")


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


def text(column: Column, cell: Cell) -> str:
    """The cell's text: trimmed, codes without differences of width, names without padding.

    Raises ``Unreadable`` for errors of formulas, dates, over-long values and characters that cannot be seen.
    """
    return _text(column, cell if isinstance(cell, str) else _as_text(cell))


@lru_cache(maxsize=65_536)
def _text(column: Column, plain: str) -> str:
    if plain in _ERRORS:
        raise Unreadable(phrase("A value is accepted, not an error of a formula."), plain)
    value = _tidy(column, plain)
    most = LONGEST.get(column, _LONGEST_WORD)
    if len(value) > most:
        raise Unreadable(phrase("At most {most} characters are accepted.", most=most), f"{value[:40]}…")
    if not value.isprintable() and any(unicodedata.category(character) in _HIDDEN for character in value):
        raise Unreadable(
            phrase("Text without line breaks and invisible characters is accepted."),
            value.encode("unicode_escape").decode(),
        )
    if column in _NAMED and '"' in value:
        raise Unreadable(phrase('Text without the quotation mark " is accepted; “ and ” are.'), value)
    return value


def _tidy(column: Column, plain: str) -> str:
    if column in _CODES:
        return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain).strip())
    value = _SPACES.sub(" ", unicodedata.normalize("NFC", plain).strip())
    return _PADDING.sub("", value) if column is Column.NAME else value


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Uncalculated):
        raise Unreadable(NOT_CALCULATED, cell.formula)
    if isinstance(cell, date | time | timedelta):
        raise Unreadable(phrase("Text is accepted; the spreadsheet has made a date of it."), str(cell))
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and abs(cell) >= _EXACT:
        raise Unreadable(phrase("The number has lost digits: format the column as text and write it again."), str(cell))
    return _number(cell)


def _number(cell: float | str) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
