"""Laying reviews before those who decide about them: the unit's leaders or its inspectors, the office, deputies."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from messages.audience import sayable
from messages.notices import NewNotice
from messages.organisation.records import Role
from messages.register.reviews import Review
from messages.store import notices, responsible, reviews, risk_versions, steering
from messages.store.database import Connection
from schedules.deputies import Rank, asked_first, ranks_of
from schedules.laying import lay, one_key
from schedules.register.telling import WAITING, card_notice, forlorn_notice, many_notice
from schedules.tools import Tools


async def ask(tools: Tools, now: datetime) -> None:
    """Ask for each new decision, and ask the deputies for what has waited too many working hours.

    What belongs to another unit since is asked anew there. Where nobody may decide, it is told once to whoever may
    have somebody named.
    """
    await _follow(tools, now)
    await lay(tools, _Desk(tools), now)
    await _tell_forlorn(tools, now)


async def _follow(tools: Tools, now: datetime) -> None:
    async with tools.db.reading() as conn:
        some = await reviews.moved(conn, held=False)
    if some:
        async with tools.db.writing() as conn:
            some = await reviews.moved(conn, held=True)
            for one in some:
                await call_off(conn, one, now)
            await reviews.hand_anew(conn, [one.id for one in some], now)


async def _tell_forlorn(tools: Tools, now: datetime) -> None:
    async with tools.db.reading() as conn:
        some = await _forlorn(conn, held=False)
    if some:
        async with tools.db.writing() as conn:
            some = await _forlorn(conn, held=True)
            told: dict[str, list[Review]] = defaultdict(list)
            for review, over in some:
                for code in {one.code for one in over if sayable(one.code)}:
                    told[code].append(review)
            for code, about in told.items():
                await notices.add(conn, forlorn_notice(about, code, now))
            await reviews.mark(conn, [one.id for one, _ in some], "deputy_at", now)


async def _forlorn(conn: Connection, *, held: bool) -> list[tuple[Review, list[responsible.Responsible]]]:
    """What nobody may decide, with those who could but for their part in it; where there are none it is left."""
    found = [
        (one, await responsible.over(conn, one.path, _roles(one))) for one in await reviews.forlorn(conn, held=held)
    ]
    return [(one, over) for one, over in found if over and not _ranks(one, over)]


async def asked(tools: Tools, review: Review) -> Rank:
    """Who is asked first to decide about a review as it stands."""
    async with tools.db.reading() as conn:
        return asked_first(_ranks(review, await responsible.over(conn, review.path, _roles(review))))


def _ranks(review: Review, over: Sequence[responsible.Responsible]) -> list[Rank]:
    second = {review.unit_by} if review.inspecting else set()
    return ranks_of(over, review.concerned | second, near=_roles(review)[0])


async def call_off(conn: Connection, review: Review, now: datetime) -> None:
    """Send no card any more of a review that was decided or taken back: what still waits would ask in vain."""
    paths = {review.path, review.asked_path or review.path}
    over = [one for path in paths for one in await responsible.over(conn, path, _roles(review))]
    keys = {f"{one_key(review.key, deputy=deputy)}:{one.code}" for one in over for deputy in (False, True)}
    await steering.call_off(conn, sorted(keys), now)


def _roles(review: Review) -> tuple[Role, Role]:
    return (Role.INSPECTOR if review.inspecting else Role.LEADER), Role.OFFICE


class _Desk:
    """Reviews as they are laid before somebody: each by itself or, where they are many, as one message."""

    name = WAITING

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._over: dict[tuple[str, bool], list[responsible.Responsible]] = {}

    async def unasked(self, conn: Connection, *, held: bool) -> list[Review]:
        return await reviews.unasked(conn, held=held)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Review]:
        return await reviews.shaken(conn, held=held)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Review]:
        return await reviews.asked_before(conn, at, held=held)

    async def ranks(self, conn: Connection, one: Review) -> Sequence[Rank]:
        where = one.path, one.inspecting
        if where not in self._over:
            self._over[where] = await responsible.over(conn, one.path, _roles(one))
        return _ranks(one, self._over[where])

    async def notices(
        self, conn: Connection, some: Sequence[Review], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        if len(some) > self._tools.policy.approvals.singly:
            return [many_notice(len(some), code, now, deputy=deputy)]
        return [card_notice(one, await risk_versions.of_review(conn, one.id), code, now, deputy=deputy) for one in some]

    async def mark(self, conn: Connection, some: Sequence[Review], now: datetime, *, deputy: bool) -> None:
        await reviews.mark(conn, [one.id for one in some], "deputy_at" if deputy else "asked_at", now)
