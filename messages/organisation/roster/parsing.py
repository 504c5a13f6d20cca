"""Lines → rows: reads every cell of every sheet and tells every fault of them in one pass."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from messages.errors import Fault
from messages.organisation.records import LONGEST_NODE, Role, UnitKind
from messages.organisation.roster import words
from messages.organisation.roster.cells import text
from messages.organisation.roster.columns import VOCABULARY, Column
from messages.organisation.roster.rows import RosterRow, Table
from messages.sheets.lines import Sheet
from messages.sheets.tables import Row, Tables
from messages.text.phrase import Phrase, phrase

_OF_UNIT: Final = frozenset({Column.UNIT, Column.PARENT_UNIT, Column.UNIT_KIND})
_OF_POST: Final = (Column.POST_CODE, Column.POST, Column.LEVEL)
_VACANT: Final = frozenset({"空缺", "暂缺", "空岗", "vacant"})


class Parser:
    """Gathers the rows and the faults of a file's sheets."""

    def __init__(self, read: Callable[[int], None] = lambda _lines: None) -> None:
        """``read`` is told how many more lines were read."""
        self._tables = Tables(VOCABULARY, read)

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the sheets and their lines."""
        return self._tables.faults

    def parse(self, sheets: Iterable[Sheet]) -> Table:
        """Every row of every sheet, and in ``faults`` what is wrong with them.

        A row with faults is among them, so that other rows may refer to it; its faulty values are empty.
        """
        rows = tuple(_Row(row).parse() for row in self._tables.rows(sheets))
        headings = {
            (header.sheet, column): header.name(column) for header in self._tables.headers for column in header.places
        }
        return Table(rows=rows, headings=headings, skipped=self._tables.skipped)


class _Row:
    """One line being read as a post, or as a unit alone."""

    def __init__(self, row: Row[Column]) -> None:
        self._row = row
        self._header = row.header

    def parse(self) -> RosterRow:
        """The row, with its faulty values empty."""
        values = {column: self._row.read(column, text) for column in self._header.places}
        if self._row.unread or any(value for column, value in values.items() if column not in _OF_UNIT):
            return self._post(values)
        return self._unit_alone(values)

    def _unit_alone(self, values: Mapping[Column, str]) -> RosterRow:
        self._row.require(Column.UNIT, values[Column.UNIT])
        return RosterRow(
            unit=values[Column.UNIT],
            post_code=None,
            parent_unit=values.get(Column.PARENT_UNIT),
            unit_kind=self._kind(values),
            sheet=self._header.sheet,
            line=self._row.line,
        )

    def _post(self, values: Mapping[Column, str]) -> RosterRow:
        for column in (Column.UNIT, *_OF_POST):
            self._row.require(column, values[column])
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
            line=self._row.line,
        )

    def _holder(self, values: Mapping[Column, str]) -> tuple[str | None, str | None]:
        """Code and name, or neither for a vacant post."""
        person, name = values[Column.PERSON_CODE], values[Column.NAME]
        if not person and (not name or name.casefold() in _VACANT):
            return None, None
        if (not person or not name) and self._row.unread.isdisjoint((Column.PERSON_CODE, Column.NAME)):
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
        if roles and vacant and not self._row.unread:
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
        self._row.fault(column, value, message)
