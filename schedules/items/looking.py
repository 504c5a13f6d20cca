"""Looking at items: the own ones, those that wait for a decision, and one that lies within the own scope."""

from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.items.records import Item, Page
from messages.organisation.records import Role
from messages.rights import Act
from messages.store import item_lists, responsible
from schedules.deputies import Rank, asked_first, ranks_of
from schedules.items.deciding import may_decide
from schedules.items.submitting import found
from schedules.items.tools import Tools

PAGE: Final = 8
"""How many items one page shows: as many buttons as a thumb can tell apart."""
_DECIDES: Final = (Act.APPROVE_ITEMS, Act.CONFIRM_RED)


async def of(tools: Tools, item_id: int, viewer_id: int, now: datetime) -> Item:
    """An item, for its collector, for who decides about it, and for who sees warnings there; their look is recorded."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
        decides = [await may_decide(conn, item, viewer_id, act) for act in _DECIDES]
        sees = (await rights.reach(conn, viewer_id, Act.SEE_WARNINGS)).covers(item.path)
    if item.person_id == viewer_id or any(decides):
        return item
    if not sees:
        raise await rights.refuse(tools.db, viewer_id, Act.APPROVE_ITEMS, now, item=item.id)
    async with tools.db.writing() as conn:
        sight = await visibility.sight_of(conn, viewer_id)
        await visibility.record_items(conn, sight, [(item.person_id, item.path)], now, item.id)
    return item


async def approvers(tools: Tools, path: str, collector_id: int) -> Rank:
    """Who is asked first to approve what a collector submits for the unit with this path."""
    async with tools.db.reading() as conn:
        found_over = await responsible.over(conn, path, (Role.LEADER, Role.OFFICE))
    return asked_first(ranks_of(found_over, {collector_id}))


async def mine(tools: Tools, person_id: int, number: int, size: int) -> Page:
    """A page of a collector's items, the newest first."""
    async with tools.db.reading() as conn:
        return await item_lists.page(conn, item_lists.of_collector(person_id), number, size)


async def waiting(tools: Tools, person_id: int, number: int, size: int, now: datetime) -> Page:
    """A page of what waits for this person's decision, what has waited longest first."""
    async with tools.db.reading() as conn:
        approves, confirms = [await rights.reach(conn, person_id, act) for act in _DECIDES]
        if approves or confirms:
            which = item_lists.waiting_for(person_id, approves, confirms)
            return await item_lists.page(conn, which, number, size, oldest_first=True)
    raise await rights.refuse(tools.db, person_id, Act.APPROVE_ITEMS, now)
