"""A broadcast is written, looked at and sent in chat, over real HTTP to the sandbox."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk, buttons

ADMIN, SECOND, CLERK = 101, 102, 103


class Newsroom(Talk):
    """An office with two administrators and a clerk; whoever presses says what is on the button."""

    async def people(self) -> None:
        await self.employ("Admin", ADMIN)
        await self.employ("Second", SECOND)
        await self.employ("Clerk", CLERK, ("Clerk", "Deputy"))
        await self.bear(1, Role.OFFICE)
        await self.bear(2, Role.OFFICE)
        async with self.db.writing() as conn:
            await conn.execute(tables.units.update().values(kind="office"))

    async def bear(self, person: int, role: Role) -> None:
        async with self.db.writing() as conn:
            row = {"person_id": person, "role": role.value, "unit_id": 1, "granted_at": self.now}
            await conn.execute(tables.roles.insert().values(row))

    async def push_button(self, label: str, chat: int = ADMIN) -> str | None:
        """Press the newest button whose label holds the words; gives the toast."""
        for message in reversed(self.sandbox.messages(chat)):
            for row in buttons(message):
                for one in row:
                    if label in one["text"]:
                        return await self.press(chat, message.message_id, one["callback_data"])
        raise AssertionError((label, [buttons(one) for one in self.sandbox.messages(chat)]))

    def card(self, chat: int = ADMIN) -> str:
        return self.last(chat).text

    async def notices(self) -> list[Any]:
        mine = tables.notices.c.category == "broadcast"
        async with self.db.reading() as conn:
            return list(await conn.execute(select(tables.notices).where(mine).order_by(tables.notices.c.id)))


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Newsroom]:
    room = Newsroom(db, clock, catalog, renderer)
    async with room.open():
        await room.people()
        yield room


async def write_to_all(room: Newsroom, text: str = "Please read") -> None:
    await room.write(ADMIN, "/broadcast")
    await room.write(ADMIN, text)
    await room.push_button("Audience")
    await room.push_button("Everyone")
    await room.push_button("Back")


async def test_a_broadcast_is_written_looked_at_and_sent(room: Newsroom) -> None:
    await write_to_all(room)
    assert "To: Everyone — 3 people" in room.card()
    await room.push_button("Preview")
    shown = room.sandbox.messages(ADMIN)[-2]
    assert shown.text.startswith("Please read")
    assert [[one["text"] for one in row] for row in buttons(shown)] == [["✅ Noted"]]
    assert "3 people · 1 unit" in room.card()
    assert await room.notices() == []
    await room.push_button("Send to 3 people")
    (notice,) = await room.notices()
    assert (notice.params, notice.audience, notice.created_by) == ({"text": "Please read"}, "all", 1)
    assert "on its way to 3 people" in room.card()
    assert room.woken
    assert len(await room.send()) == 3


async def test_who_is_no_administrator_is_refused_kindly_and_recorded(room: Newsroom) -> None:
    [answer] = await room.write(CLERK, "/broadcast")
    assert "only administrators" in answer
    [answer] = await room.write(CLERK, "/approvals")
    assert "only administrators" in answer
    assert [event["act"] for event in await room.events("act_refused")] == ["broadcast", "approve"]


async def test_pressing_send_twice_sends_once(room: Newsroom) -> None:
    await write_to_all(room)
    await room.push_button("Preview")
    message = room.last(ADMIN)
    data = buttons(message)[0][0]["callback_data"]
    await room.press(ADMIN, message.message_id, data)
    toast = await room.press(ADMIN, message.message_id, data)
    assert toast == "This draft is closed: it was sent, submitted or discarded."
    assert len(await room.notices()) == 1


async def test_anything_changed_after_the_preview_asks_for_a_new_one(room: Newsroom) -> None:
    await write_to_all(room)
    await room.push_button("Preview")
    message = room.last(ADMIN)
    send = buttons(message)[0][0]["callback_data"]
    await room.write(ADMIN, "Something else")
    toast = await room.press(ADMIN, message.message_id, send)
    assert toast == "It was changed: please look at it once more."
    assert await room.notices() == []
    assert room.sandbox.messages(ADMIN)[-2].text.startswith("Something else")
    await room.push_button("Send to 3 people")
    assert [notice.params["text"] for notice in await room.notices()] == ["Something else"]
