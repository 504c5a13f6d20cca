"""Sends notices to chats: the notifier's port, on Telegram."""

from typing import Final

from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import RequestData

from bot.telegram.calls import call_of
from bot.telegram.errors import outcome_of
from bot.telegram.keyboards import acknowledge_markup
from messages.deliveries import Delivered, Outcome, Unconfirmed
from schedules.notifier import Notifier, Outgoing

_NO_PREVIEW: Final = '{"is_disabled": true}'


class TelegramNotifier(Notifier):
    """One message, one request; the dispatcher has paced it already.

    It asks through the library's request, below the library's ``send_message``: of the answer only the message's id is
    wanted, and making the library's Message of it, with its hundred fields, took half of the time that a send costs.
    """

    def __init__(self, bot: ExtBot[str]) -> None:
        """Send as ``bot``."""
        self._request = bot.request
        self._url = f"{bot.base_url}/sendMessage"

    async def send(self, message: Outgoing) -> Outcome:
        """Send once. What the wire and the Bot API do comes back as an outcome; only a bug of ours is raised."""
        try:
            sent: object = await self._request.post(self._url, _call(message))
        except TelegramError as error:
            return outcome_of(error)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return Delivered(number) if isinstance(number, int) else Unconfirmed()


def _call(message: Outgoing) -> RequestData:
    texts = {
        "chat_id": str(message.chat_id),
        "text": message.text,
        "parse_mode": ParseMode.HTML.value,
        "link_preview_options": _NO_PREVIEW,
    }
    if message.protect:
        texts["protect_content"] = "true"
    if message.acknowledge:
        texts["reply_markup"] = acknowledge_markup(message.delivery_id, message.acknowledge)
    return call_of(texts)
