"""Live parts of pages, as Server-Sent Events: a part is drawn anew now and then, and told where it has changed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.web.guard import HEADERS
from bot.web.reception import Reception, Visit
from messages.errors import LianxunError
from messages.sessions import is_open
from messages.store.database import Database

_EVERY: Final = 1.5
"""Seconds between two looks."""
_SIGN_OF_LIFE: Final = 10
"""After so many looks without news something is said all the same, so that no proxy closes a silent line."""
_AT_ONCE: Final = 8
"""Live pages of one session; browsers open no more to one server either."""

Load = Callable[[Visit], Awaitable[dict[str, Any]]]


class Live:
    """Every live part that is open."""

    def __init__(self, reception: Reception, db: Database) -> None:
        """Nobody listens yet."""
        self._reception = reception
        self._db = db
        self._open: Counter[int] = Counter()
        self._stopping = asyncio.Event()

    async def tell(self, visit: Visit, template: str, load: Load) -> web.StreamResponse:
        """Tell a page its part until it is closed, its reader is signed out, or the service stops."""
        session = visit.viewer.session_id
        if self._open[session] >= _AT_ONCE:
            return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(visit.request)
        self._open[session] += 1
        try:
            await self._follow(response, visit, template, load)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._open[session] -= 1
        return response

    async def _follow(self, response: web.StreamResponse, visit: Visit, template: str, load: Load) -> None:
        told, silent = "", 0
        while not self._stopping.is_set():
            drawn = await self._drawn(visit, template, load)
            if drawn is None:
                await response.write(b"event: left\ndata:\n\n")
                return
            silent = 0 if drawn != told else silent + 1
            if drawn != told:
                await response.write(_message(drawn))
            elif silent % _SIGN_OF_LIFE == 0:
                await response.write(b": still here\n\n")
            told = drawn
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _EVERY)

    async def _drawn(self, visit: Visit, template: str, load: Load) -> str | None:
        """The part as it is now; None where its reader may no longer see it."""
        if not await is_open(self._db, visit.viewer.session_id, self._reception.clock.now()):
            return None
        try:
            values = await load(visit)
        except LianxunError:
            return None
        return self._reception.pages.draw(template, visit.language, stamp=visit.stamp, **values)

    async def stop(self) -> None:
        """End every stream."""
        self._stopping.set()


def _message(text: str) -> bytes:
    return "".join([*(f"data: {line}\n" for line in text.splitlines()), "\n"]).encode()
