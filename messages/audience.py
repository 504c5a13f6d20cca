"""Audience expressions (受众): who is meant, in a line that a person can write and read.

Terms joined by a space (and) or a comma (or), ``-`` negates; *and* binds closer than *or*::

    unit:财政局 level:1-3, role:leader -kind:street

A value with spaces stands in double quotes: ``unit:"Finance Bureau"``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from messages.errors import Fault, Refused, refused
from messages.organisation.records import HIGHEST_LEVEL, LOWEST_LEVEL, Role, UnitKind
from messages.register.records import RiskLevel
from messages.text.phrase import Phrase, phrase


@dataclass(frozen=True)
class All:
    """Everyone who holds a post."""


@dataclass(frozen=True)
class Unit:
    """Posts of this unit and of all below it."""

    value: str


@dataclass(frozen=True)
class Kind:
    """Posts in units of this kind."""

    value: str


@dataclass(frozen=True)
class Level:
    """Posts of these levels; 1 is the highest."""

    highest: int
    lowest: int


@dataclass(frozen=True)
class RoleHeld:
    """Posts of people who hold this role anywhere."""

    value: str


@dataclass(frozen=True)
class Risk:
    """Posts with a point of this level that stands in the register; ``high`` also what a roster marks 风险岗位."""

    value: str


@dataclass(frozen=True)
class Node:
    """Posts that answer for this risk node, a step of the work such as 开标: by the roster, or by the register."""

    value: str


@dataclass(frozen=True)
class Post:
    """The post of this code."""

    value: str


@dataclass(frozen=True)
class Person:
    """All posts of the person of this code."""

    value: str


@dataclass(frozen=True)
class Campaign:
    """Posts that have a task in the campaign of this number; ``open``: one that is to be submitted still."""

    value: int
    open: bool = False


@dataclass(frozen=True)
class Not:
    """Everyone else."""

    term: "Term"


@dataclass(frozen=True)
class And:
    """Who is meant by every term."""

    terms: tuple["Term", ...]


@dataclass(frozen=True)
class Or:
    """Who is meant by any term."""

    terms: tuple["Term", ...]


Term: TypeAlias = All | Unit | Kind | Level | RoleHeld | Risk | Node | Post | Person | Campaign | Not | And | Or

LONGEST: Final = 1000
"""The longest expression that is read, in characters."""

_TOKEN: Final = re.compile(
    r"""(?P<comma>[,，])
    |(?P<term>-?(?:all|[a-z]+[:：](?:"[^"]+"|[^\s,，"]+))(?=[\s,，]|\Z))
    |(?P<space>\s+)""",
    re.VERBOSE,
)
_ALTERNATIVE: Final = re.compile(r"""(?:[^,，"]|"[^"]*")+""")
_LEVELS: Final = re.compile(r"([1-5])(?:-([1-5]))?\Z")
_CAMPAIGN: Final = re.compile(r"([1-9][0-9]{0,17})(:open)?\Z")


def _enumerated(
    term: Callable[[str], Term], names: type[UnitKind] | type[Role] | type[RiskLevel]
) -> Callable[[str], Term | None]:
    return lambda value: term(value) if value in set(names) else None


def _campaign(value: str) -> Term | None:
    found = _CAMPAIGN.match(value)
    return Campaign(int(found[1]), open=found[2] is not None) if found else None


def _level(value: str) -> Term | None:
    found = _LEVELS.match(value)
    if not found:
        return None
    highest = int(found[1])
    lowest = int(found[2] or highest)
    return Level(highest, lowest) if highest <= lowest else None


_TERMS: Final[Mapping[str, tuple[Callable[[str], Term | None], str]]] = MappingProxyType(
    {
        "unit": (Unit, "unit:NAME"),
        "kind": (_enumerated(Kind, UnitKind), "kind:" + "|".join(UnitKind)),
        "level": (_level, f"level:{HIGHEST_LEVEL}-{LOWEST_LEVEL}"),
        "role": (_enumerated(RoleHeld, Role), "role:" + "|".join(Role)),
        "risk": (_enumerated(Risk, RiskLevel), "risk:" + "|".join(RiskLevel)),
        "node": (Node, "node:NAME"),
        "post": (Post, "post:CODE"),
        "person": (Person, "person:CODE"),
        "campaign": (_campaign, "campaign:NUMBER[:open]"),
    }
)
ACCEPTED: Final = ", ".join(["all", *(shape for _, shape in _TERMS.values())])


def parse(expression: str) -> Term:
    """Read an expression. Raises ``Refused`` with the place (column, from 1) and what is accepted."""
    if len(expression) > LONGEST:
        raise _refused(phrase("An audience has at most {most} characters.", most=LONGEST), LONGEST + 1, None)
    alternatives: list[list[Term]] = [[]]
    place = 0
    while place < len(expression):
        found = _TOKEN.match(expression, place)
        if not found:
            raise _unknown(expression, place)
        if found["comma"]:
            _close(alternatives[-1], place)
            alternatives.append([])
        elif found["term"]:
            alternatives[-1].append(_term(found["term"], place))
        place = found.end()
    _close(alternatives[-1], place)
    return _joined(Or, [_joined(And, terms) for terms in alternatives])


def _joined(join: type[And] | type[Or], terms: list[Term]) -> Term:
    return terms[0] if len(terms) == 1 else join(tuple(terms))


def _close(terms: list[Term], place: int) -> None:
    if not terms:
        raise _refused(phrase("A term is missing here; accepted: {accepted}.", accepted=ACCEPTED), place + 1, None)


def _term(written: str, place: int) -> Term:
    negated = written.startswith("-")
    text = written.removeprefix("-")
    if text == "all":
        term: Term | None = All()
    else:
        name, value = re.split("[:：]", text, maxsplit=1)
        build, _ = _TERMS.get(name, (lambda _value: None, ""))
        term = build(value.strip('"'))
        if term is None and name == "level":
            levels = phrase("Levels are 1 to 5, written from the higher to the lower: such as level:1-3.")
            raise _refused(levels, place + 1, written)
    if term is None:
        raise _unknown(written, 0, place)
    return Not(term) if negated else term


def _unknown(expression: str, place: int, offset: int = 0) -> Refused:
    value = re.split(r"[\s,，]", expression[place:], maxsplit=1)[0]
    return _refused(phrase("Not understood; accepted: {accepted}.", accepted=ACCEPTED), place + offset + 1, value)


def _refused(message: Phrase, column: int, value: str | None) -> Refused:
    fault = Fault(message=message, line=1, column=str(column), value=value)
    return Refused(phrase("The audience cannot be read."), [fault])


def sayable(name: str) -> bool:
    """Whether an expression can name it: a quote within would end the name and begin other terms."""
    return '"' not in name and name.isprintable()


def quoted(name: str) -> str:
    """A name as a term's value. Raises ``Refused`` for one that no expression can name."""
    if not sayable(name):
        raise refused(phrase('A name without quotation marks " is accepted.'), column="audience", value=name)
    return f'"{name}"'


def term_of(kind: str, name: str) -> str:
    """A term that names something, as it is written."""
    return f'{kind}:"{name}"' if re.search(r"[\s,，]", name) else f"{kind}:{name}"


def confined(expression: str, units: Sequence[str]) -> str:
    """The expression, said of these units only: *and* distributed over every alternative that names none of them.

    So what a person with a limited right says stays within that right, however the roster changes afterwards.
    """
    alternatives = [part.strip() for part in _ALTERNATIVE.findall(expression)]
    within = [f"unit:{quoted(name)}" for name in units]
    said = [[part] if _names(part, units) else [f"{part} {unit}" for unit in within] for part in alternatives]
    return ", ".join(part for parts in said for part in parts)


def less(expression: str, codes: Sequence[str]) -> str:
    """The expression without the people of these codes: *not* said of each alternative."""
    alternatives = [part.strip() for part in _ALTERNATIVE.findall(expression)]
    they = "".join(f" -person:{quoted(code)}" for code in codes)
    return ", ".join(f"{part}{they}" for part in alternatives)


def _names(alternative: str, units: Sequence[str]) -> bool:
    """Whether what is said in one alternative is said of one of these units."""
    term = parse(alternative)
    together = term.terms if isinstance(term, And) else (term,)
    return any(isinstance(one, Unit) and one.value in units for one in together)
