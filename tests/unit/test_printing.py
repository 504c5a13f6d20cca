"""Reports to print and as workbooks, read back by other programs than those that wrote them."""

import io
import re

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from bot.graphs import line_of
from bot.printing import pdf
from bot.tables import Column, Graph, Report, Table, workbook
from messages.organisation.spreadsheets import Share
from tests.printed import streams_of, text_of

_COLUMNS = (Column(label="单位", width=30, number=False), Column(label="应送达"), Column(label="送达率"))
_LONG = "城关街道办事处党群服务中心廉政教育工作联络站（含下属各社区居民委员会及村级监督小组）"


def report(*rows: tuple[str, int, Share | None]) -> Report:
    graph = Graph(lines=(line_of("送达率", [0.5, None]), line_of("签收率", [0.25, 1.0])), labels=("10月", "11月"))
    table = Table(title="分单位统计", columns=_COLUMNS, rows=rows)
    return Report(title="成效评估 🎉", about=("财政局 · 2026年11月",), tables=(table,), graph=graph)


def test_a_printed_report_says_all_that_is_in_it() -> None:
    text = text_of(pdf(report(("财政局", 2379, Share(0.985)), ("教育局(本级)\\", 0, None)), "zh_CN"))
    shown = text.split("\n")
    for expected in ("成效评估", "财政局 · 2026年11月", "送达率", "签收率", "10月", "11月", "分单位统计", "单位"):
        assert expected in shown
    assert shown[shown.index("财政局") :][:6] == ["财政局", "2,379", "98.5%", "教育局(本级)\\", "0", "–"]
    assert "1 / 1" in text.replace("\n", "")


def test_a_rare_sign_of_a_name_is_not_left_out_unseen() -> None:
    """The font has 𠮷 and lacks 𪨧: without a mark another name would be read."""
    shown = text_of(pdf(report(("𠮷𪨧街道🎉", 1, None)), "zh_CN")).split("\n")
    assert "𠮷〓街道" in shown


def test_headings_stand_on_each_page_and_long_names_are_whole() -> None:
    rows = [(f"{_LONG}{number}", number, Share(0.5)) for number in range(60)]
    content = pdf(report(*rows), "zh_CN")
    text = text_of(content)
    pages = len(re.findall(rb"/Type /Page\b", content))
    assert pages > 1
    assert text.split("\n").count("应送达") == pages
    assert f"{_LONG}59" in text.replace("\n", "")
    assert len(content) < 200_000  # of a font of 16 MB only what is used


def test_chinese_is_printed_in_the_forms_of_the_mainland() -> None:
    """The font's own forms are those of Taiwan: punctuation stands in the middle there, and some signs differ."""
    said = report(("遍，。", 1, None))
    chinese, english = pdf(said, "zh_CN"), pdf(said, "en")
    assert text_of(chinese) == text_of(english)
    assert cids(chinese) != cids(english)


def cids(content: bytes) -> set[bytes]:
    """The glyphs that are embedded."""
    return {found for stream in streams_of(content) for found in re.findall(rb"<[0-9A-Fa-f]{4}> (\d+)\n", stream)}


def test_a_workbook_has_numbers_that_can_be_reckoned_with() -> None:
    content = workbook(report(("=财政局", 2379, Share(0.985)), ("教育局", 0, None)))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("分单位统计").to_python()
    assert rows == [
        ["成效评估 🎉", "", ""],
        ["财政局 · 2026年11月", "", ""],
        ["单位", "应送达", "送达率"],
        ["=财政局", 2379, 0.985],
        ["教育局", 0, ""],
    ]
    cell = load_workbook(io.BytesIO(content))["分单位统计"]["C4"]
    assert (cell.value, cell.number_format) == (0.985, "0.0%")
    assert load_workbook(io.BytesIO(content))["分单位统计"]["A4"].data_type == "s"  # no formula
