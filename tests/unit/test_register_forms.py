"""Registers as forms: one for a post, one name over several lines, people of their posts, hidden sheets, copies."""

from pathlib import Path

from openpyxl import load_workbook

from messages.errors import Fault
from messages.register.placing import Placed, Placer
from messages.sheets.reading import read
from tests.registers import Lines, book, directory, file_of, rows_of, text
from tests.rosters import places

HEADER = ("岗位编号", "风险点", "表现形式", "风险等级", "防控措施")


def placed(path: Path) -> tuple[list[Placed], list[Fault]]:
    """The points of a file where they belong, and what has no place."""
    placer = Placer(directory=directory(), given=None)
    return list(placer.place(rows_of(path))), placer.faults


def test_a_form_for_each_post_says_the_post_above_its_points(tmp_path: Path) -> None:
    header = ("序号", "职责", "风险点", "风险等级", "防控措施")
    lines = (
        ("岗位廉政风险识别防控表",),
        ("单位：财政局", "", "岗位名称：出纳", "", "姓名：李二"),
        header,
        (1, "付款", "违规拨付", "高", "复核"),
        ("单位：教育局", "", "岗位编号：", "E-1"),
        header,
        (1, "采购", "围标", "高", "公开"),
    )
    found, faults = placed(book(tmp_path / "r.xlsx", {"Sheet1": lines}))
    assert faults == []
    assert [(one.post.code if one.post else None, one.row.name) for one in found] == [
        ("F-2", "违规拨付"),
        ("E-1", "围标"),
    ]


def test_lines_of_one_merged_name_are_one_point_and_others_are_not(tmp_path: Path) -> None:
    lines = (
        HEADER,
        ("F-2", "违规拨付", "1.超预算", "高", "甲"),
        ("", "", "2.无依据", "", ""),
        ("", "", "", "", "乙"),
        ("F-2", "坐支现金", "不入账", "低", "盘点"),
        ("F-3", "", "不盘点", "低", "盘点"),
        ("F-3", "公款私存", "甲", "低", ""),
        ("F-3", "公款私存", "乙", "低", ""),
    )
    merge = ["A2:A4", "B2:B4", "D2:D4", "B5:B6"]
    rows = rows_of(book(tmp_path / "r.xlsx", {"财政局": lines}, {"财政局": merge}))
    assert [(row.name, row.description) for row in rows] == [
        ("违规拨付", "1.超预算\n2.无依据"),
        ("坐支现金", "不入账"),
        ("坐支现金", "不盘点"),
        ("公款私存", "甲"),
        ("公款私存", "乙"),
    ]
    assert rows[0].controls == "甲\n乙"


def test_whoever_holds_one_post_is_not_filled_in_for_another(tmp_path: Path) -> None:
    lines = (
        ("岗位编号", "岗位责任人", "风险点", "风险等级", "分管领导"),
        ("F-2", "张三", "违规拨付", "高", "李四"),
        ("F-2", "", "坐支现金", "高", ""),
        ("F-3", "", "公款私存", "高", ""),
    )
    rows = rows_of(book(tmp_path / "r.xlsx", {"财政局": lines}))
    assert [(row.responsible, row.leading) for row in rows] == [("张三", "李四"), ("张三", "李四"), ("", "")]
    rows = rows_of(text(tmp_path / "r.csv", ("单位", *lines[0]), *(("财政局", *line) for line in lines[1:])))
    assert [(row.responsible, row.leading) for row in rows] == [("张三", "李四"), ("张三", "李四"), ("", "李四")]
    below = (("风险点", "风险等级", "责任领导", "岗位责任人"), ("甲", "高", "李四", "张三"), ("乙", "低", "", ""))
    rows = rows_of(book(tmp_path / "s.xlsx", {"财政局": below}))
    assert [(row.leading, row.responsible) for row in rows] == [("李四", "张三"), ("李四", "")]


def test_a_hidden_sheet_is_passed_over_and_named(tmp_path: Path) -> None:
    sheet = (HEADER, ("F-2", "违规拨付", "超预算", "高", "甲"))
    path = hidden(book(tmp_path / "r.xlsx", {"财政局": sheet, "旧稿": sheet}), "旧稿")
    file, faults = file_of(path)
    assert (len(file.rows), file.skipped_sheets, faults) == (1, ("旧稿",), [])
    assert [sheet.hidden for sheet in read(path)] == [False, True]


def hidden(path: Path, name: str) -> Path:
    """The workbook with a sheet that nobody sees."""
    workbook = load_workbook(path)
    workbook[name].sheet_state = "hidden"
    workbook.save(path)
    return path


def test_the_same_line_again_is_told_and_one_that_differs_is_a_point(tmp_path: Path) -> None:
    line = ("F-2", "违规拨付", "超预算", "高", "甲")
    lines = (HEADER, line, line, (*line[:2], "无依据", *line[3:]))
    file, faults = file_of(book(tmp_path / "r.xlsx", {"财政局": lines, "教育局": (HEADER, ("E-1", *line[1:]))}))
    assert [(fault.line, fault.value) for fault in faults] == [(3, "违规拨付")]
    assert len(file.rows) == 4


def test_two_columns_of_names_or_levels_are_one_too_many_and_of_forms_and_controls_are_read_both(
    tmp_path: Path,
) -> None:
    header = ("风险名称", "风险点", "风险描述", "表现形式", "等级", "风险等级", "防控措施", "制度措施")
    lines = (
        header,
        ("甲类", "违规拨付", "超预算", "无依据", "高", "低", "复核", "内控"),
        ("挪用",) * 2 + ("",) * 2 + ("高",) * 2,
    )
    file, faults = file_of(book(tmp_path / "r.xlsx", {"财政局": lines}))
    assert places(faults) == [(2, "风险点", "违规拨付"), (2, "风险等级", "低")]
    assert (file.rows[0].description, file.rows[0].controls) == ("超预算\n无依据", "复核\n内控")
    assert file.rows[1].name == "挪用"


def test_a_region_before_a_unit_says_nothing_else(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("单位", "风险点", "等级"),
        *(
            (unit, f"点{at}", "高")
            for at, unit in enumerate(("区财政局", "青澜区财政局", "青澜市青澜区教育局", "财政局"))
        ),
    )
    found, faults = placed(path)
    assert ([one.unit.name for one in found], faults) == (["财政局", "财政局", "教育局", "财政局"], [])
    assert directory().unit("城市财政局") is None


def titled(tmp_path: Path, title: str, header: tuple[str, ...], line: tuple[object, ...]) -> list[Fault]:
    lines: Lines = ((title,), header, line)
    return placed(book(tmp_path / "r.xlsx", {"教育局": lines}))[1]


def test_a_sheet_and_its_title_name_one_unit(tmp_path: Path) -> None:
    (fault,) = titled(tmp_path, "财政局廉政风险表", ("风险点", "风险等级"), ("违规招生", "高"))
    assert (fault.sheet, fault.message.values) == ("教育局", {"sheet": "教育局", "unit": "财政局"})
    assert titled(tmp_path, "青澜区教育局廉政风险表", ("风险点", "风险等级"), ("违规招生", "高")) == []
    assert titled(tmp_path, "财政局廉政风险表", ("单位", "风险点", "风险等级"), ("教育局", "违规招生", "高")) == []


def test_two_posts_in_one_cell_are_two_lines(tmp_path: Path) -> None:
    path = text(
        tmp_path / "r.csv",
        ("单位", "岗位编号", "岗位", "风险点", "等级"),
        ("财政局", "F-2、F-3", "", "甲", "高"),
        ("财政局", "", "局长/出纳", "乙", "高"),
        ("财政局", "F-22", "", "丙", "高"),
    )
    said = [fault.message.message for fault in placed(path)[1]]
    assert ["One post on each line" in one for one in said] == [True, True, False]
