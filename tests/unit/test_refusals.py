"""Refusals on the command line: what was refused, where, and no more of it than tells which it is."""

from bot.cli.frame import fault_line
from messages.errors import Fault
from messages.text.catalog import Catalog
from messages.text.phrase import phrase


def test_a_long_value_is_cut_and_stands_on_one_line(catalog: Catalog) -> None:
    """A text that was too long was printed back with all of its thousands of characters."""
    fault = Fault(message=phrase("not accepted"), line=1, column="--text", value="请各单位\n" * 3000)
    said = fault_line(fault, catalog, "en")
    assert said.startswith("line 1 · --text: “请各单位 请各单位")
    assert said.endswith("…”: not accepted")
    assert len(said) < 100
    assert "\n" not in said


def test_a_fault_is_told_in_words_that_are_read(catalog: Catalog) -> None:
    """It read «Sheet:2:标题: «»: 此处必填。», and of a grade its name in the database."""
    missing = Fault(message=phrase("A value is needed here."), sheet="Sheet1", line=2, column="标题", value="")
    assert fault_line(missing, catalog, "zh_CN") == "第 2 行 · 标题：此处必填。"
    grade = Fault(message=phrase("A value is needed here."), sheet="花名册", value="orange", written="橙色")
    assert fault_line(grade, catalog, "zh_CN") == "花名册：“橙色”：此处必填。"
