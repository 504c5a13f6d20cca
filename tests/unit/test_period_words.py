"""Periods are said in one way: in chat, on pages, in files and in charts."""

from datetime import timedelta

import pytest

from messages.scores.periods import Period
from messages.text.catalog import LANGUAGES
from messages.text.periods import label_said, period_said, period_shortly, time_said

SAID = {
    "zh_CN": {"2026-11": "2026年11月", "2026-Q4": "2026年第四季度", "2026": "2026年"},
    "en": {"2026-11": "November 2026", "2026-Q4": "Q4 2026", "2026": "2026"},
}


def read(label: str) -> Period:
    found = Period.read(label)
    assert found
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_is_said_with_its_year_and_a_label_in_the_same_words(language: str) -> None:
    for label, said in SAID[language].items():
        assert period_said(read(label), language) == label_said(label, language) == said


def test_a_label_that_is_no_period_is_left_as_it_is_and_an_unknown_language_reads_the_source() -> None:
    assert label_said("all of it", "zh_CN") == "all of it"
    assert label_said("2026-Q4", "xx") == "Q4 2026"


def test_among_others_a_month_is_said_alone_and_a_quarter_with_its_year() -> None:
    assert [period_shortly(read(one), "zh_CN") for one in ("2026-11", "2026-Q4", "2026")] == [
        "11月",
        "26年4季度",
        "2026",
    ]
    assert [period_shortly(read(one), "en") for one in ("2026-11", "2026-Q4", "2026")] == ["Nov", "Q4 26", "2026"]


def test_a_span_of_time_is_said_in_its_largest_unit_by_halves() -> None:
    assert time_said(timedelta(minutes=90), "zh_CN") == "1.5小时"
    assert time_said(timedelta(minutes=45), "en") == "45 minutes"
