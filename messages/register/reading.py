"""Reads a risk register: the sheets of a file → its points, and every fault with its place.

Around a table (``table``) stand titles, notes, signatures and sums: they are passed over (``beside``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Final

from openpyxl.utils import get_column_letter

from messages.errors import Fault
from messages.register.citing import Citing
from messages.register.columns import VOCABULARY, Column
from messages.register.layout import Layout, Line, find_layout
from messages.register.rows import RegisterFile, RegisterRow
from messages.register.table import Table
from messages.sheets.cells import is_blank, shown
from messages.sheets.headers import no_header
from messages.sheets.lines import Sheet
from messages.text.phrase import phrase

_STEP: Final = 1000
_SHOWN: Final = 60
_SAID: Final = attrgetter(
    *(one.name for one in fields(RegisterRow) if one.name not in {"origin", "line", "below", "unit"})
)
_SERIAL: Final = re.compile(r"\d{1,5}")
_BESIDE_A_NAME: Final = frozenset({Column.DESCRIPTION, Column.CONTROLS, Column.STATE})
"""Where one of these stands beside names, numbers below these are names."""
_NUMERIC: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(kw_only=True)
class Reader:
    """Gathers the points and the faults of a file's sheets.

    ``unit_of`` gives the name of the unit that a line names which stands alone, None where it names none; ``read`` is
    told how many more lines were read.
    """

    citing: Citing
    unit_of: Callable[[str], str | None]
    read: Callable[[int], None] = lambda _lines: None
    faults: list[Fault] = field(default_factory=list)
    _passed_over: int = 0
    _no_header: dict[str, Fault] = field(default_factory=dict)
    _unread: dict[str, None] = field(default_factory=dict)
    _no_level: list[str] = field(default_factory=list)
    _hidden: list[str] = field(default_factory=list)
    _read_any: bool = False

    def parse(self, sheets: Iterable[Sheet]) -> RegisterFile:
        """Every point of every sheet; in ``faults`` what is wrong with them, where rows are faulty in parts."""
        rows = [row for sheet in sheets for row in self._sheet(sheet)]
        self._refuse_again(rows)
        if not self._read_any:
            self.faults.extend(self._no_header.values())
            self._no_header.clear()
        if not rows and not self.faults:
            self.faults.append(Fault(message=phrase("There is no risk point in this file.")))
        return RegisterFile(
            rows=tuple(_without_serials(rows)),
            passed_over=self._passed_over,
            skipped_sheets=(*self._no_header, *self._hidden),
            skipped_columns=tuple(self._unread),
            no_level=tuple(self._no_level),
        )

    def _refuse_again(self, rows: Sequence[RegisterRow]) -> None:
        """A line that says nothing else than an earlier one was copied: it would be a second point."""
        first: dict[object, RegisterRow] = {}
        for row in rows:
            if row.own_id is not None or row.ref or not row.name:
                continue
            sheet = row.origin.sheet
            other = first.setdefault((row.unit or (sheet, row.below), _SAID(row)), row)
            if other is not row:
                where = phrase("line {line}", line=other.line)
                if other.origin.sheet is not None and other.origin.sheet != sheet:
                    where = phrase("sheet {sheet}, line {line}", sheet=other.origin.sheet, line=other.line)
                message = phrase("This point stands at {where} already: once is accepted.", where=where)
                self.faults.append(Fault(sheet=sheet, line=row.line, value=row.name[:_SHOWN], message=message))

    def _sheet(self, sheet: Sheet) -> Iterator[RegisterRow]:
        lines = list(self._filled(sheet))
        if sheet.hidden:
            self._hidden.append(sheet.name or "")
        if not lines:
            return
        layout = find_layout(sheet.name, lines)
        if layout is None or not self._is_meant(layout, lines):
            if layout is not None and layout.seems_register:
                self._missing(layout, Column.NAME)
            else:
                self._no_header[sheet.name or ""] = no_header(VOCABULARY, sheet.name, lines[0])
            return
        self._read_any = True
        self._unread |= dict.fromkeys(layout.unread())
        if Column.LEVEL not in layout.header.places:
            self._no_level.append(sheet.name or "")
        table = Table(
            citing=self.citing,
            unit_of=self.unit_of,
            faults=self.faults,
            layout=layout,
            lines=lines,
            is_text=sheet.name is None,
        )
        yield from table.rows()
        self._passed_over += table.passed_over
        self._unread |= dict.fromkeys(get_column_letter(at + 1) for at in sorted(table.nameless))

    def _is_meant(self, layout: Layout, lines: Sequence[Line]) -> bool:
        """Whether it is a register, not a table of how many points there are."""
        places = layout.header.places
        if not layout.is_register or not places.keys().isdisjoint(_BESIDE_A_NAME):
            return layout.is_register
        at = places[Column.NAME]
        below = [cells[at] for _, cells in lines[layout.at :] if at < len(cells)]
        named = [shown(cell).strip() for cell in below if not is_blank(cell)]
        return not (named and all(map(_NUMERIC.fullmatch, named)))

    def _missing(self, layout: Layout, column: Column) -> None:
        message = phrase("This column is missing; its name may also be {name}.", name=column.value)
        header = layout.header
        fault = Fault(sheet=header.sheet, line=header.line, column=VOCABULARY.chinese[column], message=message)
        self.faults.append(fault)

    def _filled(self, sheet: Sheet) -> Iterator[Line]:
        for count, (number, cells) in enumerate(sheet.lines, start=1):
            if count % _STEP == 0:
                self.read(_STEP)
            if not all(cell == "" or is_blank(cell) for cell in cells):
                yield number, cells


def _without_serials(rows: Sequence[RegisterRow]) -> Iterable[RegisterRow]:
    """Rows whose ``编号`` is only the number of a line, as it begins again on each sheet, are called nothing."""
    refs = [row.ref for row in rows if row.ref]
    if not refs or not all(map(_SERIAL.fullmatch, refs)):
        return rows
    return (replace(row, ref="") for row in rows)
