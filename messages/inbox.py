"""The inbox (待办): what waits for a person, newest first, a page at a time."""

from dataclasses import dataclass
from typing import Final

from messages.pages import part_of
from messages.store import inbox, passing
from messages.store.accounts import Member
from messages.store.database import Database
from messages.store.inbox import CameBack, Waiting

PAGE: Final = 8
"""How many notices one page shows: as many buttons as a thumb can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: ``number`` of ``pages``, both from 1; ``total`` counts the notices on all of them.

    ``transferable`` are the deliveries of the page whose notice somebody else could take over; ``came_back`` are risk
    points that wait to be corrected.
    """

    items: tuple[Waiting, ...]
    number: int
    pages: int
    total: int
    transferable: frozenset[int] = frozenset()
    came_back: tuple[CameBack, ...] = ()


async def sent(db: Database, delivery_id: int) -> Waiting | None:
    """What a delivery said; None where there is no such delivery."""
    async with db.reading() as conn:
        return await inbox.sent(conn, delivery_id)


async def page(db: Database, member: Member, number: int = 1) -> Page:
    """A page of what waits for a member; the nearest one there is where ``number`` is not."""
    async with db.reading() as conn:
        found = await inbox.waiting(conn, person_id=member.person_id, account_id=member.account_id)
        shown = part_of(found, number, PAGE)
        transferable = await passing.transferable(conn, [item.delivery_id for item in shown.rows])
        came_back = await inbox.came_back(conn, member.person_id)
    return Page(
        items=shown.rows,
        number=shown.number,
        pages=shown.pages,
        total=shown.total,
        transferable=transferable,
        came_back=came_back,
    )
