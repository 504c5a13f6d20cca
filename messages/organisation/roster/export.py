"""Writes the roster as it stands, in the form that the import reads: importing it again changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from messages.errors import refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.roster.columns import CHINESE, Column
from messages.organisation.roster.rows import RosterRow
from messages.organisation.roster.words import KIND_WORDS, NO_WORD, ROLE_WORDS, YES_WORD
from messages.organisation.spreadsheets import csv_of, write_private, xlsx_of
from messages.store import ledger
from messages.store.database import Database
from messages.store.organisation import roster_rows
from messages.text.phrase import phrase

_TITLE: Final = {True: "岗位花名册", False: "Roster"}


async def export_roster(db: Database, path: Path, language: str, now: datetime) -> int:
    """Write the roster to a ``.xlsx`` or ``.csv`` file with headers in ``language``; gives the number of its lines.

    It is the operator's, at the command line: recorded as of no person. Raises ``Refused`` for another ending, and
    where the file cannot be written.
    """
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise refused(phrase("A file ending in .xlsx or .csv is accepted."), value=path.name)
    async with db.reading() as conn:
        rows = await roster_rows(conn)
    people = len({row.person_code for row in rows if row.person_code})
    body: dict[str, Json] = {"what": "roster", "by": "operator", "lines": len(rows), "people": people}
    async with db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.RECORDS_EXPORTED, person_id=None, body=body)
    write_private(path, content_of(rows, path.suffix.lower(), language))
    return len(rows)


def content_of(rows: Sequence[RosterRow], ending: str, language: str) -> bytes:
    """The rows as a file's content, ``ending`` being ``.xlsx`` or ``.csv``."""
    chinese = language.startswith("zh")
    header = [CHINESE[column] if chinese else column.value for column in Column]
    lines = (_line(row, chinese=chinese) for row in rows)
    if ending == ".xlsx":
        return xlsx_of(_TITLE[chinese], header, lines)
    return csv_of(header, ([str(value) for value in line] for line in lines), mark=True)


def _line(row: RosterRow, *, chinese: bool) -> list[str | int]:
    kind = row.unit_kind
    cells: dict[Column, str | int | None] = {
        Column.UNIT: row.unit,
        Column.PARENT_UNIT: row.parent_unit,
        Column.UNIT_KIND: kind and (KIND_WORDS[kind] if chinese else kind.value),
        Column.POST_CODE: row.post_code,
        Column.POST: row.post,
        Column.LEVEL: row.level or None,
        Column.RISK_POST: _risk(row.risk_post, chinese=chinese),
        Column.NODES: ";".join(row.nodes or ()),
        Column.REPORTS_TO: row.reports_to,
        Column.PERSON_CODE: row.person_code,
        Column.NAME: row.name,
        Column.ROLES: ";".join(ROLE_WORDS[role] if chinese else role.value for role in row.roles or ()),
        Column.LANGUAGE: row.language,
    }
    return [cells[column] or "" for column in Column]


def _risk(risk: bool | None, *, chinese: bool) -> str | None:  # noqa: FBT001 -- the cell itself
    if risk is None:
        return None
    if chinese:
        return YES_WORD if risk else NO_WORD
    return "yes" if risk else "no"
