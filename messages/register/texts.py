"""A cell's text as a register keeps it: on one line or several, not too long, and a name made of a description."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from messages.organisation.records import LONGEST_NODE
from messages.register.columns import Column
from messages.register.records import LONGEST_DUTY, LONGEST_NAME, LONGEST_SHORT, LONGEST_TEXT
from messages.sheets.cells import line, paragraphs, plain
from messages.sheets.lines import Cell

LONGEST_REF: Final = 80

_LONGEST_WORD: Final = 200
_NUMBERED: Final = re.compile(
    r"(?:[(（]?\d{1,2}[)）]|\d{1,2}[、.](?!\d)|[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*"
)
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""What is pasted with a text and has no width."""
_CLAUSE: Final = re.compile(r"[。;；!！?？\n]")
_PART: Final = re.compile(r"[,，、]")
_HANGING: Final = ",，、:： \u3000\xa0"
"""What ends no name, as where it was cut at the end of a line."""


def text_of(column: Column, cell: Cell) -> str:
    """A cell of a column. Raises ``Unreadable`` for what cannot be kept."""
    if cell == "":
        return ""
    text = plain(cell)
    return _READ[column](text if text.isprintable() else _UNSEEN.sub("", text))


def name_of(description: str) -> str:
    """A point's name where a sheet only describes it: the first clause, tidied, without a number before it."""
    number = _NUMBERED.match(description)
    unnumbered = description[number.end() :] if number else description
    clause = next((one.strip() for one in _CLAUSE.split(unnumbered) if one.strip()), "")
    if len(clause) > LONGEST_NAME:
        clause = _PART.split(clause)[0]
    return " ".join(clause.rstrip(_HANGING).split())[:LONGEST_NAME].rstrip(_HANGING)


def short_name(text: str) -> str:
    """A name on one line. Raises ``Unreadable`` where it is too long."""
    return line(_flat(text), LONGEST_NAME)


def compared(column: Column, kept: str) -> str:
    """What is kept, as a cell with it would be read."""
    return _READ[column](kept)


def _flat(text: str) -> str:
    """Lines one after the other; with a space between where words would run together."""
    if text.isprintable():  # one line, as nearly all are
        return text
    parts = [part for written in text.splitlines() if (part := written.strip())]
    joined = parts[0] if parts else ""
    for part in parts[1:]:
        joined += f" {part}" if joined[-1].isascii() and part[0].isascii() else part
    return joined


def _short(most: int) -> Callable[[str], str]:
    return lambda text: line(_flat(text), most)


def _people(text: str) -> str:
    return line("、".join(part for written in text.splitlines() if (part := written.strip())), LONGEST_SHORT)


def _code(text: str) -> str:
    return line(unicodedata.normalize("NFKC", text), _LONGEST_WORD)


def _long(text: str) -> str:
    return paragraphs(text, LONGEST_TEXT)


_READ: Final[Mapping[Column, Callable[[str], str]]] = {
    Column.UNIT: _short(_LONGEST_WORD),
    Column.SECTION: _short(LONGEST_NAME),
    Column.POST_CODE: _code,
    Column.POST: _short(_LONGEST_WORD),
    Column.DUTY: _short(LONGEST_DUTY),
    Column.WORKFLOW: _long,
    Column.NODE: _short(LONGEST_NODE),
    Column.CATEGORY: _short(LONGEST_SHORT),
    Column.NAME: _long,
    Column.DESCRIPTION: _long,
    Column.LEVEL: _short(_LONGEST_WORD),
    Column.CONTROLS: _long,
    Column.INDICATORS: _long,
    Column.RESPONSIBLE: _people,
    Column.LEADING: _people,
    Column.BASES: _long,
    Column.STATE: _short(_LONGEST_WORD),
    Column.REF: lambda text: line(unicodedata.normalize("NFKC", text), LONGEST_REF + 20),
}
