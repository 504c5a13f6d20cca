"""Writes tables as CSV or XLSX that open well in spreadsheets, and that no spreadsheet runs as formulas."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
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


def xlsx_of(title: str, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table as a workbook of one sheet; every text is a text, never a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    heads = [WriteOnlyCell(sheet, name) for name in header]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: str | int) -> str | int | Cell:
    if isinstance(value, int) or (not _STARTS_A_FORMULA.match(value) and not value.startswith("#")):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # a text whatever it begins with: openpyxl would make a formula or an error of it
    return cell


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
