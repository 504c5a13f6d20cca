"""When people are to be told of a limit: as its step begins, shortly before, on the day, broken, overdue, or never."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, Method, PromptKind
from schedules.policy import Policy, load
from schedules.tenders.limits import reckon
from schedules.tenders.prompts import NOTHING_TOLD, Planned, planned
from schedules.workdays import WorkCalendar
from tests.awake import AWAKE

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CHINA: Final = WorkCalendar()
POLICY: Final = load()
CURRENT, SOON, DAY = PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY
BROKEN, OVERDUE = PromptKind.BROKEN, PromptKind.OVERDUE


def local(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def fact(milestone: Milestone, at: str, *, whole_day: bool = False) -> Fact:
    return Fact(milestone=milestone, at=local(at), whole_day=whole_day)


def prompts(
    name: str,
    *facts: Fact,
    now: str,
    kind: MatterKind = MatterKind.TENDER,
    method: Method = Method.OPEN,
    superseded: bool = False,
    told: Mapping[PromptKind, str] | None = None,
    policy: Policy = POLICY,
) -> tuple[Planned, ...]:
    (rule,) = (one for one in policy.tenders.rules[kind] if one.name == name)
    (limit,) = reckon([rule], facts, method, CHINA, SHANGHAI, local(now))
    before = {one: local(at) for one, at in told.items()} if told else NOTHING_TOLD
    return planned(rule, limit, policy, CHINA, SHANGHAI, now=local(now), superseded=superseded, told=before)


def times(plan: tuple[Planned, ...]) -> dict[PromptKind, str]:
    return {one.kind: f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in plan}


AWARDED: Final = fact(Milestone.AWARD_NOTICE, "2026-03-02T14:05")
DEADLINE: Final = fact(Milestone.BID_DEADLINE, "2026-03-25T14:00")


def test_a_step_is_told_of_as_it_begins_and_two_working_days_before_its_last_day_and_once_overdue() -> None:
    plan = prompts("contract", AWARDED, now="2026-03-01T12:00")
    assert times(plan) == {CURRENT: "03-02 14:05", SOON: "03-30 09:10", OVERDUE: "04-02 09:50"}
    assert {one.tells["due"] for one in plan} == {"2026-04-01"}


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        ("2026-03-02T00:00", "03-02 09:10"),
        ("2026-03-02T09:30", "03-02 09:40"),  # not at the half hour sharp
        ("2026-03-02T17:45", "03-03 09:10"),
        ("2026-03-07T11:00", "03-09 09:10"),  # a Saturday
        ("2026-09-30T18:00", "10-08 09:10"),
    ],
)
def test_a_step_is_told_of_in_working_hours(begins: str, told: str) -> None:
    assert times(prompts("contract", fact(Milestone.AWARD_NOTICE, begins), now="2026-03-01T12:00"))[CURRENT] == told


@pytest.mark.parametrize(
    ("now", "told"),
    [("2026-03-10T11:00", "03-10 11:00"), ("2026-03-10T22:00", "03-11 09:10"), ("2026-03-14T11:00", "03-16 09:10")],
)
def test_a_step_that_has_begun_is_told_of_at_once_unless_that_disturbs(now: str, told: str) -> None:
    assert times(prompts("contract", AWARDED, now=now))[CURRENT] == told


def test_what_was_told_is_not_planned_again() -> None:
    plan = prompts("contract", AWARDED, now="2026-03-30T12:00", told={CURRENT: "2026-03-02T14:05"})
    assert times(plan) == {SOON: "03-30 12:00", OVERDUE: "04-02 09:50"}
    told = {CURRENT: "2026-03-02T14:05", SOON: "2026-03-30T09:10"}
    assert times(prompts("contract", AWARDED, now="2026-03-30T12:00", told=told)) == {OVERDUE: "04-02 09:50"}


def test_what_falls_on_one_day_is_one_message_on_that_day_and_the_next() -> None:
    decided = fact(Milestone.BUYER_DECIDED, "2026-03-02T10:05")  # two working days: it is near as soon as it begins
    purchase = MatterKind.PROCUREMENT
    assert SOON not in times(prompts("award_notice", decided, now="2026-03-02T10:00", kind=purchase))
    told = {CURRENT: "2026-03-02T10:05"}
    assert times(prompts("award_notice", decided, now="2026-03-03T10:00", kind=purchase, told=told)) == {
        OVERDUE: "03-05 09:50"
    }


def test_what_is_done_needs_no_prompt_and_what_is_planned_in_time_does() -> None:
    signed = fact(Milestone.CONTRACT_SIGNED, "2026-03-12T10:00")
    assert prompts("contract", AWARDED, signed, now="2026-03-12T10:00") == ()
    plan = prompts("contract", AWARDED, signed, now="2026-03-02T16:00")
    assert times(plan) == {CURRENT: "03-02 16:00", SOON: "03-30 09:10"}
    assert plan[0].tells == {"at": "2026-03-12T02:00:00+00:00", "due": "2026-04-01"}


def test_a_date_that_is_not_too_early_needs_no_prompt() -> None:
    issued = fact(Milestone.DOCUMENTS_FROM, "2026-03-02T10:05")
    assert times(prompts("bid_deadline", issued, now="2026-03-01T12:00")) == {CURRENT: "03-02 10:05"}
    assert prompts("bid_deadline", issued, DEADLINE, now="2026-03-01T12:00") == ()


def test_a_date_that_breaks_its_limit_is_told_at_once_before_it_has_come() -> None:
    issued = fact(Milestone.DOCUMENTS_FROM, "2026-03-16T10:05")
    assert times(prompts("bid_deadline", issued, DEADLINE, now="2026-03-13T12:00")) == {BROKEN: "03-13 12:00"}
    assert times(prompts("bid_deadline", issued, DEADLINE, now="2026-03-13T23:00")) == {BROKEN: "03-16 09:10"}
    assert prompts("bid_deadline", issued, DEADLINE, now="2026-03-13T12:00", told={BROKEN: "2026-03-12T12:00"}) == ()


def test_what_must_be_done_before_another_date_is_called_to_mind_before_its_last_day() -> None:
    facts = fact(Milestone.DOCUMENTS_FROM, "2026-02-27T10:05"), DEADLINE
    plan = prompts("clarified", *facts, now="2026-02-26T12:00")
    assert times(plan) == {CURRENT: "02-27 10:05", SOON: "03-06 09:10"}  # the last day is 10 March
    assert prompts("clarified", *facts, now="2026-03-11T12:00") == ()


def test_a_step_that_begins_after_its_last_day_is_not_called_to_mind() -> None:
    facts = fact(Milestone.DOCUMENTS_FROM, "2026-03-16T10:05"), DEADLINE  # clarified until 10 March
    assert prompts("clarified", *facts, now="2026-03-02T12:00") == ()


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("2026-03-25T14:00", "03-25 09:10"),
        ("2026-03-25T10:05", "03-25 09:05"),
        ("2026-03-25T09:30", "03-25 08:20"),  # an hour before, and not at the half hour sharp
        ("2026-03-25T09:00", "03-25 08:10"),  # the quiet hours end at 8
        ("2026-03-25T08:05", "03-24 09:10"),
        ("2026-03-28T10:00", "03-27 09:10"),  # a Saturday
        ("2026-10-08T08:00", "09-30 09:10"),
    ],
)
def test_an_opening_is_told_of_on_its_day_or_on_the_working_day_before(opening: str, told: str) -> None:
    facts = fact(Milestone.BID_DEADLINE, opening), fact(Milestone.OPENING, opening)
    plan = prompts("opening", *facts, now="2026-03-02T12:00")
    assert times(plan) == {DAY: told}
    assert prompts("opening", *facts, now=opening) == ()


def test_an_opening_without_a_date_of_its_own_is_told_of_at_the_bid_deadline() -> None:
    (one,) = prompts("opening", DEADLINE, now="2026-03-02T12:00")
    assert (one.kind, one.tells["at"], one.tells["due"]) == (DAY, "2026-03-25T06:00:00+00:00", "2026-03-25")


def test_an_opening_that_came_to_be_known_late_is_told_of_at_once_while_it_is_ahead() -> None:
    assert times(prompts("opening", DEADLINE, now="2026-03-25T13:40")) == {DAY: "03-25 13:40"}
    assert prompts("opening", DEADLINE, now="2026-03-25T14:00") == ()


def test_an_opening_of_which_only_the_day_is_known_is_told_of_in_the_morning() -> None:
    deadline = fact(Milestone.BID_DEADLINE, "2026-03-25T23:59:59", whole_day=True)
    opening = fact(Milestone.OPENING, "2026-03-25T00:00", whole_day=True)
    assert times(prompts("opening", deadline, opening, now="2026-03-02T12:00")) == {DAY: "03-25 09:10"}
    assert times(prompts("opening", deadline, opening, now="2026-03-25T12:00")) == {DAY: "03-25 12:00"}


def test_an_examination_is_told_of_as_its_preparation_begins_and_on_its_day() -> None:
    facts = fact(Milestone.REGISTRATION_UNTIL, "2026-03-02T17:00"), fact(Milestone.EXAMINATION, "2026-03-21T09:00")
    plan = prompts("examination", *facts, now="2026-03-01T12:00", kind=MatterKind.RECRUITMENT)
    assert times(plan) == {CURRENT: "03-02 17:10", DAY: "03-20 09:10"}


def test_at_night_an_office_without_quiet_hours_is_told_at_once() -> None:
    assert times(prompts("contract", AWARDED, now="2026-03-14T23:11", policy=AWAKE))[CURRENT] == "03-14 23:11"


def test_nobody_hears_of_what_was_over_long_before_whenever_it_came_to_be_known() -> None:
    late = fact(Milestone.CONTRACT_SIGNED, "2026-04-20T10:00")
    for facts in ((AWARDED,), (AWARDED, late)):
        assert prompts("contract", *facts, now="2026-05-21T12:00") == ()
    assert times(prompts("contract", AWARDED, late, now="2026-05-20T09:00")) == {BROKEN: "05-20 09:00"}
    assert times(prompts("contract", AWARDED, now="2026-04-30T12:00")) == {OVERDUE: "04-30 12:00"}


def test_a_step_without_a_last_day_that_began_long_ago_is_history() -> None:
    assert times(prompts("evaluation", DEADLINE, now="2026-04-10T12:00")) == {CURRENT: "04-10 12:00"}
    assert prompts("evaluation", DEADLINE, now="2026-05-10T12:00") == ()


@pytest.mark.parametrize(
    "method", [Method.CONSULTATION, Method.NEGOTIATION, Method.INQUIRY, Method.SINGLE_SOURCE], ids=str
)
def test_where_nothing_says_that_responses_are_opened_at_the_deadline_that_day_is_told_too(method: Method) -> None:
    def told(*facts: Fact, now: str) -> dict[PromptKind, str]:
        return times(prompts("responses_opened", *facts, now=now, kind=MatterKind.PROCUREMENT, method=method))

    assert told(DEADLINE, now="2026-03-20T12:00") == {DAY: "03-25 09:10"}
    assert told(DEADLINE, fact(Milestone.OPENING, "2026-03-26T14:00"), now="2026-03-20T12:00") == {DAY: "03-26 09:10"}
    assert told(DEADLINE, now="2026-03-25T15:00") == {}


def test_that_something_may_be_from_a_day_on_is_not_told_when_it_has_been_overtaken() -> None:
    issued = fact(Milestone.DOCUMENTS_FROM, "2026-03-02T09:10")
    assert times(prompts("documents_sale", issued, now="2026-03-12T12:00")) == {CURRENT: "03-12 12:00"}
    assert prompts("documents_sale", issued, now="2026-03-12T12:00", superseded=True) == ()
    assert prompts("documents_sale", issued, now="2026-03-26T12:00") == ()


def test_on_days_that_are_not_official_yet_nothing_is_planned_as_overdue() -> None:
    awarded = fact(Milestone.AWARD_NOTICE, "2026-12-21T14:05")
    assert times(prompts("contract", awarded, now="2026-12-20T12:00")) == {CURRENT: "12-21 14:05", SOON: "01-18 09:10"}


def test_what_is_heard_in_the_morning_is_not_told_once_more_an_hour_later_as_near() -> None:
    signed = fact(Milestone.CONTRACT_SIGNED, "2026-05-13T15:00")  # returned until the 18th, near from the 14th on
    by_night = prompts("deposits_returned", signed, now="2026-05-14T07:00", told={CURRENT: "2026-05-13T22:41"})
    assert SOON not in times(by_night)
    by_day = prompts("deposits_returned", signed, now="2026-05-14T07:00", told={CURRENT: "2026-05-13T15:05"})
    assert times(by_day)[SOON] == "05-14 09:10"
