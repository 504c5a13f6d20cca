"""An office whose administrators broadcast in chat: whoever presses says what is on the button."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from bot.sandbox.chats import Message, as_api
from messages.organisation.records import Role
from messages.store import tables
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
            await conn.execute(insert(tables.roles).values(row))

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

    def limit(self, approval_above: int) -> None:
        """A broadcast to more people than this needs approval; to be said before the office opens."""
        said = self.policy.broadcasts.model_copy(update={"approval_above": approval_above})
        self.policy = self.policy.model_copy(update={"broadcasts": said})

    def labels(self, chat: int = ADMIN) -> list[str]:
        """What is on the buttons of the newest message."""
        return [one["text"] for row in buttons(self.last(chat)) for one in row]

    async def write_to_all(self, text: str = "Please read") -> None:
        await self.write(ADMIN, "/broadcast")
        await self.write(ADMIN, text)
        await self.choose("Audience", "Everyone", "Go back")

    async def choose(self, *labels: str, chat: int = ADMIN) -> None:
        """Press one button after the other."""
        for label in labels:
            await self.push_button(label, chat)

    async def write_marked(self, text: str, entities: Sequence[Mapping[str, Any]], chat: int = ADMIN) -> None:
        """A person writes with Telegram's formatting."""
        await self.sandbox.send_text(chat, text, entities=entities)
        await self._attended()

    async def repeat(self, message: Message) -> None:
        """The update of what a person sent comes once more, as after a crash."""
        world = self.sandbox.world
        chat = world.chats.get(message.chat_id)
        await self.push({"message": as_api(chat, message, world.bot) | {"from": chat.as_user()}})

    async def units(self, *names: str) -> None:
        """Units in which nobody holds a post."""
        rows = [
            {"name": name, "kind": "department", "path": f"/1/{number:02}/", "created_at": self.now}
            for number, name in enumerate(names, 2)
        ]
        async with self.db.writing() as conn:
            await conn.execute(insert(tables.units), rows)
