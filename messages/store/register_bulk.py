"""Many risk points at once: nodes, duties, points, versions and what they cite, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from messages.register.records import Content, Progress, Workflow
from messages.store.database import Connection
from messages.store.risk_points import columns_of
from messages.store.sets import among
from messages.store.tables import duties, nodes, point_bases, posts, risk_points, risk_versions
from messages.store.upsert import insert_new

_FIRST: Final = 1

_Duty = tuple[int | None, int | None, str]
"""The unit where there is no post, else the post; and the text."""


@dataclass(frozen=True, kw_only=True)
class NewPoint:
    """A point in its first version. What is accepted stands from the start."""

    unit_id: int
    post_id: int | None
    content: Content
    ref: str | None = None
    progress: Progress = Progress.ACCEPTED

    @property
    def stands(self) -> bool:
        """Whether it stands in the register."""
        return self.progress is Progress.ACCEPTED


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A point as it stands from now on; ``version`` is the number of its latest version so far."""

    point_id: int
    version: int
    point: NewPoint


async def places(conn: Connection) -> dict[str, tuple[int, int]]:
    """The ids of every current post and its unit, by the post's code."""
    current = select(posts.c.code, posts.c.id, posts.c.unit_id).where(posts.c.ended_at.is_(None))
    return {row.code: (row.id, row.unit_id) for row in await conn.execute(current)}


async def add_nodes(conn: Connection, named: Mapping[str, Workflow | None], now: datetime) -> None:
    """Put in the nodes that are not there yet; of those that are, say the workflow that nobody has said."""
    if not named:
        return
    new = insert_new(conn, nodes).on_conflict_do_nothing(index_elements=["name"])
    await conn.execute(new, [{"name": name, "workflow": said, "created_at": now} for name, said in named.items()])
    unsaid = update(nodes).where(nodes.c.name == bindparam("node"), nodes.c.workflow.is_(None))
    said = [{"node": name, "work": workflow} for name, workflow in named.items() if workflow is not None]
    if said:
        await conn.execute(unsaid.values(workflow=bindparam("work")), said)


async def node_ids_of(conn: Connection, contents: Iterable[Content], now: datetime) -> dict[str, int]:
    """The ids of nodes that are named, by name; those that are not there are put in."""
    named = dict.fromkeys(one.node for one in contents if one.node)
    await add_nodes(conn, named, now)
    found = select(nodes.c.name, nodes.c.id).where(nodes.c.name.in_(named))
    return {row.name: row.id for row in await conn.execute(found)}


async def add_points(conn: Connection, given: Sequence[NewPoint], now: datetime) -> list[int]:
    """Put points in, with their nodes and duties; gives their ids, in their order."""
    if not given:
        return []
    node_ids = await node_ids_of(conn, (one.content for one in given), now)
    duty_ids = await _duties(conn, given, now)
    ids = await _reserved(conn, len(given))
    rows = [_row(one, node_ids.get(one.content.node), duty_ids.get(_duty(one)), now) for one in given]
    await conn.execute(insert(risk_points), [{"id": point, **row} for point, row in zip(ids, rows, strict=True)])
    first = ((point, _FIRST, one.content, one.progress) for point, one in zip(ids, given, strict=True))
    await _versions(conn, first, now)
    await _cite(conn, ((point, one) for point, one in zip(ids, given, strict=True) if one.stands))
    return ids


async def revise_points(conn: Connection, given: Sequence[Revision], now: datetime) -> None:
    """Put in a next version of points, which stands at once."""
    if not given:
        return
    points = [one.point for one in given]
    node_ids = await node_ids_of(conn, (one.content for one in points), now)
    duty_ids = await _duties(conn, points, now)
    rows = [_row(one, node_ids.get(one.content.node), duty_ids.get(_duty(one)), now) for one in points]
    said: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "created_at"}
    await conn.execute(
        update(risk_points).where(risk_points.c.id == bindparam("point")).values(said),
        [{"point": one.point_id, **_renamed(row), **_next(one)} for one, row in zip(given, rows, strict=True)],
    )
    await _versions(conn, ((one.point_id, one.version + 1, one.point.content, Progress.ACCEPTED) for one in given), now)
    await conn.execute(
        delete(point_bases).where(point_bases.c.point_id == bindparam("point")),
        [{"point": one.point_id} for one in given],
    )
    await _cite(conn, ((one.point_id, one.point) for one in given))


async def end_points(conn: Connection, given: Sequence[Revision], now: datetime) -> None:
    """End points, by a last version that says so."""
    if not given:
        return
    ended = {"version": bindparam("new_version"), "standing": bindparam("new_standing"), "ended_at": now}
    await conn.execute(
        update(risk_points).where(risk_points.c.id == bindparam("point")).values(**ended, changed_at=now),
        [{"point": one.point_id, **_next(one)} for one in given],
    )
    versions = ((one.point_id, one.version + 1, one.point.content, Progress.ACCEPTED) for one in given)
    await _versions(conn, versions, now, ends=True)


async def release_refs(conn: Connection, point_ids: Sequence[int], names: Sequence[tuple[int, str]]) -> None:
    """These points are no longer called as they were, and none that has ended is called by the ``names`` of units.

    A post that has ended takes its points with it.
    """
    point = risk_points.c
    if point_ids:
        mine = update(risk_points).where(point.id == bindparam("point")).values(ref=None)
        await conn.execute(mine, [{"point": one} for one in point_ids])
    gone = point.ended_at.is_not(None) | point.post_id.in_(select(posts.c.id).where(posts.c.ended_at.is_not(None)))
    named = point.unit_id == bindparam("unit"), point.ref == bindparam("called")
    if names:
        released = update(risk_points).where(*named, gone).values(ref=None)
        await conn.execute(released, [{"unit": unit, "called": ref} for unit, ref in names])


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in row.items() if name != "created_at"}


def _next(one: Revision) -> dict[str, int]:
    return {"new_version": one.version + 1, "new_standing": one.version + 1}


async def _reserved(conn: Connection, count: int) -> list[int]:
    """So many new ids: asked for row by row, they would take most of the time."""
    if conn.dialect.name == "sqlite":
        last = await conn.scalar(select(func.coalesce(func.max(risk_points.c.id), 0))) or 0
        return [*range(last + 1, last + 1 + count)]
    sequence = func.pg_get_serial_sequence(risk_points.name, risk_points.c.id.name)
    given = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return [*(await conn.execute(given)).scalars()]


async def _duties(conn: Connection, given: Sequence[NewPoint], now: datetime) -> dict[_Duty, int]:
    """The ids of the points' duties; those that are not there are put in."""
    wanted = {_duty(one): one for one in given if one.content.duty}
    if not wanted:
        return {}
    known = await _known(conn, wanted.values())
    new = [
        {"unit_id": one.unit_id, "post_id": one.post_id, "text": one.content.duty, "created_at": now}
        for key, one in wanted.items()
        if key not in known
    ]
    if new:
        await conn.execute(insert(duties), new)
        known = await _known(conn, wanted.values())
    return {key: known[key] for key in wanted}


async def _known(conn: Connection, given: Iterable[NewPoint]) -> dict[_Duty, int]:
    """The duties of the points' posts, and of the units of those without; the oldest of one text."""
    places = {(one.unit_id, one.post_id) for one in given}
    of_posts = among(conn, duties.c.post_id, sorted({post for _, post in places if post is not None}))
    of_units = among(conn, duties.c.unit_id, sorted({unit for unit, post in places if post is None}))
    found = select(duties.c.id, duties.c.unit_id, duties.c.post_id, duties.c.text)
    mine = or_(of_posts, and_(of_units, duties.c.post_id.is_(None)))
    rows = await conn.execute(found.where(mine, duties.c.ended_at.is_(None)).order_by(duties.c.id.desc()))
    return {(row.unit_id if row.post_id is None else None, row.post_id, row.text): row.id for row in rows}


def _duty(one: NewPoint) -> _Duty:
    return (one.unit_id if one.post_id is None else None), one.post_id, one.content.duty


def _row(one: NewPoint, node_id: int | None, duty_id: int | None, now: datetime) -> dict[str, Any]:
    said = columns_of(one.content, node_id, duty_id)
    where = {"unit_id": one.unit_id, "post_id": one.post_id, "ref": one.ref}
    standing = _FIRST if one.stands else None
    since = {"version": _FIRST, "standing": standing, "created_at": now, "changed_at": now}
    return {**where, **said, "progress": one.progress.value, **since}


async def _versions(
    conn: Connection,
    given: Iterable[tuple[int, int, Content, Progress]],
    now: datetime,
    *,
    ends: bool = False,
) -> None:
    """Versions of points, by their numbers."""
    rows = [
        {
            "point_id": point,
            "number": number,
            "progress": progress.value,
            "content": content.as_json(),
            "ends": ends,
            "created_at": now,
            "decided_at": now if progress is Progress.ACCEPTED else None,
        }
        for point, number, content, progress in given
    ]
    await conn.execute(insert(risk_versions), rows)


async def _cite(conn: Connection, given: Iterable[tuple[int, NewPoint]]) -> None:
    """What points cite, as far as they stand."""
    cited = [
        {"point_id": point, "law": basis.law, "article": basis.article}
        for point, one in given
        for basis in dict.fromkeys(one.content.bases)
    ]
    if cited:
        await conn.execute(insert(point_bases), cited)
