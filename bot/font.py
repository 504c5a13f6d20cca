"""The font of charts and printed reports, which comes in the package ``cvttf-notosanscjk-regular``.

It is Noto Sans CJK, under the SIL Open Font License. It has every glyph of Chinese, and no pictures.
"""

from collections.abc import Container
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGE: Final = "cvttf_NotoSansCJK_Regular"


@cache
def font_file() -> Path:
    """Where the font lies."""
    found = find_spec(_PACKAGE)
    folder = (found.submodule_search_locations or [""])[0] if found else ""
    return next(Path(folder).glob("*.otf"))


def drawable(text: str, glyphs: Container[int]) -> str:
    """A text on one line, without the signs that are none of ``glyphs``, such as pictures."""
    return " ".join("".join(sign for sign in text if ord(sign) in glyphs or sign.isspace()).split())
