"""The running service with several bots: added, changed and retired while it runs."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.sandbox import Sandbox
from bot.sandbox.limits import NO_LIMITS
from bot.service import Service
from messages import bots
from messages.bots import NewBot
from messages.organisation.tokens import new_key
from schedules.boards import hang_board
from tests.acceptance.test_service_webhook import SECRET, free_port, webhook
from tests.service import BEFORE, TOKEN, Founding, Town, chat, until
from tests.switchboard import switchboard

SECOND = f"700002:{'A' * 35}"
RENEWED = f"700002:{'B' * 35}"
"""What @BotFather gives after the second bot's token was revoked."""
KEY = new_key()


@dataclass
class Province:
    """The office, and a second bot beside that of the settings."""

    place: Town
    second: Sandbox
    renewed: Sandbox
    api: str

    async def add(self, keys: str = KEY) -> None:
        new = NewBot(token=SECOND, username="second_bot", unit="教育局")
        await bots.add(self.place.db, new, keys=keys, settings_token=self.place.sandbox.token, now=BEFORE)

    def heard(self, number: int) -> list[str]:
        """What the second bot said to a person."""
        return texts(self.second, number)

    async def move(self, number: int) -> None:
        """A person joins through the second bot."""
        code = await self.place.invite(number)
        said = len(self.heard(number))
        await self.second.send_text(chat(number), f"/start {code}")
        await until(lambda: len(self.heard(number)) > said)


@pytest.fixture
async def province(found: Founding) -> AsyncIterator[Province]:
    second = Sandbox(token=SECOND, username="second_bot", limits=NO_LIMITS, strict=True)
    renewed = Sandbox(token=RENEWED, username="second_bot", limits=NO_LIMITS, strict=True)
    await second.start()
    await renewed.start()
    async with found(people=4) as place, switchboard(place.sandbox, second, renewed) as api:
        for number in range(1, 5):
            second.add_person(chat(number), f"人员{number}", "zh-hans")
            renewed.add_person(chat(number), f"人员{number}", "zh-hans")
        yield Province(place, second, renewed, api)
    for sandbox in (second, renewed):
        await sandbox.stop()
        assert not sandbox.violations


def serving(province: Province, token: str = TOKEN) -> AbstractAsyncContextManager[Service]:
    return province.place.serving(telegram_api_url=province.api, token_key=KEY, telegram_token=token)


async def test_a_bot_that_is_added_serves_without_a_restart_and_a_retired_one_no_more(province: Province) -> None:
    place = province.place
    async with serving(province) as service:
        await province.add()
        await province.move(3)
        assert "人员3" in province.heard(3)[0]
        assert place.heard(3)

        notice = await place.issue(service, "第一")
        await place.settled(notice, delivered=4)
        assert any("第一" in text for text in province.heard(3))
        assert not place.heard(3, "第一")
        assert place.heard(1, "第一")

        await bots.retire(place.db, "second_bot", anyway=True, now=service.clock.now())
        later = await place.issue(service, "第二")
        await place.settled(later, delivered=3, unreachable=1)


async def test_a_bot_that_is_told_to_be_silent_holds_up_no_other_bots_boards(province: Province) -> None:
    """One loop looked after the boards of all bots, and waited with the first that met a flood error."""
    place = province.place
    async with serving(province) as service:
        await province.add()
        await province.move(3)
        notice = await place.issue(service, "第一")
        await place.settled(notice, delivered=4)
        flood = place.sandbox.faults.flood(30, method="sendMessage", chat_id=chat(1), times=None)
        async with place.db.writing() as conn:
            for number in (1, 3):
                await hang_board(conn, notice, number, BEFORE)
        await flood.hit.wait()
        await until(lambda: any("已送达：" in text for text in province.heard(3)))
        assert not place.heard(1, "已送达：")


async def test_both_bots_answer_presses(province: Province) -> None:
    place = province.place
    await province.add()
    async with serving(province) as service:
        await province.move(3)
        notice = await place.issue(service)
        await place.settled(notice, delivered=4)
        message = next(one for one in reversed(province.second.messages(chat(3))) if one.reply_markup)
        assert message.reply_markup is not None
        data = message.reply_markup["inline_keyboard"][0][0]["callback_data"]
        toast = await province.second.press(chat(3), message.message_id, data)
        assert toast is not None
        assert place.heard(1)
        assert await place.press(1, place.heard(1)[-1])
        await place.settled(notice, acknowledged=2)


async def test_a_bot_whose_token_cannot_be_read_is_told_by_name_and_the_others_go_on(province: Province) -> None:
    await province.add(keys=new_key())
    with capture_logs() as logs:
        async with serving(province) as service:
            notice = await province.place.issue(service)
            await province.place.settled(notice, delivered=4)
    [told] = [line for line in logs if line.get("bot") == "second_bot" and line["log_level"] == "error"]
    assert "«second_bot»" in told["error"]
    assert "LIANXUN_TOKEN_KEY" in told["error"]
    assert not any(SECOND.partition(":")[2] in str(line) or KEY in str(line) for line in logs)


async def test_the_service_runs_without_a_token_in_the_settings(province: Province) -> None:
    await province.add()
    async with serving(province, token="") as service:
        await province.move(3)
        notice = await province.place.issue(service, audience="person:R003")
        await province.place.settled(notice, delivered=1)


async def test_a_new_token_of_the_same_bot_is_taken_up_without_a_restart(province: Province) -> None:
    """The sender went on with the line of the token that was revoked: nothing of that bot was sent any more."""
    place = province.place
    await province.add()
    async with serving(province) as service:
        await province.move(3)
        await bots.change_token(place.db, "second_bot", RENEWED, username="second_bot", keys=KEY, now=BEFORE)
        await until(lambda: bool(province.renewed.calls("setMyCommands")))
        await place.settled(await place.issue(service, "换令牌之后"), delivered=4)
        assert [text for text in texts(province.renewed, 3) if "换令牌之后" in text]


async def test_each_bot_has_a_webhook_and_a_secret_of_its_own(province: Province) -> None:
    place, port = province.place, free_port()
    url = f"http://127.0.0.1:{port}/telegram/webhook"
    await province.add()
    settings = {"telegram_api_url": province.api, "token_key": KEY} | webhook(port)
    async with place.serving(BEFORE, clock=None, read_timeout=10, **settings):
        await until(lambda: bool(province.second.calls("setWebhook") and place.sandbox.calls("setWebhook")))
        await province.move(3)
        await place.sandbox.send_text(chat(1), "/help")
        await until(lambda: bool(place.heard(1, "/inbox")))
        async with aiohttp.ClientSession() as session:
            for address, secret, status in (
                (f"{url}/2", SECRET, 403),  # the main bot's
                (f"{url}/2", "", 403),
                (f"{url}/3", SECRET, 404),
                (f"{url}/99999999999999", SECRET, 404),
                (url, SECRET, 400),  # right, and no update
            ):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                async with session.post(address, data=b"[]", headers=headers) as answer:
                    assert (address, answer.status) == (address, status)


def texts(sandbox: Sandbox, number: int) -> list[str]:
    return [message.text for message in sandbox.messages(chat(number)) if message.from_bot]
