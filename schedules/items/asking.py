"""Laying items before those who decide about them: the responsible leaders, the office, and later their deputies.

What waits is found by state, and each person is asked once: a pass may be repeated, interrupted or late without harm.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from messages.items.records import Item
from messages.notices import NewNotice
from messages.organisation.records import Role
from messages.store import audience as audiences
from messages.store import item_sweeps, items, notices, responsible
from messages.store.database import Connection
from messages.store.item_sweeps import Undecided
from schedules.deadlines import after_working_hours
from schedules.deputies import Rank, asked_after, asked_first, ranks_of
from schedules.items.deadlines import due_of
from schedules.items.telling import card, card_notice, many_notice
from schedules.items.tools import Tools


async def ask(tools: Tools, now: datetime) -> None:
    """Ask for each new decision, and ask the deputies for what has waited too many working hours."""
    for deputy in (False, True):
        async with tools.db.reading() as conn:
            some = await _waiting(tools, conn, now, deputy=deputy, held=False)
        if some:
            async with tools.db.writing() as conn:  # what was decided meanwhile is not asked for
                some = await _waiting(tools, conn, now, deputy=deputy, held=True)
                await _Asking(tools, conn, now, deputy=deputy).ask(some)


async def _waiting(tools: Tools, conn: Connection, now: datetime, *, deputy: bool, held: bool) -> list[Undecided]:
    if not deputy:
        return await item_sweeps.unasked(conn, held=held)
    policy, calendar = tools.policy, tools.calendars.latest
    hours = policy.approvals.deputy_after_hours

    def is_late(asked_at: datetime) -> bool:
        # Also on provisional days: that a deputy is asked counts against nobody.
        return after_working_hours(calendar, policy, asked_at.astimezone(tools.zone), hours) <= now

    waited = await item_sweeps.asked_before(conn, now - timedelta(hours=hours), held=held)
    late = {at: is_late(at) for at in {one.asked_at for one in waited} if at is not None}
    return [one for one in waited if one.asked_at is not None and late[one.asked_at]]


class _Asking:
    """One pass over what waits: whom it is laid before, each by itself or, where it is much, as one message."""

    def __init__(self, tools: Tools, conn: Connection, now: datetime, *, deputy: bool) -> None:
        self._tools, self._conn, self._now, self._deputy = tools, conn, now, deputy
        self._over: dict[str, list[responsible.Responsible]] = {}

    async def ask(self, some: Sequence[Undecided]) -> None:
        """Nobody to ask for a new item: it stays unasked, and is looked at again. A deputy is looked for once."""
        asked: dict[str, list[Undecided]] = {}
        told: list[int] = []
        for one in some:
            whom = await self._whom(one)
            for person in whom:
                asked.setdefault(person.code, []).append(one)
            if whom or self._deputy:
                told.append(one.id)
        for code, waiting in asked.items():
            for notice in await self._said(code, waiting):
                await notices.add(self._conn, notice)
        await item_sweeps.mark(self._conn, told, "deputy_at" if self._deputy else "asked_at", self._now)

    async def _whom(self, one: Undecided) -> Rank:
        if one.path not in self._over:
            self._over[one.path] = await responsible.over(self._conn, one.path, (Role.LEADER, Role.OFFICE))
        found: Iterable[responsible.Responsible] = self._over[one.path]
        if one.confirming:
            found = [person for person in found if person.role is Role.OFFICE]
        ranks = ranks_of(found, {one.person_id, one.approved_by, *one.holders})
        return asked_after(ranks, self._tools.policy.approvals.deputy) if self._deputy else asked_first(ranks)

    async def _said(self, code: str, waiting: Sequence[Undecided]) -> list[NewNotice]:
        if len(waiting) > self._tools.policy.approvals.singly:
            red = any(one.red for one in waiting)
            return [many_notice(len(waiting), code, self._now, red=red, deputy=self._deputy)]
        known = await items.by_ids(self._conn, [one.id for one in waiting])
        return [await self._card(known[one.id], code) for one in waiting]

    async def _card(self, item: Item, code: str) -> NewNotice:
        params = card(item, due_of(self._tools.calendars.latest, item), await people_meant(self._conn, item))
        return card_notice(item, params | {"deputy": self._deputy}, code, self._now, deputy=self._deputy)


async def people_meant(conn: Connection, item: Item) -> int:
    """How many people an item means now."""
    if item.given.audience is None:
        return len({post.holder for post in item.posts if post.holder})
    return await audiences.count_people(conn, item.given.audience)
