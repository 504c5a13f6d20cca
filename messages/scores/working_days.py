"""Which days are worked, as plain data: what a closing keeps, so that its scores can be computed anew without us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from messages.notices import Json

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """Monday to Friday, without the days that are ``off``, with the days of weekends that are ``worked``."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def any_within(self, first: date, last: date) -> bool:
        """Whether one of the days from ``first`` to ``last``, both included, is worked."""
        day = first
        while day <= last:
            if day in self.worked or (day.weekday() < _SATURDAY and day not in self.off):
                return True
            day += _DAY
        return False


def days_json(days: WorkingDays) -> dict[str, Json]:
    """Days as the body of an event has them."""
    return {"off": _dates(days.off), "worked": _dates(days.worked)}


def _dates(days: frozenset[date]) -> list[Json]:
    return [day.isoformat() for day in sorted(days)]


def days_of(kept: Mapping[str, Any]) -> WorkingDays:
    """Read back what ``days_json`` made."""
    return WorkingDays(off=_read(kept["off"]), worked=_read(kept["worked"]))


def _read(kept: Sequence[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, kept))
