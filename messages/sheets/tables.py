"""Walks through the tables of a file: every line below a sheet's header, and every fault of the sheets as such."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Final, Generic

from messages.errors import Fault
from messages.sheets.cells import Unreadable, is_blank, shown
from messages.sheets.headers import SOUGHT_WITHIN, Header, find_header, header_faults, looks_meant, no_header
from messages.sheets.lines import Cell, Covered, Sheet
from messages.sheets.vocabulary import C, Vocabulary
from messages.text.phrase import Phrase, phrase

_STEP: Final = 1000
_VALUE_SHOWN: Final = 60


class Row(Generic[C]):
    """A line below a header, being read; what is wrong with it is added to ``faults``."""

    def __init__(self, header: Header[C], line: int, cells: Sequence[Cell], faults: list[Fault]) -> None:
        """The ``cells`` of one ``line``."""
        self.header, self.line, self._cells, self._faults = header, line, cells, faults
        self.unread: set[C] = set()
        """The columns whose values cannot be read."""
        stray = header.stray(cells)
        if stray is not None:
            self.fault(str(stray + 1), shown(cells[stray]), phrase("This value stands under no column's name."))

    @property
    def filled(self) -> Sequence[str]:
        """All that stands in the line itself, under whatever name, as a person sees it; no text of an area above."""
        return [shown(cell).strip() for cell in self._cells if _is_own(cell)]

    @property
    def said(self) -> dict[C, str]:
        """Likewise what stands in its columns."""
        cells = ((column, self._cells[at]) for column, at in self.header.places.items() if at < len(self._cells))
        return {column: shown(cell).strip() for column, cell in cells if _is_own(cell)}

    def read(self, column: C, as_text: Callable[[C, Cell], str]) -> str:
        """A column's text; empty where it is not in the file, and where a fault is told of it."""
        at = self.header.places.get(column)
        return self.read_at(at, column, as_text) if at is not None else ""

    def read_at(self, at: int, column: C, as_text: Callable[[C, Cell], str]) -> str:
        """The text of a cell, as one of a column; empty where a fault is told of it."""
        try:
            return as_text(column, self._cells[at]) if at < len(self._cells) else ""
        except Unreadable as error:
            self.fault(self.header.names[at], error.value, error.phrase)
            self.unread.add(column)
            return ""

    def require(self, column: C, value: str) -> None:
        """Tell of a value that is missing, unless a fault is told of it already."""
        if not value and column not in self.unread:
            self.fault(self.header.name(column), "", phrase("A value is needed here."))

    def fault(self, column: str, value: str, message: Phrase) -> None:
        """Tell what is wrong."""
        fault = Fault(
            sheet=self.header.sheet, line=self.line, column=column, value=value[:_VALUE_SHOWN], message=message
        )
        self._faults.append(fault)


def _is_own(cell: Cell) -> bool:
    return not is_blank(cell) and not isinstance(cell, Covered)


class Tables(Generic[C]):
    """The tables of a file's sheets."""

    def __init__(self, vocabulary: Vocabulary[C], read: Callable[[int], None] = lambda _lines: None) -> None:
        """``read`` is told how many more lines were read."""
        self._vocabulary = vocabulary
        self._read = read
        self._others: dict[str, Fault] = {}
        self._hidden: list[str] = []
        self.headers: list[Header[C]] = []
        self.faults: list[Fault] = []

    @property
    def skipped(self) -> tuple[str, ...]:
        """The sheets that were passed over: notes beside a table, and what is hidden."""
        return (*self._others, *self._hidden)

    def rows(self, sheets: Iterable[Sheet]) -> Iterator[Row[C]]:
        """Every line of every table; in ``faults`` what is wrong with them.

        A sheet of notes is passed over where another one has a header.
        """
        filled = False
        for sheet in sheets:
            if sheet.hidden:
                self._hidden.append(sheet.name or "")
            lines = self._filled(sheet)
            first = list(islice(lines, SOUGHT_WITHIN))
            filled = filled or bool(first)
            if first:
                yield from self._below(self._header(sheet, first), chain(first, lines))
        if not filled:
            self.faults.append(Fault(message=phrase("The file is empty.")))
        if not self.headers:
            self.faults.extend(self._others.values())
            self._others.clear()

    def _header(self, sheet: Sheet, first: Sequence[tuple[int, Sequence[Cell]]]) -> Header[C] | None:
        header = find_header(self._vocabulary, sheet.name, first)
        if header is not None:
            self.faults.extend(header_faults(header))
            self.headers.append(header)
            return replace(header, from_1904=sheet.from_1904)
        fault = no_header(self._vocabulary, sheet.name, first[0])
        if sheet.name is None or looks_meant(self._vocabulary, first):
            self.faults.append(fault)
        else:
            self._others[sheet.name] = fault
        return None

    def _filled(self, sheet: Sheet) -> Iterator[tuple[int, Sequence[Cell]]]:
        for count, (number, cells) in enumerate(sheet.lines, start=1):
            if count % _STEP == 0:
                self._read(_STEP)
            if not all(cell == "" or is_blank(cell) for cell in cells):
                yield number, cells

    def _below(self, header: Header[C] | None, lines: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Row[C]]:
        if header is None or not header.is_whole:
            return
        for number, cells in lines:
            if number > header.line and not header.is_repeated_in(cells):
                yield Row(header, number, cells, self.faults)
