"""Refusals on the command line: what was refused, where, and no more of it than tells which it is."""

from bot.cli.frame import fault_line
from messages.errors import Fault
from messages.text.catalog import Catalog
from messages.text.phrase import phrase


def test_a_long_value_is_cut_and_stands_on_one_line(catalog: Catalog) -> None:
    """A text that was too long was printed back with all of its thousands of characters."""
    fault = Fault(message=phrase("not accepted"), line=1, column="--text", value="请各单位\n" * 3000)
    said = fault_line(fault, catalog, "en")
    assert said.startswith("1:--text: «请各单位 请各单位")
    assert said.endswith("…»: not accepted")
    assert len(said) < 100
    assert "\n" not in said
