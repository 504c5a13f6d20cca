"""Queries of which notices there are to see within a scope, newest first.

A scope is a set of posts. Whether a notice reaches it is found by looking for each of the posts in the notice, or
through the whole notice for one of them, whichever is less: so a notice to one person is as quick as one to a million.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, literal, or_, select

from messages.notices import Category, Notice
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.notices import listed, notice_of
from messages.store.sets import among
from messages.store.tables import assignments, deliveries, notices, obligations, posts, units

LOOKED_THROUGH: Final = 5_000
"""So many of the newest notices are looked through for those that reach a scope."""
NAMED: Final = 1_000
"""Up to so many posts of a scope are named in a query."""
_PROBED: Final = 200
"""Of a larger scope so many are looked for by name first: most notices to many have one of them."""


async def newest(conn: Connection, scope: Scope, *, limit: int, offset: int = 0, named: int = NAMED) -> list[Notice]:
    """The newest notices that reach a scope and stand in lists, the service's own reports left out."""
    query = select(notices).where(notices.c.category != Category.REPORT.value, listed())
    query = query.order_by(notices.c.send_at.desc(), notices.c.id.desc())
    if not scope.everything:
        query = await _within(conn, query.limit(LOOKED_THROUGH), scope, named)
    return [notice_of(row) for row in await conn.execute(query.limit(limit).offset(offset))]


async def reaches(conn: Connection, notice_id: int, scope: Scope) -> bool:
    """Whether a notice tells or obliges anybody within a scope."""
    if scope.everything:
        return True
    query = await _within(conn, select(notices).where(notices.c.id == notice_id), scope, NAMED)
    return (await conn.execute(query.limit(1))).one_or_none() is not None


async def _within(conn: Connection, some: Select[Any], scope: Scope, named: int) -> Select[Any]:
    """Those of some notices that reach a scope, in the same order."""
    those = some.subquery("those")
    inside = select(units.c.id).where(within(scope))
    found = list(await conn.scalars(inside.limit(named + 1)))
    # Named where they are few: SQLite takes no expression as deep as an inspector's long list of units.
    its_units = among(conn, posts.c.unit_id, found) if len(found) <= named else posts.c.unit_id.in_(inside)
    its_posts = select(posts.c.id).where(its_units)
    holders = select(assignments.c.person_id).where(
        assignments.c.post_id.in_(its_posts), assignments.c.ended_at.is_(None)
    )
    obliged = await _sought(conn, those.c.id, obligations.c.notice_id, obligations.c.post_id, its_posts, named)
    told = await _sought(conn, those.c.id, deliveries.c.notice_id, deliveries.c.person_id, holders, named)
    reached = case((those.c.acknowledge, obliged), else_=told)
    return select(those).where(reached).order_by(those.c.send_at.desc(), those.c.id.desc())


async def _sought(
    conn: Connection,
    notice: ColumnElement[int],
    of_notice: ColumnElement[int],
    whose: ColumnElement[int],
    wanted: Select[Any],
    named: int,
) -> ColumnElement[bool]:
    """Whether a notice has a row (of ``of_notice`` and ``whose``) about one of those ``wanted``."""
    ids = list(await conn.scalars(wanted.limit(named + 1)))
    mine = of_notice == notice
    apart = whose + literal(0)  # not by the index: through all that the notice has

    def has(*conditions: ColumnElement[bool], beyond: int = 0) -> ColumnElement[bool]:
        # Not EXISTS, and in the order of the index: PostgreSQL might read the whole table for each notice otherwise.
        found = select(whose).where(mine, *conditions).order_by(whose).offset(beyond).limit(1)
        return found.scalar_subquery().is_not(None)

    if len(ids) > named:
        return or_(has(among(conn, whose, ids[:_PROBED])), has(apart.in_(wanted)))
    return case((has(beyond=len(ids)), has(among(conn, whose, ids))), else_=has(among(conn, apart, ids)))
