"""Pages of what is too long to be shown at once: how many there are, and which one is nearest to the one asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page of ``size`` rows at the most, of ``total`` rows; ``number`` counts from 1."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return count(self.total, self.size)

    @property
    def skipped(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, kw_only=True)
class Page(Place, Generic[Row]):
    """Some rows of many."""

    rows: tuple[Row, ...]


def count(total: int, size: int) -> int:
    """How many pages so many rows fill; one at least."""
    return max(1, -(-total // size))


def bounded(number: int, total: int, size: int) -> int:
    """The page with a number, or the last one where there are not so many."""
    return min(max(1, number), count(total, size))


def place_of(number: int, total: int, size: int) -> Place:
    """The nearest page that there is to the one with a number."""
    return Place(number=bounded(number, total, size), size=size, total=total)


def part_of(rows: Sequence[Row], number: int, size: int) -> Page[Row]:
    """A page of rows that are all at hand."""
    place = place_of(number, len(rows), size)
    shown = tuple(rows[place.skipped : place.skipped + size])
    return Page(rows=shown, total=place.total, number=place.number, size=size)
