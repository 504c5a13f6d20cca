"""Chats, presses to come and the bot's profile survive a restart of the sandbox."""

from pathlib import Path

import aiohttp

from bot.sandbox import NO_LIMITS
from tests.sandboxed import sandboxed

KEYBOARD = {"inline_keyboard": [[{"text": "✅ 已知悉", "callback_data": "a1:1"}]]}


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "sandbox.db"
    async with sandboxed(store=store, limits=NO_LIMITS) as (sandbox, line):
        await line.done(
            "sendMessage", chat_id=5, text="<b>国庆</b>", parse_mode="HTML", protect_content=True, reply_markup=KEYBOARD
        )
        sent = await line.done("sendMessage", chat_id=5, text="x")
        await line.done("editMessageText", chat_id=5, message_id=sent["message_id"], text="y")
        gone = await line.done("sendMessage", chat_id=5, text="z")
        await line.done("deleteMessage", chat_id=5, message_id=gone["message_id"])
        await line.done("setMyCommands", commands=[{"command": "inbox", "description": "待办"}], language_code="zh")
        await sandbox.send_text(5, "/start abc")
        sandbox.add_person(6, "李伟", "en", detail="教育局")
        sandbox.block(6)
        before, pending = sandbox.messages(5), await line.done("getUpdates")
    async with sandboxed(store=store, limits=NO_LIMITS) as (sandbox, line):
        assert sandbox.messages(5) == before
        assert sandbox.chats.get(5).unread == 2
        assert await line.done("getUpdates") == pending
        assert await line.done("getMyCommands", language_code="zh") == [{"command": "inbox", "description": "待办"}]
        assert await line.refusal("sendMessage", chat_id=6, text="x") == "Forbidden: bot was blocked by the user"
        assert (await line.done("sendMessage", chat_id=5, text="new"))["message_id"] == before[-1].message_id + 1
        await sandbox.send_text(5, "next")
        assert (await line.done("getUpdates"))[-1]["update_id"] == pending[-1]["update_id"] + 1


async def test_files_and_the_webhook_are_kept_too(tmp_path: Path) -> None:
    store = tmp_path / "sandbox.db"
    async with sandboxed(store=store) as (sandbox, line):
        body = aiohttp.FormData({"chat_id": "5"})
        body.add_field("photo", b"png", filename="1.png", content_type="image/png")
        async with line.session.post(f"{sandbox.url}/bot{sandbox.token}/sendPhoto", data=body) as answer:
            assert answer.status == 200
        await line.done("setWebhook", url="http://127.0.0.1:9/hook", secret_token="s")
    async with sandboxed(store=store) as (_, line):
        _, chat = await line.get("/sandbox/chats/5")
        async with line.session.get(line.sandbox.url + chat["messages"][0]["media"]["url"]) as answer:
            assert await answer.read() == b"png"
        assert (await line.done("getWebhookInfo"))["url"] == "http://127.0.0.1:9/hook"


async def test_messages_beyond_the_bound_are_forgotten_here_and_in_the_file(tmp_path: Path) -> None:
    store = tmp_path / "sandbox.db"
    async with sandboxed(store=store, limits=NO_LIMITS, keep_messages=3) as (sandbox, line):
        for number in range(5):
            await line.done("sendMessage", chat_id=5, text=str(number))
        assert [message.text for message in sandbox.messages(5)] == ["2", "3", "4"]
    async with sandboxed(store=store, keep_messages=3) as (sandbox, _):
        assert [message.text for message in sandbox.messages(5)] == ["2", "3", "4"]


async def test_a_person_who_is_added_again_keeps_the_messages(tmp_path: Path) -> None:
    store = tmp_path / "sandbox.db"
    async with sandboxed(store=store) as (_, line):
        await line.done("sendMessage", chat_id=5, text="x")
    async with sandboxed(store=store) as (sandbox, _):
        sandbox.add_person(5, "王秀英（新）")
        assert [message.text for message in sandbox.messages(5)] == ["x"]
        assert sandbox.chats.get(5).language == "zh-hans"
