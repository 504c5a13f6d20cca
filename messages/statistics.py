"""Statistics (成效评估): what notices have come to in units, summed over days, and how quickly they were acknowledged.

A notice belongs to the day on which it is sent, in the office's zone. Times to acknowledge are kept by classes, so that
their median is known as closely as the class is wide: it is said as the class's upper bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from messages.notices import Category, Grade
from messages.scores.periods import Period

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
BOUNDS: Final = (
    *(_MINUTE * minutes for minutes in (1, 2, 3, 5, 7, 10, 15, 20, 30, 45)),
    *(_HOUR * hours for hours in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20)),
    *(_DAY * days for days in (1, 1.5, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 60, 90)),
)
"""The upper bounds of the classes of time, in seconds; the last class of all has none."""


def median(times: Mapping[int, int]) -> timedelta | None:
    """The median of times by class, as the upper bound of its class; None of none.

    What took longer than the last bound is said as that bound.
    """
    classes = sorted(times)
    half = (sum(times.values()) + 1) // 2
    if not half:
        return None
    sums = accumulate(times[one] for one in classes)
    found = next(one for one, reached in zip(classes, sums, strict=True) if reached >= half)
    return timedelta(seconds=BOUNDS[min(found, len(BOUNDS) - 1)])


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What notices have come to: people told, of these reached or missed; posts asked, and what became of that.

    Whoever holds posts in several units is counted in each. Of ``obligations`` some were acknowledged ``in_time``, some
    ``late``; some are ``overdue``; some are ``excused``: not acknowledged, but the notice has not arrived, or the day
    is provisional. The others are still open. The day is the person's own, as in scores: later by as many working days
    as the notice came later. What was passed on counts where it was passed to.
    """

    people: int = 0
    delivered: int = 0
    missed: int = 0
    obligations: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0
    excused: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            people=self.people + other.people,
            delivered=self.delivered + other.delivered,
            missed=self.missed + other.missed,
            obligations=self.obligations + other.obligations,
            in_time=self.in_time + other.in_time,
            late=self.late + other.late,
            overdue=self.overdue + other.overdue,
            excused=self.excused + other.excused,
        )

    @property
    def waiting(self) -> int:
        """People to whom it is still to be sent, or who need not get it any more."""
        return self.people - self.delivered - self.missed

    @property
    def acknowledged(self) -> int:
        """Posts that have acknowledged."""
        return self.in_time + self.late

    @property
    def reached(self) -> int:
        """Posts asked whose holders had it in time: those of whom an acknowledgement can be expected."""
        return self.obligations - self.excused

    @property
    def open(self) -> int:
        """Posts that may still acknowledge in time."""
        return self.reached - self.acknowledged - self.overdue

    @property
    def judged(self) -> int:
        """Posts of which it is known whether they were in time."""
        return self.acknowledged + self.overdue

    @property
    def delivery_rate(self) -> float | None:
        """Of the people told, how many were reached; None of nobody."""
        return _rate(self.delivered, self.people)

    @property
    def acknowledgement_rate(self) -> float | None:
        """Of the posts asked and ``reached``, how many have acknowledged; None of none."""
        return _rate(self.acknowledged, self.reached)

    @property
    def timely_rate(self) -> float | None:
        """Of the posts ``judged``, how many acknowledged in time; None of none."""
        return _rate(self.in_time, self.judged)


FIGURES: Final = tuple(one.name for one in fields(Tally))
"""The names of a tally's figures, in order."""


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the ``notices`` of a period have come to, and how long acknowledging took by its median."""

    period: Period
    notices: int = 0
    tally: Tally = Tally()
    median: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How things stand at this moment: entries (items) overdue, open warnings by grade, people who cannot be reached.

    ``members`` are people who hold posts, ``unreachable`` those of them to whom nothing can be sent.
    """

    overdue_items: int = 0
    warnings: Mapping[Grade, int] = field(default_factory=dict)
    members: int = 0
    unreachable: int = 0


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is looked at: a unit with all below it, or (None) all that the viewer may see; one category, or all."""

    unit_id: int | None = None
    unit: str | None = None
    category: Category | None = None


ALL: Final = Chosen()


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A period beside the one ``before`` it, and how things stand now; ``counted_at`` is when all was counted last."""

    chosen: Chosen
    now: Summary
    before: Summary
    standing: Standing
    counted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit in a period: by itself, and together with all ``below`` it; ``depth`` from 0 is its place in the tree."""

    unit_id: int
    name: str
    path: str
    depth: int
    own: Tally
    below: Tally
    median: timedelta | None


@dataclass(frozen=True, kw_only=True)
class CategoryLine:
    """The notices of one category in a period."""

    category: Category
    summary: Summary


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """What the notices of a day have come to."""

    day: date
    notices: int
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """What the notices of a period have come to for one person, in one unit."""

    code: str
    name: str
    posts: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """People of one unit, by their codes: page ``number`` of ``pages``, both from 1; ``total`` counts them all."""

    unit_id: int
    unit: str
    path: str
    period: Period
    items: tuple[PersonLine, ...]
    number: int
    pages: int
    total: int
