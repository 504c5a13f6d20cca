"""How the bot's answers to people share the wire with what the dispatcher sends.

An answer never waits behind a broadcast, but it counts: it takes its part of the bot's rate, so that both together stay
within it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, Final, Protocol

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.errors import retry_after
from schedules.pacer import Send

_COUNTED: Final = ("send", "copy", "forward")
_NOT_COUNTED: Final = frozenset({"sendChatAction"})
_TRIES: Final = 4
_LONGEST_WAIT: Final = timedelta(minutes=1)

Answer = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[..., Coroutine[Any, Any, Answer]]


class Pace(Protocol):
    """The pacer's side for answers."""

    async def answer(self, chat_id: int) -> Send:
        """Take the very next place on the wire; waits only for the wire itself."""
        ...

    def end(self, send: Send) -> None:
        """The answer to a send is in, whatever it says."""
        ...

    def flooded(self, retry_after: float) -> None:
        """The Bot API asked the whole bot to be silent for so many seconds."""
        ...


class AnswerMeter(BaseRateLimiter[str]):
    """The rate limiter of the bot's calls (python-telegram-bot's port for it).

    Those that put a message into a chat are counted first, and their flood errors are told to the pace. Any that meets
    a flood error is tried again after the silence asked for, three times at the most. Notices, which the dispatcher
    has paced, do not pass here.
    """

    def __init__(self, pace: Pace, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Count with ``pace``; ``sleep`` waits for a number of seconds."""
        self._pace = pace
        self._sleep = sleep

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Call,
        args: Any,  # noqa: ANN401 - the library's signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Answer:
        """Let a call through; raises what the last try raised."""
        del rate_limit_args
        attempt = partial(callback, *args, **kwargs)
        chat_id = data.get("chat_id")
        if isinstance(chat_id, int) and _puts_a_message(endpoint):
            attempt = partial(self._counted, attempt, chat_id)
        for _ in range(_TRIES - 1):
            try:
                return await attempt()
            except RetryAfter as error:
                silence = retry_after(error)
                if silence > _LONGEST_WAIT:
                    raise
            await self._sleep(silence.total_seconds())
        return await attempt()

    async def _counted(self, attempt: Call, chat_id: int) -> Answer:
        send = await self._pace.answer(chat_id)
        try:
            return await attempt()
        except RetryAfter as error:
            self._pace.flooded(retry_after(error).total_seconds())
            raise
        finally:
            self._pace.end(send)


def _puts_a_message(endpoint: str) -> bool:
    return endpoint.startswith(_COUNTED) and endpoint not in _NOT_COUNTED
