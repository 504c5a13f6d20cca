"""What holds of working days for any date and count."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schedules.workdays import WorkCalendar

CALENDARS = {country: WorkCalendar(country) for country in ("CN", "US", "DE", "AE")}

calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
counts = st.integers(1, 40)


@given(calendar=calendars, day=days, count=counts)
def test_a_count_lands_on_a_working_day_with_that_many_between(calendar: WorkCalendar, day: date, count: int) -> None:
    reached = calendar.add_workdays(day, count)
    passed = (day + timedelta(days=n) for n in range(1, (reached - day).days + 1))
    assert calendar.is_workday(reached)
    assert sum(map(calendar.is_workday, passed)) == count


@given(calendar=calendars, day=days, count=counts)
def test_counting_back_returns_to_a_working_day(calendar: WorkCalendar, day: date, count: int) -> None:
    start = calendar.roll_forward(day)
    assert calendar.add_workdays(calendar.add_workdays(start, count), -count) == start


@given(calendar=calendars, day=days, one=counts, other=counts)
def test_counts_add_up(calendar: WorkCalendar, day: date, one: int, other: int) -> None:
    assert calendar.add_workdays(calendar.add_workdays(day, one), other) == calendar.add_workdays(day, one + other)


@given(calendar=calendars, day=days)
def test_rolling_stays_on_a_working_day_and_else_skips_only_days_off(calendar: WorkCalendar, day: date) -> None:
    rolled = calendar.roll_forward(day)
    assert calendar.is_workday(rolled)
    assert not any(calendar.is_workday(day + timedelta(days=n)) for n in range((rolled - day).days))


@given(calendar=calendars, year=st.integers(2008, 2035))
def test_holidays_are_full_runs_of_days_off_that_do_not_overlap(calendar: WorkCalendar, year: int) -> None:
    runs = calendar.festivals(year)
    for run in runs:
        assert not any(calendar.is_workday(run.first + timedelta(days=n)) for n in range(run.days))
        assert calendar.is_workday(run.first - timedelta(days=1))
        assert calendar.is_workday(run.last + timedelta(days=1))
    assert all(before.last < after.first for before, after in pairwise(runs))
