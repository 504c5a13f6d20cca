"""Periods that are closed: what was counted in them stays, and an objection is the way to have it corrected."""

from messages.absences import Days
from messages.errors import refused
from messages.store import statements
from messages.store.database import Connection
from messages.text.phrase import phrase


async def check_open(conn: Connection, days: Days) -> None:
    """Refuse days of which some lie in a period whose scores are closed."""
    for period in await statements.closed_periods(conn):
        if period.first <= days.last and days.first < period.after:
            told = phrase(
                "The scores of {period} are closed: leave on its days is not changed any more. Who disagrees with a "
                "statement says so there.",
                period=period.label,
            )
            raise refused(told, column="first", value=days.first.isoformat())
