"""Updates are received only when they were processed: by long poll and by webhook, over HTTP."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram.ext import ExtBot

from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.incoming import Update
from bot.telegram.ordering import Inbox
from bot.telegram.updates import SECRET_HEADER, WEBHOOK_PATH, PollingIntake, WebhookIntake
from tests.service import PATIENCE
from tests.telegram_standin import TOKEN, Pace, StandIn, answer, refusal, stand_in

SECRET = "s3cret-of-the-webhook"


def press(number: int, person: int) -> dict[str, Any]:
    """A press of a button, as the Bot API delivers it."""
    user = {"id": person, "is_bot": False, "first_name": "张"}
    return {
        "update_id": number,
        "callback_query": {"id": str(number), "from": user, "chat_instance": "1", "data": "a1:z"},
    }


class Updates:
    """The Bot API's queue of updates, with its long poll: an offset confirms everything below it."""

    def __init__(self) -> None:
        self.queue: list[dict[str, Any]] = []
        self.polls: list[dict[str, Any]] = []
        self.faults: list[tuple[int, object]] = []
        self._came = asyncio.Event()

    def push(self, *updates: dict[str, Any]) -> None:
        self.queue += updates
        self._came.set()

    async def respond(self, method: str, params: Mapping[str, Any]) -> web.StreamResponse:
        if method != "getUpdates":
            return answer(200, {"ok": True, "result": True})
        if self.faults:
            return answer(*self.faults.pop(0))
        self.polls.append(dict(params))
        offset = int(params.get("offset", 0))
        self.queue = [update for update in self.queue if update["update_id"] >= offset]
        if not self.queue and int(params.get("timeout", 0)):
            self._came.clear()
            await self._came.wait()
        return answer(200, {"ok": True, "result": self.queue[: int(params["limit"])]})

    @property
    def offsets(self) -> list[int | None]:
        return [int(poll["offset"]) if "offset" in poll else None for poll in self.polls]


class Seen:
    """Processes updates; those named in ``stuck`` wait until they are let go."""

    def __init__(self, *stuck: int) -> None:
        self.numbers: list[int] = []
        self.gates = {number: asyncio.Event() for number in stuck}
        self._changed = asyncio.Condition()

    async def process(self, update: Update) -> None:
        if update.update_id in self.gates:
            await self.gates[update.update_id].wait()
        async with self._changed:
            self.numbers.append(update.update_id)
            self._changed.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.numbers) >= count)


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


@pytest.fixture
def updates(server: StandIn) -> Updates:
    queue = Updates()
    server.respond = queue.respond
    return queue


@asynccontextmanager
async def open_bot(server: StandIn) -> AsyncIterator[ExtBot[str]]:
    bot = build_bot(TOKEN, server.url, AnswerMeter(Pace()))
    async with bot.request, bot._request[0]:  # noqa: SLF001 - the library has no other face for it
        yield bot


@asynccontextmanager
async def polling(
    server: StandIn, process: Callable[[Update], Awaitable[None]], grace: float = 1
) -> AsyncIterator[list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with open_bot(server) as bot:
        task = asyncio.create_task(PollingIntake(bot, Inbox(process), sleep=sleep).run(grace))
        try:
            yield pauses
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_the_webhook_is_cleared_and_what_waits_is_kept(server: StandIn, updates: Updates) -> None:
    seen = Seen()
    updates.push(press(10, 1))
    async with polling(server, seen.process):
        await seen.until(1)
    assert server.calls[0] == ("deleteWebhook", {"drop_pending_updates": "false"})
    assert json.loads(updates.polls[0]["allowed_updates"]) == ["message", "callback_query", "my_chat_member"]


async def test_an_update_is_confirmed_when_it_was_processed(server: StandIn, updates: Updates) -> None:
    seen = Seen()
    updates.push(press(10, 1), press(11, 2))
    async with polling(server, seen.process):
        await seen.until(2)
    assert seen.numbers == [10, 11]
    assert updates.offsets[0] is None
    assert updates.offsets[-1] == 12
    assert updates.queue == []


async def test_a_slow_act_holds_up_nobody_and_is_not_confirmed(server: StandIn, updates: Updates) -> None:
    seen = Seen(10)
    updates.push(press(10, 1), press(11, 2))
    async with polling(server, seen.process):
        await seen.until(1)
        updates.push(press(12, 3))
        await seen.until(2)
        assert seen.numbers == [11, 12]
        assert updates.queue[0]["update_id"] == 10
        seen.gates[10].set()
        await seen.until(3)
    assert sorted(seen.numbers) == [10, 11, 12]
    assert updates.offsets[-1] == 13


async def test_what_was_cut_off_at_the_stop_comes_again(server: StandIn, updates: Updates) -> None:
    seen = Seen(11)
    updates.push(press(10, 1), press(11, 2), press(12, 3))
    async with polling(server, seen.process, grace=0.01):
        await seen.until(2)
    assert [update["update_id"] for update in updates.queue] == [11, 12]


async def test_a_window_full_of_known_updates_moves_on(server: StandIn, updates: Updates) -> None:
    seen = Seen(1)
    updates.push(*(press(number, number) for number in range(1, 251)))
    async with polling(server, seen.process, grace=0.01):
        await seen.until(249)
    assert sorted(seen.numbers) == list(range(2, 251))


async def test_a_polled_update_that_cannot_be_read_holds_up_nobody(server: StandIn, updates: Updates) -> None:
    seen = Seen()
    updates.push({"update_id": 10, "message": 5}, {"update_id": 11, "callback_query": {}}, press(12, 1))
    async with polling(server, seen.process):
        await seen.until(3)
    assert sorted(seen.numbers) == [10, 11, 12]
    assert updates.offsets[-1] == 13


async def test_unfinished_acts_make_no_hot_loop(server: StandIn, updates: Updates) -> None:
    seen = Seen(1)
    updates.push(press(1, 1))
    async with polling(server, seen.process, grace=0.01):
        await asyncio.sleep(0.3)  # what is measured is how often it asks in real time
    assert len(updates.polls) < 15


async def test_polling_survives_what_the_network_and_the_bot_api_do(server: StandIn, updates: Updates) -> None:
    seen = Seen()
    updates.faults = [
        refusal(502, "Bad Gateway"),
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(429, "Too Many Requests: retry after 3", retry_after=3),
        (200, b"not JSON"),
        (200, {"ok": True, "result": [{"message": {}}]}),
        refusal(401, "Unauthorized"),
    ]
    updates.push(press(10, 1))
    async with polling(server, seen.process) as pauses:
        await seen.until(1)
    assert seen.numbers == [10]
    assert pauses == [0.5, 1.0, 3.0, 2.0, 4.0, 8.0]


@asynccontextmanager
async def webhook(server: StandIn, process: Callable[[Update], Awaitable[None]]) -> AsyncIterator[str]:
    async with open_bot(server) as bot:
        intake = WebhookIntake(bot, Inbox(process), url="https://lianxun.example/telegram/webhook", secret=SECRET)
        app = web.Application()
        app.router.add_post(WEBHOOK_PATH, intake.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        task = asyncio.create_task(intake.run(0.01))
        try:
            yield "http://{}:{}{}".format(*runner.addresses[0][:2], WEBHOOK_PATH)
        finally:
            task.cancel()
            await asyncio.wait([task])
            await runner.cleanup()


async def post(url: str, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status


async def test_the_webhook_is_set_with_its_secret(server: StandIn) -> None:
    set_up = asyncio.Event()

    async def respond(_method: str, _params: Mapping[str, Any]) -> web.StreamResponse:
        set_up.set()
        return answer(200, {"ok": True, "result": True})

    server.respond = respond
    async with webhook(server, Seen().process):
        await set_up.wait()
    method, params = server.calls[0]
    assert method == "setWebhook"
    assert params["url"] == "https://lianxun.example/telegram/webhook"
    assert params["secret_token"] == SECRET
    assert params["max_connections"] == "100"
    assert json.loads(params["allowed_updates"]) == ["message", "callback_query", "my_chat_member"]


async def test_the_webhook_is_answered_when_the_update_was_processed(server: StandIn) -> None:
    seen = Seen(1)
    async with webhook(server, seen.process) as url:
        first = asyncio.create_task(post(url, json.dumps(press(1, 1)).encode()))
        repeat = asyncio.create_task(post(url, json.dumps(press(1, 1)).encode()))
        assert await post(url, json.dumps(press(2, 2)).encode()) == 200
        assert not first.done()
        seen.gates[1].set()
        assert await first == 200
        assert await repeat == 200
        assert await post(url, json.dumps(press(1, 1)).encode()) == 200
    assert seen.numbers == [2, 1]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper()])
async def test_without_the_secret_nothing_is_read(server: StandIn, secret: str | None) -> None:
    seen = Seen()
    async with webhook(server, seen.process) as url:
        assert await post(url, json.dumps(press(1, 1)).encode(), secret) == 403
    assert seen.numbers == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id":"1"}', 400),
        (b'{"update_id":1,"message":5}', 400),
        (b'{"update_id":true}', 400),
        (b'{"update_id":9223372036854775808}', 400),
        (b'{"update_id":1,"callback_query":{}}', 400),
        (b'{"update_id":1,"callback_query":{"from":{"id":"5"}}}', 400),
        (b'{"update_id":1,"my_chat_member":{"from":[]}}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"1" * 10_000, 400),
        (b" " * 1_048_577, 413),
    ],
)
async def test_hostile_bodies_are_refused(server: StandIn, body: bytes, status: int) -> None:
    seen = Seen()
    async with webhook(server, seen.process) as url:
        assert await post(url, body) == status
    assert seen.numbers == []


async def test_a_large_body_without_its_length_is_refused(server: StandIn) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async with (
        webhook(server, Seen().process) as url,
        aiohttp.ClientSession() as session,
        session.post(url, data=endless(), headers={SECRET_HEADER: SECRET}) as response,
    ):
        assert response.status == 413


async def test_a_secret_that_is_no_text_is_refused(server: StandIn) -> None:
    async with webhook(server, Seen().process) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.split(":")[2].split("/")[0]))
        writer.write(f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: ".encode() + b"\xff\xfe\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"403"
        writer.close()
        await writer.wait_closed()
