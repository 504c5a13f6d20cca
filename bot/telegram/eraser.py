"""Deletes messages: the recaller's port, on Telegram."""

import json
from collections.abc import Sequence

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.calls import call_of
from bot.telegram.digest import redraw
from bot.telegram.errors import erasure_of
from messages.deliveries import Erased, Erasure, PermanentFailure, Reason
from messages.store.database import Database
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.recaller import Eraser


class TelegramEraser(Eraser):
    """All messages of one delivery, one request; the recaller has paced it already.

    Below the library's methods, because its rate limiter would wait and try again by itself after a flood error: the
    whole bot is to hear of that.
    """

    def __init__(self, bot: ExtBot[str], db: Database, composer: Composer, clock: Clock) -> None:
        """Delete what ``bot`` sent; what a digest says beside it is in the database and written by ``composer``."""
        self._bot, self._db, self._composer, self._clock = bot, db, composer, clock
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

    async def redraw(self, account_id: int, message_id: int) -> Erasure:
        """Write a digest anew, without what was recalled; what is no digest was not erased by that."""
        where = {"account_id": account_id, "message_id": message_id}
        try:
            redrawn = await redraw(self._bot, self._db, self._composer, **where, now=self._clock.now())
        except TelegramError as error:
            return erasure_of(error)
        return Erased() if redrawn else PermanentFailure(Reason.UNDELETABLE)
