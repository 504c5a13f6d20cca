"""Facts of which only the day is known, as instants of the office's zone."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact

_DAY_BEGINS: Final = time(0, 0)
_DAY_ENDS: Final = time(23, 59, 59)


def ends_something(milestone: Milestone) -> bool:
    """Whether a step is the end of a time: its day is then meant to its last second."""
    return milestone.value.endswith(("_until", "_deadline"))


def day_fact(milestone: Milestone, day: date, zone: ZoneInfo, part: str = "") -> Fact:
    """The fact of a milestone of which only the day is known: at the day's beginning, or at its end for what ends."""
    clock = _DAY_ENDS if ends_something(milestone) else _DAY_BEGINS
    return Fact(milestone=milestone, at=datetime.combine(day, clock, zone), part=part, whole_day=True)
