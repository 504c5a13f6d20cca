"""Releases on the disk while files are read: those of one matter may lie anywhere, and not all fit in memory."""

import json
import sqlite3
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
    ref TEXT, release TEXT, at TEXT, compiled INTEGER, body TEXT, PRIMARY KEY (ref, at, compiled, release)
) WITHOUT ROWID
"""
_PRAGMAS: Final = ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", "cache_size=-16000")
_PUT: Final = "INSERT OR REPLACE INTO statements VALUES (?, ?, ?, ?, ?)"
_CROWDED: Final = "SELECT ref, count(*) FROM statements GROUP BY ref HAVING count(*) > ? ORDER BY ref LIMIT 20"
_ALL: Final = "SELECT ref, release, at, compiled, body FROM statements ORDER BY ref, at, compiled, release"


class Spool:
    """A file of the process's own, which is gone with it. One release of the same key takes the place of another."""

    def __init__(self) -> None:
        """Open an empty one."""
        self._folder = tempfile.TemporaryDirectory(prefix="lianxun-", ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "releases.db"
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(_TABLE)
        self._file.execute("BEGIN")

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Forget all."""
        self._file.close()
        self._folder.cleanup()

    def put(self, one: Statement) -> None:
        """Keep a release; the later one of the same key stands."""
        body = json.dumps(one.body, ensure_ascii=False, separators=(",", ":"))
        try:
            self._file.execute(_PUT, (one.ref, one.release, one.at.isoformat(), one.compiled, body))
        except sqlite3.OperationalError as error:
            raise refused(phrase("There is no room to read it: {why}.", why=str(error))) from error

    def faults(self) -> Iterator[Fault]:
        """The matters of which there are more releases than can be looked at together."""
        for ref, _ in self._file.execute(_CROWDED, (MOST_RELEASES,)):
            what = phrase("At most {most} releases of one matter are accepted.", most=MOST_RELEASES)
            yield Fault(value=ref, message=what)

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
