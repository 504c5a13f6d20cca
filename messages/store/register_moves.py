"""What a post has in the register goes with it to another unit: its points and its duties."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, bindparam, select, update

from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import duties, posts, risk_points

_BATCH: Final = 5000


async def follow_posts(conn: Connection, post_ids: Sequence[int]) -> None:
    """Say the unit anew of the points and duties of these posts, wherever it is another one now.

    A point keeps what it is called, unless the other unit calls one of its own so.
    """
    for start in range(0, len(post_ids), _BATCH):
        batch = post_ids[start : start + _BATCH]
        await _release_refs(conn, batch)
        for table in (risk_points, duties):
            await conn.execute(update(table).where(_moved(conn, table, batch)).values(unit_id=_home(table)))


def _home(table: Table) -> ScalarSelect[int]:
    return select(posts.c.unit_id).where(posts.c.id == table.c.post_id).correlate(table).scalar_subquery()


def _moved(conn: Connection, table: Table, post_ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(among(conn, table.c.post_id, post_ids), table.c.unit_id != _home(table))


async def _release_refs(conn: Connection, post_ids: Sequence[int]) -> None:
    """Points that move to a unit where another one is called so are no longer called so."""
    other = risk_points.alias("other")
    going = select(risk_points.c.id, risk_points.c.ref, posts.c.unit_id).join_from(
        risk_points, posts, posts.c.id == risk_points.c.post_id
    )
    mine = _moved(conn, risk_points, post_ids), risk_points.c.ref.is_not(None)
    rows = (await conn.execute(going.where(*mine))).all()
    many = Counter((row.unit_id, row.ref) for row in rows)
    taken = select(risk_points.c.id).join_from(risk_points, posts, posts.c.id == risk_points.c.post_id)
    same = and_(other.c.unit_id == posts.c.unit_id, other.c.ref == risk_points.c.ref)
    known = set(await conn.scalars(taken.join(other, same).where(*mine)))
    clash = [row.id for row in rows if row.id in known or many[row.unit_id, row.ref] > 1]
    if clash:
        released = update(risk_points).where(risk_points.c.id == bindparam("point"))
        await conn.execute(released.values(ref=None), [{"point": point} for point in clash])
