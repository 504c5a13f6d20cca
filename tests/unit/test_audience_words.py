"""An audience in words, as it is said to who does not write expressions."""

import pytest

from messages.audience_words import audience_said
from messages.text.catalog import Catalog


@pytest.mark.parametrize(
    ("expression", "chinese", "english"),
    [
        ("all", "全体人员", "Everyone"),
        ("unit:区教育局 node:合同签订", "区教育局 · 风险节点：合同签订", "区教育局 · risk node: 合同签订"),
        ("unit:A level:1-2, unit:B level:1-2", "A、B · 1 级、2 级", "A, B · level 1, level 2"),
        ("unit:A, unit:B, unit:C, unit:D", "A、B、C等另 1 个", "A, B, C and 1 more"),
        ("unit:A -kind:street", "A · 街道除外", "A · not: street"),
        ("unit:A risk:high, person:P1", "A · 风险岗位；人员 P1", "A · risk posts; person P1"),
        ("role:leader post:X", "分管领导 · 岗位 X", "responsible leader · posts X"),
        ("not read", "not read", "not read"),
    ],
)
def test_an_audience_is_said_in_words(expression: str, chinese: str, english: str) -> None:
    """Who approved an item read the language of queries."""
    catalog, said = Catalog.load(), audience_said(expression)
    assert (catalog.say(said, "zh_CN"), catalog.say(said, "en")) == (chinese, english)
