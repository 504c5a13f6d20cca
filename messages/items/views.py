"""Items as somebody may look through them: the own ones, and those of the units that the person looks after."""

from datetime import datetime

from messages import rights, visibility
from messages.pages import Page, bounded
from messages.rights import Act
from messages.store import item_lines
from messages.store.database import Database
from messages.store.item_lines import Filters, ItemLine


async def items_of(
    db: Database, viewer: int, filters: Filters, number: int, now: datetime, *, size: int
) -> Page[ItemLine]:
    """A page of items, the newest first; it is a look at each collector whose it names.

    Raises ``NotEntitled`` for who neither submits nor looks after units.
    """
    async with db.reading() as conn:
        scope = await rights.reach(conn, viewer, Act.SEE_WARNINGS)
    if not scope:
        await rights.entitle(db, viewer, Act.SUBMIT, now)
    async with db.reading() as conn:
        total = await item_lines.count(conn, viewer, scope, filters)
        number = bounded(number, total, size)
        lines = await item_lines.page(conn, viewer, scope, filters, limit=size, offset=(number - 1) * size)
        sight = await visibility.sight_of(conn, viewer)
    async with db.writing() as conn:
        await visibility.record_items(conn, sight, [(line.person_id, line.path) for line in lines], now)
    return Page(rows=tuple(lines), total=total, number=number, size=size)
