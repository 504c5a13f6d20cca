"""Laying items before those who decide about them: the responsible leaders, the office, and later their deputies."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from messages.items.records import Item, ItemState, laid_as
from messages.notices import NewNotice
from messages.organisation.records import Role
from messages.store import audience as audiences
from messages.store import item_sweeps, items, responsible, steering
from messages.store.database import Connection
from messages.store.item_sweeps import Undecided
from schedules.deputies import Rank, ranks_of
from schedules.items.deadlines import due_of
from schedules.items.telling import WAITING, card, card_notice, many_notice
from schedules.laying import lay, one_key
from schedules.tools import Tools


async def ask(tools: Tools, now: datetime) -> None:
    """Ask for each new decision, and ask the deputies for what has waited too many working hours."""
    await lay(tools, _Desk(tools), now)


async def call_off(conn: Connection, item: Item, now: datetime) -> None:
    """Send no card any more of an item that was decided: what still waits, as for the morning, would ask in vain."""
    if item.handed_at is None:
        return
    laid = laid_as(item.id, item.handed_at, confirming=item.state is ItemState.CONFIRMING)
    over = await responsible.over(conn, item.path, (Role.LEADER, Role.OFFICE))
    keys = {f"{one_key(laid, deputy=deputy)}:{one.code}" for one in over for deputy in (False, True)}
    await steering.call_off(conn, sorted(keys), now)


class _Desk:
    """Items as they are laid before somebody: each by itself or, where it is much, as one message."""

    name = WAITING

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._over: dict[str, list[responsible.Responsible]] = {}

    async def unasked(self, conn: Connection, *, held: bool) -> list[Undecided]:
        return await item_sweeps.unasked(conn, held=held)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Undecided]:
        return await item_sweeps.shaken(conn, held=held)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Undecided]:
        return await item_sweeps.asked_before(conn, at, held=held)

    async def ranks(self, conn: Connection, one: Undecided) -> Sequence[Rank]:
        if one.path not in self._over:
            self._over[one.path] = await responsible.over(conn, one.path, (Role.LEADER, Role.OFFICE))
        found: Iterable[responsible.Responsible] = self._over[one.path]
        if one.confirming:
            found = [person for person in found if person.role is Role.OFFICE]
        return ranks_of(found, {one.person_id, one.approved_by, *one.holders})

    async def notices(
        self, conn: Connection, some: Sequence[Undecided], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        if len(some) > self._tools.policy.approvals.singly:
            red = any(one.red for one in some)
            return [many_notice(len(some), code, now, red=red, deputy=deputy)]
        known = await items.by_ids(conn, [one.id for one in some])
        return [await self._card(conn, known[one.id], code, now, deputy=deputy) for one in some]

    async def _card(self, conn: Connection, item: Item, code: str, now: datetime, *, deputy: bool) -> NewNotice:
        params = card(item, due_of(self._tools.calendars.latest, item), await people_meant(conn, item))
        return card_notice(item, params | {"deputy": deputy}, code, now, deputy=deputy)

    async def mark(self, conn: Connection, some: Sequence[Undecided], now: datetime, *, deputy: bool) -> None:
        await item_sweeps.mark(conn, [one.id for one in some], "deputy_at" if deputy else "asked_at", now)


async def people_meant(conn: Connection, item: Item) -> int:
    """How many people an item means now."""
    if item.given.audience is None:
        return len({post.holder for post in item.posts if post.holder})
    return await audiences.count_people(conn, item.given.audience)
