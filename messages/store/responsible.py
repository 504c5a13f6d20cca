"""Queries of who bears which role for which unit, for whoever looks for those responsible."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Select, and_, select

from messages.organisation.records import Role, UnitKind
from messages.responsible import Bearer
from messages.store.database import Connection
from messages.store.tables import people, roles, units

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
