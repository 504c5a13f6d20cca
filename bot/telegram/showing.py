"""Shows a message at once, outside the pipeline: a preview, or one that a person asks to read again."""

from dataclasses import replace
from functools import partial

from telegram import Bot
from telegram.ext import ExtBot

from bot.telegram.calls import upload_of
from bot.telegram.files import BotFiles
from bot.telegram.parcels import Carrier, Params, parcels
from messages.store.database import Database
from schedules.notifier import Outgoing


async def show(bot: Bot, bot_id: int, db: Database, chat_id: int, outgoing: Outgoing) -> list[int]:
    """Send all of a message with its files and its button, and give its messages; the last one has the button.

    It is an answer to a person, and takes its places on the wire as such. Raises the library's ``TelegramError``, and
    ``FileUnavailable`` for a file that this bot cannot pass on.
    """
    message = replace(outgoing, chat_id=chat_id, parts=0)
    # An answer does not wait for the upload of a broadcast: it makes its own.
    carrier = Carrier(BotFiles(bot_id, db), partial(_post, bot, chat_id), alone=False)
    return [number for parcel in parcels(message) for number in await carrier.carry(message, parcel)]


async def _post(bot: Bot, chat_id: int, method: str, params: Params) -> object:
    url, call = f"{bot.base_url}/{method}", upload_of(params)
    meter = bot.rate_limiter if isinstance(bot, ExtBot) else None
    if meter is None:
        return await bot.request.post(url, call)
    return await meter.process_request(bot.request.post, (url, call), {}, method, {"chat_id": chat_id}, None)
