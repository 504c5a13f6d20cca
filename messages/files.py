"""Files (附件): what a message carries besides its text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from messages.errors import refused
from messages.text.phrase import phrase

LONGEST_NAME: Final = 200
"""Characters of a file's name, as the tables keep it."""
MOST_FILES: Final = 10
"""As many as an album has: a broadcast carries no more."""
UNKNOWN_TYPE: Final = "application/octet-stream"


def check_files(many: int) -> None:
    """Refuse more files than go together."""
    if many > MOST_FILES:
        raise refused(phrase("At most {most} files are accepted.", most=MOST_FILES), column="attachments")


_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
"""What no file system takes, and what makes a name read other than it is."""
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,50}", re.ASCII)


class FileKind(StrEnum):
    """How Telegram shows a file."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that a notice carries: the id of its row, and its kind."""

    file: int
    kind: FileKind


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file as it came in. ``size`` is in bytes; ``content`` None where only a bot can pass it on."""

    kind: FileKind
    name: str
    mime: str
    size: int
    content: bytes | None

    @cached_property
    def sha256(self) -> str | None:
        """The content's digest, hexadecimal."""
        return None if self.content is None else sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class FileInfo:
    """What a file is, without its content: ``size`` is in bytes."""

    name: str
    mime: str
    size: int


@dataclass(frozen=True, kw_only=True)
class FileContent:
    """A file as it is sent anew."""

    name: str
    mime: str
    content: bytes


LONGEST_CAPTION: Final = 1024
"""UTF-16 units of a text that the Bot API takes beneath a file, after the markup is read."""
MOST_IN_ALBUM: Final = 10
_ALBUMS: Final = {FileKind.PHOTO: "seen", FileKind.VIDEO: "seen", FileKind.DOCUMENT: "document"}
"""Which kinds an album has together; an animation goes alone."""


def albums(attachments: Sequence[Attachment]) -> list[tuple[Attachment, ...]]:
    """The files as they are sent together, in their order: what is seen, or documents."""
    together = [tuple(some) for _, some in groupby(attachments, lambda one: _ALBUMS.get(one.kind))]
    widths = [(some, MOST_IN_ALBUM if some[0].kind in _ALBUMS else 1) for some in together]
    return [some[start : start + width] for some, width in widths for start in range(0, len(some), width)]


def sends(attachments: Sequence[Attachment], length: int) -> int:
    """In how many sends files go with a text of so many visible UTF-16 units, that included."""
    beneath = len(attachments) <= 1 and (not attachments or length <= LONGEST_CAPTION)
    return 1 if beneath else len(albums(attachments)) + 1


def safe_name(name: str) -> str:
    """A name from outside as it is kept: without paths and signs that mislead; a long one keeps its ending."""
    safe = _NOT_IN_NAMES.sub("_", name).strip(" .")
    if len(safe) <= LONGEST_NAME:
        return safe
    stem, dot, ending = safe.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= 10 else ""  # noqa: PLR2004 -- longer ones are no endings
    return safe[: LONGEST_NAME - len(tail)] + tail


def safe_type(mime: str) -> str:
    """A media type from outside; what is none is called unknown."""
    plain = mime.partition(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else UNKNOWN_TYPE


def attachments_json(attachments: Iterable[Attachment]) -> list[dict[str, Any]] | None:
    """Attachments as a notice keeps them; None for none."""
    return [{"file": one.file, "kind": one.kind.value} for one in attachments] or None


def attachments_of(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Attachment, ...]:
    """Attachments as a notice keeps them, read back."""
    return tuple(Attachment(file=int(one["file"]), kind=FileKind(one["kind"])) for one in kept or ())
