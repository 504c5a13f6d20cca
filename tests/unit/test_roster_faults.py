"""Every fault of a roster is told, with its place, what was found and what is accepted; then nothing is imported."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from messages.errors import Fault, Refused
from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.store.database import Database
from messages.store.organisation import roster_rows
from tests.rosters import CHIEF, CLERK, HEADER, NOW, Cells, add_sheet, csv_file, places, row, xlsx

WHOLE = (*HEADER, "上级单位", "单位类别", "上级岗位编号", "角色", "语言", "风险岗位")
PLAIN = ("", "部门", "", "", "zh_CN", "否")


async def faults_of(db: Database, source: Path | Sequence[RosterRow]) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as refusal:
        await import_roster(db, source, NOW)
    return refusal.value.faults


async def faults_of_lines(db: Database, tmp_path: Path, *lines: Cells) -> tuple[Fault, ...]:
    return await faults_of(db, xlsx(tmp_path / "r.xlsx", *lines))


async def test_every_fault_is_told_in_one_pass_in_the_order_of_the_file(db: Database, tmp_path: Path) -> None:
    lines = [
        ("财政局", "A-1", "局长", "高", "P1", "王芳", *PLAIN),
        ("财政局", "A-2", "", 4, "P2", "", *PLAIN),
        ("", "A-3", "出纳", 9, "P3", "李伟", "", "大队", "", "厨师", "法语", "也许"),
        ("财政局", "A-1", "会计", 4, "P1", "王方", *PLAIN),
    ]
    faults = await faults_of_lines(db, tmp_path, WHOLE, *lines)
    assert places(faults) == [
        (2, "层级", "高"),
        (3, "岗位", ""),
        (3, "姓名", ""),
        (4, "单位", ""),
        (4, "单位类别", "大队"),
        (4, "层级", "9"),
        (4, "风险岗位", "也许"),
        (4, "角色", "厨师"),
        (4, "语言", "法语"),
        (5, "岗位编号", "A-1"),
        (5, "姓名", "王方"),
    ]
    assert {fault.sheet for fault in faults} == {"花名册"}


async def test_with_a_fault_nothing_is_imported(db: Database, tmp_path: Path) -> None:
    await faults_of_lines(db, tmp_path, HEADER, CHIEF, ("财政局", "A-2", "出纳", 7, "P2", "李伟"))
    async with db.reading() as conn:
        assert await roster_rows(conn) == []


async def test_unknown_and_missing_columns_are_told_with_those_accepted(db: Database, tmp_path: Path) -> None:
    header = ("单位", "岗位编号", "岗位", "星座", "人员编号", "姓名")
    unknown, missing = await faults_of_lines(db, tmp_path, ("花名册",), header, CHIEF)
    assert (unknown.line, unknown.column, unknown.value) == (2, "星座", "星座")
    assert "岗位编号 post_code" in str(unknown.message.values["columns"])
    assert (missing.line, missing.column) == (2, "层级")


async def test_a_column_that_stands_twice_is_told(db: Database, tmp_path: Path) -> None:
    (fault,) = await faults_of_lines(db, tmp_path, (*HEADER, "工号"), (*CHIEF, "P9"))
    assert (fault.line, fault.column, fault.message.values["first"]) == (1, "工号", "人员编号")


async def test_a_value_under_no_name_is_told(db: Database, tmp_path: Path) -> None:
    (fault,) = await faults_of_lines(db, tmp_path, HEADER, (*CHIEF, None, "去年调入"))
    assert (fault.line, fault.column, fault.value) == (2, "8", "去年调入")


async def test_a_sheet_without_a_header_is_told_by_name(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    workbook = Workbook()
    assert workbook.active is not None
    workbook.active.title = "填表说明"
    workbook.active.append(["请如实填写"])
    workbook.save(path)
    (fault,) = await faults_of(db, path)
    assert (fault.sheet, fault.line, fault.value) == ("填表说明", 1, "请如实填写")


@pytest.mark.parametrize("line", [("单位", "全称"), CLERK])
async def test_a_sheet_that_may_be_a_roster_is_never_passed_over(db: Database, tmp_path: Path, line: Cells) -> None:
    """Its posts would be ended."""
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    add_sheet(path, "续表", line)
    (fault,) = await faults_of(db, path)
    assert (fault.sheet, fault.line) == ("续表", 1)


async def test_a_post_used_twice_names_the_other_line(db: Database, tmp_path: Path) -> None:
    (fault,) = await faults_of_lines(db, tmp_path, HEADER, CHIEF, CLERK, (*CHIEF[:4], "P3", "赵六"))
    assert (fault.line, fault.column, fault.value) == (4, "岗位编号", "A-1")
    assert "line" in fault.message.values["where"].message  # type: ignore[union-attr]
    assert fault.message.values["where"].values == {"line": 2}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("单位", '甲", all, unit:"甲'),
        ("岗位编号", 'A"1'),
        ("人员编号", "P＂1"),
        ("风险节点", '开标;"'),
        ("上级单位", '"'),
    ],
)
async def test_a_name_with_a_quotation_mark_is_told(db: Database, tmp_path: Path, column: str, value: str) -> None:
    """An audience that names it would be read as further terms."""
    line = dict(zip((*HEADER, "风险节点", "上级单位"), (*CHIEF, "", ""), strict=True)) | {column: value}
    (fault,) = await faults_of_lines(db, tmp_path, tuple(line), tuple(line.values()))
    assert (fault.line, fault.column) == (2, column)


async def test_one_code_with_two_names_is_told(db: Database) -> None:
    (fault,) = await faults_of(db, [row("A-1", "P1", "王芳"), row("A-2", "P1", "王方")])
    assert fault.value == "王方"


async def test_one_person_with_two_languages_is_no_fault(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", language="zh_CN"), row("A-2", "P1", language="en")], NOW)
    async with db.reading() as conn:
        assert {row.language for row in await roster_rows(conn)} == {"zh_CN"}


async def test_a_unit_with_two_parents_or_kinds_is_told(db: Database, tmp_path: Path) -> None:
    header = (*HEADER, "上级单位", "单位类别")
    lines = [
        ("甲局", "B-1", "局长", 1, "P8", "赵一", "", ""),
        ("乙局", "B-2", "局长", 1, "P9", "赵二", "", ""),
        (*CHIEF, "甲局", "部门"),
        (*CLERK, "乙局", "街道"),
    ]
    faults = await faults_of_lines(db, tmp_path, header, *lines)
    assert places(faults) == [(5, "上级单位", "乙局"), (5, "单位类别", "street")]


async def test_an_unknown_parent_is_told_once(db: Database, tmp_path: Path) -> None:
    faults = await faults_of_lines(db, tmp_path, (*HEADER, "上级单位"), (*CHIEF, "月球局"), (*CLERK, "月球局"))
    assert places(faults) == [(2, "上级单位", "月球局")]


async def test_circles_of_units_and_of_posts_are_told_once_each(db: Database) -> None:
    rows = [
        row("A-1", None, unit="甲", parent_unit="乙", reports_to="A-3", line=2),
        row("A-2", None, unit="乙", parent_unit="丙", reports_to="A-1", line=3),
        row("A-3", None, unit="丙", parent_unit="甲", reports_to="A-2", line=4),
        row("A-4", None, unit="丙", parent_unit="甲", reports_to="A-4", line=5),
    ]
    faults = await faults_of(db, rows)
    assert places(faults) == [(2, "上级单位", "乙"), (2, "上级岗位编号", "A-3"), (5, "上级岗位编号", "A-4")]
    assert "A-1 → A-3 → A-2 → A-1" in str(faults[1].message.values["way"])


async def test_a_circle_through_a_unit_that_stands_already_is_told(db: Database) -> None:
    await import_roster(db, [row("A-1", None, unit="甲"), row("A-2", None, unit="乙", parent_unit="甲")], NOW)
    (fault,) = await faults_of(db, [row("A-1", None, unit="甲", parent_unit="乙", line=2)])
    assert places([fault]) == [(2, "上级单位", "乙")]


async def test_units_too_deep_are_told(db: Database) -> None:
    rows = [row(f"A-{n}", None, unit=f"U{n}", parent_unit=f"U{n - 1}" if n else "") for n in range(17)]
    (fault,) = await faults_of(db, rows)
    assert fault.value == "U14"


async def test_an_unknown_superior_is_told_and_a_faulty_one_is_known(db: Database, tmp_path: Path) -> None:
    header = (*HEADER, "上级岗位编号")
    lines = [
        ("财政局", "A-1", "局长", "X", "P1", "王芳", ""),
        (*CLERK, "A-1"),
        ("财政局", "A-3", "会计", 4, "", "", "Z"),
    ]
    faults = await faults_of_lines(db, tmp_path, header, *lines)
    assert places(faults) == [(2, "层级", "X"), (4, "上级岗位编号", "Z")]


async def test_a_role_of_a_vacant_post_is_told(db: Database, tmp_path: Path) -> None:
    (fault,) = await faults_of_lines(db, tmp_path, (*HEADER, "角色"), (*CHIEF[:4], "", "", "管理员"))
    assert (fault.column, fault.value) == ("角色", "管理员")


async def test_a_risk_node_with_too_long_a_name_is_told(db: Database, tmp_path: Path) -> None:
    header = (*HEADER, "风险节点")
    (fault,) = await faults_of_lines(db, tmp_path, header, (*CHIEF, f"开标;{'长' * 101}"))
    assert (fault.line, fault.column) == (2, "风险节点")


@pytest.mark.parametrize("value", ["长" * 201, "换\n行", "零\u200b宽", "反\u202e向"])
async def test_values_that_are_too_long_or_cannot_be_seen_are_told(db: Database, tmp_path: Path, value: str) -> None:
    (fault,) = await faults_of_lines(db, tmp_path, HEADER, (value, *CHIEF[1:]))
    assert fault.column == "单位"
    assert len(fault.value or "") <= 60


async def test_errors_and_uncalculated_formulas_are_told_not_read_as_empty(db: Database, tmp_path: Path) -> None:
    lines = [(*CHIEF[:4], "#REF!", "#N/A"), (*CLERK[:4], "=VLOOKUP(1,B:C,2)", "=A1")]
    faults = await faults_of_lines(db, tmp_path, HEADER, *lines)
    assert places(faults) == [
        (2, "人员编号", "#REF!"),
        (2, "姓名", "#N/A"),
        (3, "人员编号", "=VLOOKUP(1,B:C,2)"),
        (3, "姓名", "=A1"),
    ]


async def test_a_date_made_of_a_code_and_a_number_without_its_last_digits_are_told(
    db: Database, tmp_path: Path
) -> None:
    faults = await faults_of_lines(db, tmp_path, HEADER, ("财政局", NOW.date(), "局长", 1, 510104199001011234, "王芳"))
    assert [fault.column for fault in faults] == ["岗位编号", "人员编号"]


async def test_an_empty_table_is_told(db: Database, tmp_path: Path) -> None:
    (fault,) = await faults_of_lines(db, tmp_path)
    assert fault.message.message == "The file is empty."


async def test_a_roster_without_lines_would_end_everything_and_is_told(db: Database, tmp_path: Path) -> None:
    assert await faults_of_lines(db, tmp_path, HEADER)


async def test_undecodable_bytes_are_told_with_their_line(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("单位,岗位编号,岗位,层级,人员编号,姓名\n财政局,A-1,局长,1,P1,王".encode() + b"\xff\xfe\n")
    (fault,) = await faults_of(db, path)
    assert fault.line == 2


async def test_quotes_that_do_not_close_are_told_with_their_line(db: Database, tmp_path: Path) -> None:
    text = '单位,岗位编号,岗位,层级,人员编号,姓名\n财政局,A-1,"局长,1,P1,王芳\n财政局,A-2,出纳,4,P2,李伟\n'
    (fault,) = await faults_of(db, csv_file(tmp_path / "r.csv", text))
    assert fault.line == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.xlsx", b""),
        ("r.csv", b""),
        ("r.xlsx", b"PK\x03\x04 and no more"),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("r.csv", b"PK\x03\x04 a workbook"),
        ("r.csv", b"\x89PNG\n\x00\x01\n" * 9),
        ("r.csv", b"\xff\xff\n" * 9),
        ("r.xls", b"old"),
        ("r", b"?"),
    ],
)
async def test_files_that_are_no_roster_are_told(db: Database, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert len(await faults_of(db, path)) == 1


async def test_a_truncated_workbook_is_told(db: Database, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    path.write_bytes(path.read_bytes()[:-200])
    assert len(await faults_of(db, path)) == 1


@pytest.mark.parametrize(
    "part", ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
async def test_a_workbook_that_is_broken_inside_is_told(db: Database, tmp_path: Path, part: str) -> None:
    whole = xlsx(tmp_path / "whole.xlsx", HEADER, CHIEF, (*CLERK[:5], "=A1"))
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "r.xlsx", "w") as broken:
        for name in archive.namelist():
            content = archive.read(name)
            broken.writestr(name, content[: len(content) // 2] if name == part else content)
    (fault,) = await faults_of(db, tmp_path / "r.xlsx")
    assert "not a whole XLSX" in fault.message.message


async def test_a_cell_far_away_does_not_take_the_memory(db: Database, tmp_path: Path) -> None:
    workbook = Workbook()
    assert workbook.active is not None
    workbook.active["A1"] = "单位"
    workbook.active["XFD1048576"] = "far"
    workbook.save(tmp_path / "r.xlsx")
    (fault,) = await faults_of(db, tmp_path / "r.xlsx")
    assert "at most" in fault.message.message


async def test_a_zip_bomb_is_not_unpacked(db: Database, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.xml", "w") as part:
        for _ in range(64):
            part.write(bytes(1024 * 1024))
    (fault,) = await faults_of(db, path)
    assert "at most" in fault.message.message
