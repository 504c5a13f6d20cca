"""Periods over which is counted: a month, a quarter or a year, by days of the office's zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from messages.errors import refused
from messages.text.phrase import phrase

_MONTHS: Final = 12
_SPOKEN: Final = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?", re.IGNORECASE)


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: _MONTHS}[self]


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """A period, by its ``first`` day."""

    first: date
    kind: PeriodKind

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> Self:
        """The period of a kind that a day lies in."""
        month = (day.month - 1) // kind.months * kind.months + 1
        return cls(first=date(day.year, month, 1), kind=kind)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026``, ``2026-Q4`` or ``2026-11``. Raises ``Refused``."""
        said = _SPOKEN.fullmatch(text.strip())
        if said is None or int(said["year"]) in {0, date.max.year}:
            accepted = phrase("A year (2026), a quarter (2026-Q4) or a month (2026-11) is accepted.")
            raise refused(accepted, column="period", value=text)
        year = int(said["year"])
        if said["month"]:
            return cls(first=date(year, int(said["month"]), 1), kind=PeriodKind.MONTH)
        if said["quarter"]:
            return cls(first=date(year, 3 * int(said["quarter"]) - 2, 1), kind=PeriodKind.QUARTER)
        return cls(first=date(year, 1, 1), kind=PeriodKind.YEAR)

    @property
    def name(self) -> str:
        """As ``parse`` reads it."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodKind.QUARTER:
                return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}"
            case PeriodKind.YEAR:
                return f"{self.first:%Y}"

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after().first - timedelta(days=1)

    def after(self) -> Self:
        """The next one of the same kind."""
        return self._shifted(self.kind.months)

    def before(self) -> Self:
        """The one before it, of the same kind."""
        return self._shifted(-self.kind.months)

    def months(self) -> Iterator[str]:
        """The names of its months, in order."""
        for number in range(self.kind.months):
            yield f"{self.first.year:04}-{self.first.month + number:02}"

    def _shifted(self, months: int) -> Self:
        year, month = divmod(self.first.year * _MONTHS + self.first.month - 1 + months, _MONTHS)
        return type(self)(first=date(year, month + 1, 1), kind=self.kind)
