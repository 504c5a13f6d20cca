"""Updates come in: asked for by long polling, or delivered by webhook. One mode is chosen, the other is cleared.

In both an update counts as received only after it was processed, so that a crash makes Telegram repeat it: the webhook
is answered then, and the poll's offset stays at the lowest update that is unfinished.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final, TypeVar

import structlog
from aiohttp import web
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram import incoming
from bot.telegram.errors import retry_after
from bot.telegram.incoming import KINDS, Update, number
from bot.telegram.ordering import Inbox
from bot.telegram.transport import AnswerLost

_log: Final = structlog.get_logger(__name__)
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

WEBHOOK_PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

_BATCH: Final = 100
_POLL: Final = timedelta(seconds=25)
_AFTER_NEW: Final = 0.1
"""Seconds for which the next poll waits for the acts of the last: asked sooner, they would come once more."""
_AFTER_KNOWN: Final = 0.2
_BACKLOG: Final = 2_000
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_LARGEST_BODY: Final = 1_048_576
_CONNECTIONS: Final = 100
"""The most that Telegram opens; by itself it opens 40, and each waits for the answer to a press."""


async def _insist(ask: Callable[[], Awaitable[T]], sleep: Sleep) -> T:
    """Ask until it is answered, with growing pauses; a conflict and a refused token are told plainly, and may pass."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await ask()
        except RetryAfter as error:
            await sleep(retry_after(error).total_seconds())
            continue
        except Conflict:
            _log.warning("another process receives this bot's updates; stop it, or give it another bot", again_in=pause)
        except InvalidToken:
            _log.error("the Bot API refuses the bot's token", again_in=pause)
        except TelegramError as error:
            _log.warning("updates cannot be asked for", error=str(error), again_in=pause)
        await sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


class PollingIntake:
    """Asks for updates; the next poll does not wait for slow acts of the last.

    ``offset`` confirms everything below it, so it stays at the lowest unfinished update; those above come again, and
    are known. Where a whole batch is known the window moves on: better one act less sure in a crash than everyone
    waiting.
    """

    def __init__(
        self, bot: ExtBot[str], inbox: Inbox, *, poll: timedelta = _POLL, sleep: Sleep = asyncio.sleep
    ) -> None:
        """Poll as ``bot`` for at most ``poll`` at a time."""
        self._bot = bot
        self._inbox = inbox
        self._poll = poll
        self._sleep = sleep
        self._next: int | None = None
        self._floor = 0

    async def run(self, grace: float = 3) -> None:
        """Clear the webhook (what waits is kept), then poll until cancelled.

        Then what was taken is finished, for ``grace`` seconds at the most, and confirmed.
        """
        await _insist(lambda: self._bot.delete_webhook(drop_pending_updates=False), self._sleep)
        try:
            while True:
                await self._round()
        finally:
            await self._inbox.close(grace)
            await self._confirm()

    async def _round(self) -> None:
        told = await _insist(self._ask, self._sleep)
        updates = [_polled(one) for one in told]
        fresh = [update for update in updates if not self._inbox.knows(update.update_id)]
        for update in fresh:
            _ = self._inbox.take(update)
        if updates:
            self._next = updates[-1].update_id + 1
        if len(updates) == _BATCH and not fresh:
            self._floor = updates[-1].update_id + 1
        await self._breathe(_AFTER_NEW if fresh else _AFTER_KNOWN)

    async def _breathe(self, seconds: float) -> None:
        """Let acts finish before the next poll: at once when all have, and not long, but never in a hot loop."""
        if unfinished := list(self._inbox.unfinished):
            await asyncio.wait(unfinished, timeout=seconds)
        while len(unfinished := list(self._inbox.unfinished)) > _BACKLOG:
            await asyncio.wait(unfinished, return_when=asyncio.FIRST_COMPLETED)

    async def _ask(self) -> list[Any]:
        patience = (self._bot.request.read_timeout or 0) + self._poll.total_seconds()
        return await self._updates(offset=self._offset(), wait=self._poll, limit=_BATCH, read_timeout=patience)

    async def _updates(self, *, offset: int | None, wait: timedelta, limit: int, read_timeout: float) -> list[Any]:
        """The updates as they are told; the library's ``get_updates`` would make its own objects of them."""
        asked = {"offset": offset, "timeout": wait, "limit": limit, "allowed_updates": KINDS}
        told = await self._bot._post("getUpdates", asked, read_timeout=read_timeout)  # noqa: SLF001 -- below its face
        if not isinstance(told, list) or not all(_is_numbered(one) for one in told):
            message = "The answer is not a list of updates."
            raise AnswerLost(message)
        return told

    def _offset(self) -> int | None:
        lowest = self._inbox.lowest_unfinished
        if lowest is not None:
            return max(self._floor, lowest)
        self._floor = 0
        return self._next

    async def _confirm(self) -> None:
        if (offset := self._offset()) is None:
            return
        try:
            await self._updates(offset=offset, wait=timedelta(), limit=1, read_timeout=1)
        except TelegramError as error:
            _log.info("the last updates could not be confirmed and will come again", error=str(error))


class WebhookIntake:
    """Has updates delivered to ``url`` with a secret that only Telegram and we know."""

    def __init__(self, bot: ExtBot[str], inbox: Inbox, *, url: str, secret: str, sleep: Sleep = asyncio.sleep) -> None:
        """``url`` is where the world reaches ``handle``, ``secret`` 1–256 characters of A-Z, a-z, 0-9, _ and -."""
        self._bot = bot
        self._inbox = inbox
        self._url = url
        self._secret = secret
        self._sleep = sleep

    async def run(self, grace: float = 3) -> None:
        """Set the webhook (what waits is kept), then stay until cancelled, and finish what was taken."""
        await _insist(self._set, self._sleep)
        try:
            await asyncio.Event().wait()
        finally:
            await self._inbox.close(grace)

    async def _set(self) -> bool:
        return await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=KINDS,
            drop_pending_updates=False,
            max_connections=_CONNECTIONS,
        )

    async def handle(self, request: web.Request) -> web.Response:
        """``POST /telegram/webhook``: 200 after the update was processed (Telegram repeats it otherwise).

        403 without the secret, 413 for a body over 1 MiB, 400 for one that is no update.
        """
        if not self._is_from_telegram(request):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        body = await _read(request)
        if body is None:
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        update = _update(body)
        if update is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        done = self._inbox.take(update)
        await asyncio.wait([done])  # not cancelled with the request: the act goes on when Telegram hangs up
        return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE if done.cancelled() else HTTPStatus.OK)

    def _is_from_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return bool(self._secret) and hmac.compare_digest(given.encode(errors="surrogateescape"), self._secret.encode())


async def _read(request: web.Request) -> bytes | None:
    """The body; None for one that is too large, of which no more is read than that."""
    if (request.content_length or 0) > _LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > _LARGEST_BODY:
            return None
    return bytes(body)


def _is_numbered(told: object) -> bool:
    return isinstance(told, dict) and number(told.get("update_id")) is not None


def _polled(told: dict[str, Any]) -> Update:
    """A polled update; one that cannot be read is nobody's, so that those behind it come."""
    update = incoming.read(told)
    if update is None:
        _log.warning("an update cannot be read", update_id=told["update_id"])
        return incoming.unread(told["update_id"])
    return update


def _update(body: bytes) -> Update | None:
    try:
        return incoming.read(json.loads(body))
    except (ValueError, RecursionError):
        return None
