"""Who is asked to decide, of those who may: the nearest who can be told, and after some hours a deputy."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from messages.audience import Person, parse, sayable
from messages.organisation.records import Role
from messages.store.responsible import Responsible, by_nearness
from schedules.policy.warnings import ABOVE, OFFICE

Rank: TypeAlias = tuple[Responsible, ...]
"""Those who are asked together."""


def ranks_of(found: Iterable[Responsible], without: Collection[int | None], *, near: Role = Role.LEADER) -> list[Rank]:
    """Those found over a unit, as they are asked: leaders, the nearest first, and then all of the office together.

    Others than leaders are asked first where these are ``near`` to what is to be decided.

    Persons ``without`` whom it is to be decided are passed over, and so is whoever no message can name.
    """
    may = [one for one in found if one.id not in without and sayable(one.code)]
    nearest = by_nearness([one for one in may if one.role is near])
    office = _each_once(one for one in may if one.role is Role.OFFICE)
    return [*map(_each_once, nearest), *([office] if office else [])]


def asked_first(ranks: Sequence[Rank], away: Collection[int] = ()) -> Rank:
    """Who is asked first; where no message would reach any of them, also the next who can be reached.

    The same where all of them are ``away``, on leave: they may decide, but nothing waits for their return.
    """

    def decides(rank: Rank) -> bool:
        return any(one.reachable and one.id not in away for one in rank)

    first = next(iter(ranks), ())
    if decides(first):
        return first
    return _each_once((*first, *next(filter(decides, ranks), ())))


def asked_after(ranks: Sequence[Rank], told: Collection[int], deputy: str) -> Rank:
    """Who is asked when those who were ``told`` have not decided in time, as the policy's ``deputy`` says.

    Nobody is asked twice; whoever bears the right since then comes as near as everybody else of that rank.
    A person whom it names and who may not decide is passed over: then it is who stands above.
    """
    others = [tuple(one for one in rank if one.id not in told) for rank in ranks]
    if deputy == OFFICE:
        others = [tuple(one for one in rank if one.role is Role.OFFICE) for rank in others]
    elif deputy != ABOVE:
        term = parse(deputy)
        named = [one for rank in others for one in rank if isinstance(term, Person) and one.code == term.value]
        if named:
            return (named[0],)
    return next((rank for rank in others if rank), ())


def _each_once(people: Iterable[Responsible]) -> Rank:
    return tuple({one.id: one for one in people}.values())
