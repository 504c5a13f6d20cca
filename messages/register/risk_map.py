"""The risk map: units by risk nodes, each cell with how many points stand there and the gravest level of them."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from messages.pages import Page, part_of
from messages.register.records import RiskLevel
from messages.register.views import insight_of
from messages.store import register_map
from messages.store.database import Connection, Database
from messages.store.register_lists import Filters
from messages.store.register_map import Place, Tally

NO_NODE: Final = Place(id=0, name="")
"""The column of points without a node."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Levels:
    """So many points of each level."""

    high: int = 0
    middle: int = 0
    low: int = 0

    @property
    def count(self) -> int:
        """How many they are."""
        return self.high + self.middle + self.low

    @property
    def present(self) -> Mapping[RiskLevel, int]:
        """How many there are of each level that there is, the gravest first."""
        return {level: count for level in RiskLevel if (count := getattr(self, level.value))}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A node with its points of all units."""

    node: Place
    total: Levels


@dataclass(frozen=True, kw_only=True)
class MapRow:
    """A unit itself, its points of all nodes, and of each column of the page."""

    unit: Place
    total: Levels
    cells: tuple[Levels, ...]


@dataclass(frozen=True, kw_only=True)
class RiskMap:
    """A part of the map: a page of rows, in the order of the tree, and one of columns, those with most points first."""

    columns: Page[Column]
    rows: Page[MapRow]
    total: Levels


async def map_of(
    db: Database, viewer: int, filters: Filters, *, row: int, column: int, rows: int, columns: int
) -> RiskMap:
    """A page of so many ``rows`` and ``columns``, each by its number, of the points open to a person."""
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        of_nodes = _gathered((one.node_id or NO_NODE.id, one) for one in await register_map.by_node(conn, who, filters))
        of_units = _gathered((one.unit_id, one) for one in await register_map.by_unit(conn, who, filters))
        across = part_of(await _columns(conn, of_nodes), column, columns)
        units = await register_map.units_named(conn, [one for one in of_units if one is not None])
        down = part_of(units, row, rows)
        nodes = [one.node.id for one in across.rows]
        tallies = await register_map.cells(conn, who, filters, [one.id for one in down.rows], nodes)
    cells = _gathered(((one.unit_id, one.node_id or NO_NODE.id), one) for one in tallies)
    made = [
        MapRow(
            unit=unit,
            total=of_units[unit.id],
            cells=tuple(cells.get((unit.id, node), Levels()) for node in nodes),
        )
        for unit in down.rows
    ]
    total = _sum(of_units.values())
    return RiskMap(
        columns=across, rows=Page(rows=tuple(made), total=down.total, number=down.number, size=rows), total=total
    )


async def _columns(conn: Connection, of_nodes: Mapping[int, Levels]) -> list[Column]:
    """Those with most points first; what has no node comes last."""
    nodes = await register_map.nodes_named(conn, [one for one in of_nodes if one != NO_NODE.id])
    found = [Column(node=node, total=of_nodes[node.id]) for node in nodes]
    found.sort(key=lambda column: -column.total.count)
    rest = of_nodes.get(NO_NODE.id)
    return [*found, *([Column(node=NO_NODE, total=rest)] if rest else [])]


def _gathered(tallies: Iterable[tuple[Key, Tally]]) -> dict[Key, Levels]:
    found: dict[Key, dict[str, int]] = {}
    for key, one in tallies:
        found.setdefault(key, {})[one.level.value] = one.count
    return {key: Levels(**levels) for key, levels in found.items()}


def _sum(some: Iterable[Levels]) -> Levels:
    kept = [*some]
    return Levels(**{level.value: sum(getattr(one, level.value) for one in kept) for level in RiskLevel})
