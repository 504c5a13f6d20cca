"""Answers count towards the bot's rate, notices are counted already, and a flood error is waited out."""

from collections.abc import AsyncIterator

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from tests.telegram_standin import TOKEN, Pace, StandIn, refusal, stand_in


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


async def test_only_what_puts_a_message_into_a_chat_is_counted(bot: ExtBot[str], pace: Pace) -> None:
    await bot.send_message(5, "x")
    await bot.answer_callback_query("q")
    await bot.edit_message_text("x", chat_id=5, message_id=7)
    await bot.send_chat_action(5, "typing")
    await bot.set_my_commands([])
    assert pace.counted == [5]


async def test_a_flood_error_is_waited_out(server: StandIn, bot: ExtBot[str], pace: Pace) -> None:
    flood = refusal(429, "Too Many Requests: retry after 3", retry_after=3)
    server.script(flood, flood)
    await bot.edit_message_text("x", chat_id=5, message_id=7)
    assert pace.silences == [3, 3]
    assert pace.floods == []
    assert len(server.calls) == 3


async def test_a_flood_error_without_end_is_raised_after_three_more_tries(
    server: StandIn, bot: ExtBot[str], pace: Pace
) -> None:
    server.script(*[refusal(429, "Too Many Requests: retry after 1", retry_after=1)] * 9)
    with pytest.raises(RetryAfter):
        await bot.send_message(5, "x")
    assert len(server.calls) == 4
    assert pace.counted == [5, 5, 5, 5]
    assert pace.floods == [1, 1, 1, 1]
    assert all(send.ended for send in pace.sends)


async def test_nobody_waits_an_hour_for_an_answer(server: StandIn, bot: ExtBot[str], pace: Pace) -> None:
    server.script(refusal(429, "Too Many Requests: retry after 3600", retry_after=3600))
    with pytest.raises(RetryAfter):
        await bot.send_message(5, "x")
    assert pace.silences == []
