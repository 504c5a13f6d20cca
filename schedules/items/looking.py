"""Looking at items: the own ones, those that wait for a decision, and one that lies within the own scope."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.items.records import AboutPost, Item, Page, holders_of
from messages.organisation.records import Role
from messages.rights import Act
from messages.store import item_lists, responsible
from schedules.deputies import Rank, asked_first, ranks_of
from schedules.items import entitling
from schedules.items.entitling import refused, sees
from schedules.items.standing import found
from schedules.tools import Tools

PAGE: Final = 8
"""How many items one page shows: as many buttons as a thumb can tell apart."""
_DECIDES: Final = (Act.APPROVE_ITEMS, Act.CONFIRM_RED)


async def of(tools: Tools, item_id: int, viewer_id: int, now: datetime) -> Item:
    """An item, for its collector and for who looks after its unit, as all do who decide; these looks are recorded."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
        open_ = await sees(conn, item, viewer_id)
    if not open_:
        raise await refused(tools, item, viewer_id, Act.APPROVE_ITEMS, now)
    if item.person_id != viewer_id:
        async with tools.db.writing() as conn:
            sight = await visibility.sight_of(conn, viewer_id)
            await visibility.record_item(conn, sight, item.id, item.person_id, item.path, now)
    return item


async def may(tools: Tools, item: Item, person_id: int) -> bool:
    """Whether an item waits for a decision that this person may make now."""
    async with tools.db.reading() as conn:
        return await entitling.may(conn, item, person_id)


async def approvers(tools: Tools, path: str, collector_id: int, about: Iterable[AboutPost]) -> Rank:
    """Who is asked first to approve what a collector submits for the unit with this path, ``about`` these posts."""
    async with tools.db.reading() as conn:
        found_over = await responsible.over(conn, path, (Role.LEADER, Role.OFFICE))
    return asked_first(ranks_of(found_over, {collector_id, *holders_of(about)}))


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
