"""Opens a file, by its ending, as sheets of lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from messages.errors import refused
from messages.sheets.delimited import read_csv
from messages.sheets.lines import MOST_BYTES, Sheet
from messages.sheets.workbook import read_xlsx
from messages.text.phrase import phrase

ENDINGS: Final = (".xlsx", ".csv", ".tsv", ".txt")
"""How files of sheets are called."""

_MEBIBYTE: Final = 1024 * 1024
_ZIP: Final = b"PK\x03\x04"


def read(path: Path) -> Iterator[Sheet]:
    """The sheets of a ``.xlsx`` file, or the one of a ``.csv``, ``.tsv`` or ``.txt`` file.

    Raises ``Refused`` where there is no such file, where it is empty, too large, of another kind, or broken.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise refused(phrase("A file ending in .xlsx, .csv, .tsv or .txt is accepted."), value=path.name)
    with readable(path, MOST_BYTES):
        return read_xlsx(path) if ending == ".xlsx" else iter((read_csv(_text_of(path)),))


@contextmanager
def readable(path: Path, most: int) -> Iterator[None]:
    """Within, a file is read that has something in it, at ``most`` so many bytes; ``Refused`` where that cannot be."""
    try:
        size = path.stat().st_size
        if size > most:
            raise refused(phrase("A file of at most {most} MiB is accepted.", most=most // _MEBIBYTE), value=path.name)
        if size == 0:
            raise refused(phrase("The file is empty."), value=path.name)
        yield
    except OSError as error:
        raise refused(phrase("The file cannot be read: {why}.", why=error.strerror or ""), value=str(path)) from error


def _text_of(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(_ZIP):
        raise refused(phrase("This is a workbook, not CSV: name it .xlsx."), value=path.name)
    return content
