"""The working-day calendar as it is known now: the official one with what has been imported."""

from datetime import date

from messages.official_days import OfficialDay
from messages.store import days
from messages.store.database import Connection, Database
from schedules.workdays import WorkCalendar


class Calendars:
    """Gives the calendar of one country, made anew whenever other days have been imported."""

    def __init__(self, db: Database, country: str) -> None:
        """Nothing has been looked up yet: the calendar is that of ``country`` alone."""
        self._db = db
        self._country = country
        self._imported: dict[date, OfficialDay] = {}
        self.latest = WorkCalendar(country)
        """The calendar that was found last, for who cannot wait."""

    async def current(self) -> WorkCalendar:
        """The calendar with what has been imported so far."""
        async with self._db.reading() as conn:
            return await self.seen(conn)

    async def seen(self, conn: Connection) -> WorkCalendar:
        """The same, as a transaction sees it."""
        imported = await days.load(conn)
        if imported != self._imported:
            self._imported, self.latest = imported, WorkCalendar(self._country, imported)
        return self.latest
