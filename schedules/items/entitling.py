"""Who may see an item, enter it, and decide about it. What is refused is recorded.

An item is open to its collector and to who looks after its unit, as all do who decide; to anybody else it is not there.
"""

from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import LianxunError
from messages.items.records import Item, ItemState
from messages.rights import Act
from messages.store.database import Connection
from messages.text.phrase import Phrase, phrase
from schedules.items.standing import found, missing
from schedules.tools import Tools

_OWN: Final = phrase("Nobody approves the own item.")
_SECOND: Final = phrase("You have approved this yourself: a second person of the office confirms it.")
_OWN_POST: Final = phrase("This is about a post that you hold yourself: somebody else decides about it.")
_OTHERS: Final = phrase("Only its collector changes an item or withdraws it.")


async def sees(conn: Connection, item: Item, person_id: int) -> bool:
    """Whether an item is open to this person."""
    return item.person_id == person_id or (await rights.reach(conn, person_id, Act.SEE_WARNINGS)).covers(item.path)


async def own(tools: Tools, item_id: int, person_id: int, now: datetime) -> Item:
    """An item of this person's own. Raises ``NotFound``, or ``NotEntitled`` for somebody else's."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
    if item.person_id != person_id:
        raise await refused(tools, item, person_id, Act.SUBMIT, now, _OTHERS)
    return item


async def entitle(tools: Tools, item_id: int, person_id: int, act: Act, now: datetime) -> Item:
    """The item, where this person may decide about it. Raises ``NotFound`` and ``NotEntitled``."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
        within = await _reaches(conn, item, person_id, act)
    what = concerned(item, person_id, act)
    if what is not None or not within:
        raise await refused(tools, item, person_id, act, now, what)
    return item


async def may(conn: Connection, item: Item, person_id: int) -> bool:
    """Whether an item waits for a decision that this person may make now."""
    act = _WAITS_FOR.get(item.state)
    return act is not None and concerned(item, person_id, act) is None and await _reaches(conn, item, person_id, act)


_WAITS_FOR: Final = {ItemState.SUBMITTED: Act.APPROVE_ITEMS, ItemState.CONFIRMING: Act.CONFIRM_RED}


def concerned(item: Item, person_id: int, act: Act) -> Phrase | None:
    """Why a person does not decide about an item whatever the person's rights are; None where nothing forbids it."""
    if item.person_id == person_id:
        return _OWN
    if act is Act.CONFIRM_RED and item.approved_by == person_id:
        return _SECOND
    return _OWN_POST if person_id in item.holders else None


async def _reaches(conn: Connection, item: Item, person_id: int, act: Act) -> bool:
    return (await rights.reach(conn, person_id, act)).covers(item.path)


async def refused(
    tools: Tools, item: Item, person_id: int, act: Act, now: datetime, what: Phrase | None = None
) -> LianxunError:
    """Record that an act was refused, and give the error to raise: why, to whom the item is open, else ``NotFound``."""
    error = await rights.refuse(tools.db, person_id, act, now, what, item=item.id)
    async with tools.db.reading() as conn:
        return error if await sees(conn, item, person_id) else missing()
