"""Files that come in with items: kept in the same transaction, so that nothing half done stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from messages.files import Attachment, GivenFile
from messages.store import files
from messages.store.database import Connection
from schedules.items.checking import Checked


async def keep(conn: Connection, rows: Sequence[Checked], person_id: int, now: datetime) -> list[Checked]:
    """The same with their files kept, each once."""
    numbers = {file: await files.keep(conn, file, by=person_id, now=now) for file in _each(rows)}
    return [_with(one, numbers) for one in rows]


async def look_up(conn: Connection, rows: Sequence[Checked]) -> list[Checked]:
    """The same with those of their files that were kept before."""
    found = {file: await files.same(conn, file) for file in _each(rows)}
    return [_with(one, {file: number for file, number in found.items() if number is not None}) for one in rows]


def _each(rows: Sequence[Checked]) -> dict[GivenFile, None]:
    return dict.fromkeys(file for one in rows for file in one.given.files)


def _with(one: Checked, numbers: Mapping[GivenFile, int]) -> Checked:
    given = one.given
    kept = tuple(Attachment(file=numbers[file], kind=file.kind) for file in given.files if file in numbers)
    left = tuple(file for file in given.files if file not in numbers)
    return replace(one, given=replace(given, attachments=(*given.attachments, *kept), files=left))
