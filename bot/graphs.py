"""Charts as numbers to be drawn: lines over periods, and the days of a year. Pages and printed reports draw the same.

Nothing is told by colour alone: each line has marks of its own shape, and a day's square is the larger the more it is.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
"""Across from 0 to 1, and down from 0 (the most) to 1 (nothing)."""

LEVELS: Final = 4
"""How many steps there are from the least to the most of a day; 0 is nothing."""
_DAYS_OF_A_WEEK: Final = 7


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line by the name of what it is of; it is broken where nothing is known."""

    name: str
    strokes: tuple[tuple[Point, ...], ...]

    @property
    def marks(self) -> tuple[Point, ...]:
        """One for each value that is known."""
        return tuple(point for stroke in self.strokes for point in stroke)


def line_of(name: str, values: Sequence[float | None]) -> Line:
    """A line of shares from 0 to 1, the points in the middle of columns that are equally wide."""
    points = [
        ((place + 0.5) / len(values), 1 - min(max(value, 0.0), 1.0)) if value is not None else None
        for place, value in enumerate(values)
    ]
    runs = groupby(points, key=lambda point: point is not None)
    return Line(name=name, strokes=tuple(tuple(point for point in run if point) for known, run in runs if known))


@dataclass(frozen=True, kw_only=True)
class Square:
    """A day of the year's map: the column is its week, the row its day of the week, Monday first."""

    day: date
    column: int
    row: int
    count: int
    level: int


@dataclass(frozen=True, kw_only=True)
class YearMap:
    """The days of a year; a level holds what is more than the ``steps`` below it and at the most its own."""

    year: int
    squares: tuple[Square, ...]
    steps: tuple[int, ...]

    @property
    def columns(self) -> int:
        """How many weeks the year touches."""
        return self.squares[-1].column + 1

    @property
    def months(self) -> tuple[Square, ...]:
        """The first days of the months."""
        return tuple(square for square in self.squares if square.day.day == 1)

    @property
    def total(self) -> int:
        """All the days together."""
        return sum(square.count for square in self.squares)

    @property
    def busy(self) -> int:
        """How many days have any."""
        return sum(square.count > 0 for square in self.squares)

    @property
    def most(self) -> Square | None:
        """The first of the days with the most; None where there is nothing."""
        square = max(self.squares, key=lambda one: one.count)
        return square if square.count else None

    def by_month(self) -> tuple[tuple[Square, ...], ...]:
        """The days of each month."""
        return tuple(tuple(days) for _, days in groupby(self.squares, key=lambda square: square.day.month))


def year_map(year: int, counts: Mapping[date, int]) -> YearMap:
    """The map of a year by how much there was on a day; the levels are as full as each other, as far as that goes."""
    first, steps = date(year, 1, 1), _steps([count for day, count in counts.items() if day.year == year and count > 0])
    length = (date(year + 1, 1, 1) - first).days
    return YearMap(
        year=year,
        steps=steps,
        squares=tuple(_square(first + timedelta(days=past), first, counts, steps) for past in range(length)),
    )


def _square(day: date, first: date, counts: Mapping[date, int], steps: Sequence[int]) -> Square:
    column, row = divmod((day - first).days + first.weekday(), _DAYS_OF_A_WEEK)
    count = counts.get(day, 0)
    level = min(bisect_left(steps, count), LEVELS - 1) + 1 if count > 0 else 0
    return Square(day=day, column=column, row=row, count=count, level=level)


def _steps(counts: Sequence[int]) -> tuple[int, ...]:
    """The most that belongs to each level: quarters of the days, and no step twice."""
    rising = sorted(counts)
    if not rising:
        return ()
    quarters = [rising[max(0, -(-len(rising) * part // LEVELS) - 1)] for part in range(1, LEVELS + 1)]
    return tuple(sorted(set(quarters)))
