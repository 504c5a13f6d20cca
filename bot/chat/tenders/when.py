"""A day and a time by the clock of the office, as buttons about dates carry them; what can be chosen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.chat.buttons import Forged
from bot.chat.days import Span
from bot.chat.desk import Desk
from bot.chat.tenders.kinds import NOTHING
from bot.chat.tenders.stages import Stage
from messages.tenders.dating import day_fact
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact

DAY: Final = "%Y%m%d"
_DIGITS: Final = len("20261012")
_YEARS: Final = timedelta(days=5 * 366)
TIMED: Final = frozenset(
    {
        Milestone.BID_DEADLINE,
        Milestone.OPENING,
        Milestone.PREQUALIFICATION_DEADLINE,
        Milestone.EXAMINATION,
    }
)
"""Of these the time is asked for as well."""
TIMES: Final = ("09:00", "09:30", "10:00", "14:00", "14:30", "15:00", "17:00", "17:30")


@dataclass(frozen=True, kw_only=True)
class When:
    """A day, and its time where that is known, as the buttons carry it: ``20261012`` or ``202610120930``."""

    day: date
    clock: time | None = None

    def __str__(self) -> str:
        """As a button carries it."""
        return f"{self.day:{DAY}}" + (f"{self.clock:%H%M}" if self.clock else "")

    @classmethod
    def of(cls, written: str) -> "When":
        """Read it back; it comes from outside."""
        try:
            at = datetime.strptime(written, DAY if len(written) == _DIGITS else f"{DAY}%H%M")  # noqa: DTZ007 -- a day and a time by the clock of the office
        except ValueError:
            raise Forged from None
        return cls(day=at.date(), clock=None if len(written) == _DIGITS else at.time())

    def fact(self, desk: Desk, stage: Stage) -> Fact:
        """As a matter keeps it."""
        if self.clock is None:
            return day_fact(stage.milestone, self.day, desk.clock.zone, stage.part)
        at = datetime.combine(self.day, self.clock, desk.clock.zone)
        return Fact(milestone=stage.milestone, at=at, part=stage.part)


def span_of(desk: Desk) -> Span:
    """The days that can be chosen: what is entered may be planned or done."""
    return Span(first=desk.today - _YEARS, last=desk.today + _YEARS, nothing=NOTHING)
