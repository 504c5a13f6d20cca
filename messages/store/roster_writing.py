"""What a roster's import writes: the whole organisation at once, in bulk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Delete, Insert, Table, Update, bindparam, delete, insert, select, update

from messages.organisation.roster.change import Change, Grant, Holding, Kept, Person, Plan, Post, Tie, Unit
from messages.store import register_moves, uncounted
from messages.store.database import Connection
from messages.store.tables import assignments, nodes, people, post_nodes, posts, roles, units
from messages.store.upsert import insert_new

_BATCH: Final = 5000

Written = Callable[[int], None]
"""Told how many more rows were written."""


async def apply(conn: Connection, plan: Plan, now: datetime, written: Written) -> None:
    """Write a plan: what refers to something comes after it, what ends comes before what takes its place."""
    write = _Writing(conn, now, written)
    await write.end(assignments, plan.assignments)
    await write.end(roles, plan.roles)
    unit_ids = await write.units(plan.units)
    person_ids = await write.people(plan.people)
    post_ids = await write.posts(plan.posts, unit_ids)
    await register_moves.follow_posts(conn, [kept.id for kept in plan.posts.updated])
    await write.end(posts, plan.posts)
    await write.end(units, plan.units)
    await write.assignments(plan.assignments.created, post_ids, person_ids)
    await write.roles(plan.roles.created, person_ids, unit_ids)
    await write.nodes(plan.nodes, post_ids)


@dataclass(frozen=True)
class _Writing:
    """One import's writing: its transaction, its instant, and who is told of rows written."""

    conn: Connection
    now: datetime
    written: Written

    async def end(self, table: Table, change: Change[Any]) -> None:
        """Mark the ended rows."""
        statement = update(table).where(table.c.id == bindparam("row")).values(ended_at=bindparam("at"))
        await self._many(statement, [{"row": kept.id, "at": self.now} for kept in change.ended])

    async def units(self, change: Change[Unit]) -> dict[str, int]:
        """Write units and their paths; gives the ids of all by name."""
        new = [
            {"name": unit.name, "kind": unit.kind.value, "path": "", "created_at": self.now} for unit in change.created
        ]
        await self._many(insert(units), new)
        ids = await self._ids(units, units.c.name)
        changed = [kept.value for kept in change.updated]
        await self._many(
            update(units)
            .where(units.c.id == bindparam("row"))
            .values(kind=bindparam("new_kind"), parent_id=bindparam("new_parent"), ended_at=None),
            [
                {
                    "row": ids[unit.name],
                    "new_kind": unit.kind.value,
                    "new_parent": ids[unit.parent] if unit.parent else None,
                }
                for unit in (*change.created, *changed)
            ],
            count=len(changed),
        )
        await self._paths()
        return ids

    async def _paths(self) -> None:
        """Write anew each path that no longer says where its unit is."""
        rows = (await self.conn.execute(select(units.c.id, units.c.parent_id, units.c.path))).all()
        parents = {row.id: row.parent_id for row in rows}
        moved = [{"row": row.id, "new_path": path} for row in rows if (path := _path(row.id, parents)) != row.path]
        statement = update(units).where(units.c.id == bindparam("row")).values(path=bindparam("new_path"))
        await self._many(statement, moved, count=0)

    async def people(self, change: Change[Person]) -> dict[str, int]:
        """Write people; gives the ids of all by code."""
        await self._many(
            insert(people),
            [
                {"code": person.code, "name": person.name, "language": person.language, "created_at": self.now}
                for person in change.created
            ],
        )
        await self._many(
            update(people)
            .where(people.c.id == bindparam("row"))
            .values(name=bindparam("new_name"), language=bindparam("new_language")),
            [
                {"row": kept.id, "new_name": kept.value.name, "new_language": kept.value.language}
                for kept in change.updated
            ],
        )
        return await self._ids(people, people.c.code)

    async def posts(self, change: Change[Post], unit_ids: Mapping[str, int]) -> dict[str, int]:
        """Write posts, then who reports to whom; gives the ids of all by code."""
        new = [
            {
                "code": post.code,
                "unit_id": unit_ids[post.unit],
                "title": post.title,
                "level": post.level,
                "risk": post.risk,
                "created_at": self.now,
            }
            for post in change.created
        ]
        await self._many(insert(posts), new)
        ids = await self._ids(posts, posts.c.code)
        await self._change_posts(change.updated, unit_ids)
        reporting = [post for post in change.created if post.reports_to] + [kept.value for kept in change.updated]
        await self._many(
            update(posts).where(posts.c.id == bindparam("row")).values(reports_to_id=bindparam("superior")),
            [
                {"row": ids[post.code], "superior": ids[post.reports_to] if post.reports_to else None}
                for post in reporting
            ],
            count=0,
        )
        return ids

    async def _change_posts(self, updated: Sequence[Kept[Post]], unit_ids: Mapping[str, int]) -> None:
        """Write posts as they are now; what is counted of those that have moved is counted anew."""
        before = await self._units() if updated else {}
        await self._many(
            update(posts)
            .where(posts.c.id == bindparam("row"))
            .values(
                unit_id=bindparam("new_unit"),
                title=bindparam("new_title"),
                level=bindparam("new_level"),
                risk=bindparam("new_risk"),
                ended_at=None,
            ),
            [{"row": kept.id, **_changed(kept.value, unit_ids)} for kept in updated],
        )
        moved = [kept.id for kept in updated if before.get(kept.id) != unit_ids[kept.value.unit]]
        await uncounted.want_of_posts(self.conn, moved)

    async def _units(self) -> Mapping[int, int]:
        """The unit of each post."""
        return {row.id: row.unit_id for row in await self.conn.execute(select(posts.c.id, posts.c.unit_id))}

    async def assignments(
        self, opened: Sequence[Holding], post_ids: Mapping[str, int], person_ids: Mapping[str, int]
    ) -> None:
        """Open assignments from now."""
        rows = [
            {"post_id": post_ids[held.post], "person_id": person_ids[held.person], "started_at": self.now}
            for held in opened
        ]
        await self._many(insert(assignments), rows)

    async def roles(self, granted: Sequence[Grant], person_ids: Mapping[str, int], unit_ids: Mapping[str, int]) -> None:
        """Grant roles from now."""
        rows = [
            {
                "person_id": person_ids[grant.person],
                "role": grant.role.value,
                "unit_id": unit_ids[grant.unit],
                "granted_at": self.now,
            }
            for grant in granted
        ]
        await self._many(insert(roles), rows)

    async def nodes(self, change: Change[Tie], post_ids: Mapping[str, int]) -> None:
        """Tie posts to the risk nodes that they answer for; a node that nobody named before is put in."""
        names = sorted({tie.node for tie in change.created})
        new = insert_new(self.conn, nodes).on_conflict_do_nothing(index_elements=["name"])
        await self._many(new, [{"name": name, "created_at": self.now} for name in names], count=0)
        ids = await self._ids(nodes, nodes.c.name)
        await self._many(
            delete(post_nodes).where(
                post_nodes.c.post_id == bindparam("post"), post_nodes.c.node_id == bindparam("node")
            ),
            [{"post": kept.id, "node": ids[kept.value.node]} for kept in change.ended],
        )
        ties = [{"post_id": post_ids[tie.post], "node_id": ids[tie.node]} for tie in change.created]
        await self._many(insert(post_nodes), ties)

    async def _ids(self, table: Table, key: ColumnElement[str]) -> dict[str, int]:
        return {row[1]: row[0] for row in await self.conn.execute(select(table.c.id, key))}

    async def _many(
        self, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, object]], count: int | None = None
    ) -> None:
        """Execute in batches; ``count`` is how many of the rows are told, all by default."""
        for batch in _batches(rows):
            await self.conn.execute(statement, batch)
            if count is None:
                self.written(len(batch))
        if count:
            self.written(count)


def _changed(post: Post, unit_ids: Mapping[str, int]) -> dict[str, object]:
    return {
        "new_unit": unit_ids[post.unit],
        "new_title": post.title,
        "new_level": post.level,
        "new_risk": post.risk,
    }


def _path(unit: int, parents: Mapping[int, int | None]) -> str:
    way = [unit]
    while (above := parents[way[-1]]) is not None:
        way.append(above)
    return f"/{'/'.join(map(str, reversed(way)))}/"


def _batches(rows: Sequence[Mapping[str, object]]) -> Iterator[Sequence[Mapping[str, object]]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
