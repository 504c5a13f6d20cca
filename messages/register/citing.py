"""Legal bases as people write them → the articles cited: codes such as ``ZWCF2020:34``, and titles with articles."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from messages.register.bases import CODE, WHOLE, Bases, Basis, Cited, articles_accepted
from messages.sheets.cells import Unreadable

_LONGEST_RANGE: Final = 30
_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"\u3007": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_NUMBER: Final = r"\d{1,4}|[零\u3007一二两三四五六七八九十百千]{1,9}"
_CODE: Final = re.compile(CODE, re.IGNORECASE)
_TITLE: Final = re.compile(r"《\s*([^《》]{1,100}?)\s*》")
_YEAR: Final = re.compile(r"\s*(?:\(\s*((?:19|20)\d\d)[^()]{0,20}\)|((?:19|20)\d\d)\s*年?\s*(?:版|修订|修正)[版本]?)")
_ARTICLE: Final = re.compile(
    rf"[:\s]*第?\s*({_NUMBER})\s*条?(?:\s*(?:至|到|[-–—~])\s*第?\s*({_NUMBER})\s*条?)?"
    rf"(?:\s*第?\s*\(?(?:{_NUMBER})\)?\s*[款项目])*"
)
_BETWEEN: Final = re.compile(r"[\s,;、。|/]+|和|及|与|以及|根据|依据|按照|等|之?规定|的|有关|相关")
_LISTED: Final = re.compile(
    r"(?:^|(?<=[\n;]))[^\S\n]*(?:\(?\d{1,2}(?:[.)]|\s*、)|\(?[一二三四五六七八九十]{1,3}[、)])\s*(?=[《A-Za-z])",
    re.MULTILINE,
)
"""The number of a law in a list of several."""
_SHOWN: Final = 40


@dataclass(frozen=True, kw_only=True)
class Citing:
    """Reads citations by the laws that are known; of several versions of a title the one in force on a ``day``."""

    bases: Bases
    day: date
    _read: dict[str, tuple[Cited, ...]] = field(default_factory=dict, repr=False, compare=False)

    def read(self, text: str) -> tuple[Cited, ...]:
        """Every article cited, each once and in order. Raises ``Unreadable`` for an unknown law or article."""
        if text not in self._read:  # the same ones stand on many lines
            self._read[text] = self._parsed(text)
        return self._read[text]

    def _parsed(self, text: str) -> tuple[Cited, ...]:
        rest = _LISTED.sub("", unicodedata.normalize("NFKC", text)).strip()
        found: list[Cited] = []
        law: Basis | None = None
        since = ""  # from where a law is named
        while rest:
            if between := _BETWEEN.match(rest):
                rest = rest[between.end() :]
            elif (named := self._law(rest)) is not None:
                since = rest
                law, rest = named
                articles = _ARTICLE.match(rest)
                if articles is None:
                    found.append(Cited(law=law.code, article=WHOLE))
            elif law is not None and (article := _ARTICLE.match(rest)):
                found.extend(_articles(law, article, since[: len(since) - len(rest) + article.end()]))
                rest = rest[article.end() :]
            else:
                raise Unreadable(self.bases.accepted(), rest[:_SHOWN])
        return tuple(dict.fromkeys(found))

    def _law(self, text: str) -> tuple[Basis, str] | None:
        """The law that a text begins with, and what follows it."""
        if code := _CODE.match(text):
            known = self.bases.all.get(code[0].upper())
            return None if known is None else (known, text[code.end() :])
        title = _TITLE.match(text)
        name = title[1] if title else self._bare_name(text)
        after = text[title.end() if title else len(name) :]
        year = _YEAR.match(after)
        basis = self._called(name, (year[1] or year[2]) if year else None)
        return None if basis is None else (basis, after[year.end() :] if year else after)

    def _bare_name(self, text: str) -> str:
        """The longest title or short name that a text begins with; empty where it begins with none."""
        return max((name for name in self._names() if text.startswith(name)), key=len, default="")

    def _names(self) -> Iterator[str]:
        for basis in self.bases.all.values():
            yield from (basis.title, *basis.names)

    def _called(self, name: str, year: str | None) -> Basis | None:
        """The law of a name: the version of a year where one is said that is known, else by the day."""
        current = self.bases.called(name, self.day)
        if current is None or year is None:
            return current
        same = (one for one in self.bases.all.values() if one.title == current.title and one.version == year)
        return next(same, current)


def _articles(law: Basis, found: re.Match[str], written: str) -> Sequence[Cited]:
    """The articles of a law that were found; ``written`` is the reference from the law on, as a fault shows it."""
    first = _number(found[1])
    last = _number(found[2]) if found[2] else first
    if not 1 <= first <= last <= law.articles or last - first > _LONGEST_RANGE:
        raise Unreadable(articles_accepted(law), written.strip())
    return [Cited(law=law.code, article=number) for number in range(first, last + 1)]


def article_numbers(text: str) -> list[int] | None:
    """The articles that a text names, such as ``33``, ``第33条、34`` and ``第一百三十条``; None where it says else."""
    rest = unicodedata.normalize("NFKC", text).strip()
    numbers: list[int] = []
    while rest:
        if between := _BETWEEN.match(rest):
            rest = rest[between.end() :]
        elif article := _ARTICLE.match(rest):
            first, last = _number(article[1]), _number(article[2] or article[1])
            if not first <= last <= first + _LONGEST_RANGE:
                return None
            numbers += range(first, last + 1)
            rest = rest[article.end() :]
        else:
            return None
    return numbers


def _number(written: str) -> int:
    """``88``, ``八十八``, ``一百五十八``, ``八八``."""
    if written.isdecimal():
        return int(written)
    if not any(sign in _PLACES for sign in written):
        return int("".join(str(_DIGITS[sign]) for sign in written))
    total, digit = 0, 0
    for sign in written:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
