"""Who is asked to decide a matter about a warning, and who is their deputy.

Answers and releases are the issuer's while the issuer may still judge there, else the nearest leaders'; a rise to
orange is the nearest leaders'; red and beyond are the office's. Nobody decides about the own post, or the own answer.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias

from messages.audience import Person, parse
from messages.organisation.records import Role
from messages.rights import TABLE
from messages.store import matters, responsible
from messages.store.database import Connection
from messages.store.responsible import Responsible
from messages.warnings.matters import Matter, MatterKind
from messages.warnings.records import WarningRecord
from schedules.policy.warnings import ABOVE, OFFICE

Rank: TypeAlias = tuple[Responsible, ...]
"""Those who are asked together."""


async def asked(conn: Connection, matter: Matter, warning: WarningRecord) -> Rank:
    """Who is asked first; where no message would reach any of them, also the next who can be reached."""
    ranks = await _ranks(conn, matter, warning)
    first = next(iter(_issuer(matter, warning, ranks) or ranks), ())
    if any(one.reachable for one in first):
        return first
    reachable = next((rank for rank in ranks if any(one.reachable for one in rank)), ())
    return _each_once([*first, *reachable])


async def deputies(conn: Connection, matter: Matter, warning: WarningRecord, deputy: str) -> Rank:
    """Who is asked after that, as the policy's ``deputy`` says; a person who may not decide it is passed over."""
    ranks = await _ranks(conn, matter, warning)
    before = {one.id for one in await asked(conn, matter, warning)}
    others = [tuple(one for one in rank if one.id not in before) for rank in ranks]
    if deputy == OFFICE:
        others = [tuple(one for one in rank if one.role is Role.OFFICE) for rank in others]
    elif deputy != ABOVE and (named := _named(deputy, chain(*others))):
        return named
    last = max((place for place, rank in enumerate(ranks) if before & {one.id for one in rank}), default=-1)
    return next((rank for rank in (*others[last + 1 :], *others) if rank), ())


async def _ranks(conn: Connection, matter: Matter, warning: WarningRecord) -> list[Rank]:
    """All who may decide it: the leaders, the nearest first, and then the office."""
    may = [role for role, acts in TABLE.items() if matter.act in acts]
    not_they = {await matters.present_holder(conn, warning.post_id), warning.holder_id}
    if matter.kind is MatterKind.ANSWER:
        not_they.add(matter.by)
    found = [one for one in await responsible.over(conn, warning.path, may) if one.id not in not_they]
    apart = ([one for one in found if one.role is role] for role in (Role.LEADER, Role.OFFICE))
    return [_each_once(rank) for some in apart for rank in responsible.by_nearness(some)]


def _issuer(matter: Matter, warning: WarningRecord, ranks: Sequence[Rank]) -> Sequence[Rank]:
    if matter.kind is MatterKind.RISE:
        return []
    return [(one,) for one in chain(*ranks) if one.id == warning.issued_by][:1]


def _named(deputy: str, others: Iterable[Responsible]) -> Rank:
    person = parse(deputy)
    return tuple(one for one in others if isinstance(person, Person) and one.code == person.value)[:1]


def _each_once(people: Iterable[Responsible]) -> Rank:
    return tuple({one.id: one for one in people}.values())
