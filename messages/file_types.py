"""Files that other doors than the chat take: of a few types, each known by what it says it is and by its content."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath
from typing import Final
from zipfile import BadZipFile, ZipFile

from messages.files import LONGEST_NAME, FileKind, GivenFile, safe_name
from messages.pictures import is_photo
from messages.text.phrase import Phrase, phrase

MOST_FILE_BYTES: Final = 10 * 1024 * 1024
MOST_FILES_BYTES: Final = 20 * 1024 * 1024
"""Bytes of one file, and of all that go together."""

_MEBIBYTE: Final = 1024 * 1024
FILE_TOO_LARGE: Final = phrase("A file of at most {most} MiB is accepted.", most=MOST_FILE_BYTES // _MEBIBYTE)
FILES_TOO_LARGE: Final = phrase(
    "Files of at most {most} MiB together are accepted.", most=MOST_FILES_BYTES // _MEBIBYTE
)


class FileType(StrEnum):
    """A type that is taken, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    PPT = "application/vnd.ms-powerpoint"
    TXT = "text/plain"


ENDINGS: Final[Mapping[FileType, tuple[str, ...]]] = {
    FileType.JPEG: (".jpg", ".jpeg"),
    **{one: (f".{one.name.lower()}",) for one in FileType if one is not FileType.JPEG},
}
"""How names of each type end; the first one is given to a name that ends otherwise."""
_BY_ENDING: Final = {ending: one for one, endings in ENDINGS.items() for ending in endings}
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of the container that Office wrote before 2007
_MARK: Final = b"\xff\xfe", b"\xfe\xff"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PARTS: Final = "[Content_Types].xml"
_NO_NAME: Final = "附件"
_STEM: Final = LONGEST_NAME - max(len(ending) for ending in _BY_ENDING)


def type_named(name: str) -> FileType | None:
    """The type that a file's name says; None where it is none of those that are taken."""
    return _BY_ENDING.get(PurePath(name).suffix.lower())


def file_of(name: str, said: FileType, content: bytes) -> GivenFile | None:
    """A file of the type that it is ``said`` to be; None where its content is none of that type.

    Of its name is kept what is safe, without folders and with an ending of its type.
    """
    if not _IS[said](content):
        return None
    return GivenFile(kind=_kind(said, content), name=_name(name, said), mime=said, size=len(content), content=content)


def not_its_type(said: FileType) -> Phrase:
    """What is told of a file that is not what it is said to be."""
    return phrase("The content is no {type}: a file that is what it is said to be is accepted.", type=said.name)


def accepted_types() -> Phrase:
    """What is told of a file of any other type."""
    return phrase("Accepted: {words}.", words=" ".join(_BY_ENDING))


def _kind(said: FileType, content: bytes) -> FileKind:
    match said:
        case FileType.JPEG | FileType.PNG | FileType.WEBP if is_photo(content):
            return FileKind.PHOTO
        case FileType.GIF:
            return FileKind.ANIMATION
        case FileType.MP4:
            return FileKind.VIDEO
        case _:
            return FileKind.DOCUMENT


def _name(name: str, said: FileType) -> str:
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    safe = safe_name("".join(sign for sign in last if sign.isprintable())) or _NO_NAME
    return safe if safe.lower().endswith(ENDINGS[said]) else safe[:_STEM] + ENDINGS[said][0]


def _starts(*with_any: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(with_any)


def _office(folder: str) -> Callable[[bytes], bool]:
    """A package of Office Open XML (ECMA-376 part 2) with this folder in it; nothing of it is unpacked."""

    def is_it(content: bytes) -> bool:
        try:
            with ZipFile(BytesIO(content)) as package:
                names = package.namelist()
        except (BadZipFile, ValueError, NotImplementedError):
            return False
        return _PARTS in names and any(name.startswith(folder) for name in names)

    return is_it


def _old_office(*streams: str) -> Callable[[bytes], bool]:
    """A compound file with one of these streams, by the names in its directory."""
    return lambda content: content.startswith(_OLD) and any(one.encode("utf-16-le") in content for one in streams)


def _is_text(content: bytes) -> bool:
    encodings = ("utf-16",) if content.startswith(_MARK) else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return bool(text) and not _CONTROL.search(text)
    return False


_IS: Final[Mapping[FileType, Callable[[bytes], bool]]] = {
    FileType.JPEG: _starts(b"\xff\xd8\xff"),
    FileType.PNG: _starts(b"\x89PNG\r\n\x1a\n"),
    FileType.GIF: _starts(b"GIF87a", b"GIF89a"),
    FileType.WEBP: lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    FileType.MP4: lambda content: content[4:8] == b"ftyp",
    FileType.PDF: _starts(b"%PDF-"),
    FileType.DOCX: _office("word/"),
    FileType.XLSX: _office("xl/"),
    FileType.PPTX: _office("ppt/"),
    FileType.DOC: _old_office("WordDocument"),
    FileType.XLS: _old_office("Workbook", "Book"),
    FileType.PPT: _old_office("PowerPoint Document"),
    FileType.TXT: _is_text,
}
"""How the content of each type is known."""
