"""What a roster's import reads and writes: the whole organisation at once, in bulk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Delete, Insert, Table, Update, bindparam, delete, insert, select, true, update

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.change import Change, Grant, Holding, Kept, Person, Plan, Post, Standing, Tie, Unit
from messages.store import register_moves, uncounted
from messages.store.database import Connection
from messages.store.tables import assignments, nodes, people, post_nodes, posts, roles, units
from messages.store.upsert import insert_new

_BATCH: Final = 5000

Written = Callable[[int], None]
"""Told how many more rows were written."""


async def standing(conn: Connection) -> Standing:
    """The organisation as it stands, ended units and posts included."""
    return Standing(
        units=await _units(conn),
        posts=await _posts(conn),
        people=await _people(conn),
        chose_language=frozenset(await conn.scalars(select(people.c.code).where(people.c.language_chosen))),
        holders=await _holders(conn),
        roles=await _roles(conn),
        granted=frozenset(await _roles(conn, granted=True)),
        nodes=await _ties(conn),
    )


async def _units(conn: Connection) -> dict[str, Kept[Unit]]:
    above = units.alias("above")
    query = select(units.c.id, units.c.name, above.c.name.label("parent"), units.c.kind, units.c.ended_at).join_from(
        units, above, above.c.id == units.c.parent_id, isouter=True
    )
    return {
        row.name: Kept(row.id, Unit(row.name, row.parent, UnitKind(row.kind)), row.ended_at is not None)
        for row in await conn.execute(query.order_by(units.c.id))
    }


async def _posts(conn: Connection) -> dict[str, Kept[Post]]:
    above = posts.alias("above")
    query = (
        select(
            posts.c.id,
            posts.c.code,
            units.c.name.label("unit"),
            posts.c.title,
            posts.c.level,
            posts.c.risk,
            above.c.code.label("reports_to"),
            posts.c.ended_at,
        )
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .join(above, above.c.id == posts.c.reports_to_id, isouter=True)
        .order_by(posts.c.id)
    )
    return {
        row.code: Kept(
            row.id,
            Post(row.code, row.unit, row.title, row.level, bool(row.risk), row.reports_to),
            row.ended_at is not None,
        )
        for row in await conn.execute(query)
    }


async def _people(conn: Connection) -> dict[str, Kept[Person]]:
    query = select(people.c.id, people.c.code, people.c.name, people.c.language)
    return {row.code: Kept(row.id, Person(row.code, row.name, row.language)) for row in await conn.execute(query)}


async def _holders(conn: Connection) -> dict[str, Kept[Holding]]:
    query = (
        select(assignments.c.id, posts.c.code.label("post"), people.c.code.label("person"))
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(people, people.c.id == assignments.c.person_id)
        .where(assignments.c.ended_at.is_(None))
    )
    return {row.post: Kept(row.id, Holding(row.post, row.person)) for row in await conn.execute(query)}


async def _roles(conn: Connection, *, granted: bool | None = None) -> dict[Grant, int]:
    """The roles borne now, with their rows' ids; all of them, or those that people ``granted``."""
    query = (
        select(roles.c.id, people.c.code, roles.c.role, units.c.name)
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.ended_at.is_(None), true() if granted is None else roles.c.granted)
    )
    return {Grant(row.code, Role(row.role), row.name): row.id for row in await conn.execute(query)}


async def _ties(conn: Connection) -> dict[Tie, int]:
    query = (
        select(posts.c.id, posts.c.code, nodes.c.name)
        .join_from(post_nodes, posts, posts.c.id == post_nodes.c.post_id)
        .join(nodes, nodes.c.id == post_nodes.c.node_id)
    )
    return {Tie(row.code, row.name): row.id for row in await conn.execute(query)}


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
        before = await self._units() if change.updated else {}
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
            [{"row": kept.id, **_changed(kept.value, unit_ids)} for kept in change.updated],
        )
        moved = [kept.id for kept in change.updated if before.get(kept.id) != unit_ids[kept.value.unit]]
        await uncounted.want_of_posts(self.conn, moved)
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
