"""Updates delivered by webhook: set by the service itself, accepted with the secret only, once each."""

import asyncio
import socket

import aiohttp

from tests.service import BEFORE, DUE, Founding, chat, until

HEADING = "国庆节"
SECRET = "a-secret-of-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def webhook(port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}"
    return {"telegram_mode": "webhook", "public_url": address, "http_port": str(port), "webhook_secret": SECRET}


async def test_people_join_and_acknowledge_by_webhook(found: Founding) -> None:
    async with (
        found(people=3) as place,
        place.serving(BEFORE, clock=None, read_timeout=10, **webhook(free_port())) as service,
    ):
        await until(lambda: bool(place.sandbox.calls("setWebhook")))
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=3)
        toasts = await asyncio.gather(*(place.press(n, place.heard(n, HEADING)[0]) for n in (1, 2, 3)))
        assert all(toasts)
        assert await place.acknowledged() == 4
        assert not place.sandbox.calls("getUpdates")


async def test_a_body_without_the_secret_is_refused_and_changes_nothing(found: Founding) -> None:
    port = free_port()
    async with found(people=3) as place, place.serving(BEFORE, clock=None, read_timeout=10, **webhook(port)) as service:
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=3)
        message = place.heard(3, HEADING)[0]
        press = {
            "id": "1",
            "from": {"id": chat(3), "is_bot": False, "first_name": "人员3"},
            "chat_instance": "1",
            "message": {"message_id": message.message_id, "date": 0, "chat": {"id": chat(3), "type": "private"}},
            "data": (message.reply_markup or {})["inline_keyboard"][0][0]["callback_data"],
        }
        update = {"update_id": 5, "callback_query": press}
        url = f"http://127.0.0.1:{port}/telegram/webhook"
        async with aiohttp.ClientSession() as session:
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
                async with session.post(url, json=update, headers=headers) as answer:
                    assert answer.status in {401, 403}
            assert await place.acknowledged() == 0
            for _ in range(2):
                async with session.post(
                    url, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
                ) as answer:
                    assert answer.status == 200
        assert await place.acknowledged() == 1
        assert len(place.sandbox.calls("answerCallbackQuery")) == 1


async def test_the_mode_may_change_from_webhook_to_polling(found: Founding) -> None:
    async with found(people=2) as place:
        async with place.serving(BEFORE, clock=None, read_timeout=10, **webhook(free_port())):
            await until(lambda: bool(place.sandbox.calls("setWebhook")))
        async with place.serving(BEFORE):
            await place.sandbox.send_text(chat(1), "/help")
            await until(lambda: bool(place.heard(1, "/inbox")))
