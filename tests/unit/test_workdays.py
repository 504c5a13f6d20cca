"""The working-day calendar: official, provisional, imported, and of other countries."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from messages.errors import NotFound
from messages.official_days import Festival, OfficialDay
from schedules.workdays import DaysOff, WorkCalendar

CHINA = WorkCalendar()

NATIONAL_WEEK_2027 = {
    day: OfficialDay(date=day, name="国庆节", off=True) for day in (date(2027, 10, n) for n in range(1, 8))
}
WORKED_SUNDAY_2027 = OfficialDay(date=date(2027, 9, 26), name="国庆节", off=False)
NOTICE_2027 = {**NATIONAL_WEEK_2027, WORKED_SUNDAY_2027.date: WORKED_SUNDAY_2027}


def run_of(calendar: WorkCalendar, year: int, festival: Festival) -> DaysOff:
    return next(days for days in calendar.festivals(year) if festival in days.festivals)


def test_every_day_of_2004_to_2026_agrees_with_chinesecalendar() -> None:
    day = date(2004, 1, 1)
    while day < date(2027, 1, 1):
        assert CHINA.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_days_off_and_makeup_workdays_are_those_of_the_official_notice() -> None:
    assert date(2026, 2, 15) in CHINA.days_off(2026)
    assert date(2026, 2, 14) not in CHINA.days_off(2026)
    assert len(CHINA.days_off(2026)) == 33
    assert CHINA.makeup_workdays(2026) == (
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    )


@pytest.mark.parametrize(
    ("festival", "first", "last"),
    [
        (Festival.NEW_YEAR, date(2026, 1, 1), date(2026, 1, 3)),
        (Festival.SPRING_FESTIVAL, date(2026, 2, 15), date(2026, 2, 23)),
        (Festival.QINGMING, date(2026, 4, 4), date(2026, 4, 6)),
        (Festival.LABOUR_DAY, date(2026, 5, 1), date(2026, 5, 5)),
        (Festival.DRAGON_BOAT, date(2026, 6, 19), date(2026, 6, 21)),
        (Festival.MID_AUTUMN, date(2026, 9, 25), date(2026, 9, 27)),
        (Festival.NATIONAL_DAY, date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_the_holidays_of_2026_are_those_of_the_official_notice(festival: Festival, first: date, last: date) -> None:
    days = run_of(CHINA, 2026, festival)
    assert (days.first, days.last, days.provisional) == (first, last, False)


@pytest.mark.parametrize("year", [2009, 2012, 2017, 2020, 2023, 2025])
def test_mid_autumn_inside_or_beside_national_day_is_one_holiday(year: int) -> None:
    days = run_of(CHINA, year, Festival.MID_AUTUMN)
    assert days.festivals == (Festival.MID_AUTUMN, Festival.NATIONAL_DAY)
    assert days.slug == "national-day"


@pytest.mark.parametrize("year", range(2008, 2040))
def test_every_year_has_each_of_the_seven_festivals_once(year: int) -> None:
    named = [one for days in CHINA.festivals(year) for one in days.festivals if one is not Festival.OTHER]
    assert sorted(named) == sorted(set(Festival) - {Festival.OTHER})


def test_new_years_days_off_may_begin_in_the_december_before() -> None:
    days = run_of(CHINA, 2023, Festival.NEW_YEAR)
    assert (days.first, days.last, days.year) == (date(2022, 12, 31), date(2023, 1, 2), 2023)


def test_a_year_without_its_notice_is_provisional_and_has_its_statutory_days_only() -> None:
    assert not CHINA.provisional(2026)
    assert CHINA.provisional(2027)
    assert CHINA.makeup_workdays(2027) == ()
    assert date(2027, 2, 8) in CHINA.days_off(2027)
    assert CHINA.is_workday(date(2027, 10, 4))  # a day in lieu that only the notice can give
    new_year = run_of(CHINA, 2027, Festival.NEW_YEAR)
    assert (new_year.first, new_year.last, new_year.provisional) == (date(2027, 1, 1), date(2027, 1, 3), True)


def test_a_count_that_reaches_a_provisional_year_says_so() -> None:
    assert CHINA.provisional_between(date(2026, 12, 30), date(2027, 1, 5))
    assert CHINA.provisional_between(date(2027, 1, 5), date(2026, 12, 30))
    assert not CHINA.provisional_between(date(2026, 1, 1), date(2026, 12, 31))


def test_imported_days_make_their_year_official_and_replace_all_its_days() -> None:
    calendar = WorkCalendar(imported=NOTICE_2027)
    assert not calendar.provisional(2027)
    assert calendar.provisional(2028)
    assert not calendar.is_workday(date(2027, 10, 7))
    assert calendar.is_workday(date(2027, 9, 26))
    assert calendar.days_off(2027) == tuple(NATIONAL_WEEK_2027)
    assert calendar.makeup_workdays(2027) == (date(2027, 9, 26),)


def test_imported_days_stand_before_the_shipped_ones() -> None:
    day = OfficialDay(date=date(2026, 10, 1), name="国庆节", off=True)
    calendar = WorkCalendar(imported={day.date: day})
    assert calendar.days_off(2026) == (day.date,)
    assert calendar.is_workday(date(2026, 10, 2))
    assert not calendar.is_workday(date(2026, 1, 4))  # a plain Sunday again


def test_new_years_december_days_do_not_make_their_own_year_official() -> None:
    early = OfficialDay(date=date(2027, 12, 31), name="元旦", off=True)
    national = OfficialDay(date=date(2028, 10, 1), name="国庆节", off=True)
    calendar = WorkCalendar(imported={early.date: early, national.date: national})
    assert calendar.provisional(2027)
    assert not calendar.provisional(2028)
    assert not calendar.is_workday(date(2027, 12, 31))
    assert not calendar.is_workday(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 19), 1, date(2026, 9, 20)),  # the make-up Sunday counts
        (date(2026, 10, 3), 0, date(2026, 10, 8)),
        (date(2026, 10, 8), 0, date(2026, 10, 8)),
        (date(2026, 10, 1), -1, date(2026, 9, 30)),
        (date(2026, 9, 21), 7, date(2026, 10, 8)),
    ],
)
def test_working_days_are_counted_without_the_start_day(day: date, count: int, reached: date) -> None:
    assert CHINA.add_workdays(day, count) == reached


def test_a_date_on_a_day_off_rolls_to_the_next_working_day() -> None:
    assert CHINA.roll_forward(date(2026, 10, 1)) == date(2026, 10, 8)


def test_another_country_has_its_own_weekend_and_public_holidays() -> None:
    emirates = WorkCalendar("AE")
    assert emirates.is_workday(date(2020, 6, 7))  # a Sunday, worked until 2021
    assert not emirates.is_workday(date(2020, 6, 5))  # a Friday
    germany = WorkCalendar("DE")
    assert not germany.is_workday(date(2026, 12, 25))
    assert not germany.provisional(2031)
    assert germany.makeup_workdays(2026) == ()


def test_public_holidays_that_touch_are_one_holiday() -> None:
    easter = next(days for days in WorkCalendar("DE").festivals(2026) if "Easter Monday" in days.name)
    assert (easter.first, easter.last, easter.name) == (
        date(2026, 4, 3),
        date(2026, 4, 6),
        "Good Friday, Easter Monday",
    )
    assert easter.slug == "public-holiday-0403"


def test_a_holiday_over_the_turn_of_the_year_is_counted_once() -> None:
    states = WorkCalendar("US")
    turns = [days for year in (2021, 2022) for days in states.festivals(year) if days.first == date(2021, 12, 31)]
    assert [(days.year, days.last) for days in turns] == [(2022, date(2022, 1, 2))]


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(NotFound, match="ZZ"):
        WorkCalendar("ZZ")
