"""What an import would take away that somebody should mean: a good part of the office, or who administers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.change import Plan, Standing
from messages.organisation.roster.wanted import Wanted
from messages.text.phrase import Phrase, nphrase, phrase

_BEARABLE: Final = 10
"""A change of roster ends no more than one in so many, as a rule."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """What ends with an import.

    Of ``posts`` so many end, of the ``holders`` of posts so many hold none any more, as (how many, of how many).
    ``administrators`` names whose role of an administrator ends; ``nobody_left``: the whole office had one before.
    ``ended`` counts every row that ends.
    """

    posts: tuple[int, int]
    holders: tuple[int, int]
    administrators: tuple[str, ...]
    nobody_left: bool
    ended: int

    @property
    def grave(self) -> bool:
        """Whether somebody must say that it is meant."""
        return any(self.warnings())

    @property
    def word(self) -> str:
        """What somebody types who means it."""
        return str(self.ended)

    def warnings(self) -> Iterator[Phrase]:
        """What is lost, in words; nothing where that is little."""
        (posts, of_posts), (holders, of_holders) = self.posts, self.holders
        if posts * _BEARABLE > of_posts:
            yield nphrase("{count} of {total} posts ends.", "{count} of {total} posts end.", posts, total=of_posts)
        if holders * _BEARABLE > of_holders:
            yield nphrase(
                "{count} of {total} people who hold posts holds none any more.",
                "{count} of {total} people who hold posts hold none any more.",
                holders,
                total=of_holders,
            )
        if self.administrators:
            yield nphrase(
                "{count} administrator loses the role: {names}.",
                "{count} administrators lose the role: {names}.",
                len(self.administrators),
                names=", ".join(self.administrators),
            )
        if self.nobody_left:
            yield phrase("Nobody administers the whole office any more.")


def losses_of(wanted: Wanted, standing: Standing, plan: Plan) -> Losses:
    """What a plan takes away."""
    held = {kept.value.person for kept in standing.holders.values()}
    holding = {row.person_code for row in wanted.posts.values()}
    no_more = {kept.value.person for kept in plan.roles.ended if kept.value.role is Role.OFFICE}
    return Losses(
        posts=(len(plan.posts.ended), sum(not kept.ended for kept in standing.posts.values())),
        holders=(len(held - holding), len(held)),
        administrators=tuple(sorted(standing.people[code].value.name for code in no_more)),
        nobody_left=_administered(standing, None) and not _administered(standing, plan),
        ended=plan.total("ended"),
    )


def _administered(standing: Standing, plan: Plan | None) -> bool:
    """Whether somebody administers the unit above all, as it stands or after a plan."""
    units = {name: kept.value for name, kept in standing.units.items()}
    borne = set(standing.roles)
    if plan is not None:
        units |= {unit.name: unit for unit in plan.units.created}
        units |= {kept.value.name: kept.value for kept in plan.units.updated}
        borne = borne - {kept.value for kept in plan.roles.ended} | set(plan.roles.created)
    above_all = {name for name, unit in units.items() if unit.parent is None and unit.kind is UnitKind.OFFICE}
    return any(grant.role is Role.OFFICE and grant.unit in above_all for grant in borne)
