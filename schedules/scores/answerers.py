"""Who answers an objection: all administrators of the whole office but who has made it.

Where the office has no other, those who supervise that person stand in: the inspectors over the person's unit, and the
leaders. With nobody there either it waits until a second administrator is named; nobody ever answers the own one.
"""

from messages import rights
from messages.organisation.records import Role
from messages.rights import Act
from messages.store import absences, responsible
from messages.store.database import Connection
from messages.store.responsible import Responsible
from schedules.deputies import Rank, ranks_of

_ABOVE_ALL = "/"
"""The path above every unit: only who administers the whole office is over it."""


async def answerers(conn: Connection, person_id: int) -> list[Rank]:
    """Who may answer a person's objections, as they are asked."""
    return ranks_of(await _office(conn), {person_id}) or await _standing_in(conn, person_id)


async def may_answer(conn: Connection, person_id: int, by: int) -> bool:
    """Whether somebody may answer objections of this person, but for their being the own."""
    if await rights.reach(conn, by, Act.CLOSE_SCORES):
        return True
    return any(one.id == by for rank in await answerers(conn, person_id) for one in rank)


async def stands_in_for(conn: Connection, by: int) -> int | None:
    """The only administrator of the office, where somebody answers that one's objections; None for all others."""
    office = {one.id for one in await _office(conn)}
    if len(office) != 1 or by in office:
        return None
    [only] = office
    return only if await may_answer(conn, only, by) else None


async def _office(conn: Connection) -> list[Responsible]:
    return await responsible.over(conn, _ABOVE_ALL, [Role.OFFICE])


async def _standing_in(conn: Connection, person_id: int) -> list[Rank]:
    placed = await absences.placed(conn, person_id)
    if placed is None or placed.path is None:
        return []
    over = await responsible.over(conn, placed.path, [Role.INSPECTOR, Role.LEADER])
    roles = Role.INSPECTOR, Role.LEADER
    return [rank for role in roles for rank in ranks_of(over, {person_id}, near=role)]
