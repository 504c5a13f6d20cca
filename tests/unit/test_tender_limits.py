"""What rules make of dates: counted, kept, broken, overdue; parts; provisional days; whole days; zones."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, LimitState, Method
from schedules.policy.tenders import Bound, Rule, Side, Unit
from schedules.tenders.limits import reckon
from schedules.workdays import WorkCalendar

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CHINA: Final = WorkCalendar()

CONTRACT: Final = Rule(
    name="contract",
    milestone=Milestone.CONTRACT_SIGNED,
    counts_from=Milestone.AWARD_NOTICE,
    side=Side.AFTER,
    bound=Bound.MOST,
    n=30,
    unit=Unit.DAYS,
    article="B46",
    node="合同签订",
    template=Milestone.CONTRACT_SIGNED,
    begins_with=Milestone.AWARD_NOTICE,
    begins_workdays=0,
    required=True,
    methods=frozenset(),
    rolls=True,
)
DEADLINE: Final = replace(
    CONTRACT,
    name="bid_deadline",
    milestone=Milestone.BID_DEADLINE,
    counts_from=Milestone.DOCUMENTS_FROM,
    begins_with=Milestone.DOCUMENTS_FROM,
    bound=Bound.LEAST,
    n=20,
    required=False,
)
CLARIFIED: Final = replace(
    CONTRACT,
    name="clarified",
    milestone=Milestone.CLARIFIED,
    counts_from=Milestone.BID_DEADLINE,
    begins_with=Milestone.DOCUMENTS_FROM,
    bound=Bound.LEAST,
    side=Side.BEFORE,
    n=15,
    required=False,
)
OPENING: Final = replace(
    CONTRACT,
    name="opening",
    milestone=Milestone.OPENING,
    counts_from=Milestone.BID_DEADLINE,
    begins_with=Milestone.BID_DEADLINE,
    bound=Bound.SAME,
    side=None,
    n=None,
    unit=None,
    required=False,
)
ACCEPTANCE: Final = replace(
    OPENING,
    name="acceptance",
    milestone=Milestone.ACCEPTANCE,
    counts_from=None,
    begins_with=Milestone.ACCEPTANCE,
    begins_workdays=-2,
    bound=Bound.NONE,
)
PUBLISHED: Final = replace(
    CONTRACT,
    name="contract_published",
    milestone=Milestone.CONTRACT_PUBLISHED,
    counts_from=Milestone.CONTRACT_SIGNED,
    begins_with=Milestone.CONTRACT_SIGNED,
    n=2,
    unit=Unit.WORKDAYS,
)


def fact(milestone: Milestone, at: str, part: str = "", *, whole_day: bool = False) -> Fact:
    instant = datetime.fromisoformat(at)
    return Fact(
        milestone=milestone,
        at=instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI),
        part=part,
        whole_day=whole_day,
    )


def limit(rule: Rule, *facts: Fact, now: str = "2026-03-02T10:00", zone: ZoneInfo = SHANGHAI) -> Limit:
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    (one,) = reckon([rule], facts, Method.OPEN, CHINA, zone, at)
    return one


def awarded(at: str = "2026-03-02T09:00") -> Fact:
    return fact(Milestone.AWARD_NOTICE, at)


def signed(at: str) -> Fact:
    return fact(Milestone.CONTRACT_SIGNED, at)


def test_a_limit_waits_for_what_it_counts_from() -> None:
    one = limit(CONTRACT, signed("2026-03-01T10:00"))
    assert (one.state, one.due_on, one.due_at, one.from_at) == (LimitState.WAITING, None, None, None)


def test_a_limit_is_open_until_its_last_day_is_over_and_overdue_then() -> None:
    states = [limit(CONTRACT, awarded(), now=now).state for now in ("2026-04-01T23:59:59", "2026-04-02T00:00")]
    assert states == [LimitState.OPEN, LimitState.OVERDUE]


def test_the_clock_moved_back_takes_an_overdue_limit_back() -> None:
    late = limit(CONTRACT, awarded(), now="2026-04-02T00:00")
    assert late.state is LimitState.OVERDUE
    assert limit(CONTRACT, awarded(), now="2026-04-01T12:00").state is LimitState.OPEN


def test_what_need_not_be_done_is_never_overdue() -> None:
    asked = replace(CONTRACT, required=False)
    assert limit(asked, awarded(), now="2026-09-01T00:00").state is LimitState.OPEN


def test_what_was_done_on_the_last_day_is_in_time_to_the_last_microsecond() -> None:
    late = "2026-09-01T00:00"
    assert limit(CONTRACT, awarded(), signed("2026-04-01T23:59:59.999999"), now=late).state is LimitState.KEPT
    assert limit(CONTRACT, awarded(), signed("2026-04-02T00:00"), now=late).state is LimitState.BROKEN


def test_a_date_ahead_that_is_in_time_is_still_to_be_kept() -> None:
    assert limit(CONTRACT, awarded(), signed("2026-03-20T10:00")).state is LimitState.OPEN


def test_a_date_ahead_that_is_too_late_breaks_its_limit_before_it_has_come() -> None:
    one = limit(CONTRACT, awarded(), signed("2026-04-20T10:00"))
    assert (one.state, one.due_on) == (LimitState.BROKEN, date(2026, 4, 1))


def test_a_bid_deadline_twelve_days_after_the_issue_is_broken_and_one_on_the_twentieth_day_is_kept() -> None:
    issued = fact(Milestone.DOCUMENTS_FROM, "2026-03-02T09:00")
    states = [
        limit(DEADLINE, issued, fact(Milestone.BID_DEADLINE, at)).state
        for at in ("2026-03-14T09:30", "2026-03-23T09:30")
    ]
    assert states == [LimitState.BROKEN, LimitState.KEPT]


def test_a_count_forward_moves_off_days_off_and_not_where_the_rule_says_so() -> None:
    issued = fact(Milestone.DOCUMENTS_FROM, "2026-03-02T09:00")  # the twentieth day is a Sunday
    assert limit(DEADLINE, issued).due_on == date(2026, 3, 23)
    assert limit(replace(DEADLINE, rolls=False), issued).due_on == date(2026, 3, 22)


def test_a_count_back_stays_on_a_day_off() -> None:
    deadline = fact(Milestone.BID_DEADLINE, "2026-10-20T09:30")
    in_time, late = "2026-10-05T18:00", "2026-10-06T09:00"
    one = limit(CLARIFIED, deadline, fact(Milestone.CLARIFIED, in_time), now="2026-10-30T10:00")
    assert (one.due_on, one.state) == (date(2026, 10, 5), LimitState.KEPT)
    assert limit(CLARIFIED, deadline, fact(Milestone.CLARIFIED, late)).state is LimitState.BROKEN


def test_working_days_back_end_on_a_working_day() -> None:
    rule = replace(CLARIFIED, n=2, unit=Unit.WORKDAYS)
    assert limit(rule, fact(Milestone.BID_DEADLINE, "2026-10-08T09:30")).due_on == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("opening", "state"),
    [
        ("2026-03-23T17:00:00", LimitState.KEPT),
        ("2026-03-23T17:00:30.000001", LimitState.KEPT),
        ("2026-03-23T17:30:00", LimitState.BROKEN),
        ("2026-03-24T17:00:00", LimitState.BROKEN),
    ],
)
def test_bids_are_opened_at_their_deadline(opening: str, state: LimitState) -> None:
    deadline = fact(Milestone.BID_DEADLINE, "2026-03-23T16:59:59")
    assert limit(OPENING, deadline, fact(Milestone.OPENING, opening)).state is state


def test_an_opening_of_which_only_the_day_is_known_is_compared_by_the_day() -> None:
    deadline = fact(Milestone.BID_DEADLINE, "2026-03-23T16:59:59")
    states = [
        limit(OPENING, deadline, fact(Milestone.OPENING, at, whole_day=True)).state
        for at in ("2026-03-23T00:00", "2026-03-24T00:00")
    ]
    assert states == [LimitState.KEPT, LimitState.BROKEN]
    by_day = fact(Milestone.BID_DEADLINE, "2026-03-23T23:59:59", whole_day=True)
    assert limit(OPENING, by_day, fact(Milestone.OPENING, "2026-03-23T09:30")).state is LimitState.KEPT


def test_a_step_without_a_count_begins_before_its_own_date_and_is_done_with_it() -> None:
    planned = fact(Milestone.ACCEPTANCE, "2026-10-08T00:00", whole_day=True)
    one = limit(ACCEPTANCE, planned)
    assert one.begins_at == datetime(2026, 9, 29, tzinfo=SHANGHAI)  # 30 September and the 29th
    assert (one.due_on, one.state, one.whole_day) == (None, LimitState.OPEN, True)
    assert limit(ACCEPTANCE, planned, now="2026-10-08T12:00").state is LimitState.KEPT
    assert limit(ACCEPTANCE).state is LimitState.WAITING


def test_each_part_has_a_limit_of_its_own() -> None:
    facts = (
        fact(Milestone.AWARD_NOTICE, "2026-03-02T09:00", "a"),
        fact(Milestone.AWARD_NOTICE, "2026-03-10T09:00", "b"),
        fact(Milestone.CONTRACT_SIGNED, "2026-03-05T09:00", "a"),
    )
    limits = reckon([CONTRACT], facts, Method.OPEN, CHINA, SHANGHAI, datetime(2026, 4, 3, tzinfo=SHANGHAI))
    assert [(one.part, one.due_on, one.state) for one in limits] == [
        ("a", date(2026, 4, 1), LimitState.KEPT),
        ("b", date(2026, 4, 9), LimitState.OPEN),
    ]


def test_contracts_of_one_award_are_each_counted_from_it() -> None:
    facts = (awarded(), *(fact(Milestone.CONTRACT_SIGNED, "2026-03-05T09:00", part) for part in ("x", "y")))
    limits = reckon([CONTRACT, PUBLISHED], facts, Method.OPEN, CHINA, SHANGHAI, datetime(2026, 3, 6, tzinfo=SHANGHAI))
    assert [(one.rule, one.part, one.state) for one in limits] == [
        ("contract", "x", LimitState.KEPT),
        ("contract", "y", LimitState.KEPT),
        ("contract_published", "x", LimitState.OPEN),
        ("contract_published", "y", LimitState.OPEN),
    ]


def test_of_a_matter_that_is_over_nothing_is_overdue() -> None:
    now = datetime(2026, 5, 1, tzinfo=SHANGHAI)
    (one,) = reckon([CONTRACT], [awarded()], Method.OPEN, CHINA, SHANGHAI, now, over=True)
    assert one.state is LimitState.UNRECORDED
    late = signed("2026-04-20T10:00")
    (one,) = reckon([CONTRACT], [awarded(), late], Method.OPEN, CHINA, SHANGHAI, now, over=True)
    assert one.state is LimitState.BROKEN


def test_a_date_told_with_its_part_and_without_it_makes_one_limit() -> None:
    facts = (fact(Milestone.AWARD_NOTICE, "2026-03-02T09:00"), fact(Milestone.AWARD_NOTICE, "2026-03-03T09:00", "a"))
    (one,) = reckon([CONTRACT], facts, Method.OPEN, CHINA, SHANGHAI, datetime(2026, 4, 1, tzinfo=SHANGHAI))
    assert (one.part, one.due_on) == ("a", date(2026, 4, 2))


def test_a_fact_of_the_whole_matter_goes_for_a_part_that_has_none() -> None:
    facts = (fact(Milestone.AWARD_NOTICE, "2026-03-02T09:00", "a"), signed("2026-03-05T09:00"))
    (one,) = reckon([CONTRACT], facts, Method.OPEN, CHINA, SHANGHAI, datetime(2026, 4, 3, tzinfo=SHANGHAI))
    assert (one.part, one.state) == ("a", LimitState.KEPT)


def test_a_rule_of_other_methods_makes_no_limit() -> None:
    rule = replace(CONTRACT, methods=frozenset({Method.OPEN, Method.INVITED}))
    now = datetime(2026, 3, 3, tzinfo=SHANGHAI)
    assert len(reckon([rule], [awarded()], Method.INVITED, CHINA, SHANGHAI, now)) == 1
    assert reckon([rule], [awarded()], Method.INQUIRY, CHINA, SHANGHAI, now) == ()


def test_on_days_that_are_not_official_yet_nothing_is_overdue_or_broken() -> None:
    award, late = awarded("2026-12-20T09:00"), "2028-01-01T00:00"
    assert [limit(CONTRACT, award, now=late).state, limit(CONTRACT, award, now=late).provisional] == [
        LimitState.OPEN,
        True,
    ]
    assert limit(CONTRACT, award, signed("2027-03-01T10:00"), now=late).state is LimitState.OPEN
    assert limit(CONTRACT, award, signed("2027-01-05T10:00"), now=late).state is LimitState.KEPT


def test_a_count_that_no_day_off_can_move_is_never_provisional() -> None:
    deadline = fact(Milestone.BID_DEADLINE, "2027-03-20T09:30")
    assert not limit(CLARIFIED, deadline).provisional
    assert limit(replace(CLARIFIED, unit=Unit.WORKDAYS), deadline).provisional
    assert not limit(replace(CONTRACT, rolls=False), awarded("2026-12-20T09:00")).provisional
    assert not limit(CONTRACT, awarded("2026-11-01T09:00")).provisional  # 1 December 2026


def test_days_are_those_of_the_offices_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    late_in_utc = fact(Milestone.AWARD_NOTICE, "2026-02-27T23:30:00.123456+00:00")  # 28 February in Berlin
    rule = replace(CONTRACT, n=29, rolls=False)  # 29 March: clocks go forward in the night before it
    one = limit(rule, late_in_utc, zone=berlin)
    assert one.due_on == date(2026, 3, 29)
    assert one.due_at == datetime.fromisoformat("2026-03-29T22:00:00+00:00")
    last = fact(Milestone.CONTRACT_SIGNED, "2026-03-29T21:59:59+00:00")
    assert limit(rule, late_in_utc, last, now="2026-04-01T00:00", zone=berlin).state is LimitState.KEPT


@pytest.mark.parametrize("year", ["0001", "1899", "9999"])
def test_a_date_that_is_a_slip_of_the_pen_counts_for_nothing(year: str) -> None:
    assert limit(CONTRACT, awarded(f"{year}-12-31T23:00+00:00")).state is LimitState.WAITING
