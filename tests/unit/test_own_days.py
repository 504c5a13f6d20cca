"""Who is told later has as many working days more; what a press says of it stands in the ledger."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from messages.official_days import OfficialDay
from messages.scores.days import OwnDay, Told
from messages.store import days as stored_days
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.scores.days import OwnDays, own_day
from schedules.workdays import WorkCalendar
from tests.district import ZONE

CALENDAR, POLICY = WorkCalendar("CN"), load()


def at(day: str, time: str = "17:30", year: int = 2026) -> datetime:
    return datetime.fromisoformat(f"{year}-{day}T{time}").replace(tzinfo=ZONE)


def day_of(sent: datetime, by: datetime | None, came: datetime, *, provisional: bool = False) -> OwnDay:
    told = Told(acknowledge_by=by, counted_from=sent, delivered=came, provisional=provisional)
    return own_day(told, CALENDAR, POLICY, ZONE)


MONDAY, BY = at("09-07", "09:10"), at("09-09")


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (MONDAY, BY),
        (at("09-07", "17:29"), BY),  # later, within the same working day
        (at("09-07", "17:30"), at("09-10")),  # after working hours: it is read on the next working day
        (at("09-08", "07:00"), at("09-10")),
        (at("09-08", "12:00"), at("09-10")),
        (at("09-11", "10:00"), at("09-15")),  # a weekend lies between
        (at("09-12", "10:00"), at("09-16")),  # on a Saturday: read on Monday
        (at("09-19", "10:00"), at("09-22")),  # that Sunday after it is a make-up workday
        (at("09-30", "10:00"), at("10-09")),  # over the days off of National Day
    ],
)
def test_who_is_told_working_days_later_has_as_many_more(came: datetime, due: datetime) -> None:
    assert day_of(MONDAY, BY, came) == OwnDay(due=due, provisional=False)


def test_what_is_sent_in_the_night_counts_from_the_next_working_day() -> None:
    friday_night = at("09-11", "22:00")
    assert day_of(friday_night, at("09-15"), at("09-14", "08:35")).due == at("09-15")


def test_who_is_told_before_it_counts_has_no_day_more_and_none_less() -> None:
    """The days of a warning count anew from its arrival; those of a pause from its end."""
    assert day_of(at("09-08", "09:10"), BY, MONDAY).due == BY


def test_the_end_of_a_day_stays_the_end_of_a_working_day() -> None:
    """24:00 of a Friday is 0:00 of a Saturday: a working day on is the end of Monday."""
    friday = at("09-12", "00:00")
    assert day_of(MONDAY, friday, at("09-08", "12:00")).due == at("09-15", "00:00")


def test_no_day_lies_before_the_message() -> None:
    """On the first day off those on duty are to acknowledge at once; one is reached on the third."""
    sent, by = at("10-01", "09:10"), at("10-02", "00:00")
    assert day_of(sent, by, at("10-03", "09:10")).due == at("10-08")


def test_where_no_day_was_set_nobody_has_one() -> None:
    assert day_of(MONDAY, None, at("09-11")) == OwnDay(due=None, provisional=False)


def test_a_day_that_needs_a_year_without_its_official_notice_is_provisional() -> None:
    year = next(year for year in range(2026, 2100) if CALENDAR.provisional(year))
    sent, by = at("12-29", "09:10", year - 1), at("12-31", year=year - 1)
    assert not day_of(sent, by, sent).provisional
    assert day_of(sent, by, at("12-31", "09:10", year - 1)).provisional
    assert day_of(MONDAY, BY, MONDAY + timedelta(days=1), provisional=True).provisional


async def test_the_calendar_is_read_only_where_a_day_depends_on_it(db: Database) -> None:
    """Presses come by the thousand, nearly all on the day of the message."""
    calendars = Calendars(db, "CN")
    days, imported = OwnDays(calendars, POLICY, ZONE), OfficialDay(date=at("09-08").date(), name="节", off=True)
    async with db.writing() as conn:
        await stored_days.save(conn, 2026, [imported], at("09-01"))
    soon = Told(acknowledge_by=BY, counted_from=MONDAY, delivered=at("09-07", "12:00"), provisional=False)
    late = replace(soon, delivered=at("09-08", "12:00"))
    before = calendars.latest
    async with db.reading() as conn:
        assert [day.due for day in await days(conn, [soon])] == [BY]
        assert calendars.latest is before
        assert [day.due for day in await days(conn, [soon, late])] == [BY, at("09-10")]
        assert calendars.latest is not before
