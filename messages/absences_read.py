"""Reads a file of leave: XLSX or CSV → whose, from when to when, and every fault with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from messages.absences import Days
from messages.errors import Fault, Refused
from messages.items.columns import day
from messages.organisation.records import LONGEST_WHY
from messages.sheets.cells import line, plain
from messages.sheets.lines import Cell
from messages.sheets.reading import read
from messages.sheets.tables import Row, Tables
from messages.sheets.vocabulary import Vocabulary
from messages.text.phrase import phrase

_LONGEST: Final = 100
_DAY: Final = "2026-09-24, 2026年9月24日"
_REFUSED: Final = phrase("The file was refused; nothing of it was entered.")


class Column(StrEnum):
    """A column; its value is the English header."""

    PERSON = "person_code"
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    NOTE = "note"


VOCABULARY: Final = Vocabulary(
    {
        Column.PERSON: "人员编号",
        Column.NAME: "姓名",
        Column.FIRST: "开始日期",
        Column.LAST: "结束日期",
        Column.NOTE: "请假事由",
    },
    {
        Column.PERSON: "人员编码 人员代码 工号 编号 person code personid employeeid",
        Column.NAME: "人员姓名 请假人 personname",
        Column.FIRST: "起始日期 开始 请假开始日期 请假开始 开始时间 起始时间 自 from start firstday startdate",
        Column.LAST: "截止日期 结束 请假结束日期 请假结束 结束时间 终止日期 至 to until end lastday enddate",
        Column.NOTE: "事由 假别 请假类型 请假类别 原因 备注 reason type",
    },
    required=(Column.PERSON, Column.FIRST, Column.LAST),
)
"""The names by which a file of leave is understood."""


@dataclass(frozen=True, kw_only=True)
class AbsenceRow:
    """Leave of a person in a file, and where it stands; ``name`` is empty where the file has none."""

    person_code: str
    name: str
    days: Days
    note: str
    sheet: str | None
    line: int
    names: Mapping[str, str]  # columns by field, as they stand in the file

    def fault(self, fault: Fault) -> Fault:
        """What is wrong with it, by its place; ``column`` is a field."""
        column = self.names.get(fault.column or "", fault.column)
        return Fault(message=fault.message, sheet=self.sheet, line=self.line, column=column, value=fault.value)


def read_absences(path: Path) -> list[AbsenceRow]:
    """The rows of a file. Raises ``Refused`` with each fault, and where it is no such file."""
    tables = Tables(VOCABULARY)
    rows: list[AbsenceRow] = []
    for row in tables.rows(read(path)):
        before = len(tables.faults)
        found = _read(row)
        if found is not None and len(tables.faults) == before:
            rows.append(found)
    if not rows and not tables.faults:
        tables.faults.append(Fault(message=phrase("There is no leave in this file.")))
    if tables.faults:
        raise refusal(tables.faults)
    return rows


def refusal(faults: list[Fault]) -> Refused:
    """The refusal of a file."""
    return Refused(_REFUSED, faults)


def _read(row: Row[Column]) -> AbsenceRow | None:
    values = {column: row.read(column, _text) for column in Column}
    for column in VOCABULARY.required:
        row.require(column, values[column])
    first, last = _day(row, Column.FIRST, values), _day(row, Column.LAST, values)
    if first is None or last is None:
        return None
    return AbsenceRow(
        person_code=values[Column.PERSON],
        name=values[Column.NAME],
        days=Days(first=first, last=last),
        note=values[Column.NOTE],
        sheet=row.header.sheet,
        line=row.line,
        names={"person": row.header.name(Column.PERSON)} | {column.value: row.header.name(column) for column in Column},
    )


def _day(row: Row[Column], column: Column, values: Mapping[Column, str]) -> date | None:
    value = values[column]
    found = day(value) if value else None
    if value and found is None:
        row.fault(row.header.name(column), value, phrase("Accepted: {words}.", words=_DAY))
    return found


def _text(column: Column, cell: Cell) -> str:
    if column in {Column.FIRST, Column.LAST} and isinstance(cell, date):  # an instant is a date too
        return f"{cell:%Y-%m-%d}"
    return line(plain(cell), LONGEST_WHY if column is Column.NOTE else _LONGEST)
