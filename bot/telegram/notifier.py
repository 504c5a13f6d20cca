"""Sends notices to chats: the notifier's port, on Telegram."""

from typing import Final

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.answers import PACED
from bot.telegram.errors import outcome_of
from bot.telegram.keyboards import acknowledge_keyboard
from messages.deliveries import Delivered, Outcome
from schedules.notifier import Notifier, Outgoing

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class TelegramNotifier(Notifier):
    """One message, one request; the dispatcher has paced it already."""

    def __init__(self, bot: ExtBot[str]) -> None:
        """Send as ``bot``."""
        self._bot = bot

    async def send(self, message: Outgoing) -> Outcome:
        """Send once. What the wire and the Bot API do comes back as an outcome; only a bug of ours is raised."""
        try:
            sent = await self._bot.send_message(
                message.chat_id,
                message.text,
                parse_mode=ParseMode.HTML,
                protect_content=message.protect or None,
                link_preview_options=_NO_PREVIEW,
                reply_markup=acknowledge_keyboard(message.delivery_id, message.acknowledge)
                if message.acknowledge
                else None,
                rate_limit_args=PACED,
            )
        except TelegramError as error:
            return outcome_of(error)
        return Delivered(sent.message_id)
