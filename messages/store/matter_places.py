"""Queries of which unit a buyer is: by the unit's own name, or as the office has said; and of posts by their codes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from messages.store.database import Connection
from messages.store.tables import buyers, posts, units
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class UnitPlace:
    """A unit that a name means."""

    id: int
    name: str
    path: str


async def units_named(conn: Connection, names: Collection[str]) -> dict[str, UnitPlace]:
    """The units of these names that have not ended, by name."""
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.name.in_(names), units.c.ended_at.is_(None))
    return {row.name: UnitPlace(id=row.id, name=row.name, path=row.path) for row in await conn.execute(query)}


async def units_of_buyers(conn: Connection, names: Collection[str]) -> dict[str, UnitPlace]:
    """Which units buyers of these names are, by the buyer's name: as the office has said, else of the same name."""
    said = (
        select(buyers.c.name.label("buyer"), units.c.id, units.c.name, units.c.path)
        .join_from(buyers, units, units.c.id == buyers.c.unit_id)
        .where(buyers.c.name.in_(names), units.c.ended_at.is_(None))
    )
    by_office = {row.buyer: UnitPlace(id=row.id, name=row.name, path=row.path) for row in await conn.execute(said)}
    return await units_named(conn, names) | by_office


async def remember(conn: Connection, buyer: str, unit_id: int, person_id: int, now: datetime) -> None:
    """Remember that this unit is meant by a buyer's name, whatever was said before."""
    values = {"unit_id": unit_id, "person_id": person_id, "at": now}
    adding = insert_new(conn, buyers).values(name=buyer, **values)
    await conn.execute(adding.on_conflict_do_update(index_elements=["name"], set_=values))


async def posts_coded(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """The ids of the posts with these codes that have not ended, by code."""
    query = select(posts.c.code, posts.c.id).where(posts.c.code.in_(codes), posts.c.ended_at.is_(None))
    return {row.code: row.id for row in await conn.execute(query)}
