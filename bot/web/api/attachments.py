"""Files that come in with an item: how large they are, and whether they are what they are said to be."""

from collections.abc import Iterator, Sequence

from bot.web.api.item_shapes import FileGiven
from bot.web.api.problems import NotTaken, TooLarge
from messages.errors import Fault
from messages.file_types import (
    FILE_TOO_LARGE,
    FILES_TOO_LARGE,
    MOST_FILE_BYTES,
    MOST_FILES_BYTES,
    file_of,
    not_its_type,
)
from messages.files import GivenFile
from messages.text.phrase import phrase


def files_of(given: Sequence[FileGiven]) -> tuple[GivenFile, ...]:
    """The files, as they are kept. Raises ``TooLarge``, and ``NotTaken`` for what is none of its type."""
    if large := [*_too_large(given)]:
        raise TooLarge(phrase("The input was refused."), large)
    files = [file_of(one.name, one.type, one.content) for one in given]
    faults = [
        Fault(column=f"attachments.{number}.content", message=not_its_type(one.type))
        for number, (one, file) in enumerate(zip(given, files, strict=True))
        if file is None
    ]
    if faults:
        raise NotTaken(phrase("The input was refused."), faults)
    return tuple(file for file in files if file is not None)


def _too_large(given: Sequence[FileGiven]) -> Iterator[Fault]:
    for number, one in enumerate(given):
        if len(one.content) > MOST_FILE_BYTES:
            yield Fault(column=f"attachments.{number}.content", message=FILE_TOO_LARGE)
    if sum(len(one.content) for one in given) > MOST_FILES_BYTES:
        yield Fault(column="attachments", message=FILES_TOO_LARGE)
