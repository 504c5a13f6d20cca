"""Queries of who may do what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, and_, exists, select

from messages.organisation.records import Role, UnitKind
from messages.store.database import Connection
from messages.store.tables import accounts, people, roles, units

ABOVE_ALL: Final = and_(units.c.parent_id.is_(None), units.c.kind == UnitKind.OFFICE.value)
"""Of ``units``: the office above all others."""


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
    query = (
        select(roles.c.role, units.c.path, ABOVE_ALL.label("above_all"))
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.person_id == person, roles.c.ended_at.is_(None))
        .order_by(roles.c.id)
    )
    return [
        Borne(role=Role(row.role), path=row.path, above_all=bool(row.above_all)) for row in await conn.execute(query)
    ]


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who bears a role."""

    id: int
    code: str
    name: str


async def person_code(conn: Connection, person: int) -> str:
    """The code of a person."""
    return str(await conn.scalar(select(people.c.code).where(people.c.id == person)))


async def person_name(conn: Connection, person: int) -> str:
    """The name of a person."""
    return str(await conn.scalar(select(people.c.name).where(people.c.id == person)))


async def bearing(conn: Connection, wanted: Sequence[Role]) -> list[Bearer]:
    """Who bears any of these roles now, by code."""
    names = [role.value for role in wanted]
    held = select(roles.c.person_id).where(roles.c.role.in_(names), roles.c.ended_at.is_(None))
    query = select(people.c.id, people.c.code, people.c.name).where(people.c.id.in_(held)).order_by(people.c.code)
    return [Bearer(id=row.id, code=row.code, name=row.name) for row in await conn.execute(query)]


async def members_bearing(conn: Connection, bot_id: int) -> list[tuple[int, int]]:
    """The chats at a bot of all who bear a role now, as (chat_id, person_id)."""
    bears = exists().where(roles.c.person_id == accounts.c.person_id, roles.c.ended_at.is_(None))
    reachable = accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None)
    query = select(accounts.c.chat_id, accounts.c.person_id).where(accounts.c.bot_id == bot_id, *reachable, bears)
    return [(row.chat_id, row.person_id) for row in await conn.execute(query.order_by(accounts.c.id))]


async def has_administrator(conn: Connection) -> bool:
    """Whether anybody administers the whole office now."""
    return await conn.scalar(_administrators().limit(1)) is not None


async def administrators(conn: Connection) -> list[Bearer]:
    """Who administers the whole office now, by code."""
    held = select(roles.c.person_id).where(roles.c.id.in_(_administrators()))
    query = select(people.c.id, people.c.code, people.c.name).where(people.c.id.in_(held)).order_by(people.c.code)
    return [Bearer(id=row.id, code=row.code, name=row.name) for row in await conn.execute(query)]


async def hold_administrators(conn: Connection) -> list[int]:
    """The rows of the roles of who administers the whole office; nobody else ends one before this transaction does."""
    return list(await conn.scalars(_administrators().order_by(roles.c.id).with_for_update(of=roles)))


def _administrators() -> Select[tuple[int]]:
    query = select(roles.c.id).join(units, units.c.id == roles.c.unit_id)
    return query.where(roles.c.role == Role.OFFICE.value, roles.c.ended_at.is_(None), ABOVE_ALL)
