"""Which files of a folder hold matters, and in which form a file does: by its content, whatever it is called."""

import codecs
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from messages.errors import Refused, refused
from messages.sheets.delimited import UTF16_MARKS
from messages.sheets.reading import ENDINGS as SHEETS
from messages.text.phrase import phrase

_ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz", ".xlsx", ".csv", ".tsv")
_WORKBOOK: Final = "xl/"
_OTHER_SHEETS: Final = frozenset({"mimetype", "content.xml"})
"""What an OpenDocument has in it."""
_OLD: Final = b"\xd0\xcf\x11\xe0"  # .xls, and what other programs of that time wrote
_ZIP: Final = b"PK\x03\x04"
_GZIP: Final = b"\x1f\x8b"
_JSON: Final = (b"{", b"[")
_LOOKED_AT: Final = 4096
_SPACES: Final = b"\x00\x1e \t\r\n"


class Form(StrEnum):
    """How a file holds matters."""

    OCDS = "ocds"
    SHEET = "sheet"


def files_of(path: Path) -> list[Path]:
    """The file itself, or the folder's files that may hold matters, by name; links do not lead out of it.

    Raises ``Refused`` where it has none.
    """
    if not path.is_dir():
        if path.exists() and not path.is_file():  # a pipe: it is read once only, and perhaps nobody writes to it
            raise refused(phrase("A regular file is accepted, or a folder."), value=str(path))
        return [path]
    try:
        found = sorted(one for one in path.iterdir() if _holds_matters(one.name) and _is_inside(one))
    except OSError as error:
        raise refused(phrase("The file cannot be read: {why}.", why=error.strerror or ""), value=str(path)) from error
    if not found:
        endings = ", ".join(_ENDINGS)
        raise refused(phrase("A folder with files ending in {endings} is accepted.", endings=endings), value=str(path))
    return found


def _is_inside(path: Path) -> bool:
    """Whether it is a file of its folder, or a link to one there."""
    return path.is_file() and path.resolve().is_relative_to(path.parent.resolve())


def _holds_matters(name: str) -> bool:
    """Whether a file is called as one with matters is, and is not hidden."""
    return name.casefold().endswith(_ENDINGS) and not name.startswith((".", "~$"))


def form_of(path: Path) -> Form:
    """The form of a file. Raises ``Refused`` where it cannot be read, or is packed with others."""
    try:
        with path.open("rb") as file:
            begins = file.read(_LOOKED_AT)
    except OSError as error:
        raise refused(phrase("The file cannot be read: {why}.", why=error.strerror or ""), value=path.name) from error
    if begins.startswith(_OLD):
        raise _other_sheet(path)
    if begins.startswith(_ZIP):
        return _of_archive(path)
    if begins.startswith(_GZIP) or opening_of(begins).startswith(_JSON):
        return Form.OCDS
    return Form.SHEET if path.suffix.casefold() in SHEETS else Form.OCDS


def opening_of(begins: bytes) -> bytes:
    """How a text begins in UTF-8, behind its mark and spaces; of one in UTF-16 too that has a mark."""
    if begins.startswith(UTF16_MARKS):
        begins = begins.decode("utf-16", errors="ignore").encode(errors="ignore")
    return begins.removeprefix(codecs.BOM_UTF8).lstrip(_SPACES)


def _of_archive(path: Path) -> Form:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        names = []
    if any(name.startswith(_WORKBOOK) for name in names):
        return Form.SHEET
    if not _OTHER_SHEETS.isdisjoint(names):
        raise _other_sheet(path)
    raise refused(phrase("A file that is unpacked is accepted, or packed with gzip."), value=path.name)


def _other_sheet(path: Path) -> Refused:
    return refused(phrase("A sheet is accepted as .xlsx or .csv: save it as one of them."), value=path.name)
