"""Entry deadlines against a reckoning of their own: a plain loop over the official days, written down apart."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar import constants

from messages.notices import Category
from messages.text.catalog import Catalog
from schedules.items.deadlines import EntryDue, entry_due, explained, recalled_at
from schedules.policy import load
from schedules.workdays import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
POLICY = load()
CALENDAR = WorkCalendar()
DAYS = {Category.CAUTION: 7, Category.REMINDER: 1, Category.PROMPT: 3}
"""The days of the seed's four entry deadlines; study items have none."""
OFF = {day.isoformat() for day in constants.holidays}
WORKED = {day.isoformat() for day in constants.workdays}


def is_worked(day: date) -> bool:
    if day.isoformat() in WORKED:
        return True
    return day.isoformat() not in OFF and day.isoweekday() <= 5


def reckoned(decisive: date, days: int) -> date:
    day = decisive
    while days:
        day += timedelta(days=1)
        if is_worked(day):
            days -= 1
    return day


def every_day() -> Iterator[date]:
    day = date(2019, 1, 1)
    while day <= date(2026, 12, 15):
        yield day
        day += timedelta(days=1)


def due(category: Category, decisive: date) -> EntryDue:
    found = entry_due(CALENDAR, POLICY, category, decisive, ZONE)
    assert found is not None
    return found


@pytest.mark.parametrize("category", DAYS)
def test_every_last_day_of_eight_years_is_the_one_reckoned_apart(category: Category) -> None:
    for decisive in every_day():
        found, last = due(category, decisive), reckoned(decisive, DAYS[category])
        assert (found.on, found.provisional) == (last, False), decisive
        midnight = datetime(last.year, last.month, last.day, 16, tzinfo=UTC)  # 24:00 in Shanghai
        assert found.at == midnight
        assert found.timely(midnight - timedelta(seconds=1))
        assert not found.timely(midnight)
        between = (decisive + timedelta(days=n) for n in range(1, (last - decisive).days + 1))
        assert list(found.makeup) == [day for day in between if day.isoweekday() > 5 and is_worked(day)]


@pytest.mark.parametrize(
    ("category", "decisive", "last"),
    [
        (Category.CAUTION, date(2026, 9, 24), date(2026, 10, 12)),  # over the National Day and its make-up day 10-10
        (Category.CAUTION, date(2020, 1, 23), date(2020, 2, 11)),  # the days off that were made longer in 2020
        (Category.PROMPT, date(2025, 12, 30), date(2026, 1, 5)),  # over the end of a year, with the make-up day 01-04
        (Category.REMINDER, date(2024, 2, 9), date(2024, 2, 18)),  # a Sunday that is worked
        (Category.REMINDER, date(2026, 10, 10), date(2026, 10, 12)),  # from a Saturday that is worked
    ],
)
def test_days_worked_out_by_hand(category: Category, decisive: date, last: date) -> None:
    assert due(category, decisive).on == last


def test_a_day_that_needs_a_year_not_yet_announced_is_provisional_and_nothing_follows() -> None:
    for category, decisive in ((Category.REMINDER, date(2026, 12, 31)), (Category.CAUTION, date(2026, 12, 25))):
        found = due(category, decisive)
        assert found.provisional
        assert found.on.year == 2027
        assert found.timely(found.at) is None
    assert due(Category.REMINDER, date(2026, 12, 30)).on == date(2026, 12, 31)
    assert not due(Category.REMINDER, date(2026, 12, 30)).provisional


def test_study_items_may_be_entered_at_any_time() -> None:
    assert entry_due(CALENDAR, POLICY, Category.STUDY, date(2026, 9, 24), ZONE) is None
    assert entry_due(CALENDAR, POLICY, Category.CAUTION, None, ZONE) is None


@pytest.mark.parametrize(
    ("category", "decisive", "english", "chinese"),
    [
        (
            Category.CAUTION,
            date(2026, 9, 24),
            "concluded 09-24, 7 working days with the make-up day 10-10, due 10-12",
            "结论确定于09-24，7个工作日内录入（含调休上班日10-10），截止10-12",
        ),
        (
            Category.REMINDER,
            date(2026, 9, 21),
            "approved 09-21, 1 working day, due 09-22",
            "领导批准于09-21，1个工作日内录入，截止09-22",
        ),
        (
            Category.PROMPT,
            date(2025, 12, 30),
            "settled 12-30, 3 working days with the make-up day 2026-01-04, due 2026-01-05",
            "事项确定于12-30，3个工作日内录入（含调休上班日2026-01-04），截止2026-01-05",
        ),
        (
            Category.CAUTION,
            date(2025, 9, 26),
            "concluded 09-26, 7 working days with the make-up days 09-28, 10-11, due 10-13",
            "结论确定于09-26，7个工作日内录入（含调休上班日09-28, 10-11），截止10-13",
        ),
    ],
)
def test_how_it_was_counted_is_said_in_one_sentence(
    catalog: Catalog, category: Category, decisive: date, english: str, chinese: str
) -> None:
    said = explained(category, due(category, decisive))
    assert catalog.say(said, "en") == english
    assert catalog.say(said, "zh_CN") == chinese


def test_an_announced_item_is_called_to_mind_on_the_morning_of_the_working_day_before() -> None:
    found = due(Category.CAUTION, date(2026, 9, 16))
    assert found.on == date(2026, 9, 24)
    assert recalled_at(CALENDAR, POLICY, found, ZONE) == (datetime(2026, 9, 23, 9, 15, tzinfo=ZONE),)
