"""Roster files for tests: written by openpyxl or as bytes, as offices write them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook

from messages.errors import Fault
from messages.organisation.roster.parsing import Parser
from messages.organisation.roster.rows import RosterRow
from messages.sheets.reading import read

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)

HEADER = ("单位", "岗位编号", "岗位", "层级", "人员编号", "姓名")
CHIEF = ("财政局", "A-1", "局长", 1, "P1", "王芳")
CLERK = ("财政局", "A-2", "出纳", 4, "P2", "李伟")

Cells = Sequence[object]


def xlsx(path: Path, *lines: Cells, merge: Sequence[str] = (), sheet: str = "花名册") -> Path:
    """A workbook of one sheet with these lines, and these areas merged."""
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    page = workbook.create_sheet(sheet)
    for line in lines:
        page.append(list(line))
    for area in merge:
        page.merge_cells(area)
    workbook.save(path)
    return path


def add_sheet(path: Path, sheet: str, *lines: Cells) -> None:
    """One more sheet of a workbook, behind the others."""
    workbook = load_workbook(path)
    page = workbook.create_sheet(sheet)
    for line in lines:
        page.append(list(line))
    workbook.save(path)


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file of this text."""
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(path: Path) -> tuple[RosterRow, ...]:
    """The rows of a file that has no faults of single lines."""
    parser = Parser()
    table = parser.parse(read(path))
    assert parser.faults == []
    return table.rows


def row(code: str, person: str | None, name: str | None = None, **more: object) -> RosterRow:
    """A row of the finance bureau with what matters to a test."""
    given: dict[str, object] = {
        "unit": "财政局",
        "post": f"岗位{code}",
        "level": 4,
        "name": name or (f"人员{person}" if person else None),
        **more,
    }
    return RosterRow(post_code=code, person_code=person, **given)  # type: ignore[arg-type]


def places(faults: Sequence[Fault]) -> list[tuple[int | None, str | None, str | None]]:
    """Where faults are: line, column, value."""
    return [(fault.line, fault.column, fault.value) for fault in faults]
