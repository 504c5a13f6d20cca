"""Computing a period for many people: what is read for it, and how two computations differ."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from messages.scores.fact_reading import fact_of
from messages.scores.periods import Period
from messages.scores.records import NOTHING, Rules, Scored, ScoreKind
from messages.scores.working_days import WorkingDays
from messages.store import score_events, statements
from messages.store.database import Connection
from schedules.scores.scoring import score, since
from schedules.workdays import WorkCalendar

_AT_ONCE: Final = 200
"""So many people at a time: as many statements as one transaction makes."""
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def working_days(calendar: WorkCalendar, period: Period) -> WorkingDays:
    """The days of a period and of the year before as they are worked; what is older is of no period that is open."""
    off, worked = set[date](), set[date]()
    day = date(period.first.year - 1, 1, 1)
    while day < period.after:
        weekday = day.weekday() < _SATURDAY
        if weekday != calendar.is_workday(day):
            (off if weekday else worked).add(day)
        day += _DAY
    return WorkingDays(off=frozenset(off), worked=frozenset(worked))


async def scored_of(
    conn: Connection, people: Sequence[int], rules: Rules, period: Period, days: WorkingDays, upto: int | None
) -> dict[int, Scored]:
    """What a period comes to for each of these people, by the chain up to a row (None: all that is there)."""
    zone = ZoneInfo(rules.zone)
    begins = Period.of(period.kind, since(rules, period)).begins(zone)
    events = await score_events.of_people(conn, people, since=begins, until=period.ends(zone), upto=upto)
    facts = {person: [fact for event in found if (fact := fact_of(event))] for person, found in events.items()}
    return {person: score(facts.get(person, ()), rules, period, days) for person in people}


async def everybody(conn: Connection, rules: Rules, period: Period, upto: int) -> list[int]:
    """Who gets a statement: who held a post in the period, and of whom something can count in it."""
    zone = ZoneInfo(rules.zone)
    begins, ends = period.begins(zone), period.ends(zone)
    held = await statements.holders(conn, begins, ends)
    return sorted(held | await score_events.people_with(conn, since=begins, until=ends, upto=upto))


def shares(people: Sequence[int]) -> Iterator[Sequence[int]]:
    """People, some at a time."""
    return (people[start : start + _AT_ONCE] for start in range(0, len(people), _AT_ONCE))


def told_before(statement: Scored, scored: Scored) -> Decimal:
    """The total that a person knows: that of the statement, with what was corrected since."""
    stated = {one.event for one in statement.entries}
    later = (one.points for one in scored.entries if one.kind is ScoreKind.CORRECTED and one.event not in stated)
    return statement.total + sum(later, NOTHING)


def differs(before: Scored | None, scored: Scored) -> bool:
    """Whether anything of a statement is another, apart from corrections, of which the person was told."""
    return before is None or _uncorrected(before) != _uncorrected(scored)


def _uncorrected(scored: Scored) -> list[tuple[int, Decimal]]:
    return [(one.event, one.points) for one in scored.entries if one.kind is not ScoreKind.CORRECTED]
