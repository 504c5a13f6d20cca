"""Reads a file of items: XLSX, CSV or JSON → what is given of each, and every fault with its place.

An item without a ``ref`` of its own is called by a digest of its row and how often that row came before, so that the
same file again means the same items.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from messages.errors import Fault, Refused, refused
from messages.files import GivenFile
from messages.items import columns, texts
from messages.items.columns import CATEGORY_OF_KIND, VOCABULARY, Column
from messages.items.digests import digest_of
from messages.items.enclosing import Enclosures
from messages.items.records import Given
from messages.sheets.cells import Unreadable, line, plain
from messages.sheets.lines import Cell
from messages.sheets.objects import MOST_BYTES, object_rows
from messages.sheets.reading import read, readable
from messages.sheets.tables import Row, Tables
from messages.text.phrase import phrase

MOST_ITEMS: Final = 50_000
"""Items in one file; one with more is meant for something else."""
MOST_FAULTS: Final = 10_000
"""Faults told of one file."""

_LONGEST_WORD: Final = 200
_LONGEST_POSTS: Final = 20_000
_DIGEST: Final = 40
_READ_AS_ANOTHER: Final = (Column.KIND, Column.CATEGORY, Column.GRADE, Column.DATE)
_ENDINGS: Final = (".xlsx", ".csv", ".json")
_REFUSED: Final = phrase("The file was refused; nothing of it was submitted.")
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """An item of a file, and where it stands."""

    given: Given
    sheet: str | None
    line: int
    names: dict[str, str]  # columns by field, as they stand in the file
    written: dict[str, str]  # values by field, likewise


@dataclass(frozen=True, kw_only=True)
class ItemFile:
    """What a file holds: its items without fault, and what is wrong with the others."""

    rows: tuple[ItemRow, ...]
    faults: tuple[Fault, ...]

    @property
    def given(self) -> list[Given]:
        """What is given, in the order of the file."""
        return [row.given for row in self.rows]

    def refused(self, refusal: Refused | None = None) -> Refused:
        """The file's faults, and those of a refusal of its rows, as one refusal in the file's order.

        Of several rows a fault's ``line`` is which one, from 1; ``column`` is a field.
        """
        faults = [*self.faults, *(_placed(fault, self.rows) for fault in (refusal.faults if refusal else ()))]
        sheets = list(dict.fromkeys(fault.sheet for fault in faults))
        faults.sort(key=lambda fault: (sheets.index(fault.sheet), fault.line or 0))
        if len(faults) > MOST_FAULTS:
            more = Fault(message=phrase("{count} more faults are not listed.", count=len(faults) - MOST_FAULTS))
            faults = [*faults[:MOST_FAULTS], more]
        return Refused(_REFUSED, faults)


def read_items(path: Path) -> ItemFile:
    """The items of a file. Raises ``Refused`` where it is no such file, or is broken as a whole."""
    rows, faults = _open(path)
    found: list[ItemRow] = []
    said: Counter[str] = Counter()
    beside = Enclosures(path.parent)
    for row in rows:
        if len(found) >= MOST_ITEMS:
            raise refused(phrase("A file of at most {most} items is accepted.", most=MOST_ITEMS), line=row.line)
        before = len(faults)
        given = _given(row, beside)
        if given is not None and len(faults) == before and not row.unread:
            names = {column.value: row.header.name(column) for column in Column}
            written = {name.value: row.read(name, _text) for name in _READ_AS_ANOTHER}
            called, sheet = _called(given, said), row.header.sheet
            found.append(ItemRow(given=called, sheet=sheet, line=row.line, names=names, written=written))
    if not found and not faults:
        faults.append(Fault(message=phrase("There is no item in this file.")))
    return ItemFile(rows=tuple(found), faults=tuple(faults))


def _placed(fault: Fault, rows: Sequence[ItemRow]) -> Fault:
    if len(rows) > 1 and fault.line is None:
        return fault
    row = rows[(fault.line or 1) - 1 if len(rows) > 1 else 0]
    column = row.names.get(fault.column or "", fault.column)
    written = row.written.get(fault.column or "") if fault.value else None
    return replace(fault, sheet=row.sheet, line=row.line, column=column, written=written)


def _open(path: Path) -> tuple[Iterator[Row[Column]], list[Fault]]:
    """The rows of a file, and the list to which their faults are added as they are read."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise refused(phrase("A file ending in .xlsx, .csv or .json is accepted."), value=path.name)
    if ending == ".json":
        faults: list[Fault] = []
        with readable(path, MOST_BYTES):
            return object_rows(path.read_bytes(), VOCABULARY, faults), faults
    tables = Tables(VOCABULARY)
    return tables.rows(read(path)), tables.faults


def _called(given: Given, said: Counter[str]) -> Given:
    if given.ref:
        return given
    digest = digest_of(given)[:_DIGEST]
    said[digest] += 1
    return replace(given, ref=f"row:{digest}:{said[digest]}")


def _given(row: Row[Column], beside: Enclosures) -> Given | None:
    """What a line says; None where it does not even say of what kind it is. Its faults are told to ``row``."""
    values = {column: row.read(column, _text) for column in Column}
    for column in VOCABULARY.required:
        row.require(column, values[column])
    kind = _word(row, values, Column.KIND, columns.kind, columns.accepted(columns.KIND_WORDS))
    category = _word(row, values, Column.CATEGORY, columns.category, columns.accepted(columns.CATEGORY_WORDS))
    decisive_on = _word(row, values, Column.DATE, columns.day, "2026-09-24, 2026年9月24日")
    grade = _word(row, values, Column.GRADE, columns.grade, columns.accepted(columns.GRADE_WORDS))
    if kind is None:
        return None
    own = CATEGORY_OF_KIND[kind]
    if category is not None and category is not own:
        belongs = phrase("This kind belongs to {category}.", category=f"{columns.CATEGORY_WORDS[own]} {own.value}")
        row.fault(row.header.name(Column.CATEGORY), values[Column.CATEGORY], belongs)
    return Given(
        category=own,
        kind=kind,
        title=values[Column.TITLE],
        text=values[Column.TEXT],
        files=_files(row, values[Column.ATTACHMENTS], beside),
        decisive_on=decisive_on,
        audience=values[Column.AUDIENCE] or None,
        grade=grade,
        posts=columns.posts(values[Column.POSTS]),
        ref=values[Column.REF] or None,
    )


def _files(row: Row[Column], paths: str, beside: Enclosures) -> tuple[GivenFile, ...]:
    try:
        return beside.files(columns.paths(paths))
    except Unreadable as error:
        row.fault(row.header.name(Column.ATTACHMENTS), error.value, error.phrase)
        return ()


def _word(
    row: Row[Column], values: Mapping[Column, str], column: Column, read_as: Callable[[str], _T | None], accepted: str
) -> _T | None:
    """The value of a column with few words; None where it is empty, and where it is none of them."""
    value = values[column]
    found = read_as(value) if value else None
    if value and found is None:
        row.fault(row.header.name(column), value, phrase("Accepted: {words}.", words=accepted))
    return found


def _text(column: Column, cell: Cell) -> str:
    if column is Column.DATE and isinstance(cell, date):  # an instant is a date too
        return f"{cell:%Y-%m-%d}"
    return _READ_AS.get(column, _plain_line)(plain(cell))


def _plain_line(text: str) -> str:
    return line(text, _LONGEST_WORD)


_READ_AS: Final[Mapping[Column, Callable[[str], str]]] = {
    Column.REF: texts.ref,
    Column.TITLE: texts.title,
    Column.TEXT: texts.body,
    Column.POSTS: lambda text: line(";".join(texts.code(text).splitlines()), _LONGEST_POSTS),
    Column.AUDIENCE: texts.audience,
    Column.ATTACHMENTS: texts.paths,
}
