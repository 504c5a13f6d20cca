"""How large a picture is, read from its first bytes; and whether Telegram takes it as a photo."""

import re
from collections.abc import Iterator
from typing import Final

MOST_PHOTO_BYTES: Final = 10 * 1024 * 1024
_MOST_SIDES: Final = 10_000  # width and height together
_MOST_TIMES: Final = 20  # the longer side, of the shorter one
_PNG: Final = re.compile(rb"\x89PNG\r\n\x1a\n....IHDR(?P<width>.{4})(?P<height>.{4})", re.DOTALL)
_WEBP: Final = re.compile(rb"RIFF....WEBP(?P<kind>VP8[ LX])....(?P<head>.{10})", re.DOTALL)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG's segments with the picture's size
_MOVES: Final = 2  # WebP's flag of a picture that moves
_FRAME: Final = 9  # bytes of a frame's segment up to the width
_SIDE: Final = 0x3FFF


def is_photo(content: bytes) -> bool:
    """Whether Telegram shows a JPEG, PNG or WebP as a photo (Bot API, sendPhoto); others go as documents."""
    sides = size_of(content)
    if sides is None or not min(sides) or len(content) > MOST_PHOTO_BYTES:
        return False
    return sum(sides) <= _MOST_SIDES and max(sides) <= _MOST_TIMES * min(sides)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG or WebP in pixels; None where it does not say, and where it moves."""
    if png := _PNG.match(content):
        return int.from_bytes(png["width"]), int.from_bytes(png["height"])
    if webp := _WEBP.match(content):
        return _webp(webp["kind"], webp["head"])
    return next(_jpeg(content), None) if content.startswith(b"\xff\xd8") else None


def _webp(kind: bytes, head: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X":
        sides = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
        return None if head[0] & _MOVES else sides
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & _SIDE) + 1, (bits >> 14 & _SIDE) + 1
    return int.from_bytes(head[6:8], "little") & _SIDE, int.from_bytes(head[8:10], "little") & _SIDE


def _jpeg(content: bytes) -> Iterator[tuple[int, int]]:
    """The sizes that a JPEG's frames have, in the order of its segments."""
    at = 2
    while at + _FRAME <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 -- where a segment begins
        if content[at + 1] in _FRAMES:
            yield int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
