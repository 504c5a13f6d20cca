"""A roster that is sent in: looked at first, imported when the same person confirms it, and it alone.

The very bytes that were looked at are imported. Where the organisation has changed meanwhile, so that the import would
do something else than was shown, it is shown again instead.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Final

from messages.errors import NotFound
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.roster.importing import Agreed, ImportReport, OtherOutcome, import_roster
from messages.rights import Act, entitle
from messages.store import ledger, uploads
from messages.store.database import Database
from messages.store.uploads import Upload
from messages.text.phrase import phrase

MOST_BYTES: Final = 20 * 1024 * 1024
"""The largest roster that is taken by the dashboard."""

_KEPT: Final = timedelta(days=1)
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the import of a file would do; ``unsure``: the word was not typed that says that it is meant."""

    upload: int
    name: str
    report: ImportReport
    unsure: bool = False

    @property
    def digest(self) -> str:
        """Names that very outcome."""
        return self.report.plan.digest


async def keep(db: Database, person_id: int, name: str, content: bytes, now: datetime) -> int:
    """Keep a file that a person sent in, in the place of an earlier one; gives its id."""
    await entitle(db, person_id, Act.IMPORT_ROSTER, now)
    name = name.encode("utf-8", "replace").decode().replace("\0", "")  # no database keeps such
    name = PurePath(name.replace("\\", "/")).name[-_LONGEST_NAME:]
    async with db.writing() as conn:
        await uploads.forget(conn, person_id, older_than=now - _KEPT)
        return await uploads.add(conn, person_id=person_id, name=name, content=content, at=now)


async def look(db: Database, person_id: int, upload_id: int, now: datetime, *, language: str) -> Preview:
    """What the import of a file would do. Raises ``Refused`` with every fault of it.

    ``language`` is that of new people of whom the file does not say it.
    """
    await entitle(db, person_id, Act.IMPORT_ROSTER, now)
    return await _foreseen(db, await _find(db, person_id, upload_id), now, language)


async def seen(db: Database, person_id: int, preview: Preview, people: Sequence[str], now: datetime) -> None:
    """Record that a person was shown what an import does to these people, by their codes."""
    body: dict[str, Json] = {"what": "import", "file": preview.name, "people": [*people]}
    async with db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=person_id, body=body)


async def confirm(
    db: Database, person_id: int, upload_id: int, agreed: Agreed, now: datetime, *, language: str
) -> ImportReport | Preview:
    """Import the file that was looked at; gives a new preview where it would do something else by now.

    Raises ``Refused`` where nobody would be left who administers the whole office.
    """
    await entitle(db, person_id, Act.IMPORT_ROSTER, now)
    upload = await _find(db, person_id, upload_id)
    async with _as_file(upload.name, upload.content) as path:
        try:
            done = await import_roster(db, path, now, default_language=language, by=person_id, agreed=agreed)
        except OtherOutcome as other:
            return Preview(upload=upload.id, name=upload.name, report=other.report, unsure=other.unsure)
    await discard(db, person_id, now)
    return done


async def discard(db: Database, person_id: int, now: datetime) -> None:
    """Forget what a person sent in."""
    async with db.writing() as conn:
        await uploads.forget(conn, person_id, older_than=now - _KEPT)


async def _find(db: Database, person_id: int, upload_id: int) -> Upload:
    async with db.reading() as conn:
        upload = await uploads.find(conn, upload_id, person_id)
    if upload is None:
        raise NotFound(phrase("This file is no longer here: please send it in again."))
    return upload


async def _foreseen(db: Database, upload: Upload, now: datetime, language: str) -> Preview:
    async with _as_file(upload.name, upload.content) as path:
        report = await import_roster(db, path, now, dry_run=True, default_language=language)
    return Preview(upload=upload.id, name=upload.name, report=report)


@asynccontextmanager
async def _as_file(name: str, content: bytes) -> AsyncIterator[Path]:
    """The content as a file of our own naming; only its ending is the sender's."""
    with tempfile.TemporaryDirectory(prefix="lianxun-roster-") as folder:
        ending = PurePath(name).suffix.lower()
        path = Path(folder) / f"roster{ending if ending.removeprefix('.').isalnum() else ''}"
        await asyncio.to_thread(path.write_bytes, content)
        yield path
