"""Who is told of a warning, part by part: the holder, the direct superior, the leader, the inspectors, the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from messages.organisation.records import Role
from messages.store import responsible, rights, superiors
from messages.store.database import Connection
from messages.store.rights import Borne
from messages.store.untold import Crowded
from messages.store.warning_steps import Told
from messages.warnings.records import Part, WarningRecord

_ORDER: Final = tuple(Part)
_BY_ROLE: Final = MappingProxyType(
    {
        Part.LEADER: (Role.LEADER, Role.OFFICE),
        Part.INSPECTOR: (Role.INSPECTOR,),
        Part.OFFICE: (Role.OFFICE,),
    }
)


async def whom(conn: Connection, warning: WarningRecord, parts: Sequence[Part]) -> list[Told]:
    """The people of these parts as the organisation is now, each once, as the first part that fits.

    The holder is never told as somebody above the own post.
    """
    found: dict[int, Part] = {}
    for part in sorted(parts, key=_ORDER.index):
        for person_id in await _people(conn, warning, part):
            if part is Part.HOLDER or person_id != warning.holder_id:
                found.setdefault(person_id, part)
    return [Told(person_id=person_id, part=part) for person_id, part in found.items()]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a person stands now: above which posts, and with which roles."""

    person_id: int
    below: frozenset[int]
    borne: Sequence[Borne]

    def still(self, one: Crowded) -> bool:
        """Whether the person is still what they are to be told of a warning as."""
        if one.holder_id == self.person_id:
            return False
        if one.part is Part.SUPERIOR:
            return one.post_id in self.below
        return any(role.role in _BY_ROLE[one.part] and _covers(role, one.path) for role in self.borne)


def _covers(role: Borne, path: str) -> bool:
    return path.startswith(role.path) or (role.role is Role.OFFICE and role.above_all)


async def standing(conn: Connection, person_id: int) -> Standing:
    """Where a person stands now."""
    below = await superiors.below(conn, person_id)
    return Standing(person_id=person_id, below=below, borne=await rights.borne(conn, person_id))


async def _people(conn: Connection, warning: WarningRecord, part: Part) -> list[int]:
    match part:
        case Part.HOLDER:
            return [] if warning.holder_id is None else [warning.holder_id]
        case Part.SUPERIOR:
            return await _superiors(conn, warning)
        case Part.LEADER:
            return await _leaders(conn, warning)
        case Part.INSPECTOR:
            return await _bearing(conn, warning, Role.INSPECTOR)
        case Part.OFFICE:
            return await _bearing(conn, warning, Role.OFFICE)


async def _superiors(conn: Connection, warning: WarningRecord) -> list[int]:
    """The direct superior; of one who cannot be written to, also the next one up who can."""
    above = await superiors.above(conn, warning.post_id, but=warning.holder_id)
    direct, reachable = above[:1], [one for one in above[1:] if one.reachable]
    return [one.person_id for one in (*direct, *reachable)]


async def _leaders(conn: Connection, warning: WarningRecord) -> list[int]:
    """The nearest leaders over the post's unit; where it has none, the nearest of the office."""
    for role in (Role.LEADER, Role.OFFICE):
        found = await responsible.over(conn, warning.path, [role])
        others = [one for one in found if one.id != warning.holder_id]
        if others:
            return [one.id for one in responsible.by_nearness(others)[0]]
    return []


async def _bearing(conn: Connection, warning: WarningRecord, role: Role) -> list[int]:
    return [one.id for one in await responsible.over(conn, warning.path, [role])]
