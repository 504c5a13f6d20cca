"""The shipped rules of matters on the official calendar of 2026, against days that were counted by hand.

Off: 15 to 23 February (worked: the Saturdays of the 14th and the 28th), 25 to 27 September (worked: Sunday the 20th),
1 to 7 October (worked: Saturday the 10th).
"""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, String

from messages.register.sample import sample_nodes
from messages.store import tables
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import Fact, Limit, LimitState, Method
from messages.text.articles import article_of
from schedules.policy import load
from schedules.policy.tenders import COUNTED, Bound, Rule
from schedules.tenders.limits import reckon
from schedules.workdays import WorkCalendar

TENDERS: Final = load().tenders
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CHINA: Final = WorkCalendar()

COUNTED_BY_HAND: Final = {
    MatterKind.TENDER: {
        "prequalification_sale": ("09-29", "10-08"),  # 4 October is off
        "prequalification_clarified": ("10-09", "10-06"),  # back: it stays on a day off
        "prequalification_objected": ("10-09", "10-07"),
        "prequalification_answered": ("02-13", "02-24"),  # 16 February is off
        "prequalification_deadline": ("09-30", "10-08"),
        "documents_sale": ("09-26", "10-08"),
        "bid_deadline": ("09-15", "10-08"),
        "clarified": ("10-20", "10-05"),
        "objected": ("10-16", "10-06"),
        "objection_answered": ("09-30", "10-08"),
        "opening": ("10-20", "10-20"),
        "candidates": ("02-13", "02-24"),
        "candidates_shown": ("02-12", "02-24"),
        "supervisor_reported": ("02-04", "02-24"),
        "contract": ("01-18", "02-24"),
        "deposits_returned": ("09-29", "10-08"),
    },
    MatterKind.PROCUREMENT: {
        "single_source_shown": ("09-29", "10-12"),  # 30, 8, 9, 10, 12
        "prequalification_deadline": ("09-24", "10-09"),  # 28, 29, 30, 8, 9
        "documents_available": ("02-12", "02-26"),  # 13, 14, 24, 25, 26
        "bid_deadline": ("02-01", "02-24"),
        "clarified": ("03-02", "02-15"),
        "consultation_documents": ("09-30", "10-13"),  # 8, 9, 10, 12, 13
        "consultation_deadline": ("09-22", "10-08"),
        "consultation_clarified": ("10-08", "10-03"),
        "inquiry_deadline": ("02-14", "02-26"),  # 24, 25, 26
        "opening": ("10-10", "10-10"),
        "evaluation_reported": ("09-30", "10-09"),  # 8, 9
        "buyer_decided": ("02-13", "02-27"),  # 14, 24, 25, 26, 27
        "award_notice": ("02-27", "03-02"),  # 28, 2
        "award_published": ("10-09", "10-12"),  # 10, 12
        "question_answered": ("09-24", "09-30"),  # 28, 29, 30
        "challenge_raised": ("09-30", "10-15"),  # 8, 9, 10, 12, 13, 14, 15
        "challenge_answered": ("02-14", "03-03"),  # 24 to 28, 2, 3
        "complaint": ("09-18", "10-15"),  # 20 to 24, 28 to 30, 8 to 10, 12 to 15
        "contract": ("09-03", "10-08"),
        "contract_published": ("02-28", "03-03"),  # 2, 3
        "contract_filed": ("09-24", "10-12"),  # 28, 29, 30, 8, 9, 10, 12
    },
    MatterKind.RECRUITMENT: {
        "registration": ("09-22", "10-09"),  # 23, 24, 28, 29, 30, 8, 9
        "publicity": ("02-10", "02-26"),  # 11, 12, 13, 14, 24, 25, 26
    },
}
RULES: Final = [(kind, rule) for kind in MatterKind for rule in TENDERS.rules[kind]]


def limit_from(rule: Rule, day: str) -> Limit:
    """What a rule makes of the one date that it counts from, at three in the afternoon."""
    assert rule.counts_from is not None
    fact = Fact(milestone=rule.counts_from, at=datetime.fromisoformat(f"2026-{day}T15:00:00+08:00"))
    method = next(iter(rule.methods), Method.OPEN)
    (limit,) = reckon([rule], [fact], method, CHINA, SHANGHAI, fact.at)
    return limit


@pytest.mark.parametrize(("kind", "rule"), RULES, ids=[f"{kind}.{rule.name}" for kind, rule in RULES])
def test_a_shipped_rule_comes_to_the_day_that_was_counted_by_hand(kind: MatterKind, rule: Rule) -> None:
    if rule.bound is Bound.NONE:
        assert rule.name not in COUNTED_BY_HAND[kind]
        return
    start, due = COUNTED_BY_HAND[kind][rule.name]
    limit = limit_from(rule, start)
    assert (f"{limit.due_on:%m-%d}", limit.provisional, limit.state) == (due, False, LimitState.OPEN)
    assert limit.due_at == datetime.fromisoformat(f"2026-{due}T00:00:00+08:00") + timedelta(days=1)


def test_every_rule_of_the_table_is_shipped() -> None:
    shipped = {kind: {rule.name for rule in TENDERS.rules[kind] if rule.bound is not Bound.NONE} for kind in MatterKind}
    assert shipped == {kind: set(table) for kind, table in COUNTED_BY_HAND.items()}


@pytest.mark.parametrize(("kind", "rule"), RULES, ids=[f"{kind}.{rule.name}" for kind, rule in RULES])
def test_a_shipped_rule_cites_a_law_and_names_a_node_that_the_register_knows(kind: MatterKind, rule: Rule) -> None:
    assert rule.node in sample_nodes()
    assert rule.milestone in MILESTONES[kind]
    assert "said" not in (article_of(rule.article, TENDERS.laws) or {})
    uncited = {"inquiry_deadline", "registration", "publicity"}
    assert rule.article is not None or rule.bound not in COUNTED or rule.name in uncited


def test_the_name_of_each_step_and_rule_is_kept_whole() -> None:
    """PostgreSQL refuses what is longer than its column, SQLite does not."""
    kept = (tables.matter_dates, tables.matter_posts, tables.matter_limits, tables.declarations)
    assert all(len(one) <= _width(table.c.milestone) for one in Milestone for table in kept)
    assert all(len(rule.name) <= _width(tables.matter_prompts.c.rule) for _, rule in RULES)


def _width(column: Column[Any]) -> int:
    assert isinstance(column.type, String)
    return column.type.length or 0


@pytest.mark.parametrize(
    ("method", "day"),
    [
        (Method.OPEN, "2026-03-23"),
        (Method.INVITED, "2026-03-23"),
        (Method.CONSULTATION, "2026-03-11"),
        (Method.INQUIRY, "2026-03-04"),
        (Method.SINGLE_SOURCE, None),
        (Method.NEGOTIATION, None),
    ],
)
def test_the_bid_deadline_of_a_purchase_depends_on_its_method(method: Method, day: str | None) -> None:
    issued = Fact(milestone=Milestone.DOCUMENTS_FROM, at=datetime.fromisoformat("2026-03-01T10:00:00+08:00"))
    limits = reckon(TENDERS.rules[MatterKind.PROCUREMENT], [issued], method, CHINA, SHANGHAI, issued.at)
    due = [limit.due_on for limit in limits if limit.milestone is Milestone.BID_DEADLINE]
    assert [one.isoformat() for one in due if one] == ([day] if day else [])
