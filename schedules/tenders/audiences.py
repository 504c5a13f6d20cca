"""To whom what is told of a matter goes: who answers for the step, and who looks after the unit.

First the posts that are named for the step, or else those of the buyer's unit that answer for its risk node, and where
nobody holds one there those of the units below it; then those few that answer for the most of the same work; then the
unit's nearest leaders; then the office. Those are told who hold a post: a name that no audience can say is passed over,
so that none of these lets anybody else through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.audience import LONGEST, less, quoted, sayable
from messages.organisation.records import Role
from messages.register.records import Workflow
from messages.store import matter_answering, responsible
from messages.store.audience import count_people
from messages.store.database import Connection
from messages.store.matter_answering import Answering, Holder
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Matter

_MOST: Final = 3
"""So many posts at the most are told of a step that none of them answers for."""
_NAMED: Final = 8
"""So many posts at the most are named for which nobody can be told."""
_TOGETHER: Final = 12
"""So many people are named by one expression: the longest codes have room."""
_WORK: Final[Mapping[MatterKind, Workflow]] = MappingProxyType(
    {
        MatterKind.TENDER: Workflow.TENDER,
        MatterKind.PROCUREMENT: Workflow.PROCUREMENT,
        MatterKind.RECRUITMENT: Workflow.PERSONNEL,
    }
)


class Why(StrEnum):
    """Why somebody is told of a step."""

    NAMED = "named"  # the post is named for it
    NODE = "node"  # the post answers for its risk node
    WORK = "work"  # the post does other work of the same kind
    UNREACHED = "unreached"  # nobody who answers for it can be reached, and the person looks after the unit
    LEADER = "leader"  # nobody answers for it, and the person looks after the unit
    OFFICE = "office"  # nor does anybody look after the unit


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is told, and why; ``meant`` are the posts that should have been, if any can be named.

    There are several expressions where people are told one by one: so who bears a role and holds no post is reached.
    ``holders`` are those of the posts that are told, and nobody where people are told for what they look after.
    """

    expressions: tuple[str, ...]
    why: Why
    meant: str | None
    holders: tuple[Holder, ...] = ()


class Audiences:
    """Who is told of the steps of one matter that has a unit, as the roster stands: each looked up once."""

    def __init__(self, conn: Connection, matter: Matter, nodes: Iterable[str]) -> None:
        """``nodes`` are the risk nodes of the steps that may be asked about."""
        self._conn = conn
        self._matter = matter
        self._nodes = frozenset(nodes)
        self._found: dict[tuple[Milestone, str], Audience | None] = {}
        self._named: Mapping[str, Sequence[str]] | None = None
        self._holding: Mapping[str, Sequence[Holder]] | None = None

    async def of(self, milestone: Milestone, node: str) -> Audience | None:
        """Who is told of a step; None where nobody is there to be told at all."""
        if (milestone, node) not in self._found:
            self._found[milestone, node] = await self._of(milestone, node)
        return self._found[milestone, node]

    async def instead(self, audience: Audience) -> Audience | None:
        """Who is told besides an ``audience`` of posts nobody of which can be reached; None otherwise."""
        if not audience.holders or any(one.reachable for one in audience.holders):
            return None
        for role in (Role.LEADER, Role.OFFICE):
            if people := await nearest(self._conn, self._matter, role, reachable=True):
                whom = await of_people(self._conn, people)
                return replace(audience, expressions=whom, why=Why.UNREACHED)
        return None

    async def _of(self, milestone: Milestone, node: str) -> Audience | None:
        conn, matter = self._conn, self._matter
        if self._named is None:
            self._named = await matter_answering.named(conn, matter.id)
        posts, why = _posts(matter, self._named, milestone, node)
        if posts and (holders := await (self._by_node(node) if why is Why.NODE else matter_answering.of(conn, posts))):
            mine, posts = _nearer(holders, posts)
            return Audience(expressions=(posts,), why=why, meant=posts, holders=mine)
        if why is Why.NODE and matter.unit_path is not None:
            codes = await matter_answering.of_work(conn, matter.unit_path, node, _WORK[matter.kind], _MOST)
            if beside := any_of(codes):
                holders = await matter_answering.of(conn, beside)
                return Audience(expressions=(beside,), why=Why.WORK, meant=posts, holders=tuple(holders))
        for reachable in (True, False):
            for role, because in ((Role.LEADER, Why.LEADER), (Role.OFFICE, Why.OFFICE)):
                if people := await nearest(conn, matter, role, reachable=reachable):
                    return Audience(expressions=await of_people(conn, people), why=because, meant=posts)
        return None

    async def _by_node(self, node: str) -> Sequence[Holder]:
        if self._holding is None:
            self._holding = await matter_answering.of_nodes(self._conn, self._matter.unit_path or "/", self._nodes)
        return self._holding.get(node, ())


async def of_step(conn: Connection, matter: Matter, milestone: Milestone, node: str) -> Audience | None:
    """Who is told of one step alone."""
    return await Audiences(conn, matter, [node]).of(milestone, node)


def _nearer(holders: Sequence[Holder], posts: str) -> tuple[tuple[Holder, ...], str]:
    """Who holds posts of the unit itself, where anybody does, and the expression that reaches just them."""
    own = tuple(one for one in holders if not one.below)
    codes = list(dict.fromkeys(one.post_code for one in own))
    if not own or len(own) == len(holders) or not says_all(codes):
        return tuple(holders), posts
    return own, any_of(codes) or posts


async def at_first(conn: Connection, matter: Matter, milestone: Milestone, node: str) -> Audience | None:
    """The posts that should be told, whether anybody holds them or not: enough for a forecast."""
    posts, why = _posts(matter, await matter_answering.named(conn, matter.id), milestone, node)
    if posts and why is Why.NODE and matter.unit_path is not None:
        holders = (await matter_answering.of_nodes(conn, matter.unit_path, [node])).get(node, ())
        _, posts = _nearer(holders, posts)
    return Audience(expressions=(posts,), why=why, meant=posts) if posts else None


def _posts(
    matter: Matter, named: Mapping[str, Sequence[str]], milestone: Milestone, node: str
) -> tuple[str | None, Why]:
    """The posts that should be told, held or vacant; None where no audience can say them."""
    if codes := named.get(milestone.value) or named.get(""):
        return any_of(codes), Why.NAMED
    return of_node(matter, node), Why.NODE


def of_node(matter: Matter, node: str) -> str | None:
    """The posts of a matter's unit, and below it, that answer for a risk node."""
    if matter.unit is None or not sayable(matter.unit) or not sayable(node):
        return None
    said = f"unit:{quoted(matter.unit)} node:{quoted(node)}"
    return said if len(said) <= LONGEST else None


async def nearest(conn: Connection, matter: Matter, role: Role, *, reachable: bool = False) -> list[str]:
    """The codes of who bears a role for a matter's unit or the nearest above it, ``reachable`` by messages or not."""
    if matter.unit_path is None:
        return []
    for together in responsible.by_nearness(await responsible.over(conn, matter.unit_path, [role])):
        if codes := sorted({one.code for one in together if sayable(one.code) and (one.reachable or not reachable)}):
            return codes
    return []


@dataclass(frozen=True, kw_only=True)
class Overseers:
    """Who looks after a unit, by their codes: leaders, and those who submit items and so may propose a reminder."""

    leading: tuple[str, ...]
    proposing: tuple[str, ...]


async def overseers(conn: Connection, matter: Matter) -> Overseers:
    """The nearest leaders and collectors of a matter's unit; where there are no such, the office instead."""
    collectors = await nearest(conn, matter, Role.COLLECTOR) or await nearest(conn, matter, Role.OFFICE)
    leaders = [one for one in await nearest(conn, matter, Role.LEADER) if one not in collectors]
    return Overseers(leading=tuple(leaders), proposing=tuple(collectors))


async def untold(conn: Connection, audience: Audience) -> list[Answering]:
    """The posts that should have been told, and for which nobody can be."""
    if audience.meant is None:
        return []
    return [one for one in await matter_answering.answering(conn, audience.meant, _NAMED) if not one.reachable]


async def of_people(conn: Connection, codes: Sequence[str]) -> tuple[str, ...]:
    """Expressions that mean these people: some together, or one each where somebody holds no post."""
    each = [f"person:{quoted(code)}" for code in codes if sayable(code)]
    said: list[str] = []
    for start in range(0, len(each), _TOGETHER):
        some = each[start : start + _TOGETHER]
        together = ", ".join(some)
        said += [together] if await count_people(conn, together) == len(some) else some
    return tuple(said)


def any_of(codes: Iterable[str]) -> str | None:
    """An expression that means any of these posts, as many as it has room for; None for none."""
    said = ""
    for term in (f"post:{quoted(code)}" for code in codes if sayable(code)):
        longer = f"{said}, {term}" if said else term
        said = longer if len(longer) <= LONGEST else said
    return said or None


def says_all(codes: Sequence[str]) -> bool:
    """Whether one expression has room for all of these posts, and can say each."""
    terms = [f"post:{quoted(code)}" for code in codes if sayable(code)]
    return len(terms) == len(codes) and len(", ".join(terms)) <= LONGEST


async def without(conn: Connection, audience: Audience, codes: Sequence[str]) -> Audience | None:
    """Those who answer for a step but for these people; None where that leaves nobody."""
    (expression,) = audience.expressions
    both = await matter_answering.among(conn, expression, codes)
    said = less(expression, both)
    if both and (len(said) > LONGEST or not await count_people(conn, said)):
        return None
    return replace(audience, expressions=(said,))
