"""Scoring: each case of fairness by itself, by the rules that are shipped or by some that are given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from messages.notices import Category, Grade
from messages.scores.facts import (
    HANDED_OVER,
    AbsenceEvent,
    Absent,
    Acknowledged,
    Answered,
    Charged,
    Corrected,
    Entered,
    Fact,
    Missed,
)
from messages.scores.periods import Period, PeriodKind
from messages.scores.records import Reason, Rule, Rules, Scored, ScoreKind, When
from messages.scores.working_days import WorkingDays
from schedules.policy import load
from schedules.scores.scoring import score, since

ZONE = ZoneInfo("Asia/Shanghai")
OCTOBER = Period(first=date(2026, 10, 1), after=date(2026, 11, 1))
NATIONAL_DAY = frozenset(date(2026, 10, day) for day in range(1, 8))
DAYS = WorkingDays(off=NATIONAL_DAY, worked=frozenset({date(2026, 10, 10)}))


def at(day: int, hour: int = 10, *, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE).astimezone(UTC)


SENT, DUE = at(12, 9), at(14, 17)

_ASKED: dict[str, Any] = {
    "notice": 7,
    "key": "holiday:2026:national-day:formal",
    "category": Category.PROMPT,
    "posts": (1,),
    "sent": SENT,
    "due": DUE,
    "delivered": SENT,
    "since": at(1, month=1),
    "provisional": False,
}


def acknowledged(when: datetime, event: int = 1, **more: Any) -> Acknowledged:  # noqa: ANN401 -- any field
    return Acknowledged(**{**_ASKED, "event": event, "at": when, "first": True, **more})


def missed(when: datetime = DUE, event: int = 2, **more: Any) -> Missed:  # noqa: ANN401 -- any field
    return Missed(**{**_ASKED, "event": event, "at": when, "undelivered": None, "why": None, **more})


def charged(grade: Grade, event: int = 3, **more: Any) -> Charged:  # noqa: ANN401 -- any field
    given: dict[str, Any] = {"warning": 5, "post": "P1", "key": None, "grade": grade, "before": None, "turn": 1}
    given |= {"delivered": SENT, "undelivered": None, "since": at(1, month=1), "issued": SENT, "at": SENT}
    return Charged(**{**given, "event": event, **more})


def answered(event: int = 4, **more: Any) -> Answered:  # noqa: ANN401 -- any field
    given: dict[str, Any] = {
        "warning": 5,
        "post": "P1",
        "due": DUE,
        "timely": True,
        "provisional": False,
        "first": True,
    }
    return Answered(**{**given, "event": event, "at": DUE, **more})


def entered(event: int = 5, **more: Any) -> Entered:  # noqa: ANN401 -- any field
    given: dict[str, Any] = {"item": 9, "category": Category.CAUTION, "due": DUE, "timely": True}
    return Entered(**{**given, "provisional": False, "first": True, "event": event, "at": DUE, **more})


def absent(
    first: int, last: int, event: int = 90, what: AbsenceEvent = AbsenceEvent.GRANTED, absence: int = 1
) -> Absent:
    days = {"first": date(2026, 10, first), "last": date(2026, 10, last)}
    return Absent(event=event, at=at(20), absence=1, what=what, **days)


def shipped(kind: PeriodKind = PeriodKind.MONTH) -> Rules:
    rules = load().scores.rules_for(Period.of(kind, OCTOBER.first), ZONE.key)
    assert rules is not None
    return rules


def by(facts: list[Fact], rules: Rules | None = None, period: Period = OCTOBER, days: WorkingDays = DAYS) -> Scored:
    return score(facts, rules or shipped(), period, days)


def points(scored: Scored) -> list[Decimal]:
    return [one.points for one in scored.entries]


def reasons(scored: Scored) -> list[Reason]:
    assert not scored.entries
    return [one.reason for one in scored.uncounted]


# What counts


def test_in_time_is_two_late_is_one_and_not_at_all_is_nothing() -> None:
    assert points(by([acknowledged(DUE)])) == [2]
    assert points(by([acknowledged(DUE + timedelta(microseconds=1))])) == [1]
    assert points(by([missed()])) == [0]


def test_a_warning_answered_in_time_is_three_and_late_is_nothing() -> None:
    assert points(by([answered()])) == [3]
    assert by([answered(timely=False)]) == Scored()


def test_an_item_entered_in_time_is_two_and_late_takes_one() -> None:
    assert points(by([entered()])) == [2]
    assert points(by([entered(timely=False)])) == [-1]


@pytest.mark.parametrize(("grade", "worth"), [(Grade.BLUE, 0), (Grade.ORANGE, -2), (Grade.RED, -4)])
def test_a_warning_takes_by_its_grade(grade: Grade, worth: int) -> None:
    assert points(by([charged(grade)])) == [worth]


def test_a_warning_that_is_raised_takes_the_difference() -> None:
    raised = charged(Grade.RED, event=6, before=Grade.ORANGE, turn=2, at=DUE)
    assert points(by([charged(Grade.ORANGE), raised])) == [-2, -2]


def test_presence_counts_nothing() -> None:
    assert by([]) == Scored()


def test_one_notice_is_one_entry_however_many_posts_it_was_for() -> None:
    again = acknowledged(DUE, event=8, first=False, posts=(2,))
    assert points(by([acknowledged(SENT), again])) == [2]


def test_who_acknowledges_late_in_the_same_period_has_acknowledged() -> None:
    found = by([missed(), acknowledged(DUE + timedelta(days=2), event=8)])
    assert [(one.kind, one.points) for one in found.entries] == [(ScoreKind.ACKNOWLEDGED, Decimal(1))]
    assert not found.uncounted


def test_who_missed_a_day_in_one_period_and_acknowledges_in_the_next_has_both_in_their_own() -> None:
    facts: list[Fact] = [missed(at(31, 18)), acknowledged(at(2, month=11), event=8)]
    assert [one.kind for one in by(facts).entries] == [ScoreKind.MISSED]
    assert points(by(facts, period=OCTOBER.next)) == [1]


def test_only_the_first_answer_and_the_first_entry_count() -> None:
    assert by([answered(first=False), entered(first=False)]) == Scored()


def test_what_nobody_was_asked_has_neither_an_entry_nor_a_reason() -> None:
    assert by([acknowledged(SENT, due=None), answered(due=None), entered(due=None, timely=None)]) == Scored()


def test_an_event_that_is_read_twice_counts_once() -> None:
    assert points(by([entered(), entered()])) == [2]


# What does not count, and why


def test_what_was_not_delivered_does_not_count() -> None:
    lost = missed(delivered=None, undelivered="unconfirmed/no_answer")
    assert reasons(by([lost])) == [Reason.UNDELIVERED]
    assert reasons(by([charged(Grade.RED, delivered=None, undelivered="expired/")])) == [Reason.UNDELIVERED]


def test_who_cannot_be_reached_is_charged_with_nothing() -> None:
    gone: dict[str, Any] = {"delivered": None, "undelivered": "unreachable/never_joined"}
    assert (
        reasons(by([missed(**gone), charged(Grade.RED, **gone)])) == [Reason.UNREACHABLE, Reason.UNREACHABLE][::-1]
        or [Reason.UNREACHABLE] * 2
    )


def test_who_did_not_hold_the_post_yet_has_no_entry() -> None:
    later = SENT + timedelta(seconds=1)
    facts: list[Fact] = [missed(since=later), charged(Grade.RED, since=later), acknowledged(DUE, notice=8, since=later)]
    assert reasons(by(facts)) == [Reason.NOT_HOLDER] * 3
    assert points(by([missed(since=SENT)])) == [0]


def test_who_handed_the_post_over_before_the_day_has_no_entry() -> None:
    assert reasons(by([missed(at(13), why=HANDED_OVER)])) == [Reason.HANDED_OVER]


def test_what_was_missed_for_a_post_that_was_kept_counts_beside_one_handed_over() -> None:
    found = by([missed(at(13), event=1, why=HANDED_OVER), missed(event=2)])
    assert [one.event for one in found.entries] == [2]
    assert not found.uncounted


def test_who_missed_a_provisional_day_may_still_miss_the_official_one() -> None:
    """The day was moved, and passed again unacknowledged: what counts is that, whatever was noted of the first."""
    late = Rule(kind=ScoreKind.MISSED, when=When.MISSED, points={None: Decimal(-1)})
    rules = replace(shipped(), rules=(late,))
    found = by([missed(provisional=True), missed(at(20), event=6)], rules)
    assert (points(found), found.uncounted) == ([Decimal(-1)], ())


def test_provisional_days_have_no_consequences() -> None:
    facts: list[Fact] = [acknowledged(DUE, provisional=True), missed(notice=8, provisional=True)]
    facts += [answered(provisional=True, timely=None), entered(provisional=True, timely=None)]
    assert reasons(by(facts)) == [Reason.PROVISIONAL] * 4


# On leave


@pytest.mark.parametrize(("first", "last"), [(12, 12), (14, 14), (13, 13), (1, 31)])
def test_who_is_on_leave_on_a_working_day_of_the_window_has_not_missed_it(first: int, last: int) -> None:
    leave = absent(first, last)
    assert reasons(by([missed(), leave])) == [Reason.ON_LEAVE]
    assert reasons(by([acknowledged(at(20)), leave])) == [Reason.ON_LEAVE]


@pytest.mark.parametrize(("first", "last"), [(11, 11), (15, 15)])
def test_leave_before_or_after_the_window_changes_nothing(first: int, last: int) -> None:
    assert points(by([missed(), absent(first, last)])) == [0]


def test_what_was_done_in_time_counts_on_leave_too() -> None:
    assert points(by([acknowledged(at(13)), answered(), entered(), absent(1, 31)])) == [2, 3, 2]


def test_leave_on_a_day_off_is_none_and_on_a_makeup_workday_it_is() -> None:
    over_the_weekend: dict[str, Any] = {"sent": at(9), "delivered": at(9), "due": at(12)}
    assert points(by([missed(at(12), **over_the_weekend), absent(11, 11)])) == [0]
    assert reasons(by([missed(at(12), **over_the_weekend), absent(10, 10)])) == [Reason.ON_LEAVE]
    holiday: dict[str, Any] = {"sent": at(1), "delivered": at(1), "due": at(9)}
    assert points(by([missed(at(9), **holiday), absent(2, 6)])) == [0]


def test_the_window_begins_when_the_message_came() -> None:
    came_late = missed(at(16), delivered=at(14), due=at(16))
    assert points(by([came_late, absent(12, 13)])) == [0]


def test_who_is_on_leave_on_the_day_of_a_warning_is_not_charged() -> None:
    leave = absent(12, 12)
    assert reasons(by([charged(Grade.ORANGE), leave])) == [Reason.ON_LEAVE]
    assert points(by([charged(Grade.BLUE), leave])) == [0]  # it takes nothing


def test_who_is_on_leave_on_the_last_day_is_not_late_with_an_item() -> None:
    assert reasons(by([entered(at=at(16), timely=False), absent(14, 14)])) == [Reason.ON_LEAVE]


def test_leave_that_was_asked_refused_or_withdrawn_is_none() -> None:
    for what in (AbsenceEvent.ASKED, AbsenceEvent.REFUSED, AbsenceEvent.WITHDRAWN):
        assert points(by([missed(), absent(12, 14, event=80), absent(12, 14, event=91, what=what)])) == [0]
    assert reasons(by([missed(), absent(12, 14, what=AbsenceEvent.ASKED), absent(12, 14, event=91)])) == [
        Reason.ON_LEAVE
    ]


# Caps and rounding


def capped(cap: int, cap_period: PeriodKind, worth: str = "2", *, decimals: int = 2) -> Rules:
    rule = Rule(
        kind=ScoreKind.ENTERED,
        when=When.IN_TIME,
        points={None: Decimal(worth)},
        cap=Decimal(cap),
        cap_period=cap_period,
    )
    return replace(shipped(), rules=(rule,), decimals=decimals)


def of_days(*days: tuple[int, int]) -> list[Fact]:
    return [entered(event, at=at(day, month=month), item=event) for event, (month, day) in enumerate(days, 1)]


def test_a_cap_cuts_what_is_beyond_it_and_says_so() -> None:
    found = by(of_days((10, 8), (10, 9), (10, 12), (10, 13)), capped(5, PeriodKind.MONTH))
    assert points(found) == [2, 2, 1]
    assert [one.capped for one in found.entries] == [False, False, True]
    assert [(one.event, one.reason) for one in found.uncounted] == [(4, Reason.CAPPED)]


def test_a_cap_of_a_longer_period_counts_what_came_before_in_it() -> None:
    rules = capped(5, PeriodKind.QUARTER)
    facts = of_days((10, 8), (10, 9), (11, 3), (11, 4))
    assert since(rules, OCTOBER.next) == date(2026, 10, 1)
    assert points(by(facts, rules, OCTOBER.next)) == [1]


def test_a_cap_of_a_shorter_period_begins_anew_in_each() -> None:
    rules = replace(capped(3, PeriodKind.MONTH), period=PeriodKind.QUARTER)
    quarter = Period.of(PeriodKind.QUARTER, OCTOBER.first)
    assert points(by(of_days((10, 8), (10, 9), (11, 3)), rules, quarter)) == [2, 1, 2]


def test_a_cap_limits_what_is_taken_too() -> None:
    facts = of_days((10, 8), (10, 9))
    assert points(by(facts, capped(3, PeriodKind.MONTH, "-2"))) == [-2, -1]


@pytest.mark.parametrize(
    ("worth", "decimals", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("0.124", 2, "0.12"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
    ],
)
def test_points_are_rounded_half_up(worth: str, decimals: int, rounded: str) -> None:
    rules = capped(900, PeriodKind.MONTH, worth, decimals=decimals)
    assert points(by(of_days((10, 8)), rules)) == [Decimal(rounded)]


# Periods


def test_what_happened_counts_in_the_period_in_which_it_was_recorded_as_the_office_has_its_days() -> None:
    last = datetime(2026, 10, 31, 15, 59, 59, 999999, tzinfo=UTC)
    next_month = last + timedelta(microseconds=1)
    assert points(by([entered(at=last)])) == [2]
    assert by([entered(at=next_month)]) == Scored()
    assert points(by([entered(at=next_month)], period=OCTOBER.next)) == [2]


def test_another_zone_has_other_boundaries() -> None:
    first = datetime(2026, 10, 1, 3, tzinfo=UTC)
    assert points(by([entered(at=first)])) == [2]
    assert by([entered(at=first)], replace(shipped(), zone="America/Los_Angeles")) == Scored()


def test_a_correction_counts_in_the_period_that_it_names_as_it_was_said() -> None:
    said = Corrected(event=70, at=at(20, month=12), period="2026-10", points=Decimal("1.25"), why="是集体活动", about=1)
    found = by([entered(), said], capped(2, PeriodKind.MONTH, decimals=0))
    assert points(found) == [2, Decimal("1.25")]
    assert found.entries[-1].text == "是集体活动"
    assert by([replace(said, period="2026-11")]) == Scored()


def test_what_no_rule_names_counts_nothing() -> None:
    nothing = replace(shipped(), rules=())
    facts: list[Fact] = [acknowledged(DUE), missed(notice=8), charged(Grade.RED), answered(), entered()]
    assert by(facts, nothing) == Scored()
