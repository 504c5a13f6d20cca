"""The article of a law, as it is cited: 《招标投标法》第二十四条, or article 24 of the Tendering and Bidding Law.

A notice keeps it as JSON, ``{"law": {language: title}, "number": 24}``; a source that names no article of a law that is
known is kept as it is written, ``{"law": {}, "said": "…"}``.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from messages.notices import Json
from messages.text.catalog import SOURCE_LANGUAGE, Catalog
from messages.text.phrase import phrase

_ARTICLE: Final = re.compile(r"([A-Z]+)([1-9][0-9]{0,3})\Z")
_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_IN_CHINESE: Final = "zh"


def article_of(source: str | None, laws: Mapping[str, Mapping[str, str]]) -> dict[str, Json] | None:
    """What a notice keeps of a ``source`` such as ``B24``; ``laws`` are titles by language, by the law's letters."""
    if source is None:
        return None
    found = _ARTICLE.match(source)
    titles = laws.get(found[1]) if found else None
    if found is None or titles is None:
        return {"law": {}, "said": source}
    return {"law": dict(titles), "number": int(found[2])}


def article_said(article: Mapping[str, Any], catalog: Catalog, language: str) -> str:
    """It in a language; where its law has no title in that one, by the title that it has."""
    titles = article["law"]
    if not titles:
        return str(article["said"])
    law = titles.get(language) or titles.get(SOURCE_LANGUAGE) or next(iter(titles.values()))
    number = article["number"]
    said = in_chinese(number) if language.startswith(_IN_CHINESE) else str(number)
    return catalog.say(phrase("article {number} of the {law}", number=said, law=law), language)


def in_chinese(number: int) -> str:
    """A number from 1 to 9999 in Chinese: 24 is 二十四, 105 is 一百零五."""
    written = str(number)
    said = ""
    for place, digit in zip(range(len(written) - 1, -1, -1), written, strict=True):
        if digit != "0":
            said += _DIGITS[int(digit)] + _PLACES[place]
        elif said and not said.endswith(_DIGITS[0]):
            said += _DIGITS[0]
    return said.rstrip(_DIGITS[0]).removeprefix("一" if 10 <= number < 20 else "")  # noqa: PLR2004 -- 十五, not 一十五
