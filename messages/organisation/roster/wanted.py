"""Rows → what should stand: each unit, post and person once, whoever names it on however many lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.rows import RosterRow


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedUnit:
    """A unit of the file; None is what the file does not say, an empty parent is none."""

    name: str
    parent: str | None
    kind: UnitKind | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """All that a roster says. ``roles`` are None for a person's unit where the file has no such column."""

    units: Mapping[str, WantedUnit]
    posts: Mapping[str, RosterRow]
    people: Mapping[str, RosterRow]
    languages: Mapping[str, str]
    roles: Mapping[tuple[str, str], frozenset[Role] | None]

    @property
    def assignments(self) -> int:
        """How many posts are held."""
        return sum(1 for row in self.posts.values() if row.person_code is not None)


def gather(rows: Sequence[RosterRow]) -> Wanted:
    """What should stand after ``rows``, which were checked and have no faults.

    Where lines of one unit or person leave something open that another line says, the line that says it stands; a
    person's language is a preference: the first line that names one stands.
    """
    units: dict[str, WantedUnit] = {}
    posts: dict[str, RosterRow] = {}
    people: dict[str, RosterRow] = {}
    languages: dict[str, str] = {}
    roles: dict[tuple[str, str], frozenset[Role] | None] = {}
    for row in rows:
        units[row.unit] = _merged(units.get(row.unit), row)
        if row.post_code is not None:
            posts[row.post_code] = row
        if row.person_code is None:
            continue
        people.setdefault(row.person_code, row)
        if row.language is not None:
            languages.setdefault(row.person_code, row.language)
        _add_roles(roles, (row.person_code, row.unit), row.roles)
    return Wanted(units=units, posts=posts, people=people, languages=languages, roles=roles)


def _merged(before: WantedUnit | None, row: RosterRow) -> WantedUnit:
    if before is None:
        return WantedUnit(name=row.unit, parent=row.parent_unit, kind=row.unit_kind)
    if before.parent and before.kind:
        return before  # the most frequent case: all is said
    parent = before.parent or row.parent_unit
    # An empty parent (said to be none) is more than no word at all.
    return WantedUnit(
        name=row.unit, parent=before.parent if parent is None else parent, kind=before.kind or row.unit_kind
    )


def _add_roles(
    roles: dict[tuple[str, str], frozenset[Role] | None], bearer: tuple[str, str], said: tuple[Role, ...] | None
) -> None:
    before = roles.setdefault(bearer, None)
    if said is not None:
        roles[bearer] = frozenset(said) | (before or frozenset())
