"""A roster is read as offices write it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from messages.errors import Refused
from messages.organisation.records import Role, UnitKind
from messages.sheets.reading import read
from tests.rosters import CHIEF, CLERK, HEADER, csv_file, rows_of, xlsx

CSV = "单位,岗位编号,岗位,层级,人员编号,姓名\n财政局,A-1,局长,1,P1,王芳\n"


def test_a_workbook_is_read(tmp_path: Path) -> None:
    chief, clerk = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK))
    assert (chief.unit, chief.post_code, chief.post, chief.level) == ("财政局", "A-1", "局长", 1)
    assert (clerk.person_code, clerk.name, clerk.line, clerk.sheet) == ("P2", "李伟", 3, "花名册")


def test_columns_may_stand_in_any_order_under_other_names(tmp_path: Path) -> None:
    header = ("工号", "姓 名", "部门", "职务", "岗位编码", "Level *", "序号", "是否风险岗位", "备注")
    line = ("P1", "王芳", "财政局", "局长", "A-1", "一级", 1, "√", "新任")
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", header, line))
    assert (only.unit, only.post, only.post_code, only.level) == ("财政局", "局长", "A-1", 1)
    assert (only.person_code, only.name, only.risk_post) == ("P1", "王芳", True)


def test_english_headers_are_read_whatever_their_case_and_width(tmp_path: Path) -> None:
    header = "Unit,POST CODE,Post,\uff4c\uff45\uff56\uff45\uff4c,person-code,Name,Roles,Language,Unit Kind"
    text = f"{header}\nFinance,A-1,Head,1,P1,Wang Fang,leader; duty,English,Department\n"
    (only,) = rows_of(csv_file(tmp_path / "r.csv", text))
    assert only.roles == (Role.LEADER, Role.DUTY)
    assert (only.language, only.unit_kind) == ("en", UnitKind.DEPARTMENT)


def test_marks_and_notes_in_headers_do_not_matter(tmp_path: Path) -> None:
    header = ("*单位（必填）", "岗位编号\n(唯一)", "岗位", "层级(1-5)", "人员编号", "姓名")
    assert len(rows_of(xlsx(tmp_path / "r.xlsx", header, CHIEF))) == 1


def test_titles_above_the_header_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    lines = (("青澜区岗位花名册",), ("填报单位: 推进办",), (), HEADER, CHIEF, (), ("", " ", None), CLERK)
    path = xlsx(tmp_path / "r.xlsx", *lines, merge=("A1:F1", "A2:F2"))
    assert [row.line for row in rows_of(path)] == [5, 8]


def test_merged_cells_are_filled_downwards(tmp_path: Path) -> None:
    clerk = (None, "A-2", "出纳", 4, "P2", "李伟")
    other = ("教育局", "B-1", "局长", 1, "P1", None)
    rows = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, clerk, merge=("A2:A3",)))
    assert [row.unit for row in rows] == ["财政局", "财政局"]
    held_twice = xlsx(tmp_path / "s.xlsx", HEADER, CHIEF, (*other[:4], None, None), merge=("E2:E3", "F2:F3"))
    assert [row.person_code for row in rows_of(held_twice)] == ["P1", "P1"]


def test_a_header_merged_over_two_lines_is_one_header(tmp_path: Path) -> None:
    areas = tuple(f"{column}1:{column}2" for column in "ABCDEF")
    assert len(rows_of(xlsx(tmp_path / "r.xlsx", HEADER, (), CHIEF, merge=areas))) == 1


def test_a_header_under_groups_is_found(tmp_path: Path) -> None:
    groups = ("单位", "岗位", None, None, "人员", None)
    names = (None, "岗位编号", "岗位名称", "层级", "人员编号", "姓名")
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", groups, names, CHIEF, merge=("A1:A2", "B1:D1", "E1:F1")))
    assert (only.unit, only.post) == ("财政局", "局长")


def test_the_header_repeated_on_each_page_is_passed_over(tmp_path: Path) -> None:
    assert len(rows_of(xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, HEADER, CLERK))) == 2


def test_a_table_may_begin_away_from_the_corner(tmp_path: Path) -> None:
    lines = [("", "", *line) for line in (HEADER, CHIEF)]
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", (), *lines))
    assert (only.line, only.name) == (3, "王芳")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_its_encodings_and_with_its_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    (only,) = rows_of(csv_file(tmp_path / "r.csv", CSV.replace(",", delimiter), encoding))
    assert (only.unit, only.name) == ("财政局", "王芳")


def test_lines_of_a_csv_are_counted_as_a_person_sees_them(tmp_path: Path) -> None:
    header = '单位,岗位编号,岗位,层级,人员编号,姓名,"备\n注"'
    text = f'标题\r\n\r\n{header}\r\n财政局,A-1,局长,1,P1,王芳,"a\nb"\r\n财政局,A-2,出纳,4,P2,李伟,\r\n'
    assert [row.line for row in rows_of(csv_file(tmp_path / "r.csv", text))] == [5, 7]


@pytest.mark.parametrize(
    ("written", "level"),
    [(4, 4), (4.0, 4), ("4", 4), ("\uff14", 4), ("四级", 4), ("4级", 4), ("第四层级", 4), ("Ⅳ级", 4)],
)
def test_levels_are_read_as_they_are_written(tmp_path: Path, written: object, level: int) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, ("财政局", "A-1", "局长", written, "P1", "王芳")))
    assert only.level == level


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("管理员", (Role.OFFICE,)),
        ("分管领导;信息采集员", (Role.LEADER, Role.COLLECTOR)),
        ("信息采集员、分管领导", (Role.LEADER, Role.COLLECTOR)),
        ("值班, 监督员", (Role.INSPECTOR, Role.DUTY)),
        ("派出机构；值班人员", (Role.INSPECTOR, Role.DUTY)),
        ("", ()),
    ],
)
def test_roles_are_read_with_any_separator(tmp_path: Path, written: str, roles: tuple[Role, ...]) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", (*HEADER, "角色"), (*CHIEF, written)))
    assert only.roles == roles


@pytest.mark.parametrize(
    ("written", "nodes"),
    [("开标;评标", ("开标", "评标")), ("开标； 评标、开标", ("开标", "评标")), ("竣工/验收", ("竣工/验收",)), ("", ())],
)
def test_risk_nodes_are_read_each_once(tmp_path: Path, written: str, nodes: tuple[str, ...]) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", (*HEADER, "风险节点"), (*CHIEF, written)))
    assert only.nodes == nodes


def test_codes_that_a_spreadsheet_made_numbers_are_codes(tmp_path: Path) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, ("财政局", 1001, "局长", 1, 20.0, "王芳")))
    assert (only.post_code, only.person_code) == ("1001", "20")


def test_a_name_padded_to_three_signs_is_the_name(tmp_path: Path) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, (*CHIEF[:5], "王\u3000芳 ")))
    assert only.name == "王芳"


@pytest.mark.parametrize("name", [None, "空缺"])
def test_a_post_without_a_person_is_vacant(tmp_path: Path, name: str | None) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", HEADER, (*CHIEF[:4], None, name)))
    assert (only.person_code, only.name) == (None, None)


def test_a_line_of_a_unit_alone_declares_the_unit(tmp_path: Path) -> None:
    (only,) = rows_of(xlsx(tmp_path / "r.xlsx", (*HEADER, "单位类别"), ("采集点一", *[None] * 5, "采集点")))
    assert (only.post_code, only.unit_kind) == (None, UnitKind.COLLECTION_POINT)


def test_every_sheet_is_read_and_empty_ones_are_passed_over(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    workbook = load_workbook(path)
    workbook.create_sheet("空表")
    second = workbook.create_sheet("第二批")
    for line in (HEADER, CLERK):
        second.append(list(line))
    workbook.save(path)
    assert [row.sheet for row in rows_of(path)] == ["花名册", "第二批"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        read(tmp_path / "none.csv")
