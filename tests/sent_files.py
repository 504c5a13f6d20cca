"""Files as people send them, in tests."""

import struct
import zlib

from bot.sandbox import Upload


def png(width: int = 1, height: int = 1, red: int = 120) -> bytes:
    """A picture: a soft slope of colour."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in (red, 200 * x // width, 220 * y // height))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


PNG = png()


def photo(content: bytes = PNG, name: str = "1.png") -> Upload:
    return Upload(name=name, mime="image/png", content=content)


def film(content: bytes = b"film", name: str = "1.mp4") -> Upload:
    return Upload(name=name, mime="video/mp4", content=content)


def animation(content: bytes = b"GIF89a", name: str = "1.gif") -> Upload:
    return Upload(name=name, mime="image/gif", content=content)


def document(content: bytes = b"%PDF", name: str = "通知.pdf") -> Upload:
    return Upload(name=name, mime="application/pdf", content=content)
