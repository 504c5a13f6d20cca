"""What a PDF says, read as viewers do: the font's own map from its codes to text, and the strings that pages show."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_CODES = re.compile(rb"beginbfchar\n(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
_SHOWN = re.compile(rb"\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(content: bytes) -> str:
    """Each string that is shown, on a line of its own."""
    streams = streams_of(content)
    signs = {
        int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for stream in streams
        for block in _CODES.findall(stream)
        for code, sign in _PAIR.findall(block)
    }
    shown = [_plain(found) for stream in streams if b" Tj" in stream for found in _SHOWN.findall(stream)]
    return "\n".join("".join(signs[int.from_bytes(code)] for code in _codes(one)) for one in shown)


def streams_of(content: bytes) -> list[bytes]:
    """All the streams of the file."""
    return [_unpacked(found) for found in _STREAM.findall(content)]


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _plain(string: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), string)


def _codes(string: bytes) -> list[bytes]:
    return [string[place : place + 2] for place in range(0, len(string), 2)]
