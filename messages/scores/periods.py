"""Periods of scores: months, quarters and years, whose days are the office's."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Final, Self

_QUARTER: Final = 3
_YEAR: Final = 12
_WRITTEN: Final = re.compile(r"(?P<year>[0-9]{4})(-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?")
_YEARS: Final = range(1970, 9000)


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {PeriodKind.MONTH: 1, PeriodKind.QUARTER: _QUARTER, PeriodKind.YEAR: _YEAR}[self]


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """A period from its ``first`` day until before the day ``after`` it."""

    first: date
    after: date

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """The period of a kind in which a day lies."""
        first = date(day.year, day.month - (day.month - 1) % kind.months, 1)
        return cls(first=first, after=_later(first, kind.months))

    @classmethod
    def read(cls, label: str) -> Self | None:
        """The period of a label such as ``2026-10``, ``2026-Q4`` or ``2026``; None for another text."""
        found = _WRITTEN.fullmatch(label.strip().upper())
        if found is None or int(found["year"]) not in _YEARS:
            return None
        kind = PeriodKind.MONTH if found["month"] else PeriodKind.QUARTER if found["quarter"] else PeriodKind.YEAR
        month = int(found["month"] or 0) or (int(found["quarter"] or 1) - 1) * _QUARTER + 1
        return cls.of(kind, date(int(found["year"]), month, 1))

    @property
    def kind(self) -> PeriodKind:
        """How long it is."""
        months = (self.after.year - self.first.year) * _YEAR + self.after.month - self.first.month
        return next(kind for kind in PeriodKind if kind.months == months)

    @property
    def label(self) -> str:
        """How it is written: ``2026-10``, ``2026-Q4`` or ``2026``."""
        if self.kind is PeriodKind.YEAR:
            return f"{self.first.year:04}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.first.year:04}-Q{self.first.month // _QUARTER + 1}"
        return f"{self.first.year:04}-{self.first.month:02}"

    @property
    def next(self) -> "Period":
        """The period of the same kind that follows."""
        return Period.of(self.kind, self.after)

    @property
    def before(self) -> "Period":
        """The period of the same kind that came before."""
        return Period.of(self.kind, _later(self.first, -self.kind.months))

    def begins(self, zone: tzinfo) -> datetime:
        """The instant of its beginning in a zone."""
        return _midnight(self.first, zone)

    def ends(self, zone: tzinfo) -> datetime:
        """The instant at which it is over."""
        return _midnight(self.after, zone)

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Whether an instant lies in it."""
        return self.first <= at.astimezone(zone).date() < self.after


def _later(day: date, months: int) -> date:
    count = day.year * _YEAR + day.month - 1 + months
    return date(count // _YEAR, count % _YEAR + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    # Where midnight is left out when clocks change, the day begins at the first instant that there is.
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
