"""Laying what waits before those who decide it: first those who are asked first, and after working hours a deputy.

What waits is found by state, and each person is asked once: a pass may be repeated, interrupted or late without harm.
Who was told is what the notices say, whoever would be asked by now: roles and posts change. Where nobody who was told
may decide any more, it is laid before others at once; and where all who are asked first are on leave, beside them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from messages.notices import NewNotice
from messages.store import absences, notices
from messages.store.database import Connection
from schedules.deadlines import after_working_hours
from schedules.deputies import Rank, asked_after, asked_first
from schedules.tools import Tools

_AT_ONCE: Final = 5_000
"""So many keys are looked up in one statement."""


class Waits(Protocol):
    """Something that waits for a decision, which ``key`` names: from when it is laid before others, by another key."""

    @property
    def key(self) -> str:
        """Names it among all that wait."""

    @property
    def asked_at(self) -> datetime | None:
        """When it was laid before those who decide."""

    @property
    def deputy_at(self) -> datetime | None:
        """When it was laid before their deputies."""


T = TypeVar("T", bound=Waits)


class Desk(Protocol[T]):
    """What is decided at one place; where it is ``held``, nobody decides it before the transaction has ended."""

    name: str

    async def unasked(self, conn: Connection, *, held: bool) -> list[T]:
        """What was laid before nobody yet."""

    async def shaken(self, conn: Connection, *, held: bool) -> list[T]:
        """What was laid before somebody, since when roles there have ended, or posts that it is about were taken."""

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[T]:
        """What was laid before somebody until an instant, and before no deputy yet."""

    async def ranks(self, conn: Connection, one: T) -> Sequence[Rank]:
        """All who may decide it, as they are asked."""

    async def notices(
        self, conn: Connection, some: Sequence[T], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        """What one person is told, by keys of ``one_key`` or ``many_key``."""

    async def mark(self, conn: Connection, some: Sequence[T], now: datetime, *, deputy: bool) -> None:
        """Note that those who decide, or their deputies, were told of it now."""


class _Pass(StrEnum):
    NEW = "new"
    FORSAKEN = "forsaken"  # nobody who was told may decide it any more
    LATE = "late"


def one_key(key: str, *, deputy: bool) -> str:
    """What the notice is called by which one thing is laid before somebody; the person's code follows."""
    return f"{key}:{'deputy' if deputy else 'asked'}"


def many_key(name: str, at: datetime, *, deputy: bool) -> str:
    """The same of several that are laid before somebody together, at an instant."""
    return f"{name}:{'deputy' if deputy else 'asked'}:{at.astimezone(UTC).isoformat()}"


async def lay(tools: Tools, desk: Desk[T], now: datetime) -> None:
    """Lay what is new before those who decide, what is forsaken before others, what is late before deputies."""
    for which in _Pass:
        async with tools.db.reading() as conn:
            some = await _due(tools, desk, conn, which, now, held=False)
        if some:
            async with tools.db.writing() as conn:  # what was decided meanwhile is not asked for
                some = await _due(tools, desk, conn, which, now, held=True)
                await _ask(tools, desk, conn, some, now, deputy=which is _Pass.LATE)


async def _due(tools: Tools, desk: Desk[T], conn: Connection, which: _Pass, now: datetime, *, held: bool) -> list[T]:
    match which:
        case _Pass.NEW:
            return await desk.unasked(conn, held=held)
        case _Pass.FORSAKEN:
            some = await desk.shaken(conn, held=held)
            told = await _told(desk, conn, some)
            return [one for one in some if not told[one.key]]
        case _Pass.LATE:
            return await _late(tools, desk, conn, now, held=held)


async def _late(tools: Tools, desk: Desk[T], conn: Connection, now: datetime, *, held: bool) -> list[T]:
    hours, calendar = tools.policy.approvals.deputy_after_hours, tools.calendars.latest

    def is_late(asked_at: datetime) -> bool:
        # Also on provisional days: that a deputy is asked counts against nobody.
        return after_working_hours(calendar, tools.policy, asked_at.astimezone(tools.zone), hours) <= now

    waited = await desk.asked_before(conn, now - timedelta(hours=hours), held=held)
    late = {at: is_late(at) for at in {one.asked_at for one in waited} if at is not None}
    return [one for one in waited if one.asked_at is not None and late[one.asked_at]]


async def _ask(
    tools: Tools, desk: Desk[T], conn: Connection, some: Sequence[T], now: datetime, *, deputy: bool
) -> None:
    """Nobody to ask: it stays as it is, and is looked at again. A deputy is looked for once."""
    told = await _told(desk, conn, some) if deputy else {}
    away = frozenset[int]() if deputy else await absences.away(conn, tools.today(now))
    laid: dict[str, list[T]] = defaultdict(list)
    done: list[T] = []
    for one in some:
        ranks = await desk.ranks(conn, one)
        later = tools.policy.approvals.deputy
        whom = asked_after(ranks, told[one.key], later) if deputy else asked_first(ranks, away)
        for person in whom:
            laid[person.code].append(one)
        if whom or deputy:
            done.append(one)
    for code, before in laid.items():
        for notice in await desk.notices(conn, before, code, now, deputy=deputy):
            await notices.add(conn, notice)
    await desk.mark(conn, done, now, deputy=deputy)


async def _told(desk: Desk[T], conn: Connection, some: Sequence[T]) -> dict[str, set[int]]:
    """Who of those who may decide was told: their ids, by the key of each."""
    by_key: dict[str, list[tuple[set[int], int]]] = defaultdict(list)
    told: dict[str, set[int]] = {}
    for one in some:
        asked = told.setdefault(key := one.key, set())
        occasions = _occasions(desk.name, key, one)
        for person_id, code in {(person.id, person.code) for rank in await desk.ranks(conn, one) for person in rank}:
            for occasion in occasions:
                by_key[f"{occasion}:{code}"].append((asked, person_id))
    keys = list(by_key)
    for start in range(0, len(keys), _AT_ONCE):
        for key in await notices.told(conn, keys[start : start + _AT_ONCE]):
            for asked, person_id in by_key[key]:
                asked.add(person_id)
    return told


def _occasions(name: str, key: str, one: Waits) -> list[str]:
    """The notices by any of which somebody was told of it; the person's code follows."""
    asked = ((one.asked_at, False), (one.deputy_at, True))
    together = [many_key(name, at, deputy=deputy) for at, deputy in asked if at is not None]
    return [*(one_key(key, deputy=deputy) for deputy in (False, True)), *together]
