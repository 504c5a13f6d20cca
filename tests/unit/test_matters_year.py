"""A year of matters on a moved clock, against what the limits say when they are counted by hand."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, MatterState
from schedules.workdays import WorkCalendar
from tests.district import ZONE
from tests.prompted import Prompted
from tests.tendering import fact

MATTERS: Final = 40
FIRST: Final = date(2026, 1, 5)
STEP: Final = timedelta(days=8)
CALENDAR: Final = WorkCalendar("CN")
NOON: Final = time(12)
LATE: Final = time(10, 15)
"""All that is told on a day is told by then."""


def instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZONE)


def workday(day: date, days: int) -> date:
    """The working day so many after a day, counted one by one."""
    while days:
        day += timedelta(days=1 if days > 0 else -1)
        days -= (1 if days > 0 else -1) if CALENDAR.is_workday(day) else 0
    return day


def on(day: date) -> date:
    return day if CALENDAR.is_workday(day) else workday(day, 1)


def award_of(number: int) -> date:
    """Each matter is awarded on a day of its own, in working hours."""
    return on(FIRST + STEP * number)


def signed_of(number: int) -> date | None:
    """Every third contract is not signed; the others are, some days before their last day."""
    return None if number % 3 == 0 else award_of(number) + timedelta(days=12)


def said_by_hand(number: int) -> Iterator[tuple[str, str, date]]:
    """What D, who answers for contracts, hears of the contract of a matter: the kind and the day."""
    awarded, signed = award_of(number), signed_of(number)
    due = on(awarded + timedelta(days=30))
    yield f"m-{number}", "current", awarded
    if signed is None:
        yield f"m-{number}", "soon", workday(due, -2)
        yield f"m-{number}", "overdue", workday(due, 1)


async def put(town: Prompted, number: int, now: datetime, *more: Fact) -> None:
    awarded = fact(Milestone.AWARD_NOTICE, instant(award_of(number), time(9)))
    await town.put_matter(awarded, *more, now=now, ref=f"m-{number}", state=MatterState.AWARDED)


async def test_a_year_of_matters_tells_each_prompt_once_to_the_right_post_on_its_day(sqlite_db: Database) -> None:
    town, done = await Prompted.found(sqlite_db), set[int]()
    expected = Counter(one for number in range(MATTERS) for one in said_by_hand(number))
    for day in sorted({day for *_, day in expected}):
        for number in range(MATTERS):
            signed = signed_of(number)
            if award_of(number) == day:
                await put(town, number, instant(day, time(9, 5)))
            elif number not in done and signed is not None and signed <= day:
                done.add(number)
                await put(town, number, instant(day, time(8)), fact(Milestone.CONTRACT_SIGNED, instant(signed, NOON)))
        await town.hear(instant(day, LATE))
    heard = Counter(
        (key.split(":")[1], key.split(":")[3], when.astimezone(ZONE).date())
        for when, code, key in town.heard
        if code == "D" and key.split(":")[2] == "contract"
    )
    assert heard == expected
    assert max(Counter((code, key) for _, code, key in town.heard).values()) == 1
