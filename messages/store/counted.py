"""What was counted, put in the place of what was counted before, with the sums of days and times kept true to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, select

from messages.statistics import FIGURES
from messages.store.counted_sums import Changes, add, alone
from messages.store.counting import Counted, Place
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import archived, counted_notices, notices
from messages.store.upsert import insert_new

_STRAY: Final = ~exists().where(notices.c.id == counted_notices.c.notice_id)


@dataclass(frozen=True, kw_only=True)
class Belongs:
    """Where in the sums a notice belongs: its day (ISO) and category."""

    day: str
    category: str


async def unfrozen(conn: Connection, notice_ids: Sequence[int]) -> list[int]:
    """Those of some notices that can be counted: not what has begun to leave for the archive since it was counted.

    Such a notice keeps the figures that it left with, unless it is cancelled.
    """
    leaving = exists().where(archived.c.notice_id == notices.c.id)
    known = exists().where(counted_notices.c.notice_id == notices.c.id)
    frozen = and_(leaving, known, notices.c.cancelled_at.is_(None))
    query = select(notices.c.id).where(among(conn, notices.c.id, notice_ids), ~frozen)
    return [*await conn.scalars(query.order_by(notices.c.id))]


async def put(
    conn: Connection,
    found: Mapping[Place, Counted],
    belongs: Mapping[int, Belongs],
    notice_ids: Sequence[int],
    unit_ids: Sequence[int] | None = None,
) -> None:
    """Put what was ``found`` of some notices (in some units, or in all) in the place of what was counted before.

    One at a time, see ``alone``.
    """
    await alone(conn)
    mine = [among(conn, counted_notices.c.notice_id, notice_ids)]
    if unit_ids is not None:
        mine.append(among(conn, counted_notices.c.unit_id, unit_ids))
    before, after = await _stored(conn, *mine), _rows(found, belongs)
    changed = {place for place in {*before, *after} if _differs(before.get(place), after.get(place))}
    if not changed:
        return
    changes, stood = Changes(), await _standing(conn, notice_ids)
    for notice_id, unit_id in changed:
        if old := before.get((notice_id, unit_id)):
            changes.add(unit_id, old, -1)
        if new := after.get((notice_id, unit_id)):
            changes.add(unit_id, new, 1)
    await _put_notices(conn, {place: after.get(place) for place in sorted(changed)})
    stands = await _standing(conn, notice_ids)
    for belonging in {*stood, *stands}:
        changes.add_notices(belonging, stands[belonging] - stood[belonging])
    await add(conn, changes)


async def differing(
    conn: Connection, notice_ids: Sequence[int], found: Mapping[Place, Counted], belongs: Mapping[int, Belongs]
) -> tuple[Place, dict[str, Any] | None, dict[str, Any] | None] | None:
    """The first place where what is stored of some notices is not what was ``found``, with the one and the other."""
    stored, right = await _stored(conn, among(conn, counted_notices.c.notice_id, notice_ids)), _rows(found, belongs)
    for place in sorted({*stored, *right}):
        if _differs(before := stored.get(place), after := right.get(place)):
            return place, before, after
    return None


async def strays(conn: Connection) -> list[Place]:
    """Where something is stored of a notice that there is not; nothing of ours puts it there."""
    query = select(counted_notices.c.notice_id, counted_notices.c.unit_id).where(_STRAY)
    return [(row.notice_id, row.unit_id) for row in await conn.execute(query.order_by(*query.selected_columns))]


async def drop_strays(conn: Connection) -> None:
    """Remove what is stored of notices that there are not; the sums are to be mended after it."""
    await alone(conn)
    await conn.execute(delete(counted_notices).where(_STRAY))


async def _stored(conn: Connection, *which: ColumnElement[bool]) -> dict[Place, dict[str, Any]]:
    rows = (await conn.execute(select(counted_notices).where(*which))).mappings()
    return {(row["notice_id"], row["unit_id"]): dict(row) for row in rows}


def _rows(found: Mapping[Place, Counted], belongs: Mapping[int, Belongs]) -> dict[Place, dict[str, Any]]:
    return {place: _row(one, belongs[place[0]]) for place, one in found.items()}


async def _standing(conn: Connection, notice_ids: Sequence[int]) -> Counter[tuple[str, str]]:
    """Where in the sums these notices are counted, each once."""
    columns = counted_notices.c.notice_id, counted_notices.c.day, counted_notices.c.category
    query = select(*columns).where(among(conn, counted_notices.c.notice_id, notice_ids)).distinct()
    return Counter((row.day, row.category) for row in await conn.execute(query))


def _row(counted: Counted, belongs: Belongs) -> dict[str, Any]:
    figures = {name: getattr(counted.tally, name) for name in FIGURES}
    times = [[took, number] for took, number in sorted(counted.times.items()) if number]
    return {"day": belongs.day, "category": belongs.category, **figures, "times": times}


def _differs(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if before is None or after is None:
        return before is not None or after is not None
    return any(before[name] != value for name, value in after.items())


async def _put_notices(conn: Connection, rows: Mapping[Place, Mapping[str, Any] | None]) -> None:
    gone = [{"notice": notice, "unit": unit} for (notice, unit), row in rows.items() if row is None]
    if gone:
        key = counted_notices.c.notice_id == bindparam("notice"), counted_notices.c.unit_id == bindparam("unit")
        await conn.execute(delete(counted_notices).where(*key), gone)
    new = [{"notice_id": notice, "unit_id": unit, **row} for (notice, unit), row in rows.items() if row is not None]
    if new:
        put_in = insert_new(conn, counted_notices)
        others = {name: put_in.excluded[name] for name in ("day", "category", *FIGURES, "times")}
        await conn.execute(put_in.on_conflict_do_update(index_elements=["notice_id", "unit_id"], set_=others), new)


async def open_past_their_day(conn: Connection, now: datetime) -> list[int]:
    """Notices whose day to acknowledge has passed, with posts that may still acknowledge in time: by their own day."""
    c = counted_notices.c
    waits = c.obligations > c.in_time + c.late + c.overdue + c.excused
    query = select(c.notice_id).join(notices, notices.c.id == c.notice_id).where(waits, notices.c.acknowledge_by < now)
    return [*await conn.scalars(query.distinct())]


async def sizes(conn: Connection, notice_ids: Sequence[int]) -> dict[int, int]:
    """How many people and posts notices were counted with; those that never were are left out."""
    c = counted_notices.c
    query = select(c.notice_id, func.sum(c.people + c.obligations).label("number"))
    rows = await conn.execute(query.where(among(conn, c.notice_id, notice_ids)).group_by(c.notice_id))
    return {row.notice_id: int(row.number) for row in rows}
