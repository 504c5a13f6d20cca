"""How an item stands now: found, held while it is changed, and what is told of one that has changed meanwhile."""

from collections.abc import Sequence

from messages.errors import CHANGED, DecidedBefore, NotFound, Outdated
from messages.items.records import Item, ItemState, item_state_said
from messages.store import items
from messages.store.database import Connection
from messages.text.phrase import phrase


async def present(conn: Connection, item_id: int, version: int | None, states: Sequence[ItemState]) -> Item:
    """An item that is to be changed from one of these states, which nobody else changes meanwhile.

    Raises ``NotFound``, ``DecidedBefore`` for one in another state, ``Outdated`` where another ``version`` was seen.
    """
    item = await items.lock(conn, item_id)
    if item is None:
        raise missing()
    if item.state not in states:
        raise decided_before(item)
    if version is not None and version != item.version:
        raise Outdated(CHANGED)
    return item


async def found(conn: Connection, item_id: int) -> Item:
    """An item as it stands; raises ``NotFound``."""
    item = await items.find(conn, item_id)
    if item is None:
        raise missing()
    return item


def missing() -> NotFound:
    """What is told of an item that is not there, or is not open to who asks: the one is not told from the other."""
    return NotFound(phrase("There is no such item, or it is not open to you."))


def decided_before(item: Item, person_id: int | None = None) -> DecidedBefore:
    """What is told, perhaps to this person, of an item of which something else has become."""
    if item.state is ItemState.ISSUED and person_id and person_id in (item.approved_by, item.confirmed_by):
        return DecidedBefore(phrase("You have approved this already."))
    if item.state is ItemState.ISSUED and (by := item.confirmer or item.approver):
        return DecidedBefore(phrase("{name} has approved this already.", name=by))
    if item.state is ItemState.CONFIRMING:
        return DecidedBefore(phrase("{name} has approved this already.", name=item.approver or ""))
    if item.state is ItemState.RETURNED and item.returner:
        return DecidedBefore(phrase("{name} has returned this already.", name=item.returner))
    if item.state is ItemState.WITHDRAWN:
        return DecidedBefore(phrase("{name} has withdrawn this.", name=item.person))
    return DecidedBefore(phrase("This item is: {state}.", state=item_state_said(item.state)))
