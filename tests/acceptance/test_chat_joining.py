from collections.abc import AsyncIterator

import pytest

from bot.chat.joining import _MOVED, _REFUSED
from bot.chat.strangers import LINE
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import HOLDERS_MENU, Talk, buttons

ZHANG, LI, STRANGER, NEW_PHONE = 101, 102, 109, 111


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        yield talk


async def test_a_person_joins_is_greeted_by_name_and_told_the_posts(talk: Talk) -> None:
    person = await talk.hire("Zhang <San>", ["Head", "Supervisor"], "en")
    await talk.meet(ZHANG)

    [greeting] = await talk.write(ZHANG, f"/start {await talk.invite(person)}")

    assert greeting.startswith("Hello Zhang <San>, welcome!")
    assert "财政局 · Head\n" in greeting
    assert "财政局 · Supervisor\n" in greeting
    assert [entry["command"] for entry in talk.menu(ZHANG)] == HOLDERS_MENU


async def test_what_was_open_goes_out_after_the_greeting(talk: Talk) -> None:
    person = await talk.hire("Zhang San", language="en")
    await talk.meet(ZHANG)
    await talk.issue()

    [greeting] = await talk.write(ZHANG, f"/start {await talk.invite(person)}")

    assert "1 notice is on its way to you." in greeting
    assert talk.woken == 1
    assert len(await talk.send()) == 1
    assert buttons(talk.last(ZHANG))


async def test_wrong_codes_get_one_answer_and_after_ten_none(talk: Talk) -> None:
    code = await talk.invite(await talk.hire("Zhang San", language="en"))
    await talk.meet(STRANGER)
    for wrong in ["wrong", "wrong-code-wrong-code", "x" * 500, "' OR 1=1 --", "中文", "../../etc", "%s%n", "<b>", "0"]:
        assert await talk.write(STRANGER, f"/start {wrong}") == [talk.said(_REFUSED)]

    [silenced] = await talk.write(STRANGER, "/start wrong-code-wrong-code")
    assert silenced == "Too many codes that cannot be used. Please try again in 60 minutes."
    assert await talk.write(STRANGER, f"/start {code}") == []
    assert await talk.write(STRANGER, "/start wrong-code-wrong-code") == []


async def test_a_person_moves_and_the_old_account_is_told(talk: Talk) -> None:
    person = await talk.employ("Zhang San", ZHANG)
    await talk.meet(NEW_PHONE)
    code = await talk.invite(person, issue=2)

    [greeting] = await talk.write(NEW_PHONE, f"/start {code}")

    assert greeting.startswith("Hello Zhang San, welcome!")
    assert talk.texts(ZHANG)[-1] == talk.said(_MOVED)
    assert talk.menu(ZHANG) == []
    assert await talk.write(ZHANG, "/inbox") == [talk.said(LINE)]


async def test_the_code_of_another_person_is_left_unused(talk: Talk) -> None:
    await talk.employ("Zhang San", ZHANG)
    code = await talk.invite(await talk.hire("Li Si", language="en"))
    await talk.meet(LI)

    [answer] = await talk.write(ZHANG, f"/start {code}")
    assert answer.startswith("This account is Zhang San's.")

    [greeting] = await talk.write(LI, f"/start {code}")
    assert greeting.startswith("Hello Li Si, welcome!")


async def test_a_stranger_gets_a_polite_line_once_a_minute_and_nothing_else(talk: Talk) -> None:
    await talk.meet(STRANGER)
    assert await talk.write(STRANGER, "/start") == [talk.said(LINE)]
    for text in ("hello", "/inbox", "/help", "/language", "/start"):
        assert await talk.write(STRANGER, text) == []
    talk.clock.move_to(talk.clock.now().replace(hour=10))
    assert await talk.write(STRANGER, "hello") == [talk.said(LINE)]
    assert talk.menu(STRANGER) == []


async def test_the_bot_is_silent_in_groups(talk: Talk) -> None:
    person = await talk.employ("Zhang San", ZHANG)
    talk.sandbox.chats.add_group(-500, "A group")
    code = await talk.invite(person, issue=2)
    sender = {"id": ZHANG, "is_bot": False, "first_name": "Zhang"}
    message = {"message_id": 1, "date": 0, "chat": {"id": -500, "type": "group", "title": "A group"}, "from": sender}
    for number, text in enumerate([f"/start {code}", "/inbox", "hello"], start=900):
        await talk.push({"update_id": number, "message": {**message, "text": text}})
    assert talk.texts(-500) == []


async def test_who_blocked_the_bot_and_came_back_gets_what_was_missed(talk: Talk) -> None:
    person = await talk.employ("Zhang San", ZHANG)
    await talk.block(ZHANG, blocked=True)
    await talk.issue()
    assert await talk.states(person) == ["unreachable"]

    await talk.block(ZHANG, blocked=False)

    assert talk.woken == 1
    assert len(await talk.send()) == 1


async def test_a_sign_of_life_from_an_unreachable_chat_brings_back_what_was_missed(talk: Talk) -> None:
    """The update that the bot was let in again may never have come."""
    person = await talk.employ("Zhang San", ZHANG)
    await talk.block(ZHANG, blocked=True)
    await talk.issue()
    talk.sandbox.chats.get(ZHANG).standing = type(talk.sandbox.chats.get(ZHANG).standing).OPEN

    await talk.write(ZHANG, "hello")

    assert talk.woken == 1
    assert await talk.states(person) == ["planned"]
