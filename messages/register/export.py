"""Writes the register as it stands, in the form that the import reads: importing it again changes nothing.

What is not accepted yet is in it with its state. Each line bears the point's number, so that it is known again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from messages.errors import refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.spreadsheets import Book, csv_of, write_private
from messages.register.columns import CHINESE, Column
from messages.register.directory import Directory
from messages.register.gathering import points_of
from messages.register.standing import KeptPoint
from messages.register.words import LEVEL_WORDS, STATE_WORDS
from messages.store import ledger, register_import
from messages.store.database import Database
from messages.text.phrase import phrase

_COLUMNS: Final = tuple(column for column in Column if column is not Column.WORKFLOW)
_WIDE: Final = frozenset({Column.DUTY, Column.NAME, Column.DESCRIPTION, Column.CONTROLS, Column.INDICATORS})
_WIDTHS: Final = [40 if column in _WIDE else 14 for column in _COLUMNS]


async def export_register(db: Database, path: Path, language: str, now: datetime, *, unit: str | None = None) -> int:
    """Write the register to a ``.xlsx`` (a sheet for each unit) or ``.csv`` file; gives the number of its points.

    Its headers are in ``language``; ``unit`` confines it to a unit and all below it. It is the operator's, at the
    command line. Raises ``Refused`` for another ending, an unknown unit, and where the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in {".xlsx", ".csv"}:
        raise refused(phrase("A file ending in .xlsx or .csv is accepted."), value=path.name)
    async with db.reading() as conn:
        directory = await register_import.directory(conn)
    within = directory.named(unit)
    units = {one.id for one in directory.units if within is None or directory.is_below(one.id, within)}
    lines = lines_of(directory, await points_of(db, directory, units))
    body: dict[str, Json] = {"what": "register", "by": "operator", "unit": unit, "lines": len(lines)}
    async with db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.RECORDS_EXPORTED, person_id=None, body=body)
    write_private(path, content_of(lines, ending, language))
    return len(lines)


def content_of(lines: Sequence[tuple[str, Mapping[Column, str]]], ending: str, language: str) -> bytes:
    """Units' names and their points, in order, as a file's content; ``ending`` is ``.xlsx`` or ``.csv``."""
    chinese = language.startswith("zh")
    header = [CHINESE[column] if chinese else column.value for column in _COLUMNS]
    if ending == ".csv":
        return csv_of(header, (_cells(line, chinese=chinese) for _, line in lines), mark=True)
    book = Book()
    for name, of_unit in groupby(lines or [("register", {})], key=lambda line: line[0]):
        sheet = book.sheet(name, _WIDTHS)
        sheet.add(header, bold=True)
        for _, line in of_unit:
            if line:
                sheet.add(_cells(line, chinese=chinese))
    return book.content()


def lines_of(directory: Directory, points: Iterable[KeptPoint]) -> list[tuple[str, Mapping[Column, str]]]:
    """The points of units and posts that stand now, by their units' names, in the order of the tree."""
    posts = {post.id: post for post in directory.posts}
    found = []
    for point in points:
        post = posts.get(point.post_id) if point.post_id is not None else None
        unit = directory.standing(post.unit_id if post else point.unit_id)
        if unit is None or (post is None and point.post_id is not None):
            continue
        told = {Column.UNIT: unit.name}
        told |= {Column.POST_CODE: post.code, Column.POST: post.title} if post else {}
        found.append((unit, {**told, **_said(point)}))
    return [(unit.name, line) for unit, line in sorted(found, key=lambda one: one[0].path)]


def _said(point: KeptPoint) -> dict[Column, str]:
    content = point.content
    return {
        Column.SECTION: content.section,
        Column.DUTY: content.duty,
        Column.NODE: content.node,
        Column.CATEGORY: content.category,
        Column.NAME: content.name,
        Column.DESCRIPTION: content.description,
        Column.LEVEL: content.level.value,
        Column.CONTROLS: content.controls,
        Column.INDICATORS: content.indicators,
        Column.RESPONSIBLE: content.responsible,
        Column.LEADING: content.leading,
        Column.BASES: "; ".join(str(cited) for cited in content.bases),
        Column.STATE: point.state.value,
        Column.REF: f"#{point.id} {point.ref}" if point.ref else f"#{point.id}",
    }


_CHINESE_WORDS: Final[Mapping[Column, Mapping[str, str]]] = {
    Column.LEVEL: {level.value: word for level, word in LEVEL_WORDS.items()},
    Column.STATE: {state.value: word for state, word in STATE_WORDS.items()},
}


def _cells(line: Mapping[Column, str], *, chinese: bool) -> list[str]:
    said = {**line}
    if chinese:
        said |= {column: written[line[column]] for column, written in _CHINESE_WORDS.items()}
    return [said.get(column, "") for column in _COLUMNS]
