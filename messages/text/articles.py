"""The article of a law, as it is cited: 《招标投标法》第二十四条, or article 24 of the Tendering and Bidding Law.

A notice keeps it as JSON, ``{"law": a phrase, "number": 24}``; a source that names no article of a law that is known is
kept as it is written, ``{"said": "…"}``.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from messages.notices import Json
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, kept, phrase, phrase_of

_ARTICLE: Final = re.compile(r"([A-Z]+)([1-9][0-9]{0,3})\Z")
_STATE: Final = "中华人民共和国"
_NUMBERED: Final = re.compile(r"（[^（）]*）\Z")  # 财库〔2014〕214号
_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_IN_CHINESE: Final = "zh"

_LAWS: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "招标投标法": phrase("Tendering and Bidding Law"),
        "招标投标法实施条例": phrase("Regulations on the Tendering and Bidding Law"),
        "政府采购法": phrase("Government Procurement Law"),
        "政府采购法实施条例": phrase("Regulations on the Government Procurement Law"),
        "政府采购竞争性磋商采购方式管理暂行办法": phrase("Interim Measures for Competitive Consultation"),
    }
)
"""The laws whose titles are said in other languages, too; any other is called as the policy calls it."""


def article_of(source: str | None, laws: Mapping[str, str]) -> dict[str, Json] | None:
    """What a notice keeps of a ``source`` such as ``B24``; ``laws`` are the policy's titles by the law's letters."""
    if source is None:
        return None
    found = _ARTICLE.match(source)
    title = laws.get(found[1]) if found else None
    if found is None or title is None:
        return {"said": source}
    called = _NUMBERED.sub("", title.removeprefix(_STATE))
    return {"law": kept(_LAWS.get(called) or phrase("{name}", name=called)), "number": int(found[2])}


def article_said(article: Mapping[str, Any], catalog: Catalog, language: str) -> str:
    """It in a language."""
    if "law" not in article:
        return str(article["said"])
    number = article["number"]
    said = in_chinese(number) if language.startswith(_IN_CHINESE) else str(number)
    return catalog.say(phrase("article {number} of the {law}", number=said, law=phrase_of(article["law"])), language)


def cited(source: str | None, *, laws: Mapping[str, str], catalog: Catalog, language: str) -> str | None:
    """A source such as ``B24`` in words of a language."""
    article = article_of(source, laws)
    return None if article is None else article_said(article, catalog, language)


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
