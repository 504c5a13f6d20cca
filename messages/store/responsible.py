"""Queries of who is responsible for a unit: who bears a role for it or for a unit above it, the nearest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from messages.organisation.records import Role, UnitKind
from messages.store.database import Connection
from messages.store.tables import accounts, people, roles, units

_ABOVE_ALL: Final = and_(units.c.parent_id.is_(None), units.c.kind == UnitKind.OFFICE.value)


@dataclass(frozen=True, kw_only=True)
class Responsible:
    """A person who bears ``role`` for the unit with this ``path``, at or above the one that was asked about.

    ``reachable``: a message would arrive; the person has an account that takes it.
    """

    id: int
    code: str
    name: str
    role: Role
    path: str
    reachable: bool


def _upwards(path: str) -> list[str]:
    """The paths of a unit and of all above it: of ``/1/5/`` these are ``/1/5/`` and ``/1/``."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}/" for length in range(len(parts), 0, -1)]


async def over(conn: Connection, path: str, wanted: Iterable[Role]) -> list[Responsible]:
    """Who bears one of these roles for a unit, the nearest first; of the office above all others wherever it is."""
    chat = accounts.c.person_id == people.c.id, accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None)
    covers = or_(units.c.path.in_(_upwards(path)), (roles.c.role == Role.OFFICE.value) & _ABOVE_ALL)
    query = (
        select(people.c.id, people.c.code, people.c.name, roles.c.role, units.c.path)
        .add_columns(exists().where(*chat).label("reachable"))
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.role.in_([one.value for one in wanted]), roles.c.ended_at.is_(None), covers)
    )
    found = [
        Responsible(**{**row, "role": Role(row["role"]), "reachable": bool(row["reachable"])})
        for row in (await conn.execute(query)).mappings()
    ]
    return sorted(found, key=lambda one: (-len(_upwards(one.path)), one.code))


def role_ended(path: ColumnElement[str], since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Of a row: whether somebody bears a role no more, since an instant, that reached the unit with this path."""
    over_it = units.alias()
    above_all = over_it.c.parent_id.is_(None), over_it.c.kind == UnitKind.OFFICE.value
    reached = or_(path.startswith(over_it.c.path), and_(roles.c.role == Role.OFFICE.value, *above_all))
    return exists().where(roles.c.ended_at >= since, over_it.c.id == roles.c.unit_id, reached)


def by_nearness(found: Sequence[Responsible]) -> list[tuple[Responsible, ...]]:
    """Those who are equally near together, as ``over`` gives them."""
    return [tuple(together) for _, together in groupby(found, lambda one: len(_upwards(one.path)))]
