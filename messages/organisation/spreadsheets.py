"""Writes tables as CSV or XLSX that open well in spreadsheets, and that no spreadsheet runs as formulas."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from messages.errors import refused
from messages.text.phrase import phrase

_MARK: Final = b"\xef\xbb\xbf"
# A spreadsheet takes the full-width signs of these (U+FF1D …) for formulas too.
_SIGNS: Final = "=+\\-@\t\r" + "".join(chr(ord(sign) + 0xFEE0) for sign in "=+-@")
_STARTS_A_FORMULA: Final = re.compile(f"'*[{_SIGNS}]")
_GUARDED: Final = re.compile(f"'+[{_SIGNS}]")
_WIDTH: Final = 18
_LONGEST_TITLE: Final = 31
_TITLE_CANNOT_HOLD: Final = re.compile(r"[\\*?:/\[\]]")
_INSTANT: Final = "yyyy-mm-dd hh:mm"
_PERCENT: Final = "0.0%"


def guard(value: str) -> str:
    """A CSV value that no spreadsheet takes for a formula; ``unguard`` gives the value back."""
    return f"'{value}" if _STARTS_A_FORMULA.match(value) else value


def unguard(value: str) -> str:
    """A CSV value without the apostrophe of ``guard``."""
    return value[1:] if _GUARDED.match(value) else value


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]], *, mark: bool) -> bytes:
    """A table as CSV in UTF-8; with its ``mark`` spreadsheets know that it is, without it any program reads it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard(value) for value in row] for row in rows)
    return (_MARK if mark else b"") + text.getvalue().encode()


Value: TypeAlias = str | int | float | datetime | None
"""What a cell may hold. An instant is shown by the clock of its own zone: give it in the office's."""


class Share(float):
    """A part of a whole, from 0 to 1: a number to a spreadsheet as well, shown as a percentage."""


class Book:
    """A workbook that is written row by row, so that it may be long; every text is a text, never a formula."""

    def __init__(self) -> None:
        """Without a sheet as yet."""
        self._workbook = Workbook(write_only=True)

    def sheet(self, title: str, widths: Sequence[int], *, above: int = 1) -> "Sheet":
        """One more sheet, its columns so wide in characters; the rows ``above`` the others stay in sight."""
        sheet = self._workbook.create_sheet(_TITLE_CANNOT_HOLD.sub(" ", title)[:_LONGEST_TITLE])
        sheet.freeze_panes = f"A{above + 1}"
        for column, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        return Sheet(sheet)

    def content(self) -> bytes:
        """The finished file."""
        content = io.BytesIO()
        self._workbook.save(content)
        return content.getvalue()


class Sheet:
    """A sheet under way."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        """Nothing is written yet."""
        self._sheet = sheet
        self.rows = 0

    def add(self, values: Iterable[Value], *, bold: bool = False) -> None:
        """One more row."""
        self._sheet.append([_cell(self._sheet, value, bold=bold) for value in values])
        self.rows += 1


def xlsx_of(title: str, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table as a workbook of one sheet; every text is a text, never a formula."""
    book = Book()
    sheet = book.sheet(title, [_WIDTH] * len(header))
    sheet.add(header, bold=True)
    for row in rows:
        sheet.add(row)
    return book.content()


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool) -> Value | Cell:
    special = isinstance(value, datetime | Share) or (isinstance(value, str) and _is_special(value))
    if not special and not bold:
        return value
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)  # a spreadsheet knows no zones
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text whatever it begins with: openpyxl would make a formula or an error of it
    if isinstance(value, datetime | Share):
        cell.number_format = _PERCENT if isinstance(value, Share) else _INSTANT
    if bold:
        cell.font = Font(bold=True)
    return cell


def _is_special(value: str) -> bool:
    """Whether openpyxl would take a text for something else, or refuse it."""
    return bool(_STARTS_A_FORMULA.match(value) or value.startswith("#") or ILLEGAL_CHARACTERS_RE.search(value))


def write_private(path: Path, content: bytes) -> None:
    """Put a file in its place whole or not at all, readable by its owner only.

    Raises ``Refused`` where it cannot be written.
    """
    try:
        with _beside(path) as (temporary, file):
            with os.fdopen(file, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
    except OSError as error:
        raise refused(
            phrase("The file cannot be written: {why}.", why=error.strerror or ""), value=str(path)
        ) from error


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, int]]:
    """A new file in the same folder, which is made with mode 0600; removed if it is still there at the end."""
    file, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        yield temporary, file
    finally:
        temporary.unlink(missing_ok=True)
