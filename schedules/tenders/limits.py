"""What rules make of a matter's dates: its limits. Pure: nothing is looked up, and the time is an argument."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from messages.tenders.records import Fact, Limit, Method
from schedules.policy.tenders import Rule
from schedules.workdays import WorkCalendar


def reckon(
    rules: Iterable[Rule], facts: Iterable[Fact], method: Method, calendar: WorkCalendar, zone: tzinfo, now: datetime
) -> tuple[Limit, ...]:
    """The limits of a matter at ``now``, in the order of the rules and, of one rule, of the parts."""
    raise NotImplementedError
