"""The import of a year's official days: what is still planned follows them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from messages.errors import Refused, refused
from messages.ledger import Kind
from messages.notices import Json
from messages.official_notice import OfficialNotice, read_notice
from messages.store import days, ledger, uncounted
from messages.store.database import Database
from messages.text.phrase import phrase
from schedules.holidays import ChangedDays, changed_festivals
from schedules.workdays import CHINA, WorkCalendar

_LARGEST_FILE: Final = 1_000_000  # bytes; a year's notice has some forty days


@dataclass(frozen=True, kw_only=True)
class ImportedYear:
    """The notice that was taken, and the holidays that it moved."""

    notice: OfficialNotice
    changes: tuple[ChangedDays, ...]


async def import_year(db: Database, file: Path, *, country: str, now: datetime) -> ImportedYear:
    """Take a year's official days from a file (its form: ``messages/official_notice.py``), with a place in the ledger.

    Raises ``Refused`` for another country than China, and for a file that is faulty; then nothing of it is taken.
    """
    if country != CHINA:
        raise Refused(phrase("Official days are imported for China only; other countries' holidays are computed."))
    notice = read_notice(_text(file), file.name)
    async with db.writing() as conn:
        before = WorkCalendar(CHINA, await days.load(conn))
        await days.save(conn, notice.year, notice.days, now)
        after = WorkCalendar(CHINA, await days.load(conn))
        await uncounted.want_all(conn)  # whom a notice reached late has another day by it
        changes = changed_festivals(before, after, notice.year)
        moved: list[Json] = [change.after.slug for change in changes]
        body: dict[str, Json] = {"year": notice.year, "days": len(notice.days), "changed": moved}
        await ledger.append(conn, at=now, kind=Kind.CALENDAR_IMPORTED, person_id=None, body=body)
    return ImportedYear(notice=notice, changes=changes)


def _text(file: Path) -> str:
    content = file.read_bytes()[: _LARGEST_FILE + 1]
    if len(content) > _LARGEST_FILE:
        raise refused(phrase("a file of at most 1 MB is accepted"), sheet=file.name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(phrase("a file in UTF-8 is accepted"), sheet=file.name) from None
