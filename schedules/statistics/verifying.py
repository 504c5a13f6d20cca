"""Statistics compared with a recount: notice by notice, then the sums with what they are sums of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from messages.store import counted, counted_sums, counting, marks, uncounted
from messages.store.counted import Belongs
from messages.store.counted_sums import Sums
from messages.store.database import Connection, Database, at_one_moment
from messages.store.own_days import Step, dated
from messages.store.planning import prepare
from schedules.clock import Clock
from schedules.statistics.own_days import Stepping

_AT_ONCE: Final = 500
_MOST_CHANGES: Final = 100_000
_AHEAD: Final = timedelta(minutes=1)
"""So much further than by our clock others may have come that count, or record what happens."""


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


async def verify(db: Database, zone: ZoneInfo, clock: Clock, stepping: Stepping, now: datetime) -> Verified:
    """Compare everything that was counted with a recount, beginning ``now``; counting may go on meanwhile.

    Where some notices differ they are looked at once more in the end: what is recorded at the very moment at which it
    is counted is counted by the next pass.
    """
    looking = _Looking(db=db, zone=zone, clock=clock, stepping=stepping, now=now)
    after, seen, waiting, archived = 0, 0, 0, 0
    differing: list[Sequence[int]] = []
    while ids := await looking.after(after):
        after, seen = ids[-1], seen + len(ids)
        found = await looking.at(ids)
        waiting, archived = waiting + found.waiting, archived + found.archived
        if not found.ok:
            differing.append(ids)
    again = [one.first for ids in differing if not (one := await looking.at(ids)).ok]
    first = again[0] if again else await looking.at_sums()
    return Verified(notices=seen, waiting=waiting, archived=archived, first=first)


class _Looking:
    """Compares some notices at a time, each time as all stands at one moment."""

    def __init__(self, *, db: Database, zone: ZoneInfo, clock: Clock, stepping: Stepping, now: datetime) -> None:
        self._db = db
        self._stepping = stepping
        self._zone = zone
        self._clock = clock
        self._now = now
        self._began = clock.steady()

    async def after(self, notice_id: int) -> list[int]:
        async with self._db.reading() as conn:
            return await counting.after(conn, notice_id, _AT_ONCE)

    async def at(self, ids: Sequence[int]) -> Verified:
        """Compare these notices as of when all was counted last, but for those of which something has changed since."""
        now = self._now + timedelta(seconds=self._clock.steady() - self._began) + _AHEAD
        async with self._db.reading() as conn:
            await at_one_moment(conn)
            await prepare(conn)
            upto = await marks.find(conn, marks.COUNTED) or self._now
            waits = await _waiting(conn, upto, now)
            free = await counted.unfrozen(conn, ids)
            compared = [one for one in free if one not in waits]
            steps = await self._stepping.steps(conn, await dated(conn, compared))
            first = await _compare(conn, self._zone, compared, upto, steps)
        return Verified(notices=len(ids), waiting=len(free) - len(compared), archived=len(ids) - len(free), first=first)

    async def at_sums(self) -> Difference | None:
        """Compare the sums with what they are sums of, all of which is of notices that there are."""
        async with self._db.reading() as conn:
            await at_one_moment(conn)
            for notice_id, unit_id in await counted.strays(conn):
                return Difference(where=_place(notice_id, unit_id), counted={}, recount=None)
            return _first(await counted_sums.sums(conn), await counted_sums.sums_of_notices(conn))


async def _waiting(conn: Connection, upto: datetime, now: datetime) -> set[int]:
    noted = await uncounted.notices_waiting(conn)
    changed = await uncounted.changed(conn, upto, now, most=_MOST_CHANGES)
    return noted | {one.notice_id for one in changed}


async def _compare(
    conn: Connection, zone: ZoneInfo, ids: list[int], upto: datetime, steps: Sequence[Step]
) -> Difference | None:
    belongs = {
        notice_id: Belongs(day=one.at.astimezone(zone).date().isoformat(), category=one.category)
        for notice_id, one in (await counting.sent(conn, ids)).items()
    }
    found = await counting.of_notices(conn, ids, upto, steps)
    differs = await counted.differing(conn, ids, found, belongs)
    if differs is None:
        return None
    (notice_id, unit_id), before, after = differs
    return Difference(where=_place(notice_id, unit_id), counted=before, recount=after)


def _place(notice_id: int, unit_id: int) -> str:
    return f"notice {notice_id}, unit {unit_id}"


def _first(kept: Sums, right: Sums) -> Difference | None:
    for key in sorted({*kept, *right}, key=str):
        if (one := kept.get(key, Counter())) != (other := right.get(key, Counter())):
            return Difference(where=" ".join(map(str, key)), counted={**one}, recount={**other})
    return None
