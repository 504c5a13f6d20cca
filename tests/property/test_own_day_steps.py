"""The steps by which statistics judge whom a notice reached late are the own days that scores count."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.scores.days import OwnDay, Told
from messages.store.own_days import Dated
from schedules.policy import load
from schedules.scores.days import own_day
from schedules.statistics.own_days import late_from, steps_of
from schedules.workdays import WorkCalendar

CALENDAR, POLICY = WorkCalendar("CN"), load()
ZONES = st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("UTC")])
SENT = st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 20), timezones=st.just(UTC))  # noqa: DTZ001 -- of UTC
SHORT = st.timedeltas(timedelta(0), timedelta(days=9))
SOON = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(hours=8, minutes=20), timedelta(days=1)])


@settings(max_examples=300)
@given(zone=ZONES, sent=SENT, within=SHORT | SOON, after=SHORT | SOON, provisional=st.booleans())
def test_whom_a_notice_reaches_at_any_instant_has_the_own_day_of_its_step(
    zone: ZoneInfo, sent: datetime, within: timedelta, after: timedelta, *, provisional: bool
) -> None:
    notice = Dated(id=1, counted_from=sent, acknowledge_by=sent + within, provisional=provisional)
    arrived = sent + after
    steps = steps_of(notice, arrived.date(), CALENDAR, POLICY, zone)
    found = [OwnDay(due=one.due, provisional=one.provisional) for one in steps if one.since <= arrived < one.until]
    told = Told(acknowledge_by=sent + within, counted_from=sent, delivered=arrived, provisional=provisional)
    day = own_day(told, CALENDAR, POLICY, zone)
    assert found == ([] if day == OwnDay(due=sent + within, provisional=provisional) else [day])
    if found:
        assert arrived >= late_from(notice, POLICY, zone)
