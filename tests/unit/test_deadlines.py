"""Deadlines and reminder times on the working-day calendar, and local times where clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from messages.errors import Refused
from schedules.deadlines import acknowledge_by, end_of_day, local_instant, parse_instant, parse_within, reminder_times
from schedules.policy import load
from schedules.workdays import WorkCalendar

POLICY = load()
CHINA = WorkCalendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_a_deadline_is_the_end_of_working_hours_some_working_days_on() -> None:
    assert acknowledge_by(CHINA, POLICY, at(9, 21, 9, 10), 2) == at(9, 23, 17, 30)


def test_a_deadline_skips_the_holiday_and_counts_the_makeup_day() -> None:
    assert acknowledge_by(CHINA, POLICY, at(9, 30, 9, 10), 3) == at(10, 10, 17, 30)


def test_within_no_day_is_by_the_end_of_the_same_working_day() -> None:
    assert acknowledge_by(CHINA, POLICY, at(9, 30, 15, 20), 0) == at(9, 30, 17, 30)
    assert acknowledge_by(CHINA, POLICY, at(10, 2, 9, 10), 0) == at(10, 8, 17, 30)


def test_after_working_hours_the_same_day_means_the_next_working_day() -> None:
    assert acknowledge_by(CHINA, POLICY, at(9, 30, 18, 0), 0) == at(10, 8, 17, 30)


def test_reminders_come_at_the_same_time_on_the_following_working_days() -> None:
    assert reminder_times(CHINA, POLICY, at(9, 21, 9, 10)) == (at(9, 22, 9, 10), at(9, 23, 9, 10))


def test_reminders_that_would_come_too_late_are_left_out() -> None:
    assert reminder_times(CHINA, POLICY, at(9, 29, 9, 10), before=at(10, 1, 0, 0)) == (at(9, 30, 9, 10),)


@pytest.mark.parametrize(
    ("sent", "reminded"),
    [
        (at(9, 21, 22, 15), at(9, 22, 17, 20)),
        (at(9, 21, 6, 15), at(9, 22, 8, 40)),
        (at(9, 21, 10, 0), at(9, 22, 10, 10)),
        (at(9, 21, 17, 30), at(9, 22, 17, 20)),
    ],
)
def test_reminders_come_in_working_hours_and_never_on_the_half_hour(sent: datetime, reminded: datetime) -> None:
    assert reminder_times(CHINA, POLICY, sent)[0] == reminded


@pytest.mark.parametrize("text", ["2wd", " 2WD ", "2 wd", "2个工作日", "2工作日"])
def test_within_is_read(text: str) -> None:
    assert parse_within(text) == 2


@pytest.mark.parametrize("text", ["", "2", "2d", "-1wd", "wd", "2.5wd", "1000wd"])
def test_anything_else_within_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_within(text)
    assert refusal.value.faults[0].value == text


@pytest.mark.parametrize("text", ["2026-09-22T10:10", "2026-09-22T10:10:00+08:00", "2026-09-22T02:10:00Z"])
def test_an_instant_to_come_is_read_in_the_office_s_zone(text: str) -> None:
    assert parse_instant(text, SHANGHAI, at(9, 21, 9, 10)).isoformat() == "2026-09-22T10:10:00+08:00"


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-09-21T09:09", "2026-09-31T10:00"])
def test_what_is_past_or_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_instant(text, SHANGHAI, at(9, 21, 9, 10))
    (fault,) = refusal.value.faults
    assert (fault.column, fault.value) == ("at", text)


def test_a_local_time_that_the_clocks_skip_is_moved_forward() -> None:
    instant = local_instant(date(2026, 3, 8), time(2, 20), NEW_YORK)
    assert instant.isoformat() == "2026-03-08T03:20:00-04:00"


def test_of_a_local_time_that_comes_twice_the_first_is_taken() -> None:
    instant = local_instant(date(2026, 11, 1), time(1, 20), NEW_YORK)
    assert instant.astimezone(UTC) == datetime(2026, 11, 1, 5, 20, tzinfo=UTC)


def test_a_day_ends_at_local_midnight_though_it_has_25_hours() -> None:
    assert end_of_day(date(2026, 11, 1), NEW_YORK).isoformat() == "2026-11-02T00:00:00-05:00"


def test_a_reminder_keeps_its_local_time_across_a_change_of_clocks() -> None:
    sent = datetime(2026, 3, 6, 9, 10, tzinfo=NEW_YORK)
    first = reminder_times(WorkCalendar("US"), POLICY, sent)[0]
    assert first.isoformat() == "2026-03-09T09:10:00-04:00"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        acknowledge_by(CHINA, POLICY, at(9, 21, 9, 10).replace(tzinfo=None), 1)
