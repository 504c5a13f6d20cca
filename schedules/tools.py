"""What acts about items and warnings work with."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The database and the rules of one office, whose days are those of ``zone``."""

    db: Database
    policy: Policy
    calendars: Calendars
    zone: ZoneInfo

    def today(self, now: datetime) -> date:
        """The office's day at an instant."""
        return now.astimezone(self.zone).date()
