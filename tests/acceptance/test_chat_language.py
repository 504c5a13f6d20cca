from collections.abc import AsyncIterator

import pytest

from bot.chat.commands import TABLE
from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk, buttons

ZHANG = 101


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG)
        yield talk


async def choose(talk: Talk, language: str) -> str | None:
    await talk.write(ZHANG, "/language")
    message = talk.last(ZHANG)
    [column] = [n for n, button in enumerate(buttons(message)[0]) if button["callback_data"].endswith(language)]
    return await talk.press_button(ZHANG, message, column=column)


async def test_each_language_is_offered_in_its_own_name(talk: Talk) -> None:
    assert await talk.write(ZHANG, "/language") == ["Which language shall I speak?"]
    assert [button["text"] for button in buttons(talk.last(ZHANG))[0]] == ["中文", "English"]


async def test_a_language_is_spoken_at_once_in_texts_buttons_and_the_menu(talk: Talk) -> None:
    confirmed = talk.said(phrase("From now on I speak English."), "zh_CN")
    assert await choose(talk, "zh_CN") == confirmed
    assert talk.last(ZHANG).text == confirmed
    assert talk.menu(ZHANG) == [
        {"command": entry.name, "description": talk.said(entry.what, "zh_CN")}
        for entry in TABLE
        if not entry.acts or entry.holders
    ]
    await talk.issue()
    await talk.send()
    assert buttons(talk.last(ZHANG))[0][0]["text"] == talk.said(phrase("✅ Noted"), "zh_CN")

    assert await choose(talk, "en") == "From now on I speak English."
    assert talk.menu(ZHANG)[0] == {"command": "inbox", "description": "What waits for me"}


async def test_choosing_the_language_one_speaks_already_is_no_error(talk: Talk) -> None:
    for _ in range(2):
        assert await choose(talk, "en") == "From now on I speak English."


async def test_help_names_the_posts_and_the_commands(talk: Talk) -> None:
    [text] = await talk.write(ZHANG, "/help")
    assert "财政局 · Clerk" in text
    assert all(f"/{command} — " in text for command in ("inbox", "language", "help"))


async def test_help_of_one_who_only_bears_a_role_names_it_and_no_inbox(talk: Talk) -> None:
    await talk.hand_over(1)
    async with talk.db.writing() as conn:
        role = {"person_id": 1, "role": Role.INSPECTOR.value, "unit_id": 1, "granted_at": talk.now}
        await conn.execute(tables.roles.insert().values(role))
    [text] = await talk.write(ZHANG, "/help")
    assert "• inspector" in text
    assert "/inbox" not in text


async def test_start_again_greets_and_says_what_waits(talk: Talk) -> None:
    await talk.issue()
    await talk.send()
    [text] = await talk.write(ZHANG, "/start")
    assert text.startswith("Hello Zhang San!")
    assert "1 notice waits for you: /inbox" in text


@pytest.mark.parametrize("text", ["hello", "/nonsense all", "你好", "/", "//", "/start@"])
async def test_what_is_not_understood_is_pointed_to_the_help(talk: Talk, text: str) -> None:
    [answer] = await talk.write(ZHANG, text)
    assert "/help" in answer
