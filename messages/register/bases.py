"""Legal bases (法规依据): which laws and rules there are, since and until when, and what took their place.

A point cites an article by code, such as ``ZWCF2020:34``; without an article it cites the whole.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Final, Self

from messages.text.phrase import Phrase, phrase

WHOLE: Final = 0
"""The number of the article where the whole law is cited."""
CODE: Final = r"[A-Z][A-Z0-9]{1,19}"
"""What a law's code looks like."""
_NAMED: Final = 30
"""So many laws are named where it is said which are known."""
_CITED: Final = re.compile(rf"({CODE})(?::([1-9]\d{{0,3}}))?")


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A law or rule in one version. ``effective_to`` is its last day; ``names`` are what it is also called.

    One may have a successor and still be in force beside it.
    """

    code: str
    title: str
    version: str
    articles: int
    effective_from: date
    effective_to: date | None = None
    superseded_by: str | None = None
    names: tuple[str, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, kw_only=True, order=True)
class Cited:
    """An article of a law; ``WHOLE`` for all of it."""

    law: str
    article: int = WHOLE

    def __str__(self) -> str:
        """As it is written: ``ZWCF2020:34``."""
        return f"{self.law}:{self.article}" if self.article else self.law

    @classmethod
    def of(cls, written: str) -> Self | None:
        """What a code says; None for what is no code."""
        found = _CITED.fullmatch(written)
        return cls(law=found[1], article=int(found[2] or WHOLE)) if found else None


@dataclass(frozen=True, kw_only=True)
class Superseded:
    """A law that another one took the place of, or that ended; ``in_force`` says that it is in force all the same."""

    basis: Basis
    successor: Basis | None
    in_force: bool


def superseded_said(one: Superseded) -> Phrase:
    """That a law is out of date, to be said to people, with its successor."""
    title, ended = one.basis.title, one.basis.effective_to
    if one.successor is None:
        return phrase("“{law}” ended on {day}", law=title, day=ended.isoformat() if ended else "")
    since = one.successor.effective_from.isoformat()
    said = {"law": title, "version": one.basis.version, "successor": one.successor.title, "since": since}
    if one.in_force:
        return phrase("“{law}” ({version}) is in force, mainly superseded by “{successor}” (from {since})", **said)
    return phrase("“{law}” ({version}) is superseded by “{successor}” (from {since})", **said)


class Bases:
    """All laws and rules that a point may cite."""

    def __init__(self, known: Iterable[Basis]) -> None:
        """Their successors are among them."""
        self.all: Final[Mapping[str, Basis]] = MappingProxyType({basis.code: basis for basis in known})

    def holds(self, cited: Cited) -> bool:
        """Whether there is such a law, with such an article."""
        basis = self.all.get(cited.law)
        return basis is not None and cited.article <= basis.articles

    def accepted(self) -> Phrase:
        """What is accepted, to be said where a law is not known."""
        named = [phrase("{name}", name=f"{basis.code} {basis.title}") for basis in self.all.values()]
        first, *others = named[:_NAMED] or [phrase("{name}", name="")]
        laws = reduce(lambda before, one: phrase("{some}, {one}", some=before, one=one), others, first)
        if len(named) > _NAMED:
            laws = phrase("{some} and {more} more", some=laws, more=len(named) - _NAMED)
        code = next(iter(self.all), "")
        return phrase("A law is accepted, or an article of it such as {code}:1; known: {laws}.", code=code, laws=laws)

    def called(self, name: str, day: date) -> Basis | None:
        """The law with this title or short name: of several versions the one in force on a day, else the newest."""
        versions = self._by_name.get(name, ())
        current = [one for one in versions if one.in_force(day)]
        return max(current or versions, key=lambda one: one.effective_from, default=None)

    def superseded(self, day: date) -> Mapping[str, Superseded]:
        """By code, the laws that are out of date on a day: they ended, or their successor is in force."""
        found = {code: self._superseded(basis, day) for code, basis in self.all.items()}
        return {code: one for code, one in found.items() if one is not None}

    def _superseded(self, basis: Basis, day: date) -> Superseded | None:
        successor = self._successor(basis, day)
        ended = basis.effective_to is not None and basis.effective_to < day
        if successor is None and not ended:
            return None
        return Superseded(basis=basis, successor=successor, in_force=basis.in_force(day))

    def _successor(self, basis: Basis, day: date) -> Basis | None:
        """The last in the row of successors that is in force on a day."""
        found, after = None, basis.superseded_by
        while after is not None:
            successor = self.all[after]
            found = successor if successor.effective_from <= day else found
            after = successor.superseded_by
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, list[Basis]]:
        by_name: dict[str, list[Basis]] = {}
        for basis in self.all.values():
            for name in {basis.title, *basis.names}:
                by_name.setdefault(name, []).append(basis)
        return by_name


def articles_accepted(law: Basis) -> Phrase:
    """Which articles a law has, to be said where another is cited."""
    return phrase("“{law}” has the articles 1 to {last}.", law=law.title, last=law.articles)


def cited_said(cited: Cited, bases: Bases) -> Phrase:
    """An article of a law, to be said to people."""
    basis = bases.all.get(cited.law)
    if basis is None:
        return phrase("law {code}", code=str(cited))
    said = {"law": basis.title, "version": basis.version}
    if cited.article == WHOLE:
        return phrase("“{law}” ({version})", **said)
    return phrase("“{law}” ({version}), article {article}", article=cited.article, **said)
