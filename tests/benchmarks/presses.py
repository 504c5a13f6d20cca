"""People's side of acknowledging: a Bot API that takes every call, and Telegram that posts presses to the webhook.

Each is a process of its own (``python -m tests.benchmarks.presses botapi|telegram``), so that the service's process
does nothing but serve. Instants are seconds of the machine's steady clock, which all processes share.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import aiohttp
import uvloop
from aiohttp import web

from bot.telegram.keyboards import notice_markup
from bot.telegram.updates import SECRET_HEADER

CONNECTIONS: Final = 100
"""The most that Telegram opens to a webhook."""
_TEXT: Final = "🌙 国庆节廉洁提醒\n\n" + "请严格遵守中央八项规定精神，不收受礼品礼金，不公车私用。" * 6
_ENTITIES: Final = [{"type": "bold", "offset": 0, "length": 10}, {"type": "italic", "offset": 20, "length": 12}]


@dataclass(frozen=True)
class Orders:
    """What Telegram is to deliver: presses of ``(delivery, chat)``, either at a ``rate`` or so many at a time."""

    url: str
    secret: str
    first_update: int
    presses: Sequence[tuple[int, int]]
    rate: float = 0
    at_a_time: int = 64


@dataclass(frozen=True)
class Posted:
    """One press: when it was posted, when the webhook answered, and with what status."""

    query_id: str
    sent: float
    done: float
    status: int


def _update(number: int, delivery_id: int, chat_id: int) -> bytes:
    """A press as Telegram posts it: with the whole message under whose button it was."""
    chat = {"id": chat_id, "type": "private", "first_name": "王秀英"}
    message = {
        "message_id": delivery_id,
        "from": {"id": 123456, "is_bot": True, "first_name": "廉讯", "username": "lianxun_bot"},
        "chat": chat,
        "date": 1_790_000_000,
        "text": _TEXT,
        "entities": _ENTITIES,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": json.loads(notice_markup(delivery_id, "✅ 签收")),
    }
    query = {
        "id": str(number),
        "from": {"id": chat_id, "is_bot": False, "first_name": "王秀英", "language_code": "zh-hans"},
        "message": message,
        "chat_instance": "-3700000000000000001",
        "data": message["reply_markup"]["inline_keyboard"][0][0]["callback_data"],
    }
    return json.dumps({"update_id": number, "callback_query": query}).encode()


# --- Telegram, posting ------------------------------------------------------------------------------------------------


async def _post_all(orders: Orders) -> list[Posted]:
    bodies = [
        (str(number), _update(number, delivery_id, chat_id))
        for number, (delivery_id, chat_id) in enumerate(orders.presses, orders.first_update)
    ]
    headers = {SECRET_HEADER: orders.secret, "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    posted: list[Posted] = []
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def post(query_id: str, body: bytes) -> None:
            sent = time.monotonic()
            async with session.post(orders.url, data=body) as answer:
                await answer.read()
            posted.append(Posted(query_id, sent, time.monotonic(), answer.status))

        async def work(waiting: Iterator[tuple[str, bytes]]) -> None:
            for query_id, body in waiting:
                await post(query_id, body)

        if orders.rate:
            began = time.monotonic()
            async with asyncio.TaskGroup() as tasks:
                for number, (query_id, body) in enumerate(bodies):
                    await asyncio.sleep(began + number / orders.rate - time.monotonic())
                    tasks.create_task(post(query_id, body))
        else:
            waiting = iter(bodies)
            await asyncio.gather(*(work(waiting) for _ in range(orders.at_a_time)))
    return posted


async def deliver(orders: Orders) -> list[Posted]:
    """Have the presses delivered by a process of Telegram's own."""
    process = await _started("telegram", stdin=PIPE)
    out, _ = await process.communicate(json.dumps(asdict(orders)).encode())
    return [Posted(*row) for row in json.loads(out)]


def _telegram() -> None:
    posted = uvloop.run(_post_all(Orders(**json.load(sys.stdin))))
    json.dump([(one.query_id, one.sent, one.done, one.status) for one in posted], sys.stdout)


# --- the Bot API, answering -------------------------------------------------------------------------------------------


class _Taken:
    """What the Bot API was asked for."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.answered: dict[str, float] = {}

    async def call(self, request: web.Request) -> web.Response:
        arrived = time.monotonic()
        method = request.match_info["method"]
        self.calls[method] += 1
        body = await request.read()
        if method == "answerCallbackQuery":
            self.answered[parse_qs(body.decode())["callback_query_id"][0]] = arrived
        return web.json_response({"ok": True, "result": _RESULTS.get(method, True)})

    async def tally(self, _request: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls, "answered": self.answered})


_CHAT: Final = {"id": 5, "type": "private", "first_name": "王秀英"}
_MESSAGE: Final = {"message_id": 7, "date": 1_790_000_000, "chat": _CHAT, "text": _TEXT, "entities": _ENTITIES}
_RESULTS: Final[dict[str, Any]] = {
    "getMe": {"id": 123456, "is_bot": True, "first_name": "廉讯", "username": "lianxun_bot"},
    "editMessageText": _MESSAGE,
}


async def _serve() -> None:
    taken = _Taken()
    app = web.Application()
    app.router.add_post("/{bot}/{method}", taken.call)
    app.router.add_get("/tally", taken.tally)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("http://{}:{}".format(*runner.addresses[0][:2]), flush=True)
    await asyncio.Event().wait()


class BotApi:
    """A line to the Bot API's process."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def tally(self) -> tuple[dict[str, int], dict[str, float]]:
        """How often each method was called, and when each press was answered."""
        async with self._session.get(f"{self.url}/tally") as answer:
            told = json.loads(await answer.read())
        return told["calls"], told["answered"]


async def answer_only(api: BotApi, count: int, at_a_time: int) -> float:
    """A bare aiohttp client that answers presses and does nothing else: how many a second."""
    numbers = iter(range(-count, 0))  # those of presses are above
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_a_time)) as session:

        async def work() -> None:
            for number in numbers:
                texts = {"callback_query_id": str(number), "text": "已记录"}
                async with session.post(f"{api.url}/bot/answerCallbackQuery", data=texts) as answer:
                    await answer.read()

        began = time.monotonic()
        await asyncio.gather(*(work() for _ in range(at_a_time)))
        return count / (time.monotonic() - began)


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """A Bot API that takes every call; gone at the end."""
    process = await _started("botapi", stdin=None)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        assert url, "the Bot API did not start"
        async with aiohttp.ClientSession() as session:
            yield BotApi(url, session)
    finally:
        process.terminate()
        await process.wait()


async def _started(part: str, stdin: int | None) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, part, stdin=stdin, stdout=PIPE)


if __name__ == "__main__":
    if sys.argv[1] == "telegram":
        _telegram()
    else:
        uvloop.run(_serve())
