"""Keeping statistics current: what has changed is counted anew, and the sums of days and times corrected by as much.

1. What has changed since the last pass is found, and what was noted as to be counted. 2. Small notices are counted as a
whole, many together; of a large one of which little has changed only the units concerned. 3. What has to wait is noted.

A pass may be repeated, interrupted or late without harm: counting again what was counted changes nothing. One process
does this at a time, the one that plans.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from messages.store import counted, counting, marks, uncounted
from messages.store.counted import Belongs
from messages.store.counting import Counted, Place
from messages.store.database import Connection, Database
from messages.store.own_days import Step, dated
from messages.store.planning import prepare
from messages.store.uncounted import EVERYBODY, Change, Waiting
from schedules.clock import Clock
from schedules.statistics.ahead import Ahead
from schedules.statistics.own_days import Stepping

_OVERLAP: Final = timedelta(seconds=30)
"""What is recorded now may say that it happened a moment ago."""
_LOOK_BACK: Final = timedelta(hours=25)
"""Now and then it is looked back so far: what an outage held up is recorded late."""
_LOOKS_BACK_EVERY: Final = timedelta(hours=1)
_NOTED_EVERY: Final = timedelta(minutes=1)
"""Where nothing changes, how far it has come is written down so often."""
_MOST_CHANGES: Final = 5_000
_MOST_WAITING: Final = 2_000
_FEW: Final = 500
"""Of a large notice of which so many people's matters have changed only their units are counted."""
_FEW_POSTS: Final = 3_000
SMALL: Final = 5_000
"""A notice of so many people and posts is small: it is counted as a whole, in some hundredths of a second."""
_TOGETHER: Final = 50_000
"""Small notices of so many people and posts are counted by the same statements."""
_SHARE: Final = 20
"""A large notice is counted again after so many times what counting took: a twentieth of the time goes into it."""
_AT_A_PASS: Final = 1.0
"""Seconds after which a pass leaves the rest to the next one."""

log = structlog.get_logger(__name__)


@dataclass(kw_only=True)
class _Work:
    """A notice to be counted: as far as some people are concerned, or (EVERYBODY among them) as a whole."""

    notice_id: int
    people: set[int] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def few(self) -> bool:
        """Whether it concerns only few people."""
        return EVERYBODY not in self.people and len(self.people) <= _FEW


class Keeping:
    """Keeps the statistics of one database current."""

    def __init__(self, *, db: Database, zone: ZoneInfo, clock: Clock, stepping: Stepping, small: int = SMALL) -> None:
        """The days are those of ``zone``; ``clock`` measures how long counting takes; ``stepping`` finds own days."""
        self._db = db
        self._zone = zone
        self._clock = clock
        self._small = small
        self._stepping = stepping
        self._ahead = Ahead()
        self._upto: datetime | None = None
        self._noted_at: datetime | None = None
        self._looked_back_at: datetime | None = None
        self._not_before: dict[int, float] = {}

    async def sweep(self, now: datetime) -> bool:
        """Count what has changed up to ``now``; gives whether there is more to do at once."""
        since = await self._since(now)
        async with self._db.reading() as conn:
            found = await uncounted.changed(conn, since, now, most=_MOST_CHANGES)
            found |= await self._ahead.passed(conn, now)
            waiting = await uncounted.waiting(conn, _MOST_WAITING)
        work = _sorted(found, waiting)
        left = await self._count(work, now)
        await self._note(now, _unnoted(found, work, left), noted=bool(found))
        self._upto = now
        return len(waiting) == _MOST_WAITING or any(self._may(notice_id) for notice_id in left)

    async def _since(self, now: datetime) -> datetime:
        """From when on is looked for changes."""
        if self._upto is None:
            async with self._db.reading() as conn:
                self._upto = await marks.find(conn, marks.COUNTED)
        upto = min(self._upto or now, now)
        if self._looked_back_at is not None and now - _LOOKS_BACK_EVERY <= self._looked_back_at <= now:
            return upto - _OVERLAP
        self._looked_back_at = now
        return upto - _LOOK_BACK

    async def _note(self, now: datetime, left: Collection[Change], *, noted: bool) -> None:
        """Write down how far it has come, and what of it is left."""
        lately = self._noted_at is not None and now - _NOTED_EVERY < self._noted_at <= now
        if lately and not noted:
            return
        async with self._db.writing() as conn:
            await uncounted.want(conn, left)
            await marks.put(conn, marks.COUNTED, now)
        self._noted_at = now

    # Counting

    async def _count(self, work: Mapping[int, _Work], now: datetime) -> set[int]:
        """Count notices, those that are small first; gives which are left for later."""
        if not work:
            return set()
        began = self._clock.steady()
        sizes = await self._sizes([*work])
        left = set(work)
        for some in self._together(work, sizes):
            await self._count_whole(some, now)
            left -= {one.notice_id for one in some}
            if self._clock.steady() - began > _AT_A_PASS:
                return left
        for notice_id in sorted(left):
            if await self._count_large(work[notice_id], now):
                left.remove(notice_id)
            if self._clock.steady() - began > _AT_A_PASS:
                break
        return left

    async def _sizes(self, notice_ids: Sequence[int]) -> Mapping[int, int]:
        async with self._db.reading() as conn:
            known = await counted.sizes(conn, notice_ids)
            return known | await uncounted.sizes(conn, [one for one in notice_ids if one not in known])

    def _together(self, work: Mapping[int, _Work], sizes: Mapping[int, int]) -> Iterator[list[_Work]]:
        """Small notices, the newest first, as many together as are counted by the same statements."""
        some: list[_Work] = []
        size = 0
        for notice_id in sorted(work, reverse=True):
            if sizes.get(notice_id, 0) > self._small:
                continue
            some.append(work[notice_id])
            size += sizes.get(notice_id, 0) + 1
            if size >= _TOGETHER or len(some) >= _FEW:
                yield some
                some, size = [], 0
        if some:
            yield some

    async def _count_large(self, one: _Work, now: datetime) -> bool:
        """Count a large notice; False where it is too soon."""
        if one.few and await self._count_few(one, now):
            return True
        if not self._may(one.notice_id):
            return False
        began = self._clock.steady()
        await self._count_whole([one], now)
        took = self._clock.steady() - began
        self._not_before[one.notice_id] = began + _SHARE * took
        log.info("counted a large notice", notice=one.notice_id, seconds=round(took, 1))
        return True

    def _may(self, notice_id: int) -> bool:
        """Whether a large notice may be counted as a whole by now."""
        return self._clock.steady() >= self._not_before.get(notice_id, 0)

    async def _count_whole(self, some: Sequence[_Work], now: datetime) -> None:
        async with self._db.reading() as conn:
            await prepare(conn)
            ids = await counted.unfrozen(conn, [one.notice_id for one in some])
            belongs = await self._belongs(conn, ids)
            steps = await self._stepping.steps(conn, await dated(conn, ids))
            found = await counting.of_notices(conn, ids, now, steps)
        async with self._db.writing() as conn:
            await counted.put(conn, found, belongs, ids)
            await _done(conn, some)
        self._ahead.keep([one.notice_id for one in some], steps, now)

    async def _count_few(self, one: _Work, now: datetime) -> bool:
        """Count the units of a few people; False where these have too many posts."""
        async with self._db.reading() as conn:
            await prepare(conn)
            ids = await counted.unfrozen(conn, [one.notice_id])
            belongs = await self._belongs(conn, ids)
            units: Sequence[int] = ()
            found: Mapping[Place, Counted] = {}
            steps: Sequence[Step] = ()
            if belongs:
                some = await counting.about(conn, one.notice_id, sorted(one.people), now, most=_FEW_POSTS)
                if some is None:
                    return False
                steps = await self._stepping.steps(conn, await dated(conn, ids), some.people)
                units, found = some.units, await counting.of_some(conn, some, steps)
        async with self._db.writing() as conn:
            await counted.put(conn, found, belongs, ids, units)
            await _done(conn, [one])
        self._ahead.keep_more(steps, now)
        return True

    async def _belongs(self, conn: Connection, notice_ids: Sequence[int]) -> Mapping[int, Belongs]:
        sent = await counting.sent(conn, notice_ids)
        return {
            notice_id: Belongs(day=one.at.astimezone(self._zone).date().isoformat(), category=one.category)
            for notice_id, one in sent.items()
        }


async def _done(conn: Connection, some: Sequence[_Work]) -> None:
    await uncounted.done(conn, [waiting for one in some for waiting in one.waiting])


def _sorted(found: frozenset[Change], waiting: Sequence[Waiting]) -> dict[int, _Work]:
    work: dict[int, _Work] = {}
    for change in found:
        work.setdefault(change.notice_id, _Work(notice_id=change.notice_id)).people.add(change.person_id)
    for one in waiting:
        mine = work.setdefault(one.change.notice_id, _Work(notice_id=one.change.notice_id))
        mine.people.add(one.change.person_id)
        mine.waiting.append(one)
    return work


def _unnoted(found: frozenset[Change], work: Mapping[int, _Work], left: Collection[int]) -> set[Change]:
    """What of the changes that were found has to wait, and is not noted yet; of very many a notice as a whole."""
    unnoted = set()
    for change in found:
        if change.notice_id in left:
            one = work[change.notice_id]
            noted = {waiting.change.person_id for waiting in one.waiting}
            kept = change if one.few else Change(notice_id=change.notice_id)
            if not noted & {kept.person_id, EVERYBODY}:
                unnoted.add(kept)
    return unnoted
