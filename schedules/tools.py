"""What acts about items, warnings, the register and campaigns work with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messages.store.database import Connection, Database
from messages.tenders.records import Source, Told
from schedules.calendars import Calendars
from schedules.policy import Policy

Along: TypeAlias = Callable[[Connection], Awaitable[None]]
"""What is done along with an act, in the same transaction, such as closing the draft that it was."""

AlongAll: TypeAlias = Callable[[Connection, Sequence[str]], Awaitable[None]]
"""What is done along with some of many acts, by the refs of what they were about, in the same transaction."""


class Overtaken(Exception):
    """Raised along with many acts: somebody has said more meanwhile, and by that matters are told as in ``tolds``."""

    def __init__(self, tolds: Mapping[tuple[str, Source], Told]) -> None:
        """``tolds`` are by ref and source."""
        super().__init__()
        self.tolds = tolds


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
