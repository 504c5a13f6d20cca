"""The font of charts and printed reports, which comes in the package ``cvttf-notosanscjk-regular``.

It is Noto Sans CJK, under the SIL Open Font License. It has the signs of Chinese but for the rarest, and no pictures.
"""

from collections.abc import Container
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGE: Final = "cvttf_NotoSansCJK_Regular"
_LACKING: Final = "〓"
"""Stands for a sign of writing that the font lacks, as printers have it: of a name no sign is left out unseen."""


@cache
def font_file() -> Path:
    """Where the font lies."""
    found = find_spec(_PACKAGE)
    folder = (found.submodule_search_locations or [""])[0] if found else ""
    return next(Path(folder).glob("*.otf"))


def drawable(text: str, glyphs: Container[int]) -> str:
    """A text on one line, as far as there are ``glyphs`` for it."""
    return " ".join(written_with(text, glyphs).split())


def written_with(text: str, glyphs: Container[int]) -> str:
    """A text as far as there are ``glyphs`` for it: pictures are left out, letters leave a mark."""
    return "".join(_drawn(sign, glyphs) for sign in text)


def _drawn(sign: str, glyphs: Container[int]) -> str:
    if ord(sign) in glyphs or sign.isspace():
        return sign
    return _LACKING if sign.isalpha() else ""
