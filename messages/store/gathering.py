"""What has waited for a person through quiet hours is claimed together: more than three go as one message.

So goes what is told of matters, whenever it comes: the dates of many fall on one morning.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, or_, select

from messages.deliveries import ClaimedDelivery
from messages.store.contents import gathers
from messages.store.database import Connection
from messages.store.deliveries import IS_PLANNED
from messages.store.sets import among
from messages.store.tables import deliveries

SINGLY: Final = 3
"""So many go each by itself."""
MOST: Final = 20
"""So many at the most go as one message: what it says of each must fit."""


async def waiting_with(conn: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[int]:
    """What else has waited, and is due, for those of whom some of ``rows`` were claimed: where that makes a digest."""
    taken = Counter(row.person_id for row in rows if row.gathers and row.parts is None and row.serving == row.bot_id)
    if not taken:
        return []
    d = deliveries.c
    # What has waited has an index of its own.
    alike = gathers(attempts=0) if any(row.gathers and not row.waited for row in rows) else d.waited
    live = or_(d.expires_at.is_(None), d.expires_at > now)
    query = (
        select(d.id, d.person_id)
        .where(among(conn, d.person_id, [*taken]), IS_PLANNED, alike, d.parts.is_(None), d.due_at <= now, live)
        .order_by(d.lane, d.due_at, d.id)
        .with_for_update(skip_locked=True)
    )
    more: dict[int, list[int]] = defaultdict(list)
    for row in await conn.execute(query):
        more[row.person_id].append(row.id)
    digests = {person: ids for person, ids in more.items() if taken[person] + len(ids) > SINGLY}
    return [one for person, ids in digests.items() for one in ids[: max(0, MOST - taken[person])]]


def together(claimed: Sequence[ClaimedDelivery]) -> tuple[list[ClaimedDelivery], list[int]]:
    """Put what has waited for the same person into one, where it is much; and what is too much for that, by id."""
    waited: dict[int, list[ClaimedDelivery]] = defaultdict(list)
    for one in claimed:
        if one.gathers and not one.parts and one.chat_id is not None:
            waited[one.person_id].append(one)
    digests = {some[0].id: some[1:MOST] for some in waited.values() if len(some) > SINGLY}
    beyond = [one.id for some in waited.values() for one in some[MOST:]]
    inside = {one.id for some in digests.values() for one in some}.union(beyond)
    heads = (one for one in claimed if one.id not in inside)
    return [replace(one, gathered=tuple(digests.get(one.id, ()))) for one in heads], beyond
