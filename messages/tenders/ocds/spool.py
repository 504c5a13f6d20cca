"""Releases on the disk while files are read: those of one matter may lie anywhere, and not all fit in memory."""

import json
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from messages.errors import Fault, refused
from messages.tenders.ocds.statements import Statement
from messages.text.phrase import phrase

MOST_RELEASES: Final = 10_000
"""Releases of one matter."""

_TABLE: Final = """
CREATE TABLE statements (
    ref TEXT, release TEXT, at TEXT, compiled INTEGER, body TEXT, file INTEGER, PRIMARY KEY (ref, at, compiled, release)
) WITHOUT ROWID
"""
_PRAGMAS: Final = ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-16000")
_PUT: Final = """
INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (ref, at, compiled, release) DO UPDATE SET body = excluded.body, file = excluded.file
WHERE excluded.body > body
"""
_MOST: Final = "SELECT coalesce(max(releases), 0) FROM (SELECT count(*) AS releases FROM statements GROUP BY ref)"
_KEYS: Final = "SELECT release, at, compiled FROM statements WHERE ref = ?"
_CROWDED: Final = "SELECT ref, count(*) FROM statements GROUP BY ref HAVING count(*) > ? ORDER BY ref LIMIT 20"
_FILES: Final = "SELECT DISTINCT file FROM statements WHERE ref = ? ORDER BY file LIMIT ?"
_ALL: Final = "SELECT ref, release, at, compiled, body FROM statements ORDER BY ref, at, compiled, release"


_PREFIX: Final = "lianxun-spool-"
_FILE: Final = "releases.db"
_FORGOTTEN: Final = 48 * 3600
"""Seconds after which nobody writes to a spool any more: its process was killed."""


class Spool:
    """A file of the process's own, which is gone with it.

    Of two releases of the same key one stands, whichever comes first: no two orders of files come to different things.
    """

    def __init__(self) -> None:
        """Open an empty one."""
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        _tidy(Path(self._folder.name))
        path = Path(self._folder.name) / _FILE
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(_TABLE)
        self._file.execute("BEGIN")
        self._names: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Forget all."""
        self._file.close()
        self._folder.cleanup()

    def put(self, one: Statement, file: str) -> None:
        """Keep a release that stands in a file of that name."""
        number = self._names.setdefault(file, len(self._names))
        body = json.dumps(one.body, ensure_ascii=False, separators=(",", ":"))
        try:
            self._file.execute(_PUT, (one.ref, one.release, one.at.isoformat(), one.compiled, body, number))
        except sqlite3.OperationalError as error:
            raise refused(phrase("There is no room to read it: {why}.", why=str(error))) from error

    def faults(self) -> Iterator[Fault]:
        """The matters of which there are more releases than can be looked at together."""
        for ref, _ in self._file.execute(_CROWDED, (MOST_RELEASES,)):
            yield too_many(ref)

    @property
    def most(self) -> int:
        """How many releases there are of the matter that has most."""
        found: int = self._file.execute(_MOST).fetchone()[0]
        return found

    def keys(self, ref: str) -> set[tuple[str, datetime, bool]]:
        """By what the releases of a matter are known."""
        rows = self._file.execute(_KEYS, (ref,))
        return {(release, datetime.fromisoformat(at), bool(compiled)) for release, at, compiled in rows}

    def files_of(self, ref: str, most: int) -> list[str]:
        """The names of the files in which releases of a matter stand, as they were read."""
        names = [*self._names]
        return [names[number] for (number,) in self._file.execute(_FILES, (ref, most))]

    @property
    def refs(self) -> int:
        """Of how many matters releases are kept."""
        found: int = self._file.execute("SELECT count(DISTINCT ref) FROM statements").fetchone()[0]
        return found

    def matters(self) -> Iterator[tuple[str, list[Statement]]]:
        """Each matter with all of its releases, one after another."""
        rows = self._file.execute(_ALL)
        for ref, group in groupby(rows, key=lambda row: str(row[0])):
            yield (
                ref,
                [
                    Statement(
                        ref=ref,
                        release=release,
                        at=datetime.fromisoformat(at),
                        compiled=bool(compiled),
                        body=json.loads(body),
                    )
                    for _, release, at, compiled, body in group
                ],
            )


def too_many(ref: str) -> Fault:
    """A matter of which there are more releases than can be looked at together."""
    return Fault(value=ref, message=phrase("At most {most} releases of one matter are accepted.", most=MOST_RELEASES))


def _tidy(mine: Path) -> None:
    """Clear away what processes that were killed have left beside: of the same user, and not written to for long."""
    now = mine.stat().st_mtime
    for left in mine.parent.glob(f"{_PREFIX}*"):
        try:
            found = left.lstat()
            written = max(found.st_mtime, *(one.lstat().st_mtime for one in left.iterdir()), 0)
        except OSError:
            continue  # another one clears it, or may not be looked into
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and now - written > _FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)
