"""What a press of a button is given back: its answer, and the message as it reads from now on.

Thousands press at the same time, so these go through the library's request, below its methods (as notices do, see
``notifier.py``): of what comes back nothing is wanted, and the library would make its Message of it.
"""

from collections.abc import Mapping
from typing import Final

from telegram import Bot
from telegram.ext import ExtBot

from bot.telegram.calls import call_of
from messages.text.lengths import cut
from messages.text.marked import length16

_LONGEST_ANSWER: Final = 200
"""Characters: the Bot API refuses a longer line, and the person would see nothing at all."""
_ANSWER_WITHIN: Final = 3.0
"""Seconds for which an answer is waited for: the client shows it for about so long, and the next update waits."""


async def answer(bot: Bot, query_id: str, text: str | None = None) -> None:
    """Answer a press, with a line that passes by; a long one is cut. Once: a flood error is raised like any other."""
    texts = {"callback_query_id": query_id} | ({"text": _short(text)} if text else {})
    await bot.request.post(f"{bot.base_url}/answerCallbackQuery", call_of(texts), read_timeout=_ANSWER_WITHIN)


def _short(text: str) -> str:
    """A sign beyond the first plane, such as most emoji, counts as two."""
    return cut(text, _LONGEST_ANSWER - (length16(text) - len(text)))


async def edit(bot: Bot, method: str, texts: Mapping[str, str]) -> None:
    """Change a message by one of the methods that edit; after a flood error it is tried again."""
    url, call = f"{bot.base_url}/{method}", call_of(texts)
    meter = bot.rate_limiter if isinstance(bot, ExtBot) else None
    if meter is None:
        await bot.request.post(url, call)
    else:
        await meter.process_request(bot.request.post, (url, call), {}, method, {}, None)
