"""Files (附件): what a message carries besides its text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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


def attachments_json(attachments: Iterable[Attachment]) -> list[dict[str, Any]] | None:
    """Attachments as a notice keeps them; None for none."""
    return [{"file": one.file, "kind": one.kind.value} for one in attachments] or None


def attachments_of(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Attachment, ...]:
    """Attachments as a notice keeps them, read back."""
    return tuple(Attachment(file=int(one["file"]), kind=FileKind(one["kind"])) for one in kept or ())
