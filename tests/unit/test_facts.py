"""What the ledger says is read back strictly: what does not say all is no fact."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.ledger import Kind
from messages.notices import Category, Grade
from messages.scores.fact_reading import fact_of
from messages.scores.facts import (
    AbsenceEvent,
    Absent,
    Acknowledged,
    Answered,
    Charged,
    Corrected,
    Entered,
    LedgerEvent,
    Missed,
)

AT = datetime(2026, 11, 26, 8, 16, 44, 123456, tzinfo=UTC)
SENT, DUE = "2026-11-20T01:10:00+00:00", "2026-11-24T09:30:00+00:00"
ASKED = {
    "notice": 3,
    "key": "holiday:2026:national-day:formal",
    "category": "prompt",
    "posts": [1, 2],
    "sent": SENT,
    "due": DUE,
    "delivered": "2026-11-20T01:10:02.500000+00:00",
    "since": "2020-01-01T00:00:00+00:00",
    "provisional": False,
}
CHARGED = {
    "warning": 5,
    "post": "P-1",
    "key": None,
    "grade": "red",
    "before": "orange",
    "turn": 2,
    "delivered": None,
    "undelivered": "expired/too_late",
    "since": SENT,
    "issued": DUE,
}
TIMED = {"due": DUE, "timely": True, "provisional": False, "first": True}
BODIES: dict[Kind, dict[str, Any]] = {
    Kind.ACKNOWLEDGED: {**ASKED, "delivery": 4, "account": 9, "first": True},
    Kind.ACKNOWLEDGEMENT_MISSED: {
        **ASKED,
        "delivered": None,
        "undelivered": "unreachable/never_joined",
        "why": None,
    },
    Kind.WARNING_CHARGED: CHARGED,
    Kind.WARNING: {"warning": 5, "event": "answered", "post": "P-1", "grade": "red", "turn": 1, **TIMED},
    Kind.ITEM_SUBMITTED: {"item": 6, "category": "caution", "kind": "audit", **TIMED},
    Kind.ABSENCE: {"absence": 7, "event": "granted", "first": "2026-11-20", "last": "2026-11-21", "by": "p-2"},
    Kind.SCORE_CORRECTED: {"period": "2026-10", "statement": 8, "event": None, "points": "-1.5", "why": "…", "by": "p"},
}
FACTS = (Acknowledged, Missed, Charged, Answered, Entered, Absent, Corrected)


def event(kind: str, body: Any) -> LedgerEvent:  # noqa: ANN401 -- whatever stands there
    return LedgerEvent(id=42, at=AT, kind=kind, body=body)


def test_what_says_all_is_a_fact_with_the_event_that_it_stands_in() -> None:
    found = [fact_of(event(kind.value, body)) for kind, body in BODIES.items()]
    assert [type(one) for one in found] == list(FACTS)
    assert {(one.event, one.at) for one in found if one} == {(42, AT)}
    acknowledged, missed, charged, answered, entered, absent, corrected = found
    assert isinstance(acknowledged, Acknowledged)
    assert acknowledged.delivered == datetime(2026, 11, 20, 1, 10, 2, 500000, tzinfo=UTC)
    assert (acknowledged.category, acknowledged.posts, acknowledged.first) == (Category.PROMPT, (1, 2), True)
    assert isinstance(missed, Missed)
    assert (missed.delivered, missed.unreachable, missed.why) == (None, True, None)
    assert isinstance(charged, Charged)
    assert (charged.grade, charged.before, charged.unreachable) == (Grade.RED, Grade.ORANGE, False)
    assert isinstance(answered, Answered)
    assert isinstance(entered, Entered)
    assert answered.due == entered.due == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert isinstance(absent, Absent)
    assert (absent.what, absent.first, absent.last) == (AbsenceEvent.GRANTED, date(2026, 11, 20), date(2026, 11, 21))
    assert isinstance(corrected, Corrected)
    assert (corrected.points, corrected.about) == (Decimal("-1.50"), None)


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_lacks_anything_needed_is_no_fact(kind: Kind) -> None:
    """Each value that a fact has is needed; and so earlier versions' events, which lack some, are never scored."""
    names = {one.name for one in fields(fact_of(event(kind.value, BODIES[kind])) or FACTS[0])}
    needed = names & BODIES[kind].keys() | ({"event"} & BODIES[kind].keys())
    for name in needed:
        left = {key: value for key, value in BODIES[kind].items() if key != name}
        assert fact_of(event(kind.value, left)) is None, name


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (Kind.ACKNOWLEDGED, {"sent": "2026-11-20T01:10:00"}),  # of no zone
        (Kind.ACKNOWLEDGED, {"sent": "2026-11-20T09:10:00+08:00"}),  # not written as the ledger does
        (Kind.ACKNOWLEDGED, {"due": "0001-01-01T00:00:00+00:00"}),
        (Kind.ACKNOWLEDGED, {"first": 1}),
        (Kind.ACKNOWLEDGED, {"notice": True}),
        (Kind.ACKNOWLEDGED, {"posts": ["1"]}),
        (Kind.ACKNOWLEDGED, {"category": "party"}),
        (Kind.ACKNOWLEDGEMENT_MISSED, {"delivered": SENT}),  # arrived, and did not
        (Kind.ACKNOWLEDGEMENT_MISSED, {"undelivered": None}),  # neither
        (Kind.ACKNOWLEDGEMENT_MISSED, {"why": "lazy"}),
        (Kind.WARNING_CHARGED, {"grade": None}),
        (Kind.WARNING, {"event": "released"}),
        (Kind.ABSENCE, {"last": "2026-11-19"}),  # over before it begins
        (Kind.SCORE_CORRECTED, {"points": "1e9"}),
        (Kind.SCORE_CORRECTED, {"points": "NaN"}),
        (Kind.SCORE_CORRECTED, {"points": "0.125"}),
        (Kind.SCORE_CORRECTED, {"points": 2}),
    ],
)
def test_what_is_not_what_it_should_be_is_no_fact(kind: Kind, change: dict[str, Any]) -> None:
    assert fact_of(event(kind.value, BODIES[kind] | change)) is None


def test_what_happens_besides_is_no_fact() -> None:
    assert fact_of(event(Kind.JOINED.value, BODIES[Kind.ACKNOWLEDGED])) is None
    assert fact_of(event("of a later version", BODIES[Kind.ACKNOWLEDGED])) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str) | st.just(DUE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from(list(BODIES)), data=st.data())
def test_whatever_stands_in_a_body_is_read_without_a_fault(kind: Kind, data: st.DataObject) -> None:
    names = list(BODIES[kind])
    changed = data.draw(st.dictionaries(st.sampled_from(names), JSON, min_size=1))
    found = fact_of(event(kind.value, {**BODIES[kind], **changed}))
    assert found is None or isinstance(found, FACTS)
    assert fact_of(event(kind.value, data.draw(JSON))) is None
