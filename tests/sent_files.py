"""Files as people send them, in tests."""

from bot.sandbox import Upload

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63d8f1ff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)
"""A picture of one pixel."""


def photo(content: bytes = PNG, name: str = "1.png") -> Upload:
    return Upload(name=name, mime="image/png", content=content)


def film(content: bytes = b"film", name: str = "1.mp4") -> Upload:
    return Upload(name=name, mime="video/mp4", content=content)


def animation(content: bytes = b"GIF89a", name: str = "1.gif") -> Upload:
    return Upload(name=name, mime="image/gif", content=content)


def document(content: bytes = b"%PDF", name: str = "通知.pdf") -> Upload:
    return Upload(name=name, mime="application/pdf", content=content)
