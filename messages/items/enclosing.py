"""The files beside a file of items: read where its column names them, each once, within what goes together."""

from collections.abc import Callable, Sequence
from pathlib import Path, PureWindowsPath
from typing import Final, TypeVar

from messages.file_types import (
    FILE_TOO_LARGE,
    FILES_TOO_LARGE,
    MOST_FILE_BYTES,
    MOST_FILES_BYTES,
    accepted_types,
    file_of,
    not_its_type,
    type_named,
)
from messages.files import MOST_FILES, GivenFile
from messages.sheets.cells import Unreadable
from messages.text.phrase import phrase

MOST_BYTES: Final = 200 * 1024 * 1024
"""Bytes of all files beside one file of items: they are submitted in one transaction."""

_BELOW: Final = phrase("A path below the folder of this file is accepted, such as files/minutes.pdf.")
_NO_FILE: Final = phrase("There is no such file beside this one.")
_T = TypeVar("_T")


class Enclosures:
    """The files below a folder. Each path is read once, and what is read stays within ``MOST_BYTES``."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._folder = folder.resolve()
        self._read: dict[Path, GivenFile] = {}
        self._bytes = 0

    def files(self, paths: Sequence[str]) -> tuple[GivenFile, ...]:
        """The files at these paths; raises ``Unreadable`` for the first that cannot be taken."""
        if len(paths) > MOST_FILES:
            raise Unreadable(phrase("At most {most} files are accepted.", most=MOST_FILES), str(len(paths)))
        found = tuple(map(self._file, paths))
        if sum(one.size for one in found) > MOST_FILES_BYTES:
            raise Unreadable(FILES_TOO_LARGE, paths[-1])
        return found

    def _file(self, path: str) -> GivenFile:
        place = self._place(path)
        if place not in self._read:
            self._read[place] = self._taken(path, place)
        return self._read[place]

    def _place(self, path: str) -> Path:
        """Where a path leads, which is below the folder; written with either kind of stroke."""
        written = PureWindowsPath(path)
        if written.drive or written.root or ".." in written.parts:
            raise Unreadable(_BELOW, path)
        place = _found(lambda: self._folder.joinpath(*written.parts).resolve(strict=True), path)
        if not place.is_relative_to(self._folder):
            raise Unreadable(_BELOW, path)
        if not place.is_file():
            raise Unreadable(_NO_FILE, path)
        return place

    def _taken(self, path: str, place: Path) -> GivenFile:
        said = type_named(place.name)
        if said is None:
            raise Unreadable(accepted_types(), path)
        if place.stat().st_size > MOST_FILE_BYTES:
            raise Unreadable(FILE_TOO_LARGE, path)
        content = _found(place.read_bytes, path)
        self._bytes += len(content)
        if self._bytes > MOST_BYTES:
            most = phrase("Files of at most {most} MiB together are accepted.", most=MOST_BYTES // 1024**2)
            raise Unreadable(most, path)
        file = file_of(PureWindowsPath(path).name, said, content)
        if file is None:
            raise Unreadable(not_its_type(said), path)
        return file


def _found(look: Callable[[], _T], path: str) -> _T:
    try:
        return look()
    except (OSError, RuntimeError) as error:  # a link that leads to itself is a `RuntimeError` to older Pythons
        raise Unreadable(_NO_FILE, path) from error
