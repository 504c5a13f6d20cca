"""An audience in words, for whoever does not write expressions: as the one says it who ticked it."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

from messages.audience import And, Campaign, Level, Node, Not, Or, Person, Post, Risk, Term, Unit, parse
from messages.audience import Kind as KindOfUnit
from messages.audience import RoleHeld as Held
from messages.chosen import Chosen, chosen_from
from messages.errors import Refused
from messages.organisation.records import Role, UnitKind, kind_said, role_said
from messages.register.records import RiskLevel, level_said
from messages.text.phrase import Phrase, phrase

_NAMED: Final = 3
_SHOWN: Final = 30
_TERMS: Final = 4
"""So much of each is said: the longest still fits into a card."""
EVERYONE: Final = phrase("Everyone")


def audience_said(expression: str, everyone: Phrase = EVERYONE) -> Phrase:
    """Who is meant by an expression, or ``everyone``; one that cannot be read is given as it is."""
    chosen = chosen_from(expression)
    if not chosen.expression:
        return _ticked(chosen) if chosen.ticked else everyone
    try:
        return _said(parse(expression))
    except Refused:
        return _plain(expression)


def risk_said(level: RiskLevel) -> Phrase:
    """Posts with a risk of this level; of the highest are also those that the roster marks as risk posts."""
    return phrase("risk posts") if level is RiskLevel.HIGH else level_said(level)


def _ticked(chosen: Chosen) -> Phrase:
    """Each kind of what was ticked."""
    parts = [
        _few([_plain(one) for one in chosen.units]),
        _few([phrase("level {level}", level=level) for level in sorted(chosen.levels)], most=len(chosen.levels)),
        _few([role_said(Role(role)) for role in chosen.roles], most=len(chosen.roles)),
        _few([_node(one) for one in chosen.nodes]),
        _few([risk_said(RiskLevel(level)) for level in chosen.risks]),
    ]
    if chosen.posts and (codes := _few([_plain(one) for one in chosen.posts])):
        parts.append(phrase("posts {codes}", codes=codes))
    return reduce(_beside, [part for part in parts if part])


def _said(term: Term) -> Phrase:
    """What could not be ticked, term by term."""
    match term:
        case Or(terms):
            return _cut(terms, _or)
        case And(terms):
            return _cut(terms, _beside)
        case Not(inner):
            return phrase("not: {whom}", whom=_said(inner))
        case Level(highest, lowest):
            return reduce(_and, [phrase("level {level}", level=one) for one in range(highest, lowest + 1)])
    return _valued(term)


def _valued(term: Term) -> Phrase:
    match term:
        case Held(role):
            said = role_said(Role(role))
        case KindOfUnit(kind):
            said = kind_said(UnitKind(kind))
        case Unit(name):
            said = _plain(name)
        case Node(name):
            said = _node(name)
        case Post(code):
            said = phrase("posts {codes}", codes=_plain(code))
        case Person(code):
            said = phrase("person {code}", code=_plain(code))
        case Risk(level):
            said = risk_said(RiskLevel(level))
        case Campaign(number, _):
            said = phrase("posts of campaign {number}", number=number)
        case _:
            said = EVERYONE
    return said


def _cut(terms: Sequence[Term], join: Callable[[Phrase, Phrase], Phrase]) -> Phrase:
    """The first terms, and how many more there are."""
    said, more = reduce(join, [_said(one) for one in terms[:_TERMS]]), len(terms) - _TERMS
    return phrase("{some} and {more} more", some=said, more=more) if more > 0 else said


def _node(name: str) -> Phrase:
    return phrase("risk node: {name}", name=_plain(name))


def _plain(name: str) -> Phrase:
    return phrase("{name}", name=name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…")


def _few(some: Sequence[Phrase], most: int = _NAMED) -> Phrase | None:
    """The first of several, and how many more; None for none."""
    if not some:
        return None
    said = reduce(_and, some[:most])
    return said if len(some) <= most else phrase("{some} and {more} more", some=said, more=len(some) - most)


def _beside(before: Phrase, one: Phrase) -> Phrase:
    return phrase("{some} · {one}", some=before, one=one)


def _and(before: Phrase, one: Phrase) -> Phrase:
    return phrase("{some}, {one}", some=before, one=one)


def _or(before: Phrase, one: Phrase) -> Phrase:
    return phrase("{some}; {one}", some=before, one=one)
