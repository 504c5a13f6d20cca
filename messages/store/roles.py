"""Queries of roles: who bears which, who gave it and why; a role is ended, never taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from messages.organisation.records import Role
from messages.store.database import Connection
from messages.store.tables import people, roles, units


@dataclass(frozen=True, kw_only=True)
class RoleBorne:
    """A role that a person bears for a unit and all below it.

    One that a person ``granted`` says by whom (a code; none: by the operator) and why. Any other came from a roster.
    """

    person_code: str
    name: str
    role: Role
    unit: str
    since: datetime
    granted: bool
    granted_by: str | None
    why: str | None


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """A person, a role and a unit: what a grant makes and a revocation ends."""

    person_id: int
    role: Role
    unit_id: int


async def list_borne(conn: Connection, *, person_id: int | None, below: str | None) -> Sequence[RoleBorne]:
    """The roles that are borne now, by unit, role and code; of one person, or ``below`` a unit by its path."""
    granter = people.alias("granter")
    query = (
        select(
            people.c.code.label("person_code"),
            people.c.name,
            roles.c.role,
            units.c.name.label("unit"),
            roles.c.granted_at.label("since"),
            roles.c.granted,
            granter.c.code.label("granted_by"),
            roles.c.why,
        )
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .outerjoin(granter, granter.c.id == roles.c.granted_by)
        .where(roles.c.ended_at.is_(None))
    )
    if person_id is not None:
        query = query.where(roles.c.person_id == person_id)
    if below is not None:
        query = query.where(units.c.path.startswith(below, autoescape=True))
    borne = [
        RoleBorne(**{**row, "role": Role(row["role"]), "granted": bool(row["granted"])})
        for row in (await conn.execute(query)).mappings()
    ]
    return sorted(borne, key=lambda one: (one.unit, one.role, one.person_code))  # alike on every database


async def find(conn: Connection, bearing: Bearing) -> int | None:
    """The row of a role that is borne now; who else would end it or grant it anew waits for this transaction."""
    mine = (
        roles.c.person_id == bearing.person_id,
        roles.c.role == bearing.role.value,
        roles.c.unit_id == bearing.unit_id,
        roles.c.ended_at.is_(None),
    )
    await conn.execute(select(people.c.id).where(people.c.id == bearing.person_id).with_for_update())
    found: int | None = await conn.scalar(select(roles.c.id).where(*mine))
    return found


async def add(conn: Connection, bearing: Bearing, *, by: int | None, why: str, at: datetime) -> None:
    """Grant a role from now on; it is not borne yet."""
    who = {"person_id": bearing.person_id, "role": bearing.role.value, "unit_id": bearing.unit_id}
    await conn.execute(insert(roles).values(**who, granted_at=at, granted=True, granted_by=by, why=why))


async def end(conn: Connection, row: int, at: datetime) -> bool:
    """End a role; tells whether a person had granted it."""
    ended = update(roles).where(roles.c.id == row).values(ended_at=at).returning(roles.c.granted)
    return bool((await conn.execute(ended)).scalar_one())
