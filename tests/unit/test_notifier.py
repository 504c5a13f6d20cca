"""The notifier sends what the dispatcher asks, as the Bot API wants it; the button carries the delivery's name."""

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.files import BotFiles
from bot.telegram.keyboards import AcknowledgePress, notice_markup, parse
from bot.telegram.notifier import TelegramNotifier
from messages.deliveries import Delivered, PermanentFailure, Reason, TemporaryFailure, Unconfirmed
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from schedules.notifier import Outgoing
from tests.telegram_standin import MESSAGE, TOKEN, Pace, StandIn, raw_server, refusal, stand_in

OUTGOING = Outgoing(delivery_id=35, chat_id=5, text="<b>廉洁</b>", acknowledge="✅ 已知悉", protect=True)


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


async def send(root: str, message: Outgoing = OUTGOING) -> object:
    pace = Pace()
    bot = build_bot(TOKEN, root, AnswerMeter(pace), read_timeout=5)
    async with bot.request:
        outcome = await TelegramNotifier(bot, BotFiles(MAIN_BOT, Database("sqlite:///:memory:"))).send(message)
    assert pace.counted == []  # the dispatcher has counted it
    return outcome


async def test_a_notice_goes_out_protected_with_its_button(server: StandIn) -> None:
    assert await send(server.url) == Delivered(MESSAGE["message_id"])  # type: ignore[arg-type]
    assert server.calls == [
        (
            "sendMessage",
            {
                "chat_id": "5",
                "text": "<b>廉洁</b>",
                "parse_mode": "HTML",
                "protect_content": "true",
                "link_preview_options": '{"is_disabled": true}',
                "reply_markup": '{"inline_keyboard": [[{"callback_data": "a1:z", "text": '
                '"\\u2705 \\u5df2\\u77e5\\u6089"}]]}',
            },
        )
    ]


async def test_a_message_without_a_button_has_no_keyboard(server: StandIn) -> None:
    await send(server.url, Outgoing(delivery_id=1, chat_id=5, text="x", acknowledge=None, protect=False))
    assert set(server.calls[0][1]) == {"chat_id", "text", "parse_mode", "link_preview_options"}


async def test_a_refusal_comes_back_as_an_outcome_and_is_not_tried_again(server: StandIn) -> None:
    server.script(refusal(403, "Forbidden: bot was blocked by the user"))
    assert await send(server.url) == PermanentFailure(Reason.BLOCKED)
    assert len(server.calls) == 1


async def test_a_lost_answer_is_unconfirmed() -> None:
    async with raw_server(b"") as root:
        assert await send(root) == Unconfirmed()


async def test_an_answer_without_a_messages_number_is_unconfirmed(server: StandIn) -> None:
    server.script((200, {"ok": True, "result": True}))
    assert await send(server.url) == Unconfirmed()


async def test_no_connection_is_a_temporary_failure() -> None:
    assert await send("http://127.0.0.1:1") == TemporaryFailure(Reason.NETWORK)


@given(st.integers(1, 2**63 - 1))
def test_a_button_names_its_delivery_in_a_few_bytes(delivery_id: int) -> None:
    data = json.loads(notice_markup(delivery_id, "✅"))["inline_keyboard"][0][0]["callback_data"]
    assert len(data) <= 64
    assert parse(data) == AcknowledgePress(delivery_id)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "a1:",
        "a1:0",
        "a1:01",
        "a1:-1",
        "a1:Z",
        "a1:z ",
        "a1:z\n",
        "a2:z",
        "z",
        "a1:a1:z",
        "a1:zzzzzzzzzzzzz",
        "a1:٣",
    ],
)
def test_forged_or_stale_data_means_nothing(data: str) -> None:
    assert parse(data) is None
