"""What a file's reader gives: sheets of numbered lines of cells as they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, TypeAlias

MOST_BYTES: Final = 200 * 1024 * 1024
MOST_LINES: Final = 500_000
MOST_COLUMNS: Final = 256


@dataclass(frozen=True)
class Uncalculated:
    """A cell with a formula that no program has calculated: its value is not in the file."""

    formula: str


class Covered(str):
    """The text of a merged area's first cell, in a cell below it."""

    __slots__ = ()


class Across(str):
    """An empty cell over which a merged area reaches from the left."""

    __slots__ = ()


Cell: TypeAlias = str | float | bool | date | time | timedelta | Uncalculated
"""A cell's value; an empty one is ``""``, a formula's error its code, such as ``#REF!``."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its name (None for a CSV file) and its lines with their numbers, blank ones included.

    A ``hidden`` one has no lines: what nobody sees is not meant. ``from_1904``: a number that means a day counts from
    1904, and not from 1900.
    """

    name: str | None
    lines: Iterable[tuple[int, Sequence[Cell]]]
    count: int
    hidden: bool = False
    from_1904: bool = False
