"""A digest that stands in a chat already, as it reads from now on: what was acknowledged, and without what is gone."""

from datetime import datetime

from telegram import Bot
from telegram.constants import ParseMode

from bot.telegram import presses
from bot.telegram.keyboards import choices_markup
from messages.store import digests
from messages.store.database import Database
from schedules.composer import Composer
from schedules.digests import Item


async def redraw(
    bot: Bot, db: Database, composer: Composer, *, account_id: int, message_id: int, now: datetime
) -> bool:
    """Write a digest anew; False where the message is none, or not recorded yet, and was left as it is.

    Raises the library's ``TelegramError``.
    """
    async with db.reading() as conn:
        sent = await digests.find(conn, account_id, message_id, now)
    if sent is None:
        return False
    items = [Item(delivery=one.delivery, acknowledged_at=one.acknowledged_at) for one in sent.items]
    drawn = composer.redrawn(items, sent.language, sent.chat_id)
    changes = {"text": drawn.text, "parse_mode": ParseMode.HTML.value, "reply_markup": choices_markup(drawn.choices)}
    await presses.edit(bot, "editMessageText", {"chat_id": str(sent.chat_id), "message_id": str(message_id), **changes})
    return True
