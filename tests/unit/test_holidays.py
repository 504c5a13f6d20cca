"""Which notices a holiday has, and when they go out."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.notices import Category, Lane, NewNotice
from messages.official_days import OfficialDay
from schedules.holidays import changed_festivals, changed_notice, holiday_notices
from schedules.policy import Policy, load
from schedules.workdays import WorkCalendar

POLICY = load()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
CHINA = WorkCalendar()


def between(
    since: datetime, until: datetime, *, calendar: WorkCalendar = CHINA, policy: Policy = POLICY
) -> list[NewNotice]:
    zone = since.tzinfo
    assert zone is not None
    return holiday_notices(calendar, policy, zone, since=since, until=until, now=since)


def in_year(year: int, calendar: WorkCalendar = CHINA, policy: Policy = POLICY) -> list[NewNotice]:
    start = datetime(year, 1, 1, tzinfo=SHANGHAI)
    return between(start, start.replace(year=year + 1), calendar=calendar, policy=policy)


def named(key: str, notices: list[NewNotice]) -> NewNotice:
    return next(notice for notice in notices if notice.key == key)


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def laid_over(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_the_national_day_notice_goes_out_ten_days_before_and_is_reminded_twice() -> None:
    notice = named("holiday:2026:national-day:formal", in_year(2026))
    assert notice.send_at == at(9, 21, 9, 10)
    assert notice.acknowledge_by == at(9, 24, 17, 30)
    assert notice.reminders == (at(9, 22, 9, 10), at(9, 23, 9, 10))
    assert notice.expires_at == at(10, 8)
    assert (notice.category, notice.lane, notice.audience) == (Category.PROMPT, Lane.PROMPT, "all")
    assert notice.acknowledge
    assert not notice.provisional


def test_the_short_one_goes_out_on_the_last_working_day_and_is_due_that_day() -> None:
    notice = named("holiday:2026:national-day:short", in_year(2026))
    assert (notice.send_at, notice.acknowledge_by) == (at(9, 30, 15, 20), at(9, 30, 17, 30))
    assert notice.reminders == ()


def test_those_on_duty_are_told_on_the_first_day_off_and_need_not_acknowledge() -> None:
    notice = named("holiday:2026:national-day:duty", in_year(2026))
    assert (notice.send_at, notice.audience) == (at(10, 1, 9, 10), "role:duty")
    assert (notice.acknowledge, notice.acknowledge_by, notice.reminders) == (False, None, ())


def test_a_year_has_three_waves_of_each_festival_in_the_order_of_time() -> None:
    notices = in_year(2026)
    assert (
        len([notice for notice in notices if ":2026:" in notice.key]) == 3 * 7 - 2
    )  # New Year's first two went out in December
    assert [notice.send_at for notice in notices] == sorted(notice.send_at for notice in notices)
    assert "holiday:2027:new-year:formal" in {notice.key for notice in notices}


def test_keys_name_each_occasion_once() -> None:
    keys = [notice.key for year in range(2009, 2035) for notice in in_year(year)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("year", range(2008, 2035))
def test_nothing_goes_out_at_the_full_or_half_hour(year: int) -> None:
    assert {notice.send_at.minute for notice in in_year(year)} <= {10, 20}


@pytest.mark.parametrize("year", range(2008, 2035))
def test_every_deadline_and_reminder_is_before_the_holiday_and_after_the_notice(year: int) -> None:
    for notice in in_year(year):
        holiday = datetime.fromisoformat(str(notice.params["first"])).replace(tzinfo=SHANGHAI)
        for instant in (*notice.reminders, *filter(None, [notice.acknowledge_by])):
            assert notice.send_at < instant < holiday
        assert notice.expires_at is not None
        assert notice.expires_at > notice.send_at


def test_the_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    due = at(9, 21, 9, 10)
    second = timedelta(seconds=1)
    assert [notice.send_at for notice in between(due - second, due)] == [due]
    assert between(due, due + second) == []


def test_a_merged_festival_has_one_occasion_with_the_texts_of_both() -> None:
    notices = in_year(2025)
    assert named("holiday:2025:national-day:formal", notices).params["festival"] == "national-day-mid-autumn"
    assert not any("mid-autumn" in notice.key for notice in notices)


def test_a_provisional_holiday_is_marked() -> None:
    notice = named("holiday:2027:new-year:formal", in_year(2026))
    assert notice.provisional
    assert (notice.params["first"], notice.params["last"], notice.params["days"]) == ("2027-01-01", "2027-01-03", 3)


def test_variants_take_turns_by_year() -> None:
    variants = [
        named(f"holiday:{year}:labour-day:formal", in_year(year)).params["variant"] for year in range(2024, 2030)
    ]
    assert variants[:3] == variants[3:]
    assert sorted(map(str, variants[:3])) == ["0", "1", "2"]


def test_the_short_one_is_left_out_where_the_full_one_goes_out_no_earlier(tmp_path: Path) -> None:
    policy = laid_over(tmp_path, "[holidays.formal]\ndays_before = 1\n")
    keys = {notice.key for notice in in_year(2026, policy=policy)}
    assert "holiday:2026:national-day:formal" in keys
    assert "holiday:2026:national-day:short" not in keys


def test_a_notice_after_hours_on_the_eve_is_due_by_the_end_of_that_day(tmp_path: Path) -> None:
    policy = laid_over(tmp_path, "[holidays.short]\ntime = 18:20:00\n")
    assert named("holiday:2026:national-day:short", in_year(2026, policy=policy)).acknowledge_by == at(10, 1)


def test_a_notice_made_late_counts_its_deadline_and_reminders_from_then() -> None:
    since, now = at(9, 20), at(9, 26, 11, 5)  # a Saturday off
    (formal,) = holiday_notices(CHINA, POLICY, SHANGHAI, since=since, until=at(9, 21, 10), now=now)
    assert formal.send_at == at(9, 21, 9, 10)
    assert formal.acknowledge_by == at(9, 30, 17, 30)
    assert formal.reminders == (at(9, 29, 8, 40), at(9, 30, 8, 40))  # it goes out on Monday at eight


def test_a_holiday_notice_that_quiet_hours_hold_up_counts_from_when_it_goes_out() -> None:
    """Made at night, it is delivered the next morning; that day's end used to be "three days" after the day before."""
    since = at(9, 20)
    (formal,) = holiday_notices(CHINA, POLICY, SHANGHAI, since=since, until=at(9, 21, 10), now=at(9, 21, 22, 10))
    assert formal.send_at == at(9, 21, 9, 10)
    assert formal.acknowledge_by == at(9, 28, 17, 30)
    assert formal.reminders == (at(9, 23, 8, 40), at(9, 24, 8, 40))


def test_what_would_be_of_no_use_after_the_holiday_is_due_on_the_day_whose_morning_it_goes_out_in() -> None:
    (formal,) = holiday_notices(CHINA, POLICY, SHANGHAI, since=at(9, 20), until=at(9, 21, 10), now=at(10, 3, 22, 10))
    assert (formal.acknowledge_by, formal.reminders) == (at(10, 5), ())


def test_a_notice_made_during_the_holiday_is_due_that_day_and_never_reminded() -> None:
    (formal,) = holiday_notices(CHINA, POLICY, SHANGHAI, since=at(9, 20), until=at(9, 21, 10), now=at(10, 3, 11, 5))
    assert (formal.acknowledge_by, formal.reminders) == (at(10, 4), ())


def test_local_times_hold_across_a_change_of_clocks() -> None:
    states = WorkCalendar("US")
    since = datetime(2026, 10, 25, tzinfo=NEW_YORK)
    notices = between(since, since + timedelta(days=30), calendar=states)
    formal = named("holiday:2026:public-holiday-1111:formal", notices)
    assert formal.send_at.isoformat() == "2026-11-01T09:10:00-05:00"
    assert formal.params["name"] == "Veterans Day"
    early = between(datetime(2026, 9, 1, tzinfo=NEW_YORK), datetime(2026, 10, 31, tzinfo=NEW_YORK), calendar=states)
    assert named("holiday:2026:public-holiday-1010:formal", early).send_at.isoformat() == "2026-09-30T09:10:00-04:00"


def national_week(*days: int) -> dict[date, OfficialDay]:
    dates = [date(2027, 10, day) for day in days]
    statutory = [date(2027, 1, 1), date(2027, 4, 5)]
    named_days = [*((day, "国庆节") for day in dates), (statutory[0], "元旦"), (statutory[1], "清明节")]
    return {day: OfficialDay(date=day, name=name, off=True) for day, name in named_days}


def test_only_holidays_whose_days_moved_are_told_as_changed() -> None:
    after = WorkCalendar(imported=national_week(1, 2, 3, 4, 5, 6, 7))
    changes = {change.after.slug: change for change in changed_festivals(CHINA, after, 2027)}
    assert set(changes) == {"national-day"}
    before = changes["national-day"].before
    assert before is not None
    assert (before.last, changes["national-day"].after.last) == (date(2027, 10, 3), date(2027, 10, 7))


def test_an_import_that_changes_nothing_moves_nothing() -> None:
    assert changed_festivals(CHINA, WorkCalendar(), 2026) == ()


def test_people_are_told_of_changed_days_once_for_the_same_days() -> None:
    after = WorkCalendar(imported=national_week(1, 2, 3, 4, 5, 6, 7))
    (change,) = changed_festivals(CHINA, after, 2027)
    now = datetime(2027, 9, 23, 10, 3, tzinfo=SHANGHAI)
    notice = changed_notice(after, POLICY, SHANGHAI, change.after, now)
    assert notice.key == "holiday:2027:national-day:changed:1001-1007"
    assert notice.template == "holiday_changed"
    assert notice.send_at == now
    assert notice.acknowledge_by == datetime(2027, 9, 24, 17, 30, tzinfo=SHANGHAI)
