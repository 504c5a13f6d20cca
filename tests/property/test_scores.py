"""Scores of whatever happens: the same in any order of reading, and whatever happens afterwards."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

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
from messages.scores.kept import scored_json, scored_of
from messages.scores.periods import Period, PeriodKind
from messages.scores.records import CONDITIONS, Entry, Rule, Rules, ScoreKind, Uncounted, When
from messages.scores.rules import rules_json, rules_of
from messages.scores.working_days import WorkingDays, days_json, days_of
from schedules.scores.scoring import score

BEGAN = datetime(2026, 8, 31, 12, tzinfo=UTC)
IN_OCTOBER = date(2026, 10, 20)
DAYS = WorkingDays(off=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), worked=frozenset({date(2026, 10, 10)}))

instants = some.integers(0, 100 * 24).map(lambda hours: BEGAN + timedelta(hours=hours))
days = some.integers(0, 100).map(lambda count: BEGAN.date() + timedelta(days=count))
flags = some.booleans()
numbers = some.integers(1, 4)
points = some.integers(-4000, 4000).map(lambda value: Decimal(value) / 1000)
undelivered = some.sampled_from([None, "unreachable/never_joined", "expired/"])
_ASKED: dict[str, Any] = {
    "event": some.integers(1, 40),
    "at": instants,
    "notice": numbers,
    "key": some.just("item:1"),
    "category": some.just(Category.PROMPT),
    "posts": some.just((1,)),
    "sent": instants,
    "due": some.none() | instants,
    "delivered": some.none() | instants,
    "since": instants,
    "provisional": flags,
}
_TIMED: dict[str, Any] = {
    "event": some.integers(1, 40),
    "at": instants,
    "due": some.none() | instants,
    "timely": some.none() | flags,
    "provisional": flags,
    "first": flags,
}
facts: some.SearchStrategy[Fact] = some.one_of(
    some.builds(Acknowledged, **_ASKED, first=flags),
    some.builds(Missed, **_ASKED, undelivered=undelivered, why=some.sampled_from([None, HANDED_OVER])),
    some.builds(
        Charged,
        event=some.integers(1, 40),
        at=instants,
        warning=numbers,
        post=some.just("P1"),
        key=some.none(),
        grade=some.sampled_from(Grade),
        before=some.none() | some.sampled_from(Grade),
        turn=numbers,
        delivered=some.none() | instants,
        undelivered=undelivered,
        since=instants,
        issued=instants,
    ),
    some.builds(Answered, **_TIMED, warning=numbers, post=some.just("P1")),
    some.builds(Entered, **_TIMED, item=numbers, category=some.just(Category.CAUTION)),
    some.builds(
        lambda event, at, absence, what, one, other: Absent(
            event=event, at=at, absence=absence, what=what, first=min(one, other), last=max(one, other)
        ),
        some.integers(1, 40),
        instants,
        numbers,
        some.sampled_from(AbsenceEvent),
        days,
        days,
    ),
    some.builds(
        Corrected,
        event=some.integers(1, 40),
        at=instants,
        period=some.sampled_from(["2026-10", "2026-11", "2026-Q4"]),
        points=some.integers(-500, 500).map(lambda value: Decimal(value) / 100),
        why=some.just("更正"),
        about=some.none(),
    ),
)


@some.composite
def rules(draw: some.DrawFn) -> Rules:
    """Some rules, each with points and perhaps a cap."""
    made = []
    for kind, conditions in CONDITIONS.items():
        for when in conditions:
            names = [*Grade] if kind is ScoreKind.CHARGED else [None]
            cap = draw(some.none() | some.integers(1, 6).map(Decimal))
            cap_period = draw(some.sampled_from(PeriodKind)) if cap else None
            worth = {name: draw(points) for name in names}
            made.append(Rule(kind=kind, when=when, points=worth, cap=cap, cap_period=cap_period))
    return Rules(
        version="some",
        period=draw(some.sampled_from(PeriodKind)),
        zone=draw(some.sampled_from(["Asia/Shanghai", "UTC", "America/Los_Angeles"])),
        decimals=draw(some.integers(0, 2)),
        rules=tuple(made),
    )


def ledger_of(given_facts: list[Fact]) -> list[Fact]:
    """As the ledger has them: each its own row."""
    return [replace(fact, event=number) for number, fact in enumerate(given_facts, 1)]


@settings(max_examples=150)
@given(some.lists(facts, max_size=14), rules(), some.randoms(use_true_random=False), some.lists(facts, max_size=4))
def test_a_statement_can_be_repeated_from_what_was_written_down(
    happened: list[Fact], held: Rules, order: random.Random, later: list[Fact]
) -> None:
    known = ledger_of(happened)
    period = Period.of(held.period, IN_OCTOBER)
    stated = scored_json(score(known, held, period, DAYS))
    upto, everything = len(known), ledger_of([*happened, *later])
    read = [one for one in everything if one.event <= upto]
    read += order.sample(read, len(read) // 2)
    order.shuffle(read)
    again = score(read, rules_of(rules_json(held)), period, days_of(days_json(DAYS)))
    assert scored_json(again) == stated
    assert scored_of(stated) == again


@settings(max_examples=150)
@given(some.lists(facts, max_size=14), rules())
def test_periods_share_nothing_and_everything_has_an_event_and_a_reason(happened: list[Fact], held: Rules) -> None:
    known = ledger_of(happened)
    period = Period.of(held.period, date(2026, 8, 1))
    seen: list[Entry | Uncounted] = []
    while period.first < date(2027, 1, 1):
        found = score(known, held, period, DAYS)
        assert found.total == sum((one.points for one in found.entries), Decimal(0))
        seen += [*found.entries, *found.uncounted]
        period = period.next
    assert len({one.event for one in seen}) == len(seen)
    assert {one.event for one in seen} <= {one.event for one in known}


@settings(max_examples=150)
@given(some.lists(facts, max_size=14), rules())
def test_leave_and_lost_messages_never_take_anything(happened: list[Fact], held: Rules) -> None:
    """Of what takes points, nothing is left once the person is on leave all the time, save by corrections."""
    always = Absent(
        event=0, at=BEGAN, absence=9, what=AbsenceEvent.GRANTED, first=date(2026, 1, 1), last=date(2027, 12, 31)
    )
    fair = tuple(one for one in held.rules if one.when is not When.IN_TIME)
    found = score([*ledger_of(happened), always], replace(held, rules=fair), Period.of(held.period, IN_OCTOBER), DAYS)
    assert not [one for one in found.entries if one.points < 0 and one.kind is not ScoreKind.CORRECTED]


def test_points_are_kept_as_text_so_that_every_reader_has_the_same_of_them() -> None:
    one = Rule(kind=ScoreKind.MISSED, when=When.MISSED, points={None: Decimal("-0.50")})
    kept = rules_json(Rules(version="1", period=PeriodKind.MONTH, zone="UTC", decimals=2, rules=(one,)))
    said = {"event": "acknowledgement_missed", "when": "missed", "points": {"any": "-0.5"}}
    assert kept["rules"] == [{**said, "cap": None, "cap_period": None}]
