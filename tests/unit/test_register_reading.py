"""Registers as offices write them: titles, notes, merged cells, headers of two lines, several sheets, faults."""

from pathlib import Path

import pytest

from messages.register.records import PointState, RiskLevel, Workflow
from tests.registers import FIRST, SECOND, book, file_of, rows_of, text
from tests.rosters import places

HIGH, MIDDLE, LOW = RiskLevel.HIGH, RiskLevel.MIDDLE, RiskLevel.LOW


def test_the_usual_sheet_with_a_title_merged_units_and_leaders_and_notes_below(tmp_path: Path) -> None:
    lines = (
        ("青澜区廉政风险点汇总表",),
        ("填报单位：财政局", "", "", "", "", "", "", "填报日期：2026年3月"),
        FIRST,
        (1, "财政局", "资金管理", "违规拨付", "超预算\n拨付资金", "高", "双人复核", "张三", "李四"),
        (2, "", "资金管理", "坐支现金", "不入账", "Ⅲ", "日清月结", "", ""),
        (3, "教育局", "政府采购", "围标串标", "指定品牌", "中风险", "公开招标", "王五", "赵六"),
        ("合计", "", "", 3),
        ("注：高风险指可能构成犯罪的。",),
        ("2.中风险指可能违纪的。",),
        ("填表人：陈七", "", "", "审核人：周八"),
    )
    path = book(tmp_path / "r.xlsx", {"汇总": lines}, {"汇总": ["A1:I1", "B4:B5", "H4:H5", "I4:I5", "A8:I8"]})
    file, faults = file_of(path)
    assert faults == []
    first, second, third = file.rows
    assert (first.unit, first.category, first.name, first.level) == ("财政局", "资金管理", "违规拨付", HIGH)
    assert (first.description, first.controls) == ("超预算\n拨付资金", "双人复核")
    assert (second.unit, second.responsible, second.leading, second.level) == ("财政局", "张三", "李四", LOW)
    assert (third.unit, third.responsible, third.level, third.line) == ("教育局", "王五", MIDDLE, 6)
    assert file.passed_over == 6
    assert first.origin.titles == ("青澜区廉政风险点汇总表", "填报单位：财政局 填报日期：2026年3月")


def test_the_other_set_of_columns_without_levels_in_several_sheets_and_one_of_notes(tmp_path: Path) -> None:
    sheet = (SECOND, (1, "政府采购", "泄露标底", "向投标人透露标底", "专人保管", "投诉件数"))
    notes = (("填表说明",), ("一、请于月底前报送",))
    counts = (("单位", "风险点", "高", "中", "低"), ("财政局", 12, 3, 4, 5), ("教育局", 8, 1, 2, 5))
    file, faults = file_of(book(tmp_path / "r.xlsx", {"财政局": sheet, "教育局": sheet, "说明": notes, "统计": counts}))
    assert faults == []
    assert [row.origin.sheet for row in file.rows] == ["财政局", "教育局"]
    assert (file.rows[0].level, file.rows[0].indicators) == (None, "投诉件数")
    assert file.skipped_sheets == ("说明", "统计")
    assert file.no_level == ("财政局", "教育局")


def test_a_header_of_two_lines_with_levels_that_are_ticked(tmp_path: Path) -> None:
    lines = (
        ("序号", "单位", "风险点情况", "", "风险等级", "", "", "防控措施"),
        ("", "", "风险点名称", "表现形式", "高", "中", "低", ""),
        (1, "财政局", "违规拨付", "超预算拨付", "", "√", "", "复核"),
        (2, "", "坐支现金", "不入账", "", "", "√", "盘点"),
        (3, "", "公款私存", "", "√", "√", "", ""),
    )
    merge = ["A1:A2", "B1:B2", "C1:D1", "E1:G1", "H1:H2", "B3:B5"]
    file, faults = file_of(book(tmp_path / "r.xlsx", {"表": lines}, {"表": merge}))
    assert [(row.unit, row.name, row.level, row.controls) for row in file.rows[:2]] == [
        ("财政局", "违规拨付", MIDDLE, "复核"),
        ("财政局", "坐支现金", LOW, "盘点"),
    ]
    assert places(faults) == [(5, "风险等级", "高, 中")]


def test_levels_that_are_columns_of_their_own(tmp_path: Path) -> None:
    path = text(tmp_path / "r.csv", ("单位", "风险点", "高", "中", "低"), ("财政局", "违规拨付", "", "", "1"))
    assert rows_of(path)[0].level is LOW


def test_lines_between_name_the_unit_and_the_section_of_those_below(tmp_path: Path) -> None:
    header = ("序号", "风险点", "风险等级", "防控措施")
    lines = (
        header,
        ("一、财政局",),
        (1, "违规拨付", "高", "复核"),
        ("一、政府采购类",),
        ("（二）采购科",),
        (1, "泄露标底", "高", "保密"),
        ("注：以上为财政局",),
        ("教育局廉政风险点登记表",),
        header,
        (1, "违规招生", "中", "公示"),
    )
    rows = rows_of(book(tmp_path / "r.xlsx", {"Sheet1": lines}))
    assert [(row.below, row.section, row.name) for row in rows] == [
        ("财政局", "", "违规拨付"),
        ("财政局", "采购科", "泄露标底"),
        ("教育局", "", "违规招生"),
    ]


def test_what_a_text_file_leaves_blank_is_filled_from_above_but_not_past_another_unit(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("单位", "内设机构", "岗位", "职责", "类别", "风险点", "等级", "责任人", "分管领导"),
        ("财政局", "国库科", "出纳", "付款", "资金管理", "违规拨付", "高", "张三", "李四"),
        ("", "", "", "", "", "坐支现金", "低", "", ""),
        ("", "采购科", "", "", "", "泄露标底", "中", "", ""),
        ("教育局", "", "", "", "", "违规招生", "中", "", ""),
        encoding="gb18030",
    )
    rows = rows_of(path)
    assert [(row.unit, row.section, row.post, row.duty) for row in rows] == [
        ("财政局", "国库科", "出纳", "付款"),
        ("财政局", "国库科", "出纳", "付款"),
        ("财政局", "采购科", "", ""),
        ("教育局", "", "", ""),
    ]
    assert [(row.category, row.responsible, row.leading) for row in rows] == [
        ("资金管理", "张三", "李四"),
        ("资金管理", "张三", "李四"),
        ("", "", ""),
        ("", "", ""),
    ]


def test_in_a_workbook_only_what_was_merged_fills_a_category(tmp_path: Path) -> None:
    lines = (
        ("单位", "风险类别", "风险点", "风险等级"),
        ("财政局", "资金管理", "违规拨付", "高"),
        ("", "", "坐支现金", "低"),
        ("", "", "公款私存", "低"),
    )
    rows = rows_of(book(tmp_path / "r.xlsx", {"表": lines}, {"表": ["B2:B3"]}))
    assert [row.category for row in rows] == ["资金管理", "资金管理", ""]
    assert {row.unit for row in rows} == {"财政局"}


def test_what_says_that_there_is_nothing_is_not_filled(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("单位", "岗位", "风险点", "等级", "责任人", "法规依据"),
        ("财政局", "出纳", "违规拨付", "高", "张三", "ZWCF2020:34"),
        ("财政局", "／", "坐支现金", "低", "无", "无"),
    )
    assert [(row.post, row.responsible, len(row.bases)) for row in rows_of(path)] == [("出纳", "张三", 1), ("", "", 0)]


def test_a_line_with_a_number_of_ours_is_whole(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("单位", "岗位", "类别", "风险点", "等级", "状态", "编号"),
        ("财政局", "出纳", "资金管理", "违规拨付", "高", "草稿", "#7 ZX-01"),
        ("财政局", "", "", "坐支现金", "低", "已入库", "#8"),
    )
    first, second = rows_of(path)
    assert (first.own_id, first.ref, first.state) == (7, "ZX-01", PointState.DRAFT)
    assert (second.own_id, second.ref, second.post, second.category) == (8, "", "", "")


def test_numbers_that_begin_again_on_each_sheet_call_no_point(tmp_path: Path) -> None:
    sheet = (("编号", "风险点", "等级"), (1, "违规拨付", "高"), (2, "坐支现金", "低"))
    assert {row.ref for row in rows_of(book(tmp_path / "r.xlsx", {"财政局": sheet, "教育局": sheet}))} == {""}
    called = text(tmp_path / "r.csv", ("单位", "编号", "风险点", "等级"), ("财政局", "CZ-01", "违规拨付", "高"))
    assert rows_of(called)[0].ref == "CZ-01"


def test_english_columns_steps_kinds_of_work_and_laws_as_people_cite_them(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("Unit", "Post Code", "Node", "Workflow", "Risk Point", "Level", "Legal Basis", "Duty"),
        ("财政局", "F-2", "资金拨付", "资金管理流程", "违规拨付", "high", "《政务处分法》第34条", "付款"),
    )
    (row,) = rows_of(path)
    assert (row.post_code, row.node, row.workflow, row.duty) == ("F-2", "资金拨付", Workflow.FUNDS, "付款")
    assert [str(cited) for cited in row.bases] == ["ZWCF2020:34"]


def test_where_only_one_of_name_and_description_is_the_other_is_made_of_it(tmp_path: Path) -> None:
    described = (("风险内容", "等级"), ("收受礼品；泄露标底。", "高"))
    named = (("风险点", "等级"), ("收受礼品。\n" + "泄露标底" * 60, "高"))
    first, second = rows_of(book(tmp_path / "r.xlsx", {"财政局": described, "教育局": named}))
    assert (first.name, first.description) == ("收受礼品", "收受礼品；泄露标底。")
    assert (second.name, len(second.description)) == ("收受礼品", 246)


def test_columns_that_are_not_known_are_passed_over_and_named(tmp_path: Path) -> None:
    lines = (
        ("序号", "单位", "风险点", "等级", "完成时限", "备注"),
        (1, "财政局", "违规拨付", "高", "六月", "无", "另"),
    )
    file, faults = file_of(book(tmp_path / "r.xlsx", {"表": lines}))
    assert (len(file.rows), faults) == (1, [])
    assert file.skipped_columns == ("完成时限", "G")


def test_every_fault_has_its_sheet_line_column_and_value(tmp_path: Path) -> None:
    lines = (
        ("登记表",),
        ("单位", "风险点", "风险等级", "法规依据", "状态", "防控措施"),
        ("财政局", "违规拨付", "特级", "《招标投标法》第三条", "不明", "=1/0"),
        ("财政局", "坐支现金", "", "ZWCF2020:99", "", "控" * 2001),
        ("财政局", "", "高", "", "", "有措施"),
    )
    file, faults = file_of(book(tmp_path / "r.xlsx", {"登记": lines}))
    assert len(file.rows) == 3
    assert {fault.sheet for fault in faults} == {"登记"}
    assert places(faults) == [
        (3, "防控措施", "=1/0"),
        (3, "风险等级", "特级"),
        (3, "法规依据", "《招标投标法》第三条"),
        (3, "状态", "不明"),
        (4, "防控措施", f"{'控' * 40}…"),
        (4, "风险等级", ""),
        (4, "法规依据", "ZWCF2020:99"),
        (5, "风险点", ""),
    ]
    assert file.no_level == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((("目录",), ("一",)), "columns' names"),
        ((("单位", "风险等级", "防控措施"), ("财政局", "高", "复核")), "missing"),
        ((("单位", "风险点", "风险等级"),), "no risk point"),
    ],
)
def test_a_file_without_a_register_says_what_is_missing(
    tmp_path: Path, lines: tuple[tuple[object, ...], ...], said: str
) -> None:
    file, faults = file_of(book(tmp_path / "r.xlsx", {"表": lines}))
    assert file.rows == ()
    assert [said in fault.message.message for fault in faults] == [True]
