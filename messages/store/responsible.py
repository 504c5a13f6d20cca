"""Queries of who bears which role for which unit, for whoever looks for those responsible."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Select, and_, exists, or_, select

from messages.organisation.records import Role, UnitKind
from messages.responsible import Bearer
from messages.store.database import Connection
from messages.store.tables import accounts, assignments, people, roles, units

_ABOVE_ALL: Final = and_(units.c.parent_id.is_(None), units.c.kind == UnitKind.OFFICE.value)


async def bearers(conn: Connection, wanted: Collection[Role]) -> tuple[Bearer, ...]:
    """Who bears one of these roles now, by code."""
    rows = await conn.execute(_query().where(roles.c.role.in_([role.value for role in wanted])))
    return tuple(_bearer(row) for row in rows)


async def borne(conn: Connection, person_id: int) -> tuple[Bearer, ...]:
    """The roles that a person bears now."""
    return tuple(_bearer(row) for row in await conn.execute(_query().where(roles.c.person_id == person_id)))


def _query() -> Select[Any]:
    return (
        select(people.c.id, people.c.code, people.c.name, roles.c.role, units.c.path, _ABOVE_ALL.label("above_all"))
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.ended_at.is_(None))
        .order_by(people.c.code, roles.c.id)
    )


def _bearer(row: Any) -> Bearer:  # noqa: ANN401 -- a row of the query above
    return Bearer(
        person_id=row.id,
        code=row.code,
        name=row.name,
        role=Role(row.role),
        path=row.path,
        above_all=bool(row.above_all),
    )


@dataclass(frozen=True, kw_only=True)
class Responsible:
    """A person who bears ``role`` for the unit with this ``path``, at or above the one that was asked about.

    ``reachable``: a message would arrive; the person holds a post and has an account that takes it.
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
    post = assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None)
    covers = or_(units.c.path.in_(_upwards(path)), (roles.c.role == Role.OFFICE.value) & _ABOVE_ALL)
    query = (
        select(people.c.id, people.c.code, people.c.name, roles.c.role, units.c.path)
        .add_columns((exists().where(*chat) & exists().where(*post)).label("reachable"))
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.role.in_([one.value for one in wanted]), roles.c.ended_at.is_(None), covers)
    )
    found = [
        Responsible(**{**row, "role": Role(row["role"]), "reachable": bool(row["reachable"])})
        for row in (await conn.execute(query)).mappings()
    ]
    return sorted(found, key=lambda one: (-len(_upwards(one.path)), one.code))


def by_nearness(found: Sequence[Responsible]) -> list[tuple[Responsible, ...]]:
    """Those who are equally near together, as ``over`` gives them."""
    return [tuple(together) for _, together in groupby(found, lambda one: len(_upwards(one.path)))]
