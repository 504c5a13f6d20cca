"""Opens a file of JSON as pieces of text: in UTF-8 or UTF-16, packed with gzip or not."""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from messages.errors import refused
from messages.tenders.ocds.window import Undecodable
from messages.text.phrase import phrase

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PIECE: Final = 1 << 18
_MOST_UNPACKED: Final = 4 << 30
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_NO_TEXT: Final = phrase("Text in UTF-8 is accepted; here it is not.")
_NOT_UNPACKED: Final = phrase("The packed file is broken here: pack it once more.")
_TOO_MUCH: Final = phrase("A packed file of at most {most} GiB of text is accepted.", most=_MOST_UNPACKED >> 30)


Seen = Callable[[int], None]
"""Told as a file is read: how many of its bytes were, packed as they are."""


def unseen(_bytes: int) -> None:
    """Tell nobody."""


@contextmanager
def opened(path: Path, seen: Seen) -> Iterator[Iterator[str]]:
    """The text of a file, in pieces, which may end with ``Undecodable``; raises ``Refused`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            begins = file.read(4)
            file.seek(0)
            if not begins:
                raise refused(phrase("The file is empty."), value=path.name)
            if begins == _ZIP:
                raise refused(phrase("A file that is unpacked is accepted, or packed with gzip."), value=path.name)
            if begins.startswith(_GZIP):
                with gzip.GzipFile(fileobj=file) as packed:
                    yield _watched(_pieces(cast("IO[bytes]", packed), _MOST_UNPACKED), file, seen)
            else:
                yield _watched(_pieces(file, None), file, seen)
    except OSError as error:
        raise refused(phrase("The file cannot be read: {why}.", why=error.strerror or ""), value=str(path)) from error


def _watched(pieces: Iterator[str], file: IO[bytes], seen: Seen) -> Iterator[str]:
    for piece in pieces:
        yield piece
        seen(file.tell())


def _pieces(file: IO[bytes], most: int | None) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    read = 0
    while True:
        try:
            piece = file.read(_PIECE)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Undecodable(_NOT_UNPACKED) from None
        read += len(piece)
        if most is not None and read > most:
            raise Undecodable(_TOO_MUCH)
        decoder = decoder or codecs.getincrementaldecoder(_encoding(piece))()
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            yield error.object[: error.start].decode(error.encoding, errors="replace")
            raise Undecodable(_NO_TEXT) from None
        yield text
        if not piece:
            return


def _encoding(begins: bytes) -> str:
    """By its mark; without one, JSON begins with a sign of ASCII, which shows the order of two bytes by its zero."""
    marked = next((name for mark, name in _MARKS if begins.startswith(mark)), None)
    if marked is not None:
        return marked
    if begins[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if begins[:1] == b"\0" else "utf-8"
