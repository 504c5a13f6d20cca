"""Who is responsible for a unit: its nearest leaders, and the office; found among those who bear a role now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from messages.organisation.records import Role


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who bears a role for a unit, by its path, and all below it; ``above_all``: that unit is the office above all."""

    person_id: int
    code: str
    name: str
    role: Role
    path: str
    above_all: bool

    def covers(self, path: str) -> bool:
        """Whether the role reaches a unit, by its path."""
        return path.startswith(self.path) or (self.above_all and self.role is Role.OFFICE)


def leaders_of(
    bearers: Iterable[Bearer], path: str, without: Collection[int] = (), *, above: int = 0
) -> tuple[Bearer, ...]:
    """The responsible leaders of a unit (分管领导): the nearest ones, or so many ranks ``above`` these.

    Persons ``without`` whom it is to be done are passed over, and so is a unit that has no others.
    """
    ranks: dict[int, list[Bearer]] = {}
    for one in bearers:
        if one.role is Role.LEADER and one.covers(path) and one.person_id not in without:
            ranks.setdefault(len(one.path), []).append(one)
    upward = [ranks[length] for length in sorted(ranks, reverse=True)]
    return tuple(upward[above]) if above < len(upward) else ()


def office_of(bearers: Iterable[Bearer], path: str, without: Collection[int] = ()) -> tuple[Bearer, ...]:
    """The administrators of the office (推进办) whose units hold this one, each once."""
    office = (one for one in bearers if one.role is Role.OFFICE and one.covers(path) and one.person_id not in without)
    return tuple({one.person_id: one for one in office}.values())
