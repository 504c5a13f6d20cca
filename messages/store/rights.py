"""Queries of who may do what."""

from sqlalchemy import select

from messages.organisation.records import Role
from messages.store.database import Connection
from messages.store.tables import people, roles


async def person_id(conn: Connection, code: str) -> int | None:
    """The person of a code."""
    found: int | None = await conn.scalar(select(people.c.id).where(people.c.code == code))
    return found


async def holds_role(conn: Connection, person: int, role: Role) -> bool:
    """Whether a person holds a role now, in any scope."""
    held = select(roles.c.id).where(roles.c.person_id == person, roles.c.role == role.value, roles.c.ended_at.is_(None))
    return await conn.scalar(held.limit(1)) is not None
