"""What stands against what should stand → what is created, changed and ended. A decision: nothing is done here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Generic, TypeVar

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.wanted import Wanted, WantedUnit

DEFAULT_KIND: Final = UnitKind.DEPARTMENT

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands or should stand; ``parent`` is a unit's name."""

    name: str
    parent: str | None
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it stands or should stand; ``unit`` is a name, ``reports_to`` a post's code."""

    code: str
    unit: str
    title: str
    level: int
    risk: bool
    reports_to: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as known or as should be known."""

    code: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds which post, by their codes."""

    post: str
    person: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A role of a person for a unit and all below it."""

    person: str
    role: Role
    unit: str


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """A post that answers for a risk node, by its code and the node's name."""

    post: str
    node: str


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """A value with its row's id; an ended one can stand again."""

    id: int
    value: Value
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the store holds: units, posts and people by name or code, ended ones too; holders, roles and ties of now.

    ``granted`` are the roles that people granted: a roster neither ends nor doubles them. Ties go with
    their posts' ids.
    """

    units: Mapping[str, Kept[Unit]] = field(default_factory=dict)
    posts: Mapping[str, Kept[Post]] = field(default_factory=dict)
    people: Mapping[str, Kept[Person]] = field(default_factory=dict)
    chose_language: frozenset[str] = frozenset()
    holders: Mapping[str, Kept[Holding]] = field(default_factory=dict)  # by the post's code
    roles: Mapping[Grant, int] = field(default_factory=dict)
    granted: frozenset[Grant] = frozenset()
    nodes: Mapping[Tie, int] = field(default_factory=dict)

    def parents(self) -> dict[str, str | None]:
        """Each unit that has not ended, with the name of the one above it."""
        return {name: kept.value.parent for name, kept in self.units.items() if not kept.ended}


@dataclass(frozen=True, kw_only=True)
class Change(Generic[Value]):
    """What happens to one kind of thing: new ones, ones that differ or stand again, ones that are no more."""

    created: tuple[Value, ...] = ()
    updated: tuple[Kept[Value], ...] = ()
    ended: tuple[Kept[Value], ...] = ()

    def counts(self) -> dict[str, int]:
        """How many rows are created, updated and ended."""
        return {"created": len(self.created), "updated": len(self.updated), "ended": len(self.ended)}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that an import does."""

    units: Change[Unit]
    posts: Change[Post]
    people: Change[Person]
    assignments: Change[Holding]
    roles: Change[Grant]
    nodes: Change[Tie]

    def changes(self) -> dict[str, Change[Any]]:
        """The changes by kind of thing."""
        return {
            "units": self.units,
            "posts": self.posts,
            "people": self.people,
            "assignments": self.assignments,
            "roles": self.roles,
            "nodes": self.nodes,
        }

    def counts(self) -> dict[str, dict[str, int]]:
        """The counts by kind of thing."""
        return {kind: change.counts() for kind, change in self.changes().items()}

    @property
    def digest(self) -> str:
        """Names these very changes, in whatever order they were found."""
        hashed = sha256()
        for kind, change in self.changes().items():
            for what in ("created", "updated", "ended"):
                lines = sorted(map(repr, getattr(change, what)))
                hashed.update(repr((kind, what, lines)).encode())
        return hashed.hexdigest()

    def total(self, what: str) -> int:
        """How many rows in all are ``created``, ``updated`` or ``ended``."""
        return sum(counts[what] for counts in self.counts().values())


def plan(wanted: Wanted, standing: Standing, default_language: str) -> Plan:
    """What makes ``standing`` as ``wanted``."""
    units = {name: _unit(unit, standing) for name, unit in wanted.units.items()}
    posts = {code: _post(code, wanted, standing) for code in wanted.posts}
    people = {code: _person(code, wanted, standing, default_language) for code in wanted.people}
    holdings = {
        code: Holding(code, row.person_code) for code, row in wanted.posts.items() if row.person_code is not None
    }
    return Plan(
        units=_compare(units, standing.units, keep=_above(units, standing)),
        posts=_compare(posts, standing.posts, keep=set()),
        people=_compare(people, standing.people, keep=set(standing.people)),
        assignments=_reassign(holdings, standing.holders),
        roles=_regrant(wanted, standing),
        nodes=_retie(wanted, standing),
    )


def _compare(wanted: Mapping[str, Value], standing: Mapping[str, Kept[Value]], *, keep: set[str]) -> Change[Value]:
    """Compare by key; what is not wanted is ended, unless it is in ``keep``."""
    return Change(
        created=tuple(value for key, value in wanted.items() if key not in standing),
        updated=tuple(
            Kept(kept.id, value)
            for key, value in wanted.items()
            if (kept := standing.get(key)) is not None and (kept.ended or kept.value != value)
        ),
        ended=tuple(kept for key, kept in standing.items() if not kept.ended and key not in wanted and key not in keep),
    )


def _unit(unit: WantedUnit, standing: Standing) -> Unit:
    kept = standing.units.get(unit.name)
    parent = (kept.value.parent if kept else None) if unit.parent is None else unit.parent or None
    return Unit(unit.name, parent, unit.kind or (kept.value.kind if kept else DEFAULT_KIND))


def _above(units: Mapping[str, Unit], standing: Standing) -> set[str]:
    """The units that have no line of their own and stand above one that has."""
    found: set[str] = set()
    for unit in units.values():
        above = unit.parent
        while above is not None and above not in units and above not in found:
            found.add(above)
            above = standing.units[above].value.parent
    return found


def _post(code: str, wanted: Wanted, standing: Standing) -> Post:
    row, kept = wanted.posts[code], standing.posts.get(code)
    before = kept.value if kept else None
    risk = (before is not None and before.risk) if row.risk_post is None else row.risk_post
    kept_superior = before.reports_to if before else None
    reports_to = kept_superior if row.reports_to is None else row.reports_to or None
    return Post(code, row.unit, row.post, row.level, risk, reports_to)


def _person(code: str, wanted: Wanted, standing: Standing, default_language: str) -> Person:
    row, kept = wanted.people[code], standing.people.get(code)
    before = kept.value.language if kept else default_language
    # What a person chose in chat stands over the file.
    language = before if code in standing.chose_language else wanted.languages.get(code, before)
    return Person(code, row.name or "", language)


def _reassign(wanted: Mapping[str, Holding], standing: Mapping[str, Kept[Holding]]) -> Change[Holding]:
    """An assignment is never rewritten: another holder ends it and opens a new one."""
    return Change(
        created=tuple(
            holding for post, holding in wanted.items() if (kept := standing.get(post)) is None or kept.value != holding
        ),
        ended=tuple(kept for post, kept in standing.items() if wanted.get(post) != kept.value),
    )


def _regrant(wanted: Wanted, standing: Standing) -> Change[Grant]:
    grants = set(_grants(wanted, standing))
    no_more = standing.roles.keys() - grants - standing.granted
    return Change(
        created=tuple(sorted(grants - standing.roles.keys(), key=_order)),
        ended=tuple(Kept(standing.roles[grant], grant) for grant in sorted(no_more, key=_order)),
    )


def _grants(wanted: Wanted, standing: Standing) -> Iterator[Grant]:
    for (person, unit), roles in wanted.roles.items():
        # A file without the column says nothing of roles: who is still in the unit keeps them.
        for role in Role if roles is None else roles:
            grant = Grant(person, role, unit)
            if roles is not None or grant in standing.roles:
                yield grant


def _order(grant: Grant) -> tuple[str, str, str]:
    return grant.unit, grant.person, grant.role


def _retie(wanted: Wanted, standing: Standing) -> Change[Tie]:
    """Of a post that is gone, and where the file has no such column, the nodes stay."""
    said = {code: row.nodes for code, row in wanted.posts.items() if row.nodes is not None}
    ties = {Tie(code, node) for code, nodes in said.items() for node in nodes}
    return Change(
        created=tuple(sorted(ties - standing.nodes.keys())),
        ended=tuple(Kept(standing.nodes[tie], tie) for tie in sorted(standing.nodes.keys() - ties) if tie.post in said),
    )
