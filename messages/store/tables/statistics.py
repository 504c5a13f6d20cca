"""Statistics (成效评估): what notices have come to, counted once and kept current, so that pages need no recount."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from messages.store.columns import Id, identity, unchecked
from messages.store.tables.naming import metadata


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _figures() -> list[Column[int]]:
    """People addressed and of these reached or missed; posts obliged and of these in time, late, overdue, excused."""
    names = ("people", "delivered", "missed", "obligations", "in_time", "late", "overdue", "excused")
    return [_number(name) for name in names]


counted_notices = Table(
    "counted_notices",
    metadata,
    # One notice in one unit, those below it not included, as it was counted last.
    Column("notice_id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),  # ISO date on which it was sent, in the office's zone
    Column("category", String(20), nullable=False),
    *_figures(),
    Column("times", JSON, nullable=False),  # how many acknowledgements took how long: [[the class, how many], …]
    Index("ix_counted_notices_unit_id", "unit_id", "day"),
)

uncounted = Table(
    "uncounted",
    metadata,
    # What is to be counted anew: a notice as far as one person is told or asked, or (person 0) as a whole. What is said
    # once more is a row more: who says so waits for nobody, and what is said while it is counted is counted once more.
    identity(),
    unchecked("notice_id"),
    unchecked("person_id"),
    Index("ix_uncounted_notice_id", "notice_id"),
)

counted_days = Table(
    "counted_days",
    metadata,
    # The sums of a day's notices; of unit 0: those of all units.
    Column("day", String(10), primary_key=True),
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("category", String(20), primary_key=True),
    _number("notices"),
    *_figures(),
    Index("ix_counted_days_unit_id", "unit_id", "day"),
)

counted_times = Table(
    "counted_times",
    metadata,
    # How many acknowledgements of a month's notices took how long, by classes of time; of unit 0 those of all units.
    Column("month", String(7), primary_key=True),
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("category", String(20), primary_key=True),
    Column("took", Integer, primary_key=True, autoincrement=False),  # the class: messages.statistics
    _number("count"),
    Index("ix_counted_times_unit_id", "unit_id", "month"),
)
