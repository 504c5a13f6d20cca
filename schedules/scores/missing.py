"""Whose day to acknowledge a notice has passed: found by state, and written into the ledger once for each person.

A notice is looked at when its day has passed, some people in each transaction, and again when the own day of somebody
passes who was told later. Who was not told is no less written down, with the reason: then it counts against nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from messages.ledger import Kind, instant_json
from messages.notices import Json
from messages.scores.days import Dating, OwnDay, Told
from messages.scores.facts import HANDED_OVER
from messages.scores.periods import Period
from messages.store import ledger, statements
from messages.store import missed as stored
from messages.store.database import Connection, Database
from messages.store.ledger import Event
from messages.store.missed import Assessed, Held, Silent
from schedules.apart import Apart

_NOTICES_AT_A_LOOK: Final = 100
_LOOKS_AGAIN: Final = timedelta(hours=1)
"""What is on its way to somebody after the day has passed, is waited for."""


@dataclass(frozen=True, kw_only=True)
class Missed:
    """A person's day has passed; ``why`` it does not count where that is known already."""

    posts: tuple[Held, ...]
    day: OwnDay
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Later:
    """The person's day passes at ``at``, or it is not known yet and looked at then."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """How far a notice has been looked at: everybody up to ``after``; ``again``: when somebody's day comes."""

    after: int = 0
    again: datetime | None = None


class Missing:
    """The notices of one office whose days pass."""

    def __init__(
        self,
        *,
        db: Database,
        dating: Dating,
        apart: Apart,
        zone: tzinfo,
        at_once: int = 1_000,
        most: int = 2_000,
        catching_up: Callable[[], bool] = lambda: False,
    ) -> None:
        """Look at so many people ``at_once``, in one transaction, and at ``most`` so many in a pass.

        Periods of scores have their days in the office's ``zone``.

        While ``catching_up``, what people have done may not be known yet: nothing is written of what they did not do.
        """
        self._db = db
        self._dating = dating
        self._apart = apart
        self._zone = zone
        self._at_once = at_once
        self._most = most
        self._catching_up = catching_up
        self._walks: dict[tuple[int, datetime], _Walk] = {}

    async def sweep(self, now: datetime) -> bool:
        """Write down whose days have passed; gives whether more is left than one pass does."""
        if self._catching_up():
            return False
        async with self._db.reading() as conn:
            due = await stored.due(conn, now, _NOTICES_AT_A_LOOK)
        self._walks = {key: walk for key, walk in self._walks.items() if key in map(_key, due)}
        left = self._most
        for notice in due:
            with self._apart.doing("who has not acknowledged", notice=notice.id):
                left = await self._look(notice, left, now)
            if left <= 0:
                return True
        return len(due) == _NOTICES_AT_A_LOOK

    async def _look(self, notice: Assessed, left: int, now: datetime) -> int:
        """Look at the people of a notice, from where the last pass has come to; gives what is left of the pass."""
        while left > 0:
            walk = self._walks.get(_key(notice), _Walk())
            async with self._db.writing() as conn:
                held = await stored.hold(conn, notice, now)
                if held is None:
                    return left  # it is cancelled, paused, dated anew or handed over at this moment
                people = await stored.silent(conn, notice.id, walk.after, self._at_once)
                again = await self._write(conn, held, people, now)
                walk = _Walk(after=people[-1].person_id if people else walk.after, again=_first([walk.again, again]))
                if len(people) < self._at_once:
                    await stored.assess_next(conn, notice, walk.again)
                    self._walks.pop(_key(notice), None)
                    return left - max(len(people), 1)
            self._walks[_key(notice)] = walk
            left -= len(people)
        return left

    async def _write(
        self, conn: Connection, notice: Assessed, people: Sequence[Silent], now: datetime
    ) -> datetime | None:
        """Write down of whom it is so; gives when the next of the others is to be looked at."""
        days = await self._dating(conn, [_told(notice, one) for one in people])
        outcomes = [(one, assess(notice, one, day, now)) for one, day in zip(people, days, strict=True)]
        found = {one.person_id: (one, outcome) for one, outcome in outcomes if isinstance(outcome, Missed)}
        noted = await stored.note(conn, notice.id, list(found), now)
        closed = await statements.closed_periods(conn) if noted else []
        events = [self._event(notice, *found[person_id], closed, now) for person_id in sorted(noted)]
        await ledger.append_all(conn, events)
        return _first(outcome.at for _, outcome in outcomes if isinstance(outcome, Later))

    def _event(self, notice: Assessed, one: Silent, missed: Missed, closed: Sequence[Period], now: datetime) -> Event:
        """It happened when the day had passed and could be looked at, however much later that is done.

        So an outage moves nothing into the next period; only where the period is closed by then, it counts now.
        """
        at = max(missed.day.due or now, notice.assess_at)
        if any(period.holds(at, self._zone) for period in closed):
            at = now
        return Event(at=at, kind=Kind.ACKNOWLEDGEMENT_MISSED, person_id=one.person_id, body=_body(notice, one, missed))


def assess(notice: Assessed, one: Silent, day: OwnDay, now: datetime) -> Missed | Later | None:
    """How it stands with somebody who has not acknowledged a notice, whose own ``day`` is known; None: nothing is due.

    What has not arrived and cannot come any more is written down with the notice's day. Who has handed the post over
    before the own day had passed, having had the message, is named with that.
    """
    held = tuple(post for post in one.posts if post.until is None)
    over = {post: post.until for post in one.posts if post.until and one.arrived and one.arrived < post.until}
    posts = held or tuple(over)
    waits = one.arrived is None and one.on_the_way
    if day.due is None or not (posts or (one.posts and waits)):
        return None
    if notice.paused_at is not None and day.due > notice.paused_at:
        return None  # its use has ended in the pause
    if day.due > now:
        return Later(at=day.due)
    if waits:
        return Later(at=now + _LOOKS_AGAIN)
    before = not held and max(over.values()) < day.due
    return Missed(posts=posts, day=day, why=HANDED_OVER if before else None)


def _told(notice: Assessed, one: Silent) -> Told:
    """Whom nothing has reached is left the notice's day."""
    return Told(
        acknowledge_by=notice.acknowledge_by,
        counted_from=notice.counted_from,
        delivered=one.arrived or notice.counted_from,
        provisional=notice.provisional,
    )


def _body(notice: Assessed, one: Silent, missed: Missed) -> dict[str, Json]:
    arrived = one.arrived is not None
    return {
        "notice": notice.id,
        "key": notice.key,
        "category": notice.category.value,
        "posts": [*sorted(post.post_id for post in missed.posts)],
        "sent": instant_json(notice.send_at),
        "due": instant_json(missed.day.due),
        "delivered": instant_json(one.arrived),
        "undelivered": None if arrived else "/".join(filter(None, [one.state.value, one.reason])),
        "since": instant_json(min(post.since for post in missed.posts)),
        "provisional": missed.day.provisional,
        "why": missed.why,
    }


def _first(instants: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)


def _key(notice: Assessed) -> tuple[int, datetime]:
    return notice.id, notice.assess_at
