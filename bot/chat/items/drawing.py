"""How an item looks to whoever decides about it: as it was laid before them, and what became of it."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.items.records import Item, ItemState
from messages.store import reach
from messages.text.phrase import Phrase, phrase
from schedules.items.deadlines import entry_due
from schedules.items.telling import card


async def drawn(
    desk: Desk, item: Item, language: str, rows: Sequence[Sequence[InlineKeyboardButton]] = (), end: End | None = None
) -> Drawn:
    """All of an item, and how its card ends: as it stands, where nothing else is said."""
    given = item.given
    days = await desk.calendars.current()
    due = entry_due(days, desk.policy, given.category, given.decisive_on, desk.clock.zone)
    end = end or End(line=outcome(desk, item, language))
    params = card(item, due, await _people(desk, item))
    text = as_told(desk, "item_card", params, language, decided=end.line is not None)
    return ended(desk, text, given.title, language, rows, end)


async def _people(desk: Desk, item: Item) -> int:
    if not item.given.audience:
        return 0
    async with desk.db.reading() as conn:
        return (await reach.count(conn, item.given.audience)).people


def outcome(desk: Desk, item: Item, language: str) -> Phrase | None:
    """What was decided about an item, by whom and when; None while its leader has not decided."""
    moment = desk.moment(item.approved_at, language) if item.approved_at else ""
    match item.state:
        case ItemState.CONFIRMING:
            return phrase(
                "✅ Approved by {name} on {moment}; waits for the office", name=item.approver or "", moment=moment
            )
        case ItemState.ISSUED if item.confirmer:
            return phrase(
                "✅ Issued: approved by {name}, confirmed by {confirmer}",
                name=item.approver or "",
                confirmer=item.confirmer,
            )
        case ItemState.ISSUED:
            return phrase("✅ Issued: approved by {name} on {moment}", name=item.approver or "", moment=moment)
        case ItemState.RETURNED:
            return phrase("↩️ Returned by {name}. Reason: {why}", name=item.returner or "", why=item.why or "")
        case ItemState.WITHDRAWN:
            return phrase("✖️ Withdrawn by {name}", name=item.person)
    return None
