"""Lines → rows: reads every cell of every sheet and tells every fault of them in one pass."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from messages.errors import Fault
from messages.organisation.records import LONGEST_NODE, Role, UnitKind
from messages.organisation.roster import words
from messages.organisation.roster.cells import Unreadable, is_blank, shown, text
from messages.organisation.roster.columns import Column
from messages.organisation.roster.headers import (
    SOUGHT_WITHIN,
    Header,
    find_header,
    header_faults,
    looks_like_roster,
    no_header,
)
from messages.organisation.roster.lines import Cell, Sheet
from messages.organisation.roster.rows import RosterRow, Table
from messages.text.phrase import Phrase, phrase

_STEP: Final = 1000
_OF_UNIT: Final = frozenset({Column.UNIT, Column.PARENT_UNIT, Column.UNIT_KIND})
_OF_POST: Final = (Column.POST_CODE, Column.POST, Column.LEVEL)
_VACANT: Final = frozenset({"空缺", "暂缺", "空岗", "vacant"})
_VALUE_SHOWN: Final = 60


class Parser:
    """Gathers the rows and the faults of a file's sheets."""

    def __init__(self, read: Callable[[int], None] = lambda _lines: None) -> None:
        """``read`` is told how many more lines were read."""
        self._read = read
        self._rows: list[RosterRow] = []
        self._headings: dict[tuple[str | None, Column], str] = {}
        self._others: dict[str, Fault] = {}
        self.faults: list[Fault] = []

    def parse(self, sheets: Iterable[Sheet]) -> Table:
        """Every row of every sheet, and in ``faults`` what is wrong with them.

        A row with faults is among them, so that other rows may refer to it; its faulty values are empty. A sheet of
        notes is passed over where another one has a header.
        """
        filled = [self._sheet(sheet) for sheet in sheets]
        if not any(filled):
            self.faults.append(Fault(message=phrase("The file is empty.")))
        if not self._headings:
            self.faults.extend(self._others.values())
            self._others.clear()
        return Table(rows=tuple(self._rows), headings=self._headings, skipped=tuple(self._others))

    def _sheet(self, sheet: Sheet) -> bool:
        """Parse one sheet; False for one with nothing in it."""
        lines = self._filled(sheet)
        first = list(islice(lines, SOUGHT_WITHIN))
        if not first:
            return False
        header = find_header(sheet.name, first)
        if header is None:
            self._without_header(sheet.name, first)
            return True
        self.faults.extend(header_faults(header))
        self._headings.update({(sheet.name, column): header.name(column) for column in header.places})
        if header.is_whole:
            self._lines(header, (line for line in first if line[0] > header.line))
            self._lines(header, lines)
        return True

    def _without_header(self, sheet: str | None, lines: Sequence[tuple[int, Sequence[Cell]]]) -> None:
        fault = no_header(sheet, lines[0])
        if sheet is None or looks_like_roster(lines):
            self.faults.append(fault)
        else:
            self._others[sheet] = fault

    def _filled(self, sheet: Sheet) -> Iterator[tuple[int, Sequence[Cell]]]:
        for count, (number, cells) in enumerate(sheet.lines, start=1):
            if count % _STEP == 0:
                self._read(_STEP)
            if not all(cell == "" or is_blank(cell) for cell in cells):
                yield number, cells

    def _lines(self, header: Header, lines: Iterable[tuple[int, Sequence[Cell]]]) -> None:
        for number, cells in lines:
            if header.is_repeated_in(cells):
                continue
            self._rows.append(_Row(header, number, cells, self.faults).parse())


class _Row:
    """One line being read; what is wrong with it is added to ``faults``."""

    def __init__(self, header: Header, line: int, cells: Sequence[Cell], faults: list[Fault]) -> None:
        self._header, self._line, self._cells, self._faults = header, line, cells, faults
        self._unread: set[Column] = set()

    def parse(self) -> RosterRow:
        """The row, with its faulty values empty."""
        stray = self._header.stray(self._cells)
        if stray is not None:
            message = phrase("This value stands under no column's name.")
            self._fault(str(stray + 1), shown(self._cells[stray]), message)
        values = {column: self._text(column, at) for column, at in self._header.places.items()}
        if self._unread or any(value for column, value in values.items() if column not in _OF_UNIT):
            return self._post(values)
        return self._unit_alone(values)

    def _text(self, column: Column, at: int) -> str:
        try:
            return text(column, self._cells[at]) if at < len(self._cells) else ""
        except Unreadable as error:
            self._fault(self._header.name(column), error.value, error.phrase)
            self._unread.add(column)
            return ""

    def _unit_alone(self, values: Mapping[Column, str]) -> RosterRow:
        self._require(values, Column.UNIT)
        return RosterRow(
            unit=values[Column.UNIT],
            post_code=None,
            parent_unit=values.get(Column.PARENT_UNIT),
            unit_kind=self._kind(values),
            sheet=self._header.sheet,
            line=self._line,
        )

    def _post(self, values: Mapping[Column, str]) -> RosterRow:
        for column in (Column.UNIT, *_OF_POST):
            self._require(values, column)
        person, name = self._holder(values)
        return RosterRow(
            unit=values[Column.UNIT],
            parent_unit=values.get(Column.PARENT_UNIT),
            unit_kind=self._kind(values),
            post_code=values[Column.POST_CODE],
            post=values[Column.POST],
            level=self._level(values[Column.LEVEL]),
            risk_post=self._risk(values.get(Column.RISK_POST)),
            nodes=self._nodes(values.get(Column.NODES)),
            reports_to=values.get(Column.REPORTS_TO),
            person_code=person,
            name=name,
            roles=self._roles(values.get(Column.ROLES), vacant=person is None),
            language=self._language(values.get(Column.LANGUAGE)),
            sheet=self._header.sheet,
            line=self._line,
        )

    def _require(self, values: Mapping[Column, str], column: Column) -> None:
        if not values[column] and column not in self._unread:
            self._fault(self._header.name(column), "", phrase("A value is needed here."))

    def _holder(self, values: Mapping[Column, str]) -> tuple[str | None, str | None]:
        """Code and name, or neither for a vacant post."""
        person, name = values[Column.PERSON_CODE], values[Column.NAME]
        if not person and (not name or name.casefold() in _VACANT):
            return None, None
        if (not person or not name) and self._unread.isdisjoint((Column.PERSON_CODE, Column.NAME)):
            missing = Column.NAME if person else Column.PERSON_CODE
            message = phrase("Both the person's code and name are needed, or neither for a vacant post.")
            self._fault(self._header.name(missing), "", message)
        return person, name

    def _level(self, value: str) -> int:
        level = words.level(value)
        if level is None and value:
            self._fault(
                self._header.name(Column.LEVEL), value, phrase("A level from 1 to 5 is accepted, 1 the highest.")
            )
        return level or 0

    def _risk(self, value: str | None) -> bool | None:
        if value is None:
            return None
        risk = words.risk(value)
        if risk is None:
            accepted = phrase("Accepted: {words}, or nothing for no.", words="是, 否, yes, no, 1, 0")
            self._fault(self._header.name(Column.RISK_POST), value, accepted)
        return risk

    def _nodes(self, value: str | None) -> tuple[str, ...] | None:
        if value is None:
            return None
        nodes = words.nodes(value)
        for name in nodes:
            if len(name) > LONGEST_NODE:
                message = phrase("At most {most} characters are accepted.", most=LONGEST_NODE)
                self._fault(self._header.name(Column.NODES), name, message)
        return nodes

    def _kind(self, values: Mapping[Column, str]) -> UnitKind | None:
        value = values.get(Column.UNIT_KIND)
        if not value:
            return None
        kind = words.kind(value)
        if kind is None:
            self._fault(
                self._header.name(Column.UNIT_KIND),
                value,
                phrase("Accepted: {words}.", words=words.accepted(words.KIND_WORDS)),
            )
        return kind

    def _roles(self, value: str | None, *, vacant: bool) -> tuple[Role, ...] | None:
        if value is None:
            return None
        roles, unknown = words.roles(value)
        for word in unknown:
            self._fault(
                self._header.name(Column.ROLES),
                word,
                phrase("Accepted: {words}.", words=words.accepted(words.ROLE_WORDS)),
            )
        if roles and vacant and not self._unread:
            message = phrase("A role belongs to a person, and this post is vacant: leave it empty.")
            self._fault(self._header.name(Column.ROLES), value, message)
        return roles

    def _language(self, value: str | None) -> str | None:
        if not value:
            return None
        language = words.language(value)
        if language is None:
            accepted = phrase("Accepted: {words}.", words="zh_CN, en")
            self._fault(self._header.name(Column.LANGUAGE), value, accepted)
        return language

    def _fault(self, column: str, value: str, message: Phrase) -> None:
        fault = Fault(
            sheet=self._header.sheet, line=self._line, column=column, value=value[:_VALUE_SHOWN], message=message
        )
        self._faults.append(fault)
