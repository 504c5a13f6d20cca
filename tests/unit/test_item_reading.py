"""A file of items is read in whatever form it comes; each fault is told with its place and what is accepted."""

import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from messages.errors import Fault, Refused
from messages.file_types import MOST_FILE_BYTES
from messages.files import FileKind
from messages.items.kinds import ItemKind
from messages.items.reading import read_items
from messages.items.records import Given
from messages.notices import Category, Grade
from messages.text.phrase import phrase
from tests.enclosures import png
from tests.rosters import csv_file, places, xlsx

HEADER = ("标题", "编号", "信息类别", "种类", "内容", "确定日期", "等级", "岗位编号", "受众")
AUDIT = ("审计结论", "A-1", "警示类", "经济责任审计", "请引以为戒 <b>", "2026-09-24", "", "", "unit:财政局")
REMINDER = ("投诉集中", "", "提醒", "complaints", "请自查", "2026年9月24日", "橙", "P-1；P-2", "")
GIVEN = [
    Given(
        category=Category.CAUTION,
        kind=ItemKind.AUDIT,
        title="审计结论",
        text="请引以为戒 &lt;b&gt;",
        decisive_on=date(2026, 9, 24),
        audience="unit:财政局",
        ref="A-1",
    ),
    Given(
        category=Category.REMINDER,
        kind=ItemKind.COMPLAINTS,
        title="投诉集中",
        text="请自查",
        decisive_on=date(2026, 9, 24),
        grade=Grade.ORANGE,
        posts=("P-1", "P-2"),
    ),
]


def given_in(path: Path) -> list[Given]:
    """What is given, without the names that the reading gives to what has none."""
    found = read_items(path).given
    return [Given(**{**vars(one), "ref": None if (one.ref or "").startswith("row:") else one.ref}) for one in found]


def faults_of(path: Path) -> tuple[Fault, ...]:
    try:
        return read_items(path).refused().faults
    except Refused as refusal:
        return refusal.faults


def json_file(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def test_a_workbook_is_read_whatever_the_order_of_its_columns(tmp_path: Path) -> None:
    dated: list[object] = list(AUDIT)
    dated[5] = datetime(2026, 9, 24, 15)  # noqa: DTZ001 -- a spreadsheet's cell has no zone
    assert given_in(xlsx(tmp_path / "a.xlsx", ("九月信息",), HEADER, dated, REMINDER)) == GIVEN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(tmp_path: Path, encoding: str) -> None:
    lines = "\n".join(",".join(line) for line in (HEADER, AUDIT, REMINDER))
    assert given_in(csv_file(tmp_path / "a.csv", lines, encoding)) == GIVEN


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_is_read_with_the_names_in_either_language(tmp_path: Path, *, wrapped: bool) -> None:
    english = ("title", "ref", "category", "kind", "text", "date", "grade", "posts", "audience")
    rows = [
        {name: value for name, value in zip(HEADER, AUDIT, strict=True) if value},
        {**dict(zip(english, REMINDER, strict=True)), "posts": ["P-1", "P-2"], "ref": None},
    ]
    assert given_in(json_file(tmp_path / "a.json", {"items": rows} if wrapped else rows)) == GIVEN


def test_the_same_file_again_means_the_same_items_and_equal_rows_are_several(tmp_path: Path) -> None:
    again = [read_items(xlsx(tmp_path / f"{n}.xlsx", HEADER, REMINDER, AUDIT, REMINDER)) for n in range(2)]
    first, second = ([given.ref for given in file.given] for file in again)
    assert first == second
    assert len(set(first)) == 3


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    wrong = ("", "x" * 81, "学习类", "审计", "a\x01b", "24.9.2026", "绿", "", "")
    unknown = ("题", "", "", "", "文", "2026-02-30", "", "", "")
    faults = faults_of(csv_file(tmp_path / "a.csv", "\n".join(",".join(line) for line in (HEADER, wrong, unknown))))
    assert places(faults) == [
        (2, "编号", "x" * 40 + "…"),
        (2, "内容", "a\\x01b"),
        (2, "标题", ""),
        (2, "确定日期", "24.9.2026"),
        (2, "等级", "绿"),
        (2, "信息类别", "学习类"),
        (3, "种类", ""),
        (3, "确定日期", "2026-02-30"),
    ]
    assert "警示类 caution" in str(faults[5].message.values)


def test_faults_of_json_are_told_by_the_line_on_which_an_item_begins(tmp_path: Path) -> None:
    whole = {"kind": "audit", "title": "题", "text": "文"}
    rows = [whole, {**whole, "colour": {"deep": 1}}, [1], {"kind": "audit", "title": "题"}, {**whole, "标题": "题"}]
    faults = faults_of(json_file(tmp_path / "a.json", rows))
    assert places(faults) == [
        (7, "colour", '{"deep": 1}'),
        (15, None, "[1]"),
        (18, "内容", None),
        (22, "标题", "标题"),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", None),
        ("{}", 1),
        ("[\n{},\n]", 3),
        ('[{"kind":"audit"}', 1),
        ('[{"a":1,"a":2}]', 1),
        ("[\n[" + "[" * 100_000, 1),
        ("[NaN]", 1),
        ("[" + "9" * 5000 + "]", 1),
        ('[{"kind":"\\ud800"}]', 1),
        ("[]]", 1),
        ("[]", None),
        ("\xff\xfe[]", 1),
    ],
)
def test_json_that_is_none_of_ours_is_refused_with_its_line(tmp_path: Path, content: str, line: int | None) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content.encode("latin-1"))
    assert [fault.line for fault in faults_of(path)] == [line]


def test_a_file_that_is_broken_empty_or_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 * 1024 * 1024))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "empty.csv").write_bytes(b"")
    for name in ("bomb.xlsx", "broken.xlsx", "empty.csv", "none.csv", "list.txt"):
        assert len(faults_of(tmp_path / name)) == 1, name
    assert len(faults_of(csv_file(tmp_path / "header.csv", ",".join(HEADER)))) == 1


def test_what_the_office_refuses_is_told_at_the_place_in_the_file(tmp_path: Path) -> None:
    told = phrase("The code of a post of the roster is accepted.")
    file = read_items(
        xlsx(tmp_path / "a.xlsx", ("九月信息",), HEADER, ("",) * 9, (*AUDIT[:3], "会议"), AUDIT, REMINDER)
    )
    refusal = Refused(told, [Fault(line=2, column="posts", value="P-1", message=told)])
    assert places(file.refused(refusal).faults) == [(4, "内容", ""), (4, "种类", "会议"), (6, "岗位编号", "P-1")]
    alone = read_items(xlsx(tmp_path / "b.xlsx", HEADER, REMINDER))
    of_one = Refused(told, [Fault(column="posts", value="P-1", message=told)])
    assert places(alone.refused(of_one).faults) == [(2, "岗位编号", "P-1")]


def test_files_are_read_from_beside_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "附件").mkdir()
    (tmp_path / "附件" / "现场，一.png").write_bytes(png())
    (tmp_path / "纪要  终稿.txt").write_text("x")
    paths = "附件\\现场，一.png； 纪要  终稿.txt"
    rows = [(*AUDIT, paths), (*REMINDER, ""), (*AUDIT[:1], "", *AUDIT[2:], "附件/现场，一.png")]
    read = read_items(xlsx(tmp_path / "a.xlsx", (*HEADER, "附件"), *rows)).given
    names = [[(file.name, file.kind) for file in one.files] for one in read]
    photo, text = ("现场，一.png", FileKind.PHOTO), ("纪要  终稿.txt", FileKind.DOCUMENT)
    assert names == [[photo, text], [], [photo]]
    assert read[0].files[0] is read[2].files[0]
    one = {"kind": "sayings", "title": "题", "text": "文", "audience": "all", "attachments": ["附件/现场，一.png"]}
    (again,) = read_items(json_file(tmp_path / "a.json", [one])).given
    assert again.files == read[2].files
    (tmp_path / "附件" / "现场，一.png").write_bytes(png(10, 10))
    assert read_items(tmp_path / "a.json").given[0].ref != again.ref


def test_what_lies_elsewhere_or_is_nothing_that_is_taken_is_a_fault(tmp_path: Path) -> None:
    folder, outside = tmp_path / "items", tmp_path / "secret.txt"
    folder.mkdir()
    outside.write_text("x")
    (folder / "link.txt").symlink_to(outside)
    (folder / "round.txt").symlink_to("round.txt")
    (folder / "run.exe").write_bytes(b"MZ")
    (folder / "photo.png").write_bytes(b"MZ")
    (folder / "large.txt").write_bytes(b"x" * (MOST_FILE_BYTES + 1))
    for name in "bc":
        (folder / f"{name}.txt").write_bytes(b"x" * MOST_FILE_BYTES)
    (folder / "d.txt").write_bytes(b"x")
    wrong = [
        *(str(outside), "../secret.txt", "C:\\a.txt", "link.txt", "round.txt", "absent.txt", ".", "run.exe"),
        *("photo.png", "large.txt", "b.txt;c.txt;d.txt", ";".join(f"{n}.txt" for n in range(11)), "a\x00b.txt"),
    ]
    rows = [{"kind": "审计", "title": "题", "text": "文", "附件": paths} for paths in wrong]
    faults = faults_of(json_file(folder / "a.json", rows))
    assert [(fault.line, fault.column) for fault in faults] == [(2 + 6 * n, "附件") for n in range(len(wrong))]
