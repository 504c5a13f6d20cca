"""The rules of scores as an office writes them, and the periods for which they hold."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.errors import Refused
from messages.scores.periods import Period, PeriodKind
from messages.scores.rules import rules_json, rules_of
from messages.text.catalog import Catalog
from schedules.policy import load
from schedules.scores.adopting import to_begin

VERSION = '[scores.rules.ours]\nfrom = "2026-Q3"\ndecimals = 1\nrules = [{rules}]\n'


def refused(folder: Path, text: str) -> list[tuple[str, str]]:
    """The faults of a policy in Chinese: where, and what is accepted."""
    file = folder / "office.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load(file)
    catalog = Catalog.load()
    return [(fault.column or "", catalog.say(fault.message, "zh_CN")) for fault in refusal.value.faults]


def test_a_version_holds_from_its_first_period_on(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    rule = '{ event = "item_submitted", when = "in_time", points = 0.5, cap = 10, cap_period = "year" }'
    file.write_text(VERSION.format(rules=rule), encoding="utf-8")
    scores = load(file).scores
    before, after = (Period(first=date(2026, month, 1), after=date(2026, month + 1, 1)) for month in (6, 7))
    assert [scores.rules_for(one, "UTC").version for one in (before, after)] == ["2026-1", "ours"]  # type: ignore[union-attr]
    assert scores.rules_for(Period.of(PeriodKind.YEAR, date(2019, 1, 1)), "UTC") is None
    held = scores.rules_for(after, "UTC")
    assert held is not None
    assert rules_of(rules_json(held)) == held


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ('{ event = "log_in", when = "in_time", points = 1 }', "可用"),
        ('{ event = "score_corrected", when = "late", points = 1 }', "不能设规则"),
        ('{ event = "acknowledged", when = "missed", points = 1 }', "in_time, late"),
        ('{ event = "acknowledged", when = "late" }', "by_grade"),
        ('{ event = "warning_charged", when = "issued", points = -1 }', "by_grade"),
        ('{ event = "acknowledged", when = "late", points = 1, cap = 3 }', "须同时填写"),
        ('{ event = "acknowledged", when = "late", points = 1, cap = 0, cap_period = "year" }', "大于"),
        ('{ event = "acknowledged", when = "late", points = 0.00001 }', "四位小数"),
        ('{ event = "acknowledged", when = "late", points = nan }', "数字"),
        ('{ event = "acknowledged", when = "late", points = 1e9 }', "1000"),
        ('{ event = "acknowledged", when = "late", points = "many" }', "数字"),
        ('{ event = "acknowledged", when = "late", points = 1 }, ' * 2, "只能有一条"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_our_words(tmp_path: Path, rule: str, what: str) -> None:
    [(column, said)] = refused(tmp_path, VERSION.format(rules=rule))
    assert column.startswith("scores.rules.ours")
    assert what in said


@pytest.mark.parametrize("written", ['"2026-13"', '"soon"', '""'])
def test_a_version_begins_with_a_period(tmp_path: Path, written: str) -> None:
    [(column, _)] = refused(tmp_path, VERSION.format(rules="").replace('"2026-Q3"', written))
    assert column == "scores.rules.ours.from"


def test_two_versions_do_not_begin_at_the_same_period(tmp_path: Path) -> None:
    [(_, said)] = refused(tmp_path, VERSION.format(rules="").replace("2026-Q3", "2020-01"))
    assert "同一起始周期" in said


# Periods


@pytest.mark.parametrize("label", ["2026-10", "2026-Q4", "2026", "2024-02", "2026-Q1"])
def test_a_period_is_read_as_it_is_written(label: str) -> None:
    period = Period.read(label)
    assert period is not None
    assert period.label == label
    assert (period.next.first, period.before.after) == (period.after, period.first)
    assert Period.of(period.kind, period.next.before.first) == period


@pytest.mark.parametrize("label", ["2026-00", "2026-Q5", "26-10", "2026-10-01", "9999", "0000", "２０２６", ""])
def test_what_is_no_period_is_none(label: str) -> None:
    assert Period.read(label) is None


def test_a_period_begins_at_midnight_where_the_office_is() -> None:
    october = Period.of(PeriodKind.MONTH, date(2026, 10, 20))
    assert october.begins(ZoneInfo("Asia/Shanghai")) == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert october.ends(ZoneInfo("America/New_York")) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert october.holds(datetime(2026, 9, 30, 16, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    assert not october.holds(datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


def test_periods_of_another_kind_begin_where_none_overlaps() -> None:
    november = Period.of(PeriodKind.MONTH, date(2026, 11, 1))
    labels = [one.label for one in to_begin([november], PeriodKind.YEAR, date(2027, 2, 1))]
    assert labels == ["2026-12", "2027"]
    year = Period.of(PeriodKind.YEAR, date(2026, 1, 1))
    assert [one.label for one in to_begin([year], PeriodKind.MONTH, date(2027, 2, 1))] == ["2027-01", "2027-02"]
    assert to_begin([year], PeriodKind.MONTH, date(2026, 12, 31)) == []
    assert [one.label for one in to_begin([], PeriodKind.QUARTER, date(2026, 12, 31))] == ["2026-Q4"]
