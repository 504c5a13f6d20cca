"""Deletes messages: the recaller's port, on Telegram."""

import json
from collections.abc import Sequence

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.calls import call_of
from bot.telegram.errors import erasure_of
from messages.deliveries import Erased, Erasure
from schedules.recaller import Eraser


class TelegramEraser(Eraser):
    """All messages of one delivery, one request; the recaller has paced it already.

    Below the library's methods, because its rate limiter would wait and try again by itself after a flood error: the
    whole bot is to hear of that.
    """

    def __init__(self, bot: ExtBot[str]) -> None:
        """Delete what ``bot`` sent."""
        self._request = bot.request
        self._root = bot.base_url

    async def erase(self, chat_id: int, message_ids: Sequence[int]) -> Erasure:
        """Delete once. What the wire and the Bot API do comes back as an outcome; only a bug of ours is raised."""
        if len(message_ids) == 1:
            method, what = "deleteMessage", {"message_id": str(message_ids[0])}
        else:
            method, what = "deleteMessages", {"message_ids": json.dumps([*message_ids])}
        try:
            await self._request.post(f"{self._root}/{method}", call_of({"chat_id": str(chat_id), **what}))
        except TelegramError as error:
            return erasure_of(error)
        return Erased()
