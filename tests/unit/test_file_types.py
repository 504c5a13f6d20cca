"""A file is taken as what it is said to be only where its content is that too, under a name that misleads nobody."""

import pytest

from messages.file_types import FileType, file_of, type_named
from messages.files import LONGEST_NAME, FileKind
from messages.pictures import MOST_PHOTO_BYTES, size_of
from tests.enclosures import CONTENTS, jpeg, package, png, webp

SHOWN = {
    **dict.fromkeys((FileType.JPEG, FileType.PNG, FileType.WEBP), FileKind.PHOTO),
    FileType.GIF: FileKind.ANIMATION,
    FileType.MP4: FileKind.VIDEO,
}


def test_a_content_is_of_the_one_type_that_it_is_said_to_be() -> None:
    for real, content in CONTENTS.items():
        fits = {said: file for said in FileType if (file := file_of("x", said, content)) is not None}
        assert [*fits] == [real]
        assert fits[real].kind is SHOWN.get(real, FileKind.DOCUMENT)


@pytest.mark.parametrize(
    ("said", "content"),
    [
        *((said, b"") for said in FileType),
        *((said, b"MZ\x90\0\3\0\0\0") for said in FileType),
        (FileType.DOCX, package("word/document.xml")),
        (FileType.DOCX, b"PK\3\4" + bytes(40)),
        (FileType.TXT, "﻿".encode("utf-16-le") + b"\0\0"),
    ],
)
def test_what_is_something_else_is_not_taken(said: FileType, content: bytes) -> None:
    assert file_of("x", said, content) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (jpeg(6000, 4000), FileKind.PHOTO),
        (jpeg(6000, 4001), FileKind.DOCUMENT),
        (jpeg(20, 400), FileKind.PHOTO),
        (jpeg(19, 400), FileKind.DOCUMENT),
        (jpeg(0, 400), FileKind.DOCUMENT),
        (jpeg()[:20], FileKind.DOCUMENT),
        (jpeg() + bytes(MOST_PHOTO_BYTES), FileKind.DOCUMENT),
    ],
)
def test_pictures_beyond_the_bounds_of_photos_go_as_documents(content: bytes, kind: FileKind) -> None:
    file = file_of("x.jpg", FileType.JPEG, content)
    assert file is not None
    assert file.kind is kind


def test_a_picture_tells_its_size_in_each_form() -> None:
    lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (639 | 479 << 14).to_bytes(4, "little") + bytes(5)
    lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0" + bytes(3) + b"\x9d\x01\x2a" + b"\x80\x02" + b"\xe0\x01"
    for content in (png(), jpeg(), webp(), lossless, lossy):
        assert size_of(content) == (640, 480)
    assert size_of(webp(flags=2)) is None  # it moves


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("会议 纪要.TXT", "会议 纪要.TXT"),
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\a\\纪要.txt", "纪要.txt"),
        ("a\x00\r\n\u202e\u200bb.txt", "ab.txt"),
        ("run.bat", "run.bat.txt"),
        ("..", "附件.txt"),
        ("/", "附件.txt"),
        ("长" * 500 + ".txt", "长" * (LONGEST_NAME - 4) + ".txt"),
        ("长" * 500, "长" * (LONGEST_NAME - 5) + ".txt"),
    ],
)
def test_a_name_is_cleaned(name: str, kept: str) -> None:
    file = file_of(name, FileType.TXT, b"x")
    assert file is not None
    assert file.name == kept


def test_a_name_says_a_type_by_its_ending() -> None:
    assert [type_named(name) for name in ("a.JPG", "b.jpeg", "c.tar.docx", "d.exe", "docx")] == [
        *(FileType.JPEG, FileType.JPEG, FileType.DOCX, None, None),
    ]
