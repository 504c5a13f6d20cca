"""Queries of what posts do: their duties, and the risk nodes that they answer for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, union, update

from messages.register.own import Duty
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.tables import duties, nodes, post_nodes, risk_points
from messages.store.upsert import insert_new


async def of_post(conn: Connection, post_id: int) -> tuple[Duty, ...]:
    """The duties of a post that have not ended, the oldest first."""
    query = select(duties.c.id, duties.c.text).where(*_present(post_id)).order_by(duties.c.id)
    return tuple(Duty(id=row.id, text=row.text) for row in await conn.execute(query))


async def duty(conn: Connection, *, unit_id: int, post_id: int, text: str, at: datetime) -> Duty:
    """The duty of a post with this text, made where there is none."""
    known = await duty_id(conn, post_id, text)
    if known is None:
        row = {"unit_id": unit_id, "post_id": post_id, "text": text, "created_at": at}
        known = await conn.scalar(insert(duties).values(row).returning(duties.c.id))
    assert known is not None  # noqa: S101 -- it was added just now
    return Duty(id=known, text=text)


async def duty_id(conn: Connection, post_id: int, text: str) -> int | None:
    """The duty of a post with this text that has not ended; None where there is none."""
    query = select(duties.c.id).where(*_present(post_id), duties.c.text == text).order_by(duties.c.id)
    known: int | None = await conn.scalar(query.limit(1))
    return known


async def post_of(conn: Connection, duty_id: int) -> int | None:
    """The post of a duty that has not ended; None where there is none."""
    if not is_id(duty_id):
        return None
    mine = duties.c.id == duty_id, duties.c.ended_at.is_(None)
    post_id: int | None = await conn.scalar(select(duties.c.post_id).where(*mine))
    return post_id


async def end(conn: Connection, duty_id: int, at: datetime) -> bool:
    """End a duty; False where it has ended before."""
    mine = duties.c.id == duty_id, duties.c.ended_at.is_(None)
    return bool((await conn.execute(update(duties).where(*mine).values(ended_at=at))).rowcount)


def _present(post_id: int) -> Sequence[ColumnElement[bool]]:
    return duties.c.post_id == post_id, duties.c.ended_at.is_(None)


async def node_id(conn: Connection, name: str) -> int | None:
    """The risk node with this name; None where there is none."""
    known: int | None = await conn.scalar(select(nodes.c.id).where(nodes.c.name == name))
    return known


async def made_node(conn: Connection, name: str, at: datetime) -> int:
    """The risk node with this name, made where there is none."""
    known = await node_id(conn, name)
    if known is None:
        new = insert_new(conn, nodes).on_conflict_do_nothing(index_elements=["name"])
        await conn.execute(new.values(name=name, created_at=at))
        known = await node_id(conn, name)
    assert known is not None  # noqa: S101 -- it was added just now
    return known


async def nodes_of(conn: Connection, post_id: int) -> tuple[str, ...]:
    """The risk nodes that a post answers for: by the roster, or by its points that stand."""
    points = risk_points.c.post_id == post_id, risk_points.c.standing.is_not(None), risk_points.c.ended_at.is_(None)
    ids = union(
        select(post_nodes.c.node_id).where(post_nodes.c.post_id == post_id),
        select(risk_points.c.node_id).where(*points, risk_points.c.node_id.is_not(None)),
    )
    return tuple(await conn.scalars(select(nodes.c.name).where(nodes.c.id.in_(ids)).order_by(nodes.c.id)))
