"""Queries of which notices there are to see within a scope, newest first."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from messages.notices import Category, Notice
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.notices import notice_of
from messages.store.sets import among
from messages.store.tables import assignments, deliveries, notices, obligations, posts, units

LOOKED_THROUGH: Final = 2_000
"""So many of the newest notices are looked through for those that reach a scope."""
FEW: Final = 2_000
"""Up to so many posts of a scope are looked for one by one in each notice."""


async def newest(conn: Connection, scope: Scope, *, limit: int, offset: int = 0, few: int = FEW) -> list[Notice]:
    """The newest notices that reach a scope, the service's own reports left out."""
    query = select(notices).where(notices.c.category != Category.REPORT.value)
    query = query.order_by(notices.c.send_at.desc(), notices.c.id.desc())
    if not scope.everything:
        query = await _within(conn, query.limit(LOOKED_THROUGH), scope, few)
    return [notice_of(row) for row in await conn.execute(query.limit(limit).offset(offset))]


async def reaches(conn: Connection, notice_id: int, scope: Scope) -> bool:
    """Whether a notice tells or obliges anybody within a scope."""
    if scope.everything:
        return True
    query = await _within(conn, select(notices).where(notices.c.id == notice_id), scope, FEW)
    return (await conn.execute(query.limit(1))).one_or_none() is not None


async def _within(conn: Connection, some: Select[Any], scope: Scope, few: int) -> Select[Any]:
    """Those of some notices that reach a scope, in the same order."""
    some_ones = some.subquery("some")
    some_of = some_ones.c
    found = await _posts(conn, scope, few)
    reached = or_(
        and_(some_of.acknowledge, exists().where(obligations.c.notice_id == some_of.id, found)),
        and_(~some_of.acknowledge, _told(some_of.id, scope)),
    )
    return select(some_ones).where(reached).order_by(some_of.send_at.desc(), some_of.id.desc())


async def _posts(conn: Connection, scope: Scope, few: int) -> ColumnElement[bool]:
    """Of ``obligations``: whether the post lies within a scope; of a small scope its posts are named."""
    inside = select(posts.c.id).join(units, units.c.id == posts.c.unit_id).where(within(scope))
    found = list(await conn.scalars(inside.limit(few + 1)))
    return obligations.c.post_id.in_(inside) if len(found) > few else among(conn, obligations.c.post_id, found)


def _told(notice_id: ColumnElement[int], scope: Scope) -> ColumnElement[bool]:
    """Whether somebody who holds a post within a scope now was told."""
    held = (
        select(assignments.c.person_id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.ended_at.is_(None), within(scope))
    )
    return exists().where(deliveries.c.notice_id == notice_id, deliveries.c.person_id.in_(held))
