"""Statistics compared with a recount: notice by notice, then the sums with what they are sums of."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from messages.store import counted, counting, marks, uncounted
from messages.store.counted import Belongs, Sums
from messages.store.database import Connection, Database
from messages.store.planning import prepare

_AT_ONCE: Final = 500
_MOST_CHANGES: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where what was counted is not what a recount gives: of a notice in a unit, or of a sum."""

    where: str
    counted: dict[str, object] | None
    recount: dict[str, object] | None


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What comparing came to: how many ``notices``, how many of which were not compared, and the first difference.

    Of those that are ``waiting`` something has changed that is not counted yet; those that are ``archived`` keep the
    figures that they left with.
    """

    notices: int
    waiting: int
    archived: int
    first: Difference | None

    @property
    def ok(self) -> bool:
        """Whether there is no difference."""
        return self.first is None


async def verify(db: Database, zone: ZoneInfo, now: datetime) -> Verified:
    """Compare everything that was counted with a recount, as of when it was counted last."""
    after, seen, waiting, archived = 0, 0, 0, 0
    async with db.reading() as conn:
        upto = await marks.find(conn, marks.COUNTED) or now
    while True:
        async with db.reading() as conn:
            await prepare(conn)
            ids = await counting.after(conn, after, _AT_ONCE)
            if not ids:
                break
            waits = await _waiting(conn, upto, now)
            free = await counted.unfrozen(conn, ids)
            compared = [one for one in free if one not in waits]
            first = await _compare(conn, zone, compared, upto)
        after, seen = ids[-1], seen + len(ids)
        waiting, archived = waiting + len(free) - len(compared), archived + len(ids) - len(free)
        if first is not None:
            return Verified(notices=seen, waiting=waiting, archived=archived, first=first)
    async with db.reading() as conn:
        first = _first(await counted.sums(conn), await counted.sums_of_notices(conn))
    return Verified(notices=seen, waiting=waiting, archived=archived, first=first)


async def _waiting(conn: Connection, upto: datetime, now: datetime) -> set[int]:
    noted = await uncounted.notices_waiting(conn)
    changed = await uncounted.changed(conn, upto, now, most=_MOST_CHANGES)
    return noted | {one.notice_id for one in changed}


async def _compare(conn: Connection, zone: ZoneInfo, ids: list[int], upto: datetime) -> Difference | None:
    belongs = {
        notice_id: Belongs(day=one.at.astimezone(zone).date().isoformat(), category=one.category)
        for notice_id, one in (await counting.sent(conn, ids)).items()
    }
    found = await counting.of_notices(conn, ids, upto)
    differs = await counted.differing(conn, ids, found, belongs)
    if differs is None:
        return None
    (notice_id, unit_id), before, after = differs
    return Difference(where=f"notice {notice_id}, unit {unit_id}", counted=before, recount=after)


def _first(kept: Sums, right: Sums) -> Difference | None:
    for key in sorted({*kept, *right}, key=str):
        if (one := kept.get(key, Counter())) != (other := right.get(key, Counter())):
            return Difference(where=" ".join(map(str, key)), counted={**one}, recount={**other})
    return None
