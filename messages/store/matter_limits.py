"""Queries of what the limits of matters came to when they were reckoned last."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, delete, exists, insert, literal_column, or_, select, text, update

from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import matter_limits, matters
from messages.tenders.milestones import Milestone
from messages.tenders.records import OVER, Limit, LimitState, MatterState

_limit = matter_limits.c
# As the indexes are.
IS_OPEN: Final = _limit.state == literal_column(f"'{LimitState.OPEN}'")
_REQUIRED: Final = text("required")
RUNNING: Final = or_(*(matters.c.state == literal_column(f"'{one}'") for one in MatterState if one not in OVER))


@dataclass(frozen=True, kw_only=True)
class KeptLimit:
    """A limit of a matter, with its row's id (None: it is not in the store yet)."""

    id: int | None
    matter_id: int
    limit: Limit


def limit_of(row: Row[Any]) -> Limit:
    """A row of ``matter_limits``."""
    return Limit(
        rule=row.rule,
        milestone=Milestone(row.milestone),
        part=row.part,
        from_at=row.from_at,
        begins_at=row.begins_at,
        at=row.at,
        whole_day=row.whole_day,
        due_on=None if row.due_on is None else date.fromisoformat(row.due_on),
        due_at=row.due_at,
        earliest=row.earliest,
        provisional=row.provisional,
        required=row.required,
        state=LimitState(row.state),
        article=row.article,
        node=row.node,
    )


def _row(limit: Limit) -> dict[str, Any]:
    return {
        "rule": limit.rule,
        "milestone": limit.milestone.value,
        "part": limit.part,
        "from_at": limit.from_at,
        "begins_at": limit.begins_at,
        "at": limit.at,
        "whole_day": limit.whole_day,
        "due_on": None if limit.due_on is None else limit.due_on.isoformat(),
        "due_at": limit.due_at,
        "earliest": limit.earliest,
        "provisional": limit.provisional,
        "required": limit.required,
        "state": limit.state.value,
        "article": limit.article,
        "node": limit.node,
    }


async def of(conn: Connection, matter_ids: Sequence[int]) -> dict[int, list[KeptLimit]]:
    """The limits of matters, by matter, in the order in which they came."""
    query = select(matter_limits).where(among(conn, matter_limits.c.matter_id, matter_ids)).order_by(matter_limits.c.id)
    found: dict[int, list[KeptLimit]] = defaultdict(list)
    for row in await conn.execute(query):
        found[row.matter_id].append(KeptLimit(id=row.id, matter_id=row.matter_id, limit=limit_of(row)))
    return found


async def write(conn: Connection, put: Sequence[KeptLimit], drop: Sequence[int]) -> None:
    """Keep limits, those that are there already under their ids, and remove others by their ids."""
    if drop:
        await conn.execute(delete(matter_limits).where(among(conn, matter_limits.c.id, drop)))
    new = [{"matter_id": one.matter_id, **_row(one.limit)} for one in put if one.id is None]
    if new:
        await conn.execute(insert(matter_limits), new)
    changed = [{"the_id": one.id, **_row(one.limit)} for one in put if one.id is not None]
    if changed:
        await conn.execute(update(matter_limits).where(matter_limits.c.id == bindparam("the_id")), changed)


async def stale(conn: Connection, digest: str, now: datetime, most: int) -> list[int]:
    """The first ``most`` of the matters that go on and are to be reckoned anew.

    They were reckoned by other rules or days, or a step or a limit of theirs has come. What is counted provisionally
    passes when its days are official: then it is by other days; but what was done before is done. Each is one look at
    its index.
    """
    by, runs = matters.c.reckoned_by, exists().where(matters.c.id == _limit.matter_id, RUNNING)
    mine = select(matters.c.id)
    of_limits = select(_limit.matter_id).where(IS_OPEN, runs)
    in_time = and_(~_limit.earliest, _limit.at < _limit.due_at)
    found: set[int] = set()
    for query in (
        *(mine.where(RUNNING, other) for other in (by.is_(None), by < digest, by > digest)),
        of_limits.where(~_limit.provisional, _REQUIRED, _limit.due_at <= now),
        of_limits.where(or_(~_limit.provisional, in_time), _limit.at <= now),
    ):
        found.update(await conn.scalars(query.limit(most)))
    return sorted(found)[:most]
