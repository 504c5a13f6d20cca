"""Queries of who may do what."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from messages.organisation.records import Role, UnitKind
from messages.store.database import Connection
from messages.store.tables import people, roles, units


@dataclass(frozen=True, kw_only=True)
class Borne:
    """A role that a person bears, for the unit with this path; ``above_all``: that unit is the office above all."""

    role: Role
    path: str
    above_all: bool


async def person_id(conn: Connection, code: str) -> int | None:
    """The person of a code."""
    found: int | None = await conn.scalar(select(people.c.id).where(people.c.code == code))
    return found


async def borne(conn: Connection, person: int) -> list[Borne]:
    """The roles that a person bears now."""
    above_all = and_(units.c.parent_id.is_(None), units.c.kind == UnitKind.OFFICE.value)
    query = (
        select(roles.c.role, units.c.path, above_all.label("above_all"))
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.person_id == person, roles.c.ended_at.is_(None))
        .order_by(roles.c.id)
    )
    return [
        Borne(role=Role(row.role), path=row.path, above_all=bool(row.above_all)) for row in await conn.execute(query)
    ]
