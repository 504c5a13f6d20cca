"""Periods that are closed: what was counted in them stays, and an objection is the way to have it corrected."""

from messages.absences import Days
from messages.errors import refused
from messages.scores.periods import Period
from messages.store import absences
from messages.store.database import Connection
from messages.text.phrase import phrase


async def check_open(conn: Connection, days: Days) -> None:
    """Refuse days of which some lie in a period whose scores are closed."""
    for label in sorted(await absences.closed_periods(conn)):
        period = Period.read(label)
        if period is not None and period.first <= days.last and days.first < period.after:
            told = phrase(
                "The scores of {period} are closed: leave on its days is not changed any more. Who disagrees with a "
                "statement says so there.",
                period=label,
            )
            raise refused(told, column="first", value=days.first.isoformat())
