"""The files of a watched folder that are ready to be read: whole, and the folder's own."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHUNK: Final = 1024 * 1024
_UNFINISHED: Final = (".part", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", ".bak", "~")
_NOT_MEANT: Final = ("~$", ".", "thumbs.db", "desktop.ini")
_LONGEST_NAME: Final = 300


@dataclass(frozen=True)
class Seen:
    """How a file was seen last: one that is being written looks otherwise the next time."""

    size: int
    changed: int


def files_of(folder: Path) -> dict[str, tuple[Path, Seen]]:
    """The regular files of a folder by name, hidden and unfinished ones left out, and links that lead out of it.

    Raises ``OSError`` where it cannot be read.
    """
    return {name: found for name, *found in _files(folder)}  # type: ignore[misc]


def _files(folder: Path) -> Iterator[tuple[str, Path, Seen]]:
    root = folder.resolve(strict=True)
    with os.scandir(root) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        lower = name.lower()
        if lower.startswith(_NOT_MEANT) or lower.endswith(_UNFINISHED):
            continue
        found = _file(root, root / name)
        if found is not None:
            yield _sayable(name), *found


def _file(root: Path, path: Path) -> tuple[Path, Seen] | None:
    try:
        real = path.resolve(strict=True)
        state = real.stat()
    except OSError:
        return None  # it is gone meanwhile, or a link to nothing
    if not stat.S_ISREG(state.st_mode) or not real.is_relative_to(root):
        return None
    return real, Seen(size=state.st_size, changed=state.st_mtime_ns)


def _sayable(name: str) -> str:
    """A name that can be kept and said, whatever bytes it is made of."""
    return name.encode(errors="surrogateescape").decode(errors="replace")[:_LONGEST_NAME]


def digest_of(path: Path) -> str:
    """The digest of a file's content. Raises ``OSError``."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
