"""Queries of what is to be counted anew: what was said so when it changed, and what has changed since an instant.

What happens a million times (a delivery is settled, somebody acknowledges) is found by its instant; what happens seldom
is noted by who does it, in the same transaction: somebody else answers, a day is moved, a notice is cancelled. Each
note is a row of its own, so that nobody who notes something waits for anybody else.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, insert, literal, select, union

from messages.store.columns import Id
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import acknowledgements, assignments, deliveries, notices, obligations, uncounted

EVERYBODY: Final = 0
"""In the place of a person: all whom a notice concerns."""
_MANY_POSTS: Final = 1_000


@dataclass(frozen=True, kw_only=True, order=True)
class Change:
    """A notice that is to be counted anew, as far as one person is concerned, or ``EVERYBODY``."""

    notice_id: int
    person_id: int = EVERYBODY


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A change that waits, as it was noted once; the same may have been noted more often."""

    id: int
    change: Change


async def want(conn: Connection, changes: Iterable[Change]) -> None:
    """Have this counted anew."""
    rows = [{"notice_id": one.notice_id, "person_id": one.person_id} for one in sorted({*changes})]
    if rows:
        await conn.execute(insert(uncounted), rows)


async def want_whole(conn: Connection, notice_ids: Iterable[int]) -> None:
    """Have whole notices counted anew."""
    await want(conn, [Change(notice_id=one) for one in notice_ids])


async def want_all(conn: Connection) -> int:
    """Have every notice counted anew; gives how many there are."""
    return await _want_these(conn, select(notices.c.id))


async def want_of_posts(conn: Connection, post_ids: Sequence[int]) -> None:
    """Have every notice counted anew that asks these posts or tells who has ever held them: they have moved."""
    if len(post_ids) > _MANY_POSTS:
        await want_all(conn)
    if not 0 < len(post_ids) <= _MANY_POSTS:
        return
    held = select(assignments.c.person_id).where(among(conn, assignments.c.post_id, post_ids))
    asked = select(obligations.c.notice_id).where(among(conn, obligations.c.post_id, post_ids))
    await _want_these(conn, union(asked, select(deliveries.c.notice_id).where(deliveries.c.person_id.in_(held))))


async def _want_these(conn: Connection, notice_ids: Any) -> int:  # noqa: ANN401 -- a SELECT or a UNION of some
    found = notice_ids.subquery("these")
    rows = select(found.c[0], literal(EVERYBODY, Id))
    return (await conn.execute(insert(uncounted).from_select(["notice_id", "person_id"], rows))).rowcount


async def waiting(conn: Connection, limit: int) -> list[Waiting]:
    """Some of what waits, the newest notices first."""
    query = select(uncounted).order_by(uncounted.c.notice_id.desc(), uncounted.c.id).limit(limit)
    return [
        Waiting(id=row.id, change=Change(notice_id=row.notice_id, person_id=row.person_id))
        for row in await conn.execute(query)
    ]


async def notices_waiting(conn: Connection) -> set[int]:
    """The notices of which something waits."""
    return {*await conn.scalars(select(uncounted.c.notice_id).distinct())}


async def done(conn: Connection, counted: Collection[Waiting]) -> None:
    """These are counted; what was noted once more since they were read stays."""
    if counted:
        await conn.execute(delete(uncounted).where(among(conn, uncounted.c.id, [one.id for one in counted])))


async def changed(conn: Connection, since: datetime, until: datetime, *, most: int) -> frozenset[Change]:
    """What has changed after one instant and up to another, by person; of more than ``most``: by notice.

    Deliveries that were settled, acknowledgements, and the days by which to acknowledge that have passed.
    """
    passed = notices.c.acknowledge_by >= since, notices.c.acknowledge_by < until, notices.c.acknowledge
    found = {Change(notice_id=one) for one in await conn.scalars(select(notices.c.id).where(*passed))}
    for table, at in ((deliveries, deliveries.c.settled_at), (acknowledgements, acknowledgements.c.at)):
        lately = at >= since, at <= until
        found |= await _changed(conn, select(table.c.notice_id, table.c.person_id).where(*lately), most)
    return frozenset(found)


async def _changed(conn: Connection, rows: Select[Any], most: int) -> set[Change]:
    some = (await conn.execute(rows.limit(most + 1))).all()
    if len(some) <= most:
        return {Change(notice_id=row.notice_id, person_id=row.person_id) for row in some}
    whole = rows.with_only_columns(rows.selected_columns.notice_id).distinct()
    return {Change(notice_id=one) for one in await conn.scalars(whole)}


async def sizes(conn: Connection, notice_ids: Sequence[int]) -> dict[int, int]:
    """How many deliveries and posts asked notices have; those with none are left out."""
    found: dict[int, int] = {}
    for table in (deliveries, obligations):
        query = select(table.c.notice_id, func.count().label("number")).where(
            among(conn, table.c.notice_id, notice_ids)
        )
        for row in await conn.execute(query.group_by(table.c.notice_id)):
            found[row.notice_id] = found.get(row.notice_id, 0) + row.number
    return found
