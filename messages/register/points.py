"""The values of a line → a risk point, and what is wrong with them."""

import re
from dataclasses import dataclass
from typing import Final

from messages.register import texts, words
from messages.register.bases import Cited
from messages.register.checking import MOST_BASES
from messages.register.citing import Citing
from messages.register.columns import Column
from messages.register.records import PointState, RiskLevel
from messages.register.rows import Origin, RegisterRow
from messages.sheets.cells import Unreadable
from messages.sheets.tables import Row
from messages.text.phrase import phrase

_OURS: Final = re.compile(r"#(\d{1,15})(?:\s+(.+))?")


def called(ref: str) -> tuple[int | None, str]:
    """Our own number of a point, and what the office calls it: ``#123``, ``#123 ZX-001``, ``ZX-001``."""
    found = _OURS.fullmatch(ref)
    return (int(found[1]), found[2] or "") if found else (None, ref)


def level_written(row: Row[Column], values: dict[Column, str]) -> RiskLevel | None:
    """The level that a line's cell says; None where its sheet has no levels, and where a fault is told of it."""
    if Column.LEVEL not in row.header.places:
        return None
    value = values[Column.LEVEL]
    row.require(Column.LEVEL, value)
    level = words.level(value) if value else None
    if value and level is None:
        accepted = phrase("Accepted: {words}.", words=words.accepted(words.LEVEL_WORDS))
        row.fault(row.header.name(Column.LEVEL), value, accepted)
    return level


@dataclass(frozen=True, kw_only=True)
class PointReader:
    """The values of a line as a point's; its faults are told to ``row``."""

    row: Row[Column]
    values: dict[Column, str]
    citing: Citing
    whole: bool

    def read(self, origin: Origin, below: str, own_id: int | None, ref: str, level: RiskLevel | None) -> RegisterRow:
        """The row."""
        values, get = self.values, self._get
        name, description = self._name()
        node, kind = get(Column.NODE), get(Column.WORKFLOW)
        return RegisterRow(
            origin=origin,
            line=self.row.line,
            below=below,
            unit=get(Column.UNIT),
            section=values[Column.SECTION],
            post_code=get(Column.POST_CODE),
            post=get(Column.POST),
            duty=get(Column.DUTY),
            node=node,
            workflow=words.workflow(kind) if kind and node else None,
            category=get(Column.CATEGORY),
            name=name,
            description=description,
            level=level,
            controls=get(Column.CONTROLS),
            indicators=get(Column.INDICATORS),
            responsible=get(Column.RESPONSIBLE),
            leading=get(Column.LEADING),
            bases=self._bases(),
            state=self._state(),
            own_id=own_id,
            ref=self._ref(ref),
        )

    def _get(self, column: Column) -> str:
        return self.values.get(column, "")

    def _name(self) -> tuple[str, str]:
        """Name and description; the first clause of what is described is the name where there is none."""
        name, description = self._get(Column.NAME), self._get(Column.DESCRIPTION)
        try:
            return texts.short_name(name) or self._of_description(description), description
        except Unreadable as error:
            if not description:  # the whole text stands below the name
                return texts.name_of(name), name
            self.row.fault(self.row.header.name(Column.NAME), error.value, error.phrase)
            return "", description

    def _of_description(self, description: str) -> str:
        if not description and {Column.NAME, Column.DESCRIPTION}.isdisjoint(self.row.unread):
            at = Column.NAME if Column.NAME in self.row.header.places else Column.DESCRIPTION
            self.row.require(at, "")
        return texts.name_of(description)

    def _bases(self) -> tuple[Cited, ...]:
        written = self._get(Column.BASES)
        try:
            cited = self.citing.read(written)
        except Unreadable as error:
            self.row.fault(self.row.header.name(Column.BASES), error.value, error.phrase)
            return ()
        if len(cited) > MOST_BASES:
            message = phrase("At most {most} articles are accepted.", most=MOST_BASES)
            self.row.fault(self.row.header.name(Column.BASES), written, message)
        return cited

    def _state(self) -> PointState | None:
        value = self._get(Column.STATE)
        state = words.state(value) if value else None
        if value and state is None:
            accepted = phrase("Accepted: {words}.", words=words.accepted(words.STATE_WORDS))
            self.row.fault(self.row.header.name(Column.STATE), value, accepted)
        return state

    def _ref(self, ref: str) -> str:
        if len(ref) > texts.LONGEST_REF:
            message = phrase("At most {most} characters are accepted.", most=texts.LONGEST_REF)
            self.row.fault(self.row.header.name(Column.REF), ref, message)
        return ref
