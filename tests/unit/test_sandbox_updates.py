"""Updates reach the bot, by long polling or webhook, in order and until they are confirmed."""

import asyncio
from typing import Any

from aiohttp import web

from bot.sandbox.updates import Backoff
from tests.sandboxed import Time, sandboxed
from tests.service import PATIENCE


async def test_an_update_is_given_until_it_is_confirmed() -> None:
    async with sandboxed() as (sandbox, line):
        await sandbox.send_text(5, "/start abc")
        await sandbox.send_text(5, "second")
        first, second = await line.done("getUpdates")
        assert first["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert first["message"]["from"]["language_code"] == "zh-hans"
        assert await line.done("getUpdates") == [first, second]
        assert await line.done("getUpdates", offset=second["update_id"]) == [second]
        assert await line.done("getUpdates", limit=1, offset=-1) == [second]
        assert await line.done("getUpdates", offset=second["update_id"] + 1) == []


async def test_long_polling_waits_for_the_next_update() -> None:
    async with sandboxed() as (sandbox, line):
        poll = asyncio.create_task(line.done("getUpdates", timeout=50))
        await sandbox.world.updates.polled.wait()
        await sandbox.send_text(5, "hello")
        (update,) = await poll
        assert update["message"]["text"] == "hello"


async def test_a_second_poller_ends_the_first() -> None:
    async with sandboxed() as (sandbox, line):
        first = asyncio.create_task(line.call("getUpdates", timeout=50))
        await sandbox.world.updates.polled.wait()
        second = asyncio.create_task(line.done("getUpdates", timeout=50))
        assert await first == {
            "ok": False,
            "error_code": 409,
            "description": "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        }
        await sandbox.world.updates.polled.wait()
        await sandbox.send_text(5, "hello")
        assert len(await second) == 1


async def test_only_the_wanted_kinds_come() -> None:
    async with sandboxed() as (sandbox, line):
        await line.done("getUpdates", allowed_updates=["callback_query"])
        await sandbox.send_text(5, "hello")
        assert await line.done("getUpdates") == []
        await line.done("getUpdates", allowed_updates=[])
        await sandbox.send_text(5, "hello")
        assert len(await line.done("getUpdates")) == 1


async def test_a_press_is_answered_by_the_bot() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done(
            "sendMessage",
            chat_id=5,
            text="x",
            reply_markup={"inline_keyboard": [[{"text": "y", "callback_data": "a"}]]},
        )
        press = asyncio.create_task(sandbox.press(5, sent["message_id"], "a"))
        (update,) = await line.done("getUpdates", timeout=50)
        query = update["callback_query"]
        assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("a", 5, sent["message_id"])
        long = await line.refusal("answerCallbackQuery", callback_query_id=query["id"], text="字" * 201)
        assert long == "Bad Request: MESSAGE_TOO_LONG"
        await line.done("answerCallbackQuery", callback_query_id=query["id"], text="已记录", show_alert=True)
        toast = await press
        assert toast is not None
        assert (toast.text, toast.show_alert) == ("已记录", True)
        said = await line.refusal("answerCallbackQuery", callback_query_id=query["id"])
        assert said == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_an_old_press_can_no_longer_be_answered() -> None:
    time = Time()
    async with sandboxed(steady=time.steady) as (sandbox, line):
        press = asyncio.create_task(sandbox.press(5, 1, "a"))
        (update,) = await line.done("getUpdates", timeout=50)
        time.seconds += 61
        said = await line.refusal("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
        assert said.startswith("Bad Request: query is too old")
        press.cancel()


async def test_a_forged_press_may_come_from_another_person_about_a_message_that_is_gone() -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.add_person(6, "李伟")
        press = asyncio.create_task(sandbox.press(5, 77, "forged", user_id=6))
        (update,) = await line.done("getUpdates", timeout=50)
        assert update["callback_query"]["from"]["id"] == 6
        assert update["callback_query"]["message"] == {
            "message_id": 77,
            "chat": {"id": 5, "type": "private", "first_name": "王秀英"},
            "date": 0,
        }
        press.cancel()


class Hook:
    """A webhook that takes what it gets, after refusing as often as it was told to."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refusals = 0
        self.secrets: set[str | None] = set()
        self.all_here = asyncio.Event()
        self.expected = 1

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=500)
        self.taken.append(await request.json())
        if len(self.taken) >= self.expected:
            self.all_here.set()
        return web.Response()

    async def serve(self) -> tuple[web.AppRunner, str]:
        """Open a port; the runner to clean up, and the address."""
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


async def test_a_webhook_gets_every_update_in_order_with_the_secret_and_again_after_a_failure() -> None:
    hook = Hook()
    hook.refusals, hook.expected = 2, 5
    runner, url = await hook.serve()
    async with sandboxed(backoff=Backoff(first=0.001, longest=0.002)) as (sandbox, line):
        await sandbox.send_text(5, "1")
        await line.done("setWebhook", url=url, secret_token="se-cret", max_connections=1)
        for number in range(2, 6):
            await sandbox.send_text(5, str(number))
        async with asyncio.timeout(PATIENCE):
            await hook.all_here.wait()
        assert [update["message"]["text"] for update in hook.taken] == ["1", "2", "3", "4", "5"]
        assert hook.secrets == {"se-cret"}
        info = await line.done("getWebhookInfo")
        assert (info["url"], info["last_error_message"]) == (
            url,
            "Wrong response from the webhook: 500 Internal Server Error",
        )
        assert (await line.refusal("getUpdates")).startswith(
            "Conflict: can't use getUpdates method while webhook is active"
        )
        await line.done("deleteWebhook")
        assert (await line.done("getWebhookInfo"))["url"] == ""
    await runner.cleanup()


async def test_a_bad_webhook_is_refused() -> None:
    async with sandboxed() as (_, line):
        said = await line.refusal("setWebhook", url="ftp://example.org")
        assert said == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
        said = await line.refusal("setWebhook", url="https://example.org", secret_token="no spaces")
        assert said == "Bad Request: secret token contains unallowed characters"


async def test_pending_updates_can_be_dropped() -> None:
    async with sandboxed() as (sandbox, line):
        await sandbox.send_text(5, "1")
        await line.done("deleteWebhook", drop_pending_updates=True)
        assert await line.done("getUpdates") == []
        sandbox.push_update({"message": {"text": "by hand"}})
        (update,) = await line.done("getUpdates")
        assert update == {"update_id": 2, "message": {"text": "by hand"}}
