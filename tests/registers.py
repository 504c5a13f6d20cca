"""Registers for tests: sheets as offices write them, and what is read of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from messages.errors import Fault
from messages.register.citing import Citing
from messages.register.directory import Directory, PostPlace, UnitPlace
from messages.register.importing import Terms
from messages.register.reading import Reader
from messages.register.rows import RegisterFile, RegisterRow
from messages.sheets.reading import read
from schedules.policy import load

POLICY = load(None)
TERMS = Terms(bases=POLICY.legal_bases, day=date(2026, 9, 1), longest_post=POLICY.risks.longest_post)

FIRST = (
    "序号",
    "单位/科室",
    "风险类别",
    "风险点",
    "廉政风险主要内容及表现形式",
    "风险等级",
    "防控措施",
    "部门负责人",
    "责任领导",
)
SECOND = ("序号", "岗位类别", "风险名称", "风险描述", "防控措施", "监测指标")

Lines = Sequence[Sequence[object]]


def book(path: Path, sheets: Mapping[str, Lines], merge: Mapping[str, Sequence[str]] = {}) -> Path:
    """A workbook of these sheets, with these areas of them merged."""
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    for name, lines in sheets.items():
        page = workbook.create_sheet(name)
        for line in lines:
            page.append(list(line))
        for area in merge.get(name, ()):
            page.merge_cells(area)
    workbook.save(path)
    return path


def text(path: Path, *lines: Sequence[object], encoding: str = "utf-8") -> Path:
    """A CSV file."""
    path.write_bytes("\n".join(",".join(str(cell) for cell in line) for line in lines).encode(encoding))
    return path


def directory() -> Directory:
    """Two bureaus and a street; one has two clerks."""
    units = ("财政局", "教育局", "云栖街道办事处")
    posts = (("F-1", "局长", 1), ("F-2", "出纳", 1), ("F-3", "会计", 1), ("F-4", "会计", 1), ("E-1", "采购岗", 2))
    return Directory(
        units=tuple(UnitPlace(id=at, name=name, path=f"/{at}/") for at, name in enumerate(units, 1)),
        posts=tuple(
            PostPlace(id=at, code=code, title=title, unit_id=unit) for at, (code, title, unit) in enumerate(posts, 1)
        ),
    )


def file_of(path: Path) -> tuple[RegisterFile, list[Fault]]:
    """What a file holds, and what is wrong with it."""
    places = directory()

    def unit_of(line: str) -> str | None:
        unit = places.named_alone(line)
        return unit.name if unit else None

    reader = Reader(citing=Citing(bases=TERMS.bases, day=TERMS.day), unit_of=unit_of)
    return reader.parse(read(path)), reader.faults


def rows_of(path: Path) -> tuple[RegisterRow, ...]:
    """The points of a file without faults."""
    file, faults = file_of(path)
    assert faults == []
    return file.rows
