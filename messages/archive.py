"""The archive: old deliveries that left the database, as compressed CSV files in one folder.

``deliveries-000001.csv.gz`` and so on, in UTF-8: a header, then a delivery a line, its instants as ISO 8601 with their
offset. A file appears whole or not at all, is never changed, and only its owner may read it. Where a delivery stands in
two files, the later line is right: it changed at the very moment at which it was to leave.
"""

import csv
import gzip
import os
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from messages.deliveries import DeliveryState, Reason
from messages.errors import LianxunError
from messages.organisation.spreadsheets import csv_of, unguard
from messages.text.phrase import phrase

_NAME: Final = re.compile(r"deliveries-(\d{6,})\.csv\.gz")
_UNFINISHED: Final = ".deliveries-"


class ArchiveUnusable(LianxunError):
    """The archive cannot be written, or its newest file cannot be read."""


@dataclass(frozen=True, kw_only=True)
class OldDelivery:
    """A delivery in its final state: ``notice`` is the notice's key, ``person`` the person's code.

    ``settled_at`` is None where it was called off after a crash had cut its sending short.
    """

    id: int
    notice: str
    person: str
    wave: int
    lane: int
    state: DeliveryState
    due_at: datetime
    settled_at: datetime | None
    attempts: int
    account_id: int | None
    message_id: int | None
    reason: Reason | None


_HEADER: Final = tuple(field.name for field in fields(OldDelivery))


class Archive:
    """The files of one folder. Every method works on the disk and raises ``ArchiveUnusable`` where that refuses."""

    def __init__(self, folder: Path, zone: tzinfo) -> None:
        """Keep files in ``folder``, which is made at the first need; instants are written in the office's ``zone``."""
        self._folder = folder
        self._zone = zone

    def add(self, old: Sequence[OldDelivery]) -> str:
        """Put deliveries into a file of their own, durable when this returns; gives its name."""
        lines = ([self._written(getattr(one, name)) for name in _HEADER] for one in old)
        content = gzip.compress(csv_of(_HEADER, lines, mark=False), mtime=0)  # the same deliveries, the same bytes
        with _refusals(self._folder):
            self._make_folder()
            path = self._folder / f"deliveries-{max(self._files(), default=0) + 1:06}.csv.gz"
            _put(path, content)
        return path.name

    def newest(self) -> list[OldDelivery]:
        """What the newest file holds; nothing where there is none."""
        files = self._files()
        if not files:
            return []
        path = files[max(files)]
        with _refusals(path):
            return _read(path)

    def _files(self) -> dict[int, Path]:
        found = {path: _NAME.fullmatch(path.name) for path in self._folder.glob("deliveries-*.csv.gz")}
        return {int(name.group(1)): path for path, name in found.items() if name}

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True)
            _make_durable(self._folder.parent)
        for left in self._folder.glob(f"{_UNFINISHED}*"):  # by a crash
            left.unlink(missing_ok=True)

    def _written(self, value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(self._zone).isoformat()
        return "" if value is None else str(value)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, csv.Error, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ArchiveUnusable(phrase("The archive cannot be used: {path}: {why}", path=str(path), why=why)) from error


def _put(path: Path, content: bytes) -> None:
    file, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)  # with mode 0600
    unfinished = Path(name)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # Not renamed: that would take the place of a file which another process put there meanwhile.
        path.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
    _make_durable(path.parent)


def _make_durable(folder: Path) -> None:
    """A new name is on the disk only once its folder is."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _read(path: Path) -> list[OldDelivery]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        lines = [[unguard(value) for value in line] for line in csv.reader(stream)]
    if not lines or tuple(lines[0]) != _HEADER:
        message = "it does not begin with the archive's header"
        raise ValueError(message)
    return [_delivery(dict(zip(_HEADER, line, strict=True))) for line in lines[1:]]


def _delivery(said: dict[str, str]) -> OldDelivery:
    return OldDelivery(
        id=int(said["id"]),
        notice=said["notice"],
        person=said["person"],
        wave=int(said["wave"]),
        lane=int(said["lane"]),
        state=DeliveryState(said["state"]),
        due_at=datetime.fromisoformat(said["due_at"]),
        settled_at=datetime.fromisoformat(said["settled_at"]) if said["settled_at"] else None,
        attempts=int(said["attempts"]),
        account_id=int(said["account_id"]) if said["account_id"] else None,
        message_id=int(said["message_id"]) if said["message_id"] else None,
        reason=Reason(said["reason"]) if said["reason"] else None,
    )
