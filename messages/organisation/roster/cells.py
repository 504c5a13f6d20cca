"""A roster's cells → clean text: codes without differences of width, names without padding."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from messages.organisation.roster.columns import Column
from messages.sheets.cells import Unreadable, line, plain, spaced
from messages.sheets.lines import Cell
from messages.text.phrase import phrase

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
_IDEOGRAPH: Final = "\u3400-\u9fff\U00020000-\U0003ffff"
_PADDING: Final = re.compile(rf"(?<=[{_IDEOGRAPH}])\s+(?=[{_IDEOGRAPH}])")


def text(column: Column, cell: Cell) -> str:
    """The cell's text. Raises ``Unreadable``, which says what is accepted."""
    return _text(column, plain(cell))


@lru_cache(maxsize=65_536)
def _text(column: Column, found: str) -> str:
    value = line(_tidy(column, found), LONGEST.get(column, _LONGEST_WORD))
    if column in _NAMED and '"' in value:
        raise Unreadable(phrase('Text without the quotation mark " is accepted; “ and ” are.'), value)
    return value


def _tidy(column: Column, found: str) -> str:
    if column in _CODES:
        return unicodedata.normalize("NFKC", found)
    value = unicodedata.normalize("NFC", found)
    return _PADDING.sub("", spaced(value)) if column is Column.NAME else value
