"""The shapes of statistics, as the interface and the command line show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.web.api.shapes import Shape, by_clock
from messages.items.texts import LINE
from messages.notices import Category
from messages.scores.periods import Period
from messages.statistics import FIGURES, CategoryLine, DayLine, Overview, Summary, Tally, UnitLine

LONGEST_UNIT = 200
PERIOD = r"^(19[7-9][0-9]|[2-8][0-9]{3})(-(0[1-9]|1[0-2]|[Qq][1-4]))?$"

Rate = Annotated[float | None, Field(ge=0, le=1, description="Null of nobody and nothing.")]


def _as_period(given: object) -> object:
    if isinstance(given, str) and Period.read(given) is None:
        raise PydanticCustomError("period_parsing", "no period")  # noqa: EM101 -- never shown, see problems.py
    return given


class By(StrEnum):
    """By what figures are told apart."""

    UNIT = "unit"
    CATEGORY = "category"
    PERIOD = "period"
    DAY = "day"


class Work(StrEnum):
    """The categories that are counted: not what the service reports of itself."""

    CAUTION = Category.CAUTION.value
    REMINDER = Category.REMINDER.value
    PROMPT = Category.PROMPT.value
    STUDY = Category.STUDY.value
    BROADCAST = Category.BROADCAST.value


class StatisticsWanted(Shape):
    """What is asked for; by itself the present month, of all units that the token's person may see."""

    period: Annotated[str, StringConstraints(pattern=PERIOD), BeforeValidator(_as_period)] | None = Field(
        default=None, description="A year (2026), a quarter (2026-Q4) or a month (2026-11)."
    )
    unit: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_UNIT, pattern=LINE)] | None = Field(
        default=None, description="A unit, with all below it, by its name."
    )
    category: Literal["caution", "reminder", "prompt", "study", "broadcast"] | None = None
    by: Literal["unit", "category", "period", "day"] | None = Field(
        default=None, description="The same once more by these: the 12 periods up to this one, the days of its year."
    )


class FiguresAnswer(Shape):
    """What notices have come to: people told, and posts that were asked to acknowledge."""

    people: int = Field(description="People told; who holds posts in several units is counted in each.")
    delivered: int
    missed: int
    obligations: int = Field(description="Posts asked to acknowledge; what was passed on counts where it went.")
    in_time: int
    late: int = Field(description="By the person's own day: later by as many working days as the notice came later.")
    overdue: int
    excused: int = Field(description="Not acknowledged, but it has not arrived, or the day is provisional.")
    delivery_rate: Rate
    acknowledgement_rate: Rate = Field(description="(in_time + late) of (obligations - excused).")
    timely_rate: Rate = Field(description="in_time of (in_time + late + overdue).")

    @staticmethod
    def fields_of(tally: Tally) -> dict[str, Any]:
        """A tally in words of the interface."""
        rates = "delivery_rate", "acknowledgement_rate", "timely_rate"
        return {name: getattr(tally, name) for name in (*FIGURES, *rates)}


class PeriodAnswer(FiguresAnswer):
    """The notices of a period, and the median of the time from arrival to acknowledgement (its class's upper bound)."""

    period: str
    notices: int
    median_seconds: int | None

    @classmethod
    def of(cls, one: Summary) -> Self:
        """A period in words of the interface."""
        figures = cls.fields_of(one.tally)
        return cls(period=one.period.label, notices=one.notices, median_seconds=_seconds(one.median), **figures)


class CategoryAnswer(FiguresAnswer):
    """The notices of a category in the period."""

    category: Category
    notices: int
    median_seconds: int | None

    @classmethod
    def of(cls, line: CategoryLine) -> Self:
        """A category in words of the interface."""
        one = line.summary
        figures = cls.fields_of(one.tally)
        return cls(category=line.category, notices=one.notices, median_seconds=_seconds(one.median), **figures)


class UnitAnswer(FiguresAnswer):
    """A unit with all below it; ``depth`` is its place in the tree, below the unit before it that has less."""

    unit: str
    depth: int
    median_seconds: int | None

    @classmethod
    def of(cls, line: UnitLine) -> Self:
        """A unit in words of the interface."""
        figures = cls.fields_of(line.below)
        return cls(unit=line.name, depth=line.depth, median_seconds=_seconds(line.median), **figures)


class DayAnswer(FiguresAnswer):
    """A day on which notices were sent."""

    day: date
    notices: int

    @classmethod
    def of(cls, line: DayLine) -> Self:
        """A day in words of the interface."""
        return cls(day=line.day, notices=line.notices, **cls.fields_of(line.tally))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A period by what was asked for; None: not by these."""

    units: Sequence[UnitLine] | None = None
    categories: Sequence[CategoryLine] | None = None
    periods: Sequence[Summary] | None = None
    days: Sequence[DayLine] | None = None


class StandingAnswer(Shape):
    """How things stand at this moment."""

    overdue_items: int = Field(description="Entries announced whose last day has passed.")
    warnings: dict[str, int] = Field(description="Open ones by grade.")
    members: int = Field(description="People who hold posts.")
    unreachable: int = Field(description="Those of them to whom nothing can be sent.")


class StatisticsAnswer(Shape):
    """A period beside the one before it, how things stand, and the period by what was asked for."""

    period: str
    first: date
    last: date
    unit: str | None
    category: Category | None
    counted_at: datetime | None = Field(description="Up to when what has become of notices is counted.")
    total: PeriodAnswer
    before: PeriodAnswer
    standing: StandingAnswer
    units: list[UnitAnswer] | None = None
    categories: list[CategoryAnswer] | None = None
    periods: list[PeriodAnswer] | None = None
    days: list[DayAnswer] | None = None

    @classmethod
    def of(cls, seen: Overview, parts: Parts, zone: ZoneInfo) -> Self:
        """Statistics in words of the interface."""
        period: Period = seen.now.period
        standing = seen.standing
        return cls(
            period=period.label,
            first=period.first,
            last=period.after - timedelta(days=1),
            unit=seen.chosen.unit,
            category=seen.chosen.category,
            counted_at=by_clock(seen.counted_at, zone),
            total=PeriodAnswer.of(seen.now),
            before=PeriodAnswer.of(seen.before),
            standing=StandingAnswer(
                overdue_items=standing.overdue_items,
                warnings={grade.value: number for grade, number in standing.warnings.items()},
                members=standing.members,
                unreachable=standing.unreachable,
            ),
            units=None if parts.units is None else [UnitAnswer.of(one) for one in parts.units],
            categories=None if parts.categories is None else [CategoryAnswer.of(one) for one in parts.categories],
            periods=None if parts.periods is None else [PeriodAnswer.of(one) for one in parts.periods],
            days=None if parts.days is None else [DayAnswer.of(one) for one in parts.days],
        )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
