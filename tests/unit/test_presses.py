"""A press is answered once and at once; the change of its message may wait."""

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from bot.telegram import presses
from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from tests.telegram_standin import TOKEN, Pace, StandIn, refusal, stand_in

FLOOD = refusal(429, "Too Many Requests: retry after 3", retry_after=3)


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
async def server() -> AsyncIterator[StandIn]:
    async with stand_in() as running:
        yield running


@pytest.fixture
async def bot(server: StandIn, pace: Pace) -> AsyncIterator[ExtBot[str]]:
    built = build_bot(TOKEN, server.url, AnswerMeter(pace, sleep=pace.sleep))
    await built.request.initialize()
    yield built
    await built.request.shutdown()


async def test_a_press_is_answered_with_a_line_or_without(server: StandIn, bot: ExtBot[str], pace: Pace) -> None:
    await presses.answer(bot, "q1", "已记录 & 谢谢")
    await presses.answer(bot, "q2")
    assert server.calls == [
        ("answerCallbackQuery", {"callback_query_id": "q1", "text": "已记录 & 谢谢"}),
        ("answerCallbackQuery", {"callback_query_id": "q2"}),
    ]
    assert server.paths[0] == f"/bot{TOKEN}/answerCallbackQuery"
    assert pace.counted == []


async def test_a_line_that_the_bot_api_would_not_take_is_cut(server: StandIn, bot: ExtBot[str]) -> None:
    """Why a post is not open, with long names in it, had 230 characters: it was refused, and nothing was shown."""
    for text in ("x" * 201, "📋" * 150, "📋" * 100):
        await presses.answer(bot, "q", text)
    said = [call["text"] for _, call in server.calls]
    assert said[0] == "x" * 199 + "…"
    assert [len(one.encode("utf-16-le")) // 2 <= 200 for one in said] == [True] * 3
    assert said[1].endswith("…")
    assert said[2] == "📋" * 100


async def test_an_answer_waits_out_no_silence(server: StandIn, bot: ExtBot[str], pace: Pace) -> None:
    """Nobody sees it any more by then, and the next updates wait behind it."""
    server.script(FLOOD)
    with pytest.raises(RetryAfter):
        await presses.answer(bot, "q", "x")
    assert len(server.calls) == 1
    assert pace.silences == []


async def test_a_change_waits_out_a_silence(server: StandIn, bot: ExtBot[str], pace: Pace) -> None:
    server.script(FLOOD)
    changes = {"chat_id": "5", "message_id": "7", "text": "x", "entities": '[{"type":"bold","offset":0,"length":1}]'}
    await presses.edit(bot, "editMessageText", changes)
    assert server.calls == [("editMessageText", changes)] * 2
    assert pace.silences == [3]


async def test_what_the_bot_api_refuses_is_raised(server: StandIn, bot: ExtBot[str]) -> None:
    server.script(refusal(400, "Bad Request: query is too old"), refusal(400, "Bad Request: message is not modified"))
    with pytest.raises(BadRequest):
        await presses.answer(bot, "q", "x")
    with pytest.raises(BadRequest):
        await presses.edit(bot, "editMessageText", {"chat_id": "5", "message_id": "7", "text": "x"})
