"""Periods that are closed: what was counted in them stays, and an objection is the way to have it corrected."""

import re
from calendar import monthrange
from datetime import date
from typing import Final

from messages.absences import Days
from messages.errors import refused
from messages.store import absences
from messages.store.database import Connection
from messages.text.phrase import phrase

_PERIOD: Final = re.compile(r"(\d{4})(?:-Q([1-4])|-(\d{2}))?", re.ASCII)
_MONTHS: Final = 12
_OF_A_QUARTER: Final = 3


async def check_open(conn: Connection, days: Days) -> None:
    """Refuse days of which some lie in a period whose scores are closed."""
    for period in sorted(await absences.closed_periods(conn)):
        if _days_of(period).meets(days):
            told = phrase(
                "The scores of {period} are closed: leave on its days is not changed any more. Who disagrees with a "
                "statement says so there.",
                period=period,
            )
            raise refused(told, column="first", value=days.first.isoformat())


def _days_of(period: str) -> Days:
    """The days of ``2026``, ``2026-Q4`` or ``2026-10``."""
    found = _PERIOD.fullmatch(period)
    assert found is not None  # noqa: S101 -- as closings keep it
    year, quarter, month = int(found[1]), found[2], found[3]
    first, last = 1, _MONTHS
    if quarter:
        last = int(quarter) * _OF_A_QUARTER
        first = last - _OF_A_QUARTER + 1
    elif month:
        first = last = int(month)
    return Days(first=date(year, first, 1), last=date(year, last, monthrange(year, last)[1]))
