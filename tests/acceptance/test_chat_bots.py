"""Two bots of one office, each over its own wire: who joins where, who moves, and what each bot says to whom."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.joining import _MOVED, _MOVED_BOT
from bot.chat.strangers import LINE
from messages import bots
from messages.bots import NewBot
from messages.organisation.tokens import new_key
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import HOLDERS_MENU, Talk, buttons

ZHANG, NEW_PHONE = 101, 111


@pytest.fixture
async def main(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        yield talk


@pytest.fixture
async def second(main: Talk) -> AsyncIterator[Talk]:
    new = NewBot(token=f"700002:{'A' * 35}", username="second_bot")
    added = await bots.add(main.db, new, keys=new_key(), settings_token="", now=main.now)
    async with main.another(added.id).open() as talk:
        for there in (main, talk):
            await there.meet(ZHANG)
            await there.meet(NEW_PHONE)
        yield talk


async def test_a_notice_comes_from_the_bot_through_which_one_joined(main: Talk, second: Talk) -> None:
    person = await main.hire("Zhang San", language="en")
    await second.write(ZHANG, f"/start {await main.invite(person)}")
    await main.issue()
    assert await main.send() == []
    assert len(await second.send()) == 1
    assert main.texts(ZHANG) == []
    assert await second.press_button(ZHANG, second.last(ZHANG)) == "Recorded at 09:09."


async def test_at_another_bot_one_is_a_stranger(main: Talk, second: Talk) -> None:
    await main.employ("Zhang San", ZHANG)
    assert await second.write(ZHANG, "/inbox") == [second.said(LINE)]
    assert second.menu(ZHANG) == []


async def test_moving_to_another_bot_takes_along_what_was_open_and_the_old_bot_says_farewell(
    main: Talk, second: Talk
) -> None:
    person = await main.employ("Zhang San", ZHANG)
    await main.issue()
    await main.send()
    old = main.last(ZHANG)

    [greeting] = await second.write(ZHANG, f"/start {await main.invite(person, issue=2)}")

    assert greeting.startswith("Hello Zhang San, welcome!")
    assert "1 notice is on its way to you." in greeting
    assert main.texts(ZHANG)[-1] == main.said(_MOVED_BOT)
    assert main.menu(ZHANG) == []
    assert [entry["command"] for entry in second.menu(ZHANG)] == HOLDERS_MENU
    assert second.woken == 1
    assert await main.press_button(ZHANG, old) != "Recorded at 09:09."
    assert await main.write(ZHANG, "/inbox") == [main.said(LINE)]

    assert await main.send() == []
    assert len(await second.send()) == 1
    assert buttons(second.last(ZHANG))
    assert await second.press_button(ZHANG, second.last(ZHANG)) == "Recorded at 09:09."


async def test_moving_to_another_chat_and_bot_is_told_in_the_old_chat_by_the_old_bot(main: Talk, second: Talk) -> None:
    person = await main.employ("Zhang San", ZHANG)
    await second.write(NEW_PHONE, f"/start {await main.invite(person, issue=2)}")
    assert main.texts(ZHANG)[-1] == main.said(_MOVED)
    assert second.texts(ZHANG) == []


async def test_where_nobody_speaks_for_the_old_bot_one_moves_all_the_same(main: Talk, second: Talk) -> None:
    person = await main.employ("Zhang San", ZHANG)
    said = len(main.texts(ZHANG))
    del second.bots[main.bot_id]
    [greeting] = await second.write(ZHANG, f"/start {await main.invite(person, issue=2)}")
    assert greeting.startswith("Hello Zhang San, welcome!")
    assert len(main.texts(ZHANG)) == said


async def test_blocking_the_bot_that_one_left_changes_nothing_at_the_other(main: Talk, second: Talk) -> None:
    person = await main.employ("Zhang San", ZHANG)
    await second.write(ZHANG, f"/start {await main.invite(person, issue=2)}")
    await main.block(ZHANG, blocked=True)
    await main.issue()
    assert await main.states(person) == ["planned"]
    await main.block(ZHANG, blocked=False)
    assert len(await second.send()) == 1

    await second.block(ZHANG, blocked=True)
    await main.issue("another")
    assert await main.states(person) == ["delivered", "unreachable"]


async def test_moving_there_and_back(main: Talk, second: Talk) -> None:
    person = await main.employ("Zhang San", ZHANG)
    await second.write(ZHANG, f"/start {await main.invite(person, issue=2)}")
    await main.write(ZHANG, f"/start {await main.invite(person, issue=3)}")
    assert second.texts(ZHANG)[-1] == second.said(_MOVED_BOT)
    assert second.menu(ZHANG) == []
    await main.issue()
    assert len(await main.send()) == 1
