"""The command menu of a person shows what that person may do, and follows when roles change."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select, update
from telegram import BotCommandScopeChat

from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import HOLDERS_MENU, Talk, buttons

ZHANG = 101


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    """Zhang holds a post and bears no role."""
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang", ZHANG)
        yield talk


async def lead(talk: Talk, name: str) -> None:
    """The person leads the bureau from now on, as a command in another process would have it."""
    async with talk.db.writing() as conn:
        person = await conn.scalar(select(tables.people.c.id).where(tables.people.c.code == f"R{name}"))
        role = {"person_id": person, "role": Role.LEADER.value, "unit_id": 1, "granted_at": talk.now, "granted": True}
        await conn.execute(insert(tables.roles).values(role))


async def no_longer(talk: Talk) -> None:
    """Every role ends."""
    async with talk.db.writing() as conn:
        await conn.execute(update(tables.roles).values(ended_at=talk.now))


def offered(talk: Talk) -> list[str]:
    return [entry["command"] for entry in talk.menu(ZHANG)]


async def test_a_granted_role_is_in_the_menu_after_the_next_thing_that_the_person_does(talk: Talk) -> None:
    assert "notices" not in offered(talk)
    await lead(talk, "Zhang")
    await talk.write(ZHANG, "/inbox")
    assert "notices" in offered(talk)

    await no_longer(talk)
    await talk.write(ZHANG, "hello")
    assert "notices" not in offered(talk)


async def test_a_menu_follows_by_itself_where_its_person_does_nothing(talk: Talk) -> None:
    """An administrator who had just been imported saw no command of an administrator before writing something."""
    await lead(talk, "Zhang")
    await talk.chat.follow_menus()
    assert "notices" in offered(talk)

    await no_longer(talk)
    await talk.chat.follow_menus()
    assert "notices" not in offered(talk)


async def test_a_menu_that_did_not_change_is_not_set_again(talk: Talk) -> None:
    await lead(talk, "Zhang")
    await talk.write(ZHANG, "/inbox")
    before = len(talk.sandbox.calls("setMyCommands"))
    for text in ("/inbox", "hello", "/help"):
        await talk.write(ZHANG, text)
    assert len(talk.sandbox.calls("setMyCommands")) == before


async def test_a_menu_follows_in_the_language_just_chosen(talk: Talk) -> None:
    await lead(talk, "Zhang")
    await talk.write(ZHANG, "/language")
    chinese = buttons(talk.last(ZHANG))[0][0]
    await no_longer(talk)
    await talk.press(ZHANG, talk.last(ZHANG).message_id, chinese["callback_data"])
    assert [entry["description"] for entry in talk.menu(ZHANG) if entry["command"] == "inbox"] == ["待我签收"]


async def test_a_command_that_is_not_open_any_more_is_refused_and_leaves_the_menu(talk: Talk) -> None:
    """The menu may be older than the process: the chat still offers what was revoked while it was down."""
    await lead(talk, "Zhang")
    await talk.write(ZHANG, "/help")
    await no_longer(talk)
    commands = ["broadcast", "notices"]
    await talk.bot.set_my_commands([(name, name) for name in commands], scope=BotCommandScopeChat(ZHANG))

    (said,) = await talk.write(ZHANG, "/broadcast")

    assert said.startswith("This is not open to you")
    assert offered(talk) == HOLDERS_MENU
