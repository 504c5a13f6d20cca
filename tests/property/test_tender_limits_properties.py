"""Limits against a reckoning of days that is written another way: a walk from day to day over the official lists."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, LimitState, Method
from schedules.policy.tenders import Bound, Rule, Side, Unit
from schedules.tenders.limits import reckon
from schedules.workdays import WorkCalendar

ZONES: Final = {name: ZoneInfo(name) for name in ("Asia/Shanghai", "America/New_York", "Pacific/Apia")}
CALENDAR: Final = WorkCalendar()
FRIDAY: Final = 4

counted = st.sampled_from(
    [(Bound.LEAST, Side.AFTER), (Bound.MOST, Side.AFTER), (Bound.LEAST, Side.BEFORE)],
)
starts = st.builds(datetime.combine, st.dates(date(2005, 3, 1), date(2026, 9, 1)), st.times(timezones=st.just(UTC)))
zones = st.sampled_from(sorted(ZONES)).map(ZONES.__getitem__)


def worked(day: date) -> bool:
    return day in constants.workdays or (day.weekday() <= FRIDAY and day not in constants.holidays)


def walked(start: date, rule: Rule) -> date:
    """One day after another, ticking off those that count."""
    day, left, step = start, rule.n or 0, timedelta(days=1 if rule.side is Side.AFTER else -1)
    while left:
        day += step
        left -= rule.unit is Unit.DAYS or worked(day)
    while rule.side is Side.AFTER and rule.rolls and not worked(day):
        day += step
    return day


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    bound, side = draw(counted)
    return Rule(
        name="any",
        milestone=Milestone.CONTRACT_SIGNED,
        counts_from=Milestone.AWARD_NOTICE,
        side=side,
        bound=bound,
        n=draw(st.integers(1, 60)),
        unit=draw(st.sampled_from(Unit)),
        article=None,
        node="合同签订",
        template=Milestone.CONTRACT_SIGNED,
        begins_with=Milestone.AWARD_NOTICE,
        begins_workdays=0,
        required=bound is Bound.MOST,
        methods=frozenset(),
        rolls=draw(st.booleans()),
    )


def limit(rule: Rule, zone: ZoneInfo, now: datetime, start: datetime, own: datetime | None = None) -> Limit:
    facts = [Fact(milestone=Milestone.AWARD_NOTICE, at=start)]
    facts += [Fact(milestone=Milestone.CONTRACT_SIGNED, at=own)] if own else []
    (one,) = reckon([rule], facts, Method.OPEN, CALENDAR, zone, now)
    return one


@settings(max_examples=150)
@given(rule=rules(), start=starts, zone=zones)
def test_a_count_comes_to_the_day_that_a_walk_comes_to(rule: Rule, start: datetime, zone: ZoneInfo) -> None:
    one = limit(rule, zone, start, start)
    assert one.due_on == walked(start.astimezone(zone).date(), rule)
    assert not one.provisional


@settings(max_examples=150)
@given(rule=rules(), start=starts, zone=zones, days=st.integers(-3, 3), at=st.times())
def test_a_date_breaks_its_limit_by_its_local_day_alone(
    rule: Rule, start: datetime, zone: ZoneInfo, days: int, at: time
) -> None:
    due_on = walked(start.astimezone(zone).date(), rule)
    own = datetime.combine(due_on + timedelta(days=days), at, tzinfo=zone).astimezone(UTC)
    day = own.astimezone(zone).date()  # where clocks change, a local time may not exist
    late = own + timedelta(days=400)
    earliest = rule.bound is Bound.LEAST and rule.side is Side.AFTER
    broken = day < due_on if earliest else day > due_on
    assert limit(rule, zone, late, start, own).state is (LimitState.BROKEN if broken else LimitState.KEPT)


@settings(max_examples=100)
@given(rule=rules(), start=starts, zone=zones)
def test_a_limit_is_overdue_from_the_instant_at_which_its_last_day_is_over(
    rule: Rule, start: datetime, zone: ZoneInfo
) -> None:
    due_at = limit(rule, zone, start, start).due_at
    assert due_at is not None
    moment = timedelta(microseconds=1)
    states = [limit(rule, zone, now.astimezone(zone), start).state for now in (due_at - moment, due_at)]
    assert states == [LimitState.OPEN, LimitState.OVERDUE if rule.required else LimitState.OPEN]
