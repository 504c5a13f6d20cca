"""Until when what is not urgent waits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.errors import Refused
from messages.official_days import OfficialDay
from messages.quiet_hours import OwnHours
from messages.store.database import Database
from schedules.policy import load
from schedules.policy.model import QuietHours
from schedules.quiet_hours import allowed, choices, choose, closing, opening
from schedules.workdays import WorkCalendar

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
CHINA = WorkCalendar("CN")
HOURS = load().quiet_hours
NIGHT_OWL = OwnHours(start=time(23, 30), end=time(9, 30))
ALWAYS = OwnHours(start=time(0), end=time(0))


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def opens(instant: datetime, own: OwnHours | None = None, hours: QuietHours = HOURS) -> datetime:
    return opening(instant, CHINA, hours, SHANGHAI, own)


def with_hours(start: time, end: time, *, days_off: bool = True) -> QuietHours:
    return HOURS.model_copy(update={"start": start, "end": end, "days_off": days_off})


@pytest.mark.parametrize("instant", [at(9, 21, 8), at(9, 21, 9, 10), at(9, 21, 21, 29), at(9, 20, 12)])
def test_in_the_day_of_a_working_day_nothing_waits_and_a_makeup_workday_is_one(instant: datetime) -> None:
    assert opens(instant) is instant


@pytest.mark.parametrize(
    ("instant", "opened"),
    [
        (at(9, 21, 21, 30), at(9, 22, 8)),
        (at(9, 22), at(9, 22, 8)),
        (at(9, 22, 7, 59), at(9, 22, 8)),
        (at(9, 18, 22), at(9, 20, 8)),  # from a Friday over the Saturday to a Sunday that is worked
        (at(9, 26, 12), at(9, 28, 8)),
        (at(9, 30, 23), at(10, 8, 8)),  # the whole of National Day
        (at(10, 7, 23, 59), at(10, 8, 8)),
    ],
)
def test_what_is_due_in_the_night_or_on_a_day_off_waits_for_the_next_working_morning(
    instant: datetime, opened: datetime
) -> None:
    assert opens(instant) == opened


def test_where_days_off_are_like_others_only_the_night_is_quiet() -> None:
    night = with_hours(HOURS.start, HOURS.end, days_off=False)
    assert opens(at(10, 1, 12), hours=night) == at(10, 1, 12)
    assert opens(at(10, 1, 22), hours=night) == at(10, 2, 8)


@pytest.mark.parametrize(
    ("instant", "closes"),
    [
        (at(9, 21, 9), at(9, 21, 21, 30)),
        (at(9, 24, 21, 30), at(9, 25)),  # 中秋
        (at(9, 21, 21, 30), at(9, 22, 21, 30)),
    ],
)
def test_quiet_hours_begin_in_the_evening_or_with_a_day_off(instant: datetime, closes: datetime) -> None:
    assert closing(instant, CHINA, HOURS, SHANGHAI) == closes


def test_without_quiet_hours_none_begin() -> None:
    assert closing(at(9, 21, 9), CHINA, with_hours(time(8), time(8), days_off=False), SHANGHAI) is None


def test_hours_within_one_day_are_quiet_too() -> None:
    noon = with_hours(time(12), time(14))
    assert opens(at(9, 21, 12), hours=noon) == at(9, 21, 14)
    assert opens(at(9, 21, 14), hours=noon) == at(9, 21, 14)
    assert opens(at(9, 21, 23), hours=noon) == at(9, 21, 23)


def test_the_same_start_and_end_are_no_quiet_hours() -> None:
    none = with_hours(time(8), time(8), days_off=False)
    assert opens(at(9, 21, 3), hours=none) == at(9, 21, 3)
    assert opens(at(9, 26, 8), hours=none) == at(9, 26, 8)


def test_who_has_own_hours_goes_by_these_and_by_the_offices_days_off() -> None:
    assert opens(at(9, 21, 22), NIGHT_OWL) == at(9, 21, 22)
    assert opens(at(9, 21, 23, 30), NIGHT_OWL) == at(9, 22, 9, 30)
    assert opens(at(9, 22, 9, 10), NIGHT_OWL) == at(9, 22, 9, 30)
    assert opens(at(9, 21, 3), ALWAYS) == at(9, 21, 3)
    assert opens(at(9, 26, 12), ALWAYS) == at(9, 28)


def test_a_provisional_day_counts_as_the_calendar_has_it_until_the_official_one_is_known() -> None:
    """National Day of 2027 before its notice: three statutory days, then what that made of it."""
    assert CHINA.provisional(2027)
    assert opens(at(10, 1, 12, year=2027)) == at(10, 4, 8, year=2027)
    week = [at(10, day, year=2027).date() for day in range(1, 8)]
    days = {day: OfficialDay(date=day, name="国庆节", off=True) for day in week}
    assert opening(at(10, 1, 12, year=2027), WorkCalendar("CN", days), HOURS, SHANGHAI) == at(10, 8, 8, year=2027)


def test_the_hours_are_those_of_the_office_wherever_the_clock_is_read() -> None:
    assert opens(datetime(2026, 9, 21, 13, 30, tzinfo=UTC)) == at(9, 22, 8)


def test_an_end_that_a_change_of_clocks_leaves_out_comes_as_much_later() -> None:
    states = WorkCalendar("US")
    hours = with_hours(time(22), time(2, 30), days_off=False)
    opened = opening(datetime(2026, 3, 7, 23, tzinfo=NEW_YORK), states, hours, NEW_YORK)
    assert opened.astimezone(NEW_YORK).time() == time(3, 30)


@given(
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    clock=st.times(),
    fold=st.sampled_from([0, 1]),
    start=st.times(),
    end=st.times(),
    days_off=st.booleans(),
)
def test_what_waits_waits_for_an_instant_that_is_open_and_never_goes_earlier(
    day: date, clock: time, fold: int, start: time, end: time, *, days_off: bool
) -> None:
    """Also through the nights in which New York's clocks change."""
    states, hours = WorkCalendar("US"), with_hours(start, end, days_off=days_off)
    due = datetime.combine(day, clock, tzinfo=NEW_YORK).replace(fold=fold)
    opened = opening(due, states, hours, NEW_YORK)
    assert opened.astimezone(UTC) >= due.astimezone(UTC)
    assert opening(opened, states, hours, NEW_YORK) == opened
    assert opened.astimezone(UTC) - due.astimezone(UTC) < timedelta(days=9)


@pytest.mark.parametrize(
    ("start", "end"),
    [(time(19), time(9, 30)), (time(23, 30), time(5)), (time(0), time(6)), (time(1), time(1)), (time(12), time(12))],
)
def test_a_person_chooses_hours_within_the_bounds_or_none(start: time, end: time) -> None:
    assert allowed(HOURS, OwnHours(start=start, end=end))


@pytest.mark.parametrize(
    ("start", "end"), [(time(18, 30), time(8)), (time(22), time(10)), (time(9), time(8)), (time(12), time(13))]
)
def test_hours_out_of_the_bounds_cannot_be_chosen(start: time, end: time) -> None:
    assert not allowed(HOURS, OwnHours(start=start, end=end))


async def test_hours_out_of_the_bounds_are_refused_whoever_asks(db: Database) -> None:
    outside = OwnHours(start=time(18, 30), end=time(8))
    with pytest.raises(Refused, match=r"between 19:00 and 09:30"):
        await choose(db, 1, outside, at(9, 21, 9), hours=HOURS, calendar=CHINA)


def test_the_times_that_are_offered_are_those_that_may_be_chosen() -> None:
    own = OwnHours(start=time(23), end=time(6, 30))
    starts = [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in choices(HOURS, own, start=True)]
    assert (starts[0], starts[-1], len(starts)) == ("19:00-06:30", "00:30-06:30", 12)
    assert all(allowed(HOURS, one) for which in (True, False) for one in choices(HOURS, own, start=which))
