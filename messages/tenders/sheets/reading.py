"""Reads a sheet of matters: XLSX or CSV → what is told of each, and every fault with its place.

A row without a number of its own is called by a digest of its buyer and its title, so that the same file again means
the same matters. An empty cell says nothing: what is known already stays.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from messages.errors import Fault, Refused, refused
from messages.items.columns import posts as codes
from messages.sheets.cells import line, plain
from messages.sheets.faults import in_order
from messages.sheets.lines import Cell
from messages.sheets.reading import read as sheets_of
from messages.sheets.tables import Row, Tables
from messages.sheets.vocabulary import fold, is_not_read
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import DEFAULT_CURRENCY, LONGEST_MATTER, LONGEST_REF, Fact, Source, Told
from messages.tenders.sheets import words
from messages.tenders.sheets.amounts import CURRENCIES, amount
from messages.tenders.sheets.columns import DATES, PERIODS, SHOWN, STEPS, VOCABULARY
from messages.tenders.sheets.instants import Dates
from messages.tenders.sheets.names import Column
from messages.tenders.sheets.passing import is_beside, is_empty, says_nothing
from messages.text.phrase import Phrase, phrase

MOST_MATTERS: Final = 50_000
"""Matters in one file; one with more is meant for something else."""

_LONGEST_WORD: Final = 200
_LONGEST_POSTS: Final = 20_000
_DIGEST: Final = 40
_ROW: Final = "row:"
_CURRENCY: Final = re.compile("[A-Z]{3}")
_REFUSED: Final = phrase("The file was refused; nothing of it was taken.")
_W = TypeVar("_W", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a matter stands in its file; ``names`` are the columns' names there, by our own."""

    sheet: str | None
    line: int
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file tells: the matters in its order, where each stands, and what is to be said of it besides."""

    tolds: tuple[Told, ...]
    places: tuple[Place, ...]
    remarks: tuple[Fault, ...]

    def placed(self, number: int, fault: Fault) -> Fault:
        """A fault of the matter ``number`` (from 0) at its place in the file; its column is a field or a milestone."""
        place = self.places[number]
        column = _column_of(self.tolds[number], fault)
        column = place.names.get(column or "", column)
        return replace(fault, sheet=place.sheet, line=place.line, column=column)


def _column_of(told: Told, fault: Fault) -> str | None:
    """The column that a fault is about: of a post that of its step, where it is named for one."""
    if fault.column != Column.POSTS:
        return fault.column
    steps = {step for step, named in (told.posts or {}).items() if fault.value in named}
    return next((one.value for one, about in STEPS.items() if steps.intersection(about)), fault.column)


def read(path: Path, zone: ZoneInfo, now: datetime, kind: MatterKind | None = None) -> Read:
    """The matters of a file, all of them or none; ``kind`` is that of rows that do not say theirs.

    Raises ``Refused`` with every fault: sheet, line, column, what was found and what is accepted.
    """
    tables = Tables(VOCABULARY)
    reader = _Reader(Dates(zone, now), kind)
    for row in tables.rows(sheets_of(path)):
        reader.take(row)
    faults = [*tables.faults, *reader.twice()]
    if not faults and not reader.found:
        faults.append(Fault(message=phrase("There is no matter in this file.")))
    if faults:
        raise Refused(_REFUSED, in_order(faults, (header.sheet for header in tables.headers)))
    told, places = zip(*reader.found, strict=True)
    return Read(tolds=told, places=places, remarks=(*_not_read(tables), *reader.notes))


def _not_read(tables: Tables[Column]) -> Iterator[Fault]:
    """The sheets and columns of a file that are not read."""
    for sheet in tables.skipped:
        yield Fault(sheet=sheet, message=phrase("This sheet was not read."))
    for header in tables.headers:
        for name in header.names:
            if name and VOCABULARY.recognise(name) is None and not is_not_read(name):
                yield Fault(
                    sheet=header.sheet, line=header.line, column=name, message=phrase("This column was not read.")
                )


class _Reader:
    """Reads rows, one after the other."""

    def __init__(self, dates: Dates, kind: MatterKind | None) -> None:
        self._dates = dates
        self._kind = kind
        self.found: list[tuple[Told, Place]] = []
        self.notes: list[Fault] = []

    def take(self, row: Row[Column]) -> None:
        if len(self.found) >= MOST_MATTERS:
            raise refused(phrase("A file of at most {most} matters is accepted.", most=MOST_MATTERS), line=row.line)
        if is_empty(row):
            return
        if is_beside(row):
            self.notes.append(Fault(sheet=row.header.sheet, line=row.line, message=phrase("This line was not read.")))
            return
        header = row.header
        names = {column.value: header.name(column) for column in header.places}
        self.found.append((self._told(row), Place(sheet=header.sheet, line=row.line, names=names)))

    def twice(self) -> Iterator[Fault]:
        """The rows that are called as one before them."""
        first: dict[str, Place] = {}
        for told, place in self.found:
            before = first.setdefault(told.ref, place)
            if before is place:
                continue
            message = phrase("Line {line} has this number already: once is accepted.", line=before.line)
            if told.ref.startswith(_ROW):
                message = phrase("Line {line} is of the same buyer and title: a number is needed.", line=before.line)
            name = place.names.get(Column.REF.value, VOCABULARY.chinese[Column.REF])
            yield Fault(sheet=place.sheet, line=place.line, column=name, value=told.ref, message=message)

    def _told(self, row: Row[Column]) -> Told:
        title, buyer = _text(row, Column.TITLE, LONGEST_MATTER), _text(row, Column.BUYER, LONGEST_MATTER)
        row.require(Column.TITLE, title)
        row.require(Column.BUYER, buyer)
        kind = self._kind_of(row)
        said, money, currency = _text(row, Column.METHOD, _LONGEST_WORD), _amount(row), _currency(row)
        return Told(
            ref=_text(row, Column.REF, LONGEST_REF) or _called(buyer, title),
            kind=kind,
            title=title,
            buyer=buyer,
            source=Source.SHEET,
            amount=money,
            currency=currency if money else None,
            method=words.method(said) if said else None,
            method_said=said or None,
            state=_word(row, Column.STATE, words.state, words.STATES),
            facts=self._facts(row, kind),
            posts=_posts(row, kind),
        )

    def _kind_of(self, row: Row[Column]) -> MatterKind | None:
        kind = _word(row, Column.KIND, words.kind, words.KINDS) or self._kind
        if kind is None and Column.KIND not in row.unread:
            message = phrase("Accepted: {words}.", words=words.accepted(words.KINDS))
            row.fault(row.header.name(Column.KIND), "", message)
        return kind

    def _facts(self, row: Row[Column], kind: MatterKind | None) -> tuple[Fact, ...]:
        found: dict[Milestone, Fact] = {}
        for column, milestones in _columns(row, kind):
            for fact in self._dated(row, column, milestones):
                name = row.header.name(column)
                if kind is not None and fact.milestone not in MILESTONES[kind]:
                    row.fault(name, "", _not_of(kind))
                elif found.setdefault(fact.milestone, fact) != fact:
                    row.fault(name, "", phrase("Another column of this line has another date for the same step."))
        return tuple(found.values())

    def _dated(self, row: Row[Column], column: Column, milestones: Sequence[Milestone]) -> Sequence[Fact]:
        found: list[Fact] = []

        def as_text(_column: Column, cell: Cell) -> str:
            if not says_nothing(cell):
                written = self._dates.counted(cell, from_1904=row.header.from_1904)
                found.extend(self._read(column, milestones, written))
            return ""

        row.read(column, as_text)
        return found

    def _read(self, column: Column, milestones: Sequence[Milestone], cell: Cell) -> Sequence[Fact]:
        if column is Column.BIDS:
            return [self._dates.fact(milestone, cell) for milestone in milestones]
        if len(milestones) > 1:
            return self._dates.period(milestones, cell)
        return [self._dates.fact(milestones[0], cell)]


def _columns(row: Row[Column], kind: MatterKind | None) -> list[tuple[Column, tuple[Milestone, ...]]]:
    """A file's columns of dates, and the milestones that each is about in a matter of this kind."""
    return [(column, about) for column, about in _dated(kind) if column in row.header.places]


def _dated(kind: MatterKind | None) -> Iterator[tuple[Column, tuple[Milestone, ...]]]:
    for column, milestone in DATES.items():
        yield column, (milestone,)
    yield from PERIODS.items()
    if kind is not None:
        begins, ends = SHOWN[kind]
        yield from ((Column.SHOWN_FROM, (begins,)), (Column.SHOWN_UNTIL, (ends,)), (Column.SHOWN, (begins, ends)))


def _not_of(kind: MatterKind) -> Phrase:
    steps = ", ".join(VOCABULARY.chinese[Column(one.value)] for one in MILESTONES[kind])
    return phrase("A matter of this kind has no such step; its steps are: {steps}.", steps=steps)


def _text(row: Row[Column], column: Column, most: int) -> str:
    """The one line that stands in a cell; empty where the office writes that there is nothing.

    Words that were broken to fit their cell are one line; a number never is, as nobody knows what belongs between.
    """

    def of_cell(_column: Column, cell: Cell) -> str:
        text = "" if says_nothing(cell) else plain(cell)
        return line(text if column is Column.REF else " ".join(text.splitlines()), most)

    return row.read(column, of_cell)


def _word(
    row: Row[Column], column: Column, read_as: Callable[[str], _W | None], accepted: Mapping[_W, str]
) -> _W | None:
    text = _text(row, column, _LONGEST_WORD)
    found = read_as(text) if text else None
    if text and found is None:
        row.fault(row.header.name(column), text, phrase("Accepted: {words}.", words=words.accepted(accepted)))
        row.unread.add(column)
    return found


def _amount(row: Row[Column]) -> str | None:
    heading = row.header.name(Column.AMOUNT)
    return (
        row.read(Column.AMOUNT, lambda _column, cell: "" if says_nothing(cell) else amount(_written(cell), heading))
        or None
    )


def _written(cell: Cell) -> str:
    """A number as its digits: of a spreadsheet's fraction not more of them than it was written with."""
    return format(Decimal(repr(cell)), "f") if isinstance(cell, float) and not cell.is_integer() else plain(cell)


def _currency(row: Row[Column]) -> str:
    text = _text(row, Column.CURRENCY, _LONGEST_WORD)
    found = CURRENCIES.get(text, text.upper())
    if text and not _CURRENCY.fullmatch(found):
        accepted = phrase("A currency is accepted by three letters, such as CNY.")
        row.fault(row.header.name(Column.CURRENCY), text, accepted)
    return found or DEFAULT_CURRENCY


def _posts(row: Row[Column], kind: MatterKind | None) -> Mapping[Milestone | None, Sequence[str]] | None:
    """Codes of the posts that are named: of every step (None), and of single ones."""
    found: dict[Milestone | None, Sequence[str]] = {}
    for column, steps in ((Column.POSTS, (None,)), *STEPS.items()):
        named = codes(row.read(column, _codes)) if column in row.header.places else ()
        if named:
            found |= {step: named for step in steps if step is None or kind is None or step in MILESTONES[kind]}
    return found or None


def _codes(_column: Column, cell: Cell) -> str:
    return "" if says_nothing(cell) else line(";".join(plain(cell).splitlines()), _LONGEST_POSTS)


def _called(buyer: str, title: str) -> str:
    """What a row without a number is called: always the same, by its buyer and its title."""
    return _ROW + hashlib.sha256(f"{fold(buyer)}\n{fold(title)}".encode()).hexdigest()[:_DIGEST]
