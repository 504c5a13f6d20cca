"""A Bot API for any number of tokens, in a process of its own: it takes every message and counts them by token."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import aiohttp
import uvloop
from aiohttp import web

_WINDOW: Final = 1.0


@dataclass(frozen=True)
class Taken:
    """What one token sent: how many messages to how many chats, the most in any second, and when.

    The instants are seconds of the machine's steady clock, which all processes share.
    """

    messages: int
    chats: int
    most: int
    first: float
    last: float


class Told:
    """The arrivals of one token."""

    def __init__(self) -> None:
        """None yet."""
        self._chats: set[str] = set()
        self._second: deque[float] = deque()
        self._count = self._most = 0
        self._first = self._last = 0.0

    def take(self, chat: str) -> int:
        """One message arrived; gives its number."""
        self._last = now = time.monotonic()
        self._first = self._first or now
        self._second.append(now)
        while self._second[0] <= now - _WINDOW:
            self._second.popleft()
        self._most = max(self._most, len(self._second))
        self._chats.add(chat)
        self._count += 1
        return self._count

    def taken(self) -> Taken:
        """What arrived so far."""
        return Taken(self._count, len(self._chats), self._most, self._first, self._last)


class _Api:
    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    async def call(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        if method != "sendMessage":
            return web.json_response({"ok": True, "result": _me(token)})
        chat = parse_qs((await request.read()).decode())["chat_id"][0]
        number = self._told.setdefault(token, Told()).take(chat)
        return web.Response(body=_SENT % (number, int(chat)), content_type="application/json")

    async def tally(self, _request: web.Request) -> web.Response:
        return web.json_response([asdict(told.taken()) for told in self._told.values()])


_SENT: Final = b'{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":%d,"type":"private"},"text":"."}}'


def _me(token: str) -> dict[str, Any]:
    number = int(token.partition(":")[0])
    return {"id": number, "is_bot": True, "first_name": "廉讯", "username": f"lianxun_{number}_bot"}


async def _serve() -> None:
    api = _Api()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.call)
    app.router.add_get("/tally", api.tally)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print("http://{}:{}".format(*runner.addresses[0][:2]), flush=True)
    await asyncio.Event().wait()


class BotApi:
    """A line to its process."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def taken(self) -> Sequence[Taken]:
        """What each token that sent anything has sent."""
        async with self._session.get(f"{self.url}/tally") as answer:
            return [Taken(**one) for one in json.loads(await answer.read())]


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """One that runs as long as this block."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdout=PIPE)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        assert url, "the Bot API did not start"
        async with aiohttp.ClientSession() as session:
            yield BotApi(url, session)
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
