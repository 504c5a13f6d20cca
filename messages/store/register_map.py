"""Queries of the risk map: how many points of which level stand in which unit and node, as far as seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from messages.register.records import RiskLevel
from messages.store.database import Connection
from messages.store.register_lists import Filters, Insight, narrowed
from messages.store.sets import among
from messages.store.tables import nodes, risk_points, units


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many points of a level, of a unit and a node (its id; None for no node), where these are told apart."""

    unit_id: int | None = None
    node_id: int | None = None
    level: RiskLevel
    count: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """A unit, or a risk node (its path is empty)."""

    id: int
    name: str
    path: str = ""


async def by_node(conn: Connection, who: Insight, filters: Filters) -> list[Tally]:
    """The points of each node."""
    query = select(risk_points.c.node_id)
    return await _tallies(conn, query, who, filters)


async def by_unit(conn: Connection, who: Insight, filters: Filters) -> list[Tally]:
    """The points of each unit itself."""
    return await _tallies(conn, select(units.c.id.label("unit_id")), who, filters)


async def cells(
    conn: Connection, who: Insight, filters: Filters, unit_ids: Sequence[int], node_ids: Sequence[int]
) -> list[Tally]:
    """The points of each of these units and nodes; those without a node are among them."""
    query = select(units.c.id.label("unit_id"), risk_points.c.node_id)
    meant = among(conn, risk_points.c.node_id, node_ids) | risk_points.c.node_id.is_(None)
    return await _tallies(conn, query.where(among(conn, units.c.id, unit_ids), meant), who, filters)


async def _tallies(conn: Connection, query: Select[Any], who: Insight, filters: Filters) -> list[Tally]:
    groups = *query.selected_columns, risk_points.c.level
    query = await narrowed(conn, query.add_columns(risk_points.c.level, func.count().label("many")), who, filters)
    return [
        Tally(
            unit_id=getattr(row, "unit_id", None),
            node_id=getattr(row, "node_id", None),
            level=RiskLevel(row.level),
            count=row.many,
        )
        for row in await conn.execute(query.group_by(*groups))
    ]


async def units_named(conn: Connection, ids: Sequence[int]) -> list[Place]:
    """Units by their ids, in the order of the tree."""
    query = select(units.c.id, units.c.name, units.c.path).where(among(conn, units.c.id, ids))
    return [Place(**row) for row in (await conn.execute(query.order_by(units.c.path))).mappings()]


async def nodes_named(conn: Connection, ids: Sequence[int]) -> list[Place]:
    """Risk nodes by their ids."""
    query = select(nodes.c.id, nodes.c.name).where(among(conn, nodes.c.id, ids)).order_by(nodes.c.name)
    return [Place(**row) for row in (await conn.execute(query)).mappings()]


async def node_names(conn: Connection, limit: int) -> list[str]:
    """The names of so many risk nodes."""
    return list(await conn.scalars(select(nodes.c.name).order_by(nodes.c.name).limit(limit)))
