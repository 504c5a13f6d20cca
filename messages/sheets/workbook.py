"""Reads XLSX: quickly by calamine, after a look at the parts of the file that calamine would take on trust.

calamine gives an error (``#REF!``) and a formula that was never calculated as an empty cell, which here would
make a post vacant, and it lays every sheet out as a full rectangle in memory. So the parts are first read through as
a stream: their size and their outermost cells are bounded; where a sheet has errors or formulas, those cells are read
by openpyxl.
"""

import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from messages.errors import Refused, refused
from messages.sheets.lines import MOST_COLUMNS, MOST_LINES, Across, Cell, Covered, Sheet, Uncalculated
from messages.text.phrase import phrase

_MOST_UNPACKED: Final = 800 * 1024 * 1024
_MOST_STRINGS: Final = 200 * 1024 * 1024
_MOST_RATIO: Final = 200
_SMALL: Final = 10 * 1024 * 1024
_MOST_PARTS: Final = 1000
_MOST_MERGED: Final = 2_000_000
_LONGEST_COLUMN: Final = 3  # letters: XFD
_CHUNK: Final = 1024 * 1024
_OVERLAP: Final = 2048
_FILLED_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]{0,300}?\s)?r=["']([A-Z]{1,7})(\d{1,9})["'](?:[^<>]{0,300}[^/<>])?>"""
)
_ODD_CELL: Final = re.compile(rb"<(?:\w+:)?c\s[^<>]{300}")  # one that the bound above could miss
_FORMULA: Final = re.compile(rb"""<(?:\w+:)?f[\s/>]|\st=["']e["']""")
_WORKBOOK: Final = "xl/workbook.xml"
_FROM_1904: Final = re.compile(rb"""<(?:\w+:)?workbookPr\s[^<>]{0,2000}?date1904=["'](?:1|true)["']""")

_OLE: Final = b"\xd0\xcf\x11\xe0"

_Place: TypeAlias = tuple[int, int]  # a line counted from 1, a column counted from 0
_Line: TypeAlias = tuple[int, list[Cell]]
_Cells: TypeAlias = Sequence[Any]  # openpyxl's own, of several types

# What openpyxl raises at a file that is broken inside; its XML parser's error is a SyntaxError.
_UNREADABLE: Final = (SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError)


def read_xlsx(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, one after the other, merged cells filled downwards; hidden ones without lines.

    Across, a merged area is only marked (``Across``): a title would else stand in every column.

    Raises ``Refused`` for a file that is broken, protected by a password, or larger than such a file can be.
    """
    has_formulas, from_1904 = _look(path), _counts_from_1904(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        hidden = {one.name for one in workbook.sheets_metadata if one.visible is not SheetVisibleEnum.Visible}
        for name in workbook.sheet_names:
            if name in hidden:
                yield Sheet(name=name, lines=(), count=0, hidden=True)
            else:
                sheet = _sheet(path, workbook.get_sheet_by_name(name), has_formulas=has_formulas)
                yield replace(sheet, from_1904=from_1904)
    except PasswordError as error:
        raise _protected() from error
    except CalamineError as error:
        raise _broken() from error


def _sheet(path: Path, sheet: CalamineSheet, *, has_formulas: bool) -> Sheet:
    if sheet.total_height > MOST_LINES:
        raise _too_large()
    left = sheet.start[1] if sheet.start else 0
    # calamine's lines begin at the sheet's first one, its columns at the first filled one.
    lines: Iterable[_Line] = (
        (number, [*[""] * left, *cells]) for number, cells in enumerate(sheet.iter_rows(), start=1)
    )
    wrong = _formula_faults(path, sheet.name) if has_formulas else {}
    covered, across = _merged(sheet)
    lines = _mark(_fill(_put(lines, wrong), covered), across)
    return Sheet(name=sheet.name, lines=lines, count=sheet.total_height)


def _merged(sheet: CalamineSheet) -> tuple[dict[_Place, _Place], Mapping[int, set[int]]]:
    """Line and column (from 1 and 0) of cells that a merged area covers downwards → those of the area's first cell.

    And by its first line the columns of those that it covers there.
    """
    covered: dict[_Place, _Place] = {}
    across: dict[int, set[int]] = defaultdict(set)
    count = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        last, end = min(bottom, MOST_LINES), min(right, MOST_COLUMNS)
        count += last - top + end - left
        if count > _MOST_MERGED:
            raise _too_large()
        covered.update({(line + 1, left): (top + 1, left) for line in range(top + 1, last + 1)})
        across[top + 1].update(range(left + 1, end + 1))
    return covered, across


def _mark(lines: Iterable[_Line], across: Mapping[int, set[int]]) -> Iterator[_Line]:
    """Mark the empty cells over which an area reaches from the left."""
    for number, cells in lines:
        for column in across.get(number, ()):
            if column < len(cells) and cells[column] == "":
                cells[column] = Across()
        yield number, cells


def _fill(lines: Iterable[_Line], covered: Mapping[_Place, _Place]) -> Iterator[_Line]:
    """Give each covered cell the value of its area's first cell."""
    sources = set(covered.values())
    by_line: dict[int, list[int]] = defaultdict(list)
    for line, column in (*covered, *sources):
        by_line[line].append(column)
    seen: dict[_Place, Cell] = {}
    for number, cells in lines:
        for column in by_line.get(number, ()):
            cells.extend([""] * (column + 1 - len(cells)))
            if (number, column) in sources:
                seen[number, column] = cells[column]
            elif cells[column] == "":
                above = seen.get(covered[number, column], "")
                cells[column] = Covered(above) if isinstance(above, str) and above else above
        yield number, cells


def _put(lines: Iterable[_Line], cells_by_place: Mapping[_Place, Cell]) -> Iterator[_Line]:
    """Put cells into their lines; those beyond the last line make lines of their own."""
    by_line: dict[int, dict[int, Cell]] = defaultdict(dict)
    for (line, column), cell in cells_by_place.items():
        by_line[line][column] = cell
    for number, cells in lines:
        yield number, _with(cells, by_line.pop(number, {}))
    for number in sorted(by_line):
        yield number, _with([], by_line[number])


def _with(cells: list[Cell], put: Mapping[int, Cell]) -> list[Cell]:
    for column, cell in put.items():
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cell
    return cells


def _formula_faults(path: Path, name: str) -> dict[_Place, Cell]:
    """The cells of a sheet that hold an error, or a formula without its value."""
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of parts that openpyxl does not keep: we only read
            closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as values,
            closing(openpyxl.load_workbook(path, read_only=True)) as formulas,
        ):
            if name not in values.sheetnames:
                return {}
            return dict(_compared(values[name].iter_rows(), formulas[name].iter_rows()))
    except _UNREADABLE as error:
        raise _broken() from error


def _compared(values: Iterable[_Cells], formulas: Iterable[_Cells]) -> Iterator[tuple[_Place, Cell]]:
    # A cell that is not there has neither an error nor a formula, so every cell that is asked has its place.
    for shown, written in zip(values, formulas, strict=False):
        for value, formula in zip(shown, written, strict=False):
            if value.data_type == "e":
                yield _place(value.coordinate), str(value.value)
            elif formula.data_type == "f" and value.value is None:
                yield _place(formula.coordinate), Uncalculated(str(formula.value))


def _place(coordinate: str) -> _Place:
    line, column = coordinate_to_tuple(coordinate)
    return line, column - 1


def _look(path: Path) -> bool:
    """Read every part through once: bounds, checksums, and whether there are formulas or errors."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise _protected()
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _bound(parts)
            found = [_look_through(archive, part) for part in parts if part.filename.endswith((".xml", ".rels"))]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise _broken() from error
    except RuntimeError as error:  # zipfile's answer to an encrypted part
        raise _protected() from error
    return any(found)


def _counts_from_1904(path: Path) -> bool:
    """Whether its days are counted from 1904: calamine does so where a cell is formatted as a date, and only there."""
    with zipfile.ZipFile(path) as archive:
        if _WORKBOOK not in archive.namelist():
            return False
        with archive.open(_WORKBOOK) as part:
            return _FROM_1904.search(part.read(_CHUNK)) is not None


def _bound(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _too_large()
    for part in parts:
        if part.file_size > _SMALL and part.file_size > _MOST_RATIO * part.compress_size:
            raise _too_large()
        if part.filename.lower().endswith("sharedstrings.xml") and part.file_size > _MOST_STRINGS:
            raise _too_large()


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Bound the cells of a part that is a sheet; True where it has formulas or errors."""
    is_sheet = "worksheets/" in part.filename
    formulas = False
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not is_sheet:
                continue  # read to its end all the same: its checksum and true size are checked by that
            window = rest + chunk
            _bound_cells(window)
            formulas = formulas or _FORMULA.search(window) is not None
            rest = window[-_OVERLAP:]
    return formulas


def _bound_cells(window: bytes) -> None:
    if _ODD_CELL.search(window):
        raise _broken()
    for column, line in _FILLED_CELL.findall(window):
        if int(line) > MOST_LINES:
            raise _too_large()
        if len(column) > 1 and (
            len(column) > _LONGEST_COLUMN or column_index_from_string(column.decode()) > MOST_COLUMNS
        ):
            raise _too_large()


def _too_large() -> Refused:
    return refused(
        phrase(
            "A workbook of at most {lines} lines and {columns} columns is accepted.",
            lines=MOST_LINES,
            columns=MOST_COLUMNS,
        )
    )


def _broken() -> Refused:
    return refused(phrase("This is not a whole XLSX file: save it again as .xlsx."))


def _protected() -> Refused:
    return refused(
        phrase("The file is protected by a password or in the old .xls format: save it as .xlsx without a password.")
    )
