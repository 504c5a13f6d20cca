"""One English phrase has one Chinese one: what two pages mean differently needs two phrases."""

import pytest

from messages.text.catalog import Catalog
from messages.text.phrase import phrase


@pytest.mark.parametrize(
    ("drafts", "figures"),
    [
        ("Still missing：尚未填写", "Unacknowledged：逾期未签"),
        ("Last day：截止日期", "Last day of leave：结束日期"),
        ("How it stands：总体情况", "State of the ledger：台账现状"),
        ("Points：风险点", "Points given：分值"),
        ("Change：变更", "Difference：变化"),
        ("In time：是否及时", "In-time rate：按时签收率"),
        ("Before：原日期", "Points before：原积分"),
    ],
)
def test_what_an_evaluation_calls_its_figures_does_not_rename_what_others_ask(
    catalog: Catalog, drafts: str, figures: str
) -> None:
    """The statistics' "still missing", of acknowledgements, had become what every draft asked for in Chinese."""
    for english, chinese in (drafts.split("："), figures.split("：")):
        assert catalog.say(phrase(english), "zh_CN") == chinese
