"""A bureau whose people keep the risk register in chat: whoever presses says what is on the button."""

from typing import Any

from sqlalchemy import insert, select, update

from messages.organisation.records import Role
from messages.register.own import Mine, OwnPoint
from messages.store import tables
from schedules.calendars import Calendars
from schedules.register.desk import Register
from tests.newsroom import Newsroom
from tests.talk import buttons

HOLDER, LEADER, OTHER = 121, 122, 123


class Desk(Newsroom):
    """A bureau with a buyer, who takes part in bid evaluation, the leader who reviews, and a holder of two posts."""

    language = "en"

    async def people(self) -> None:
        await self.employ("Holder", HOLDER, ("Buyer",), self.language)
        await self.employ("Leader", LEADER, ("Director",), self.language)
        await self.employ("Other", OTHER, ("Cashier", "Auditor"), self.language)
        await self.bear(2, Role.LEADER)
        await self.node("评标", post="P1")
        await self.node("开标")

    async def node(self, name: str, post: str | None = None) -> None:
        """A risk node, for which a post answers."""
        async with self.db.writing() as conn:
            row = {"name": name, "created_at": self.now}
            node_id = await conn.scalar(insert(tables.nodes).values(row).returning(tables.nodes.c.id))
            if post is not None:
                post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
                await conn.execute(insert(tables.post_nodes).values(post_id=post_id, node_id=node_id))

    @property
    def register(self) -> Register:
        """The register as another face of the service has it."""
        calendars = Calendars(self.db, "CN")
        return Register(db=self.db, policy=self.policy, calendars=calendars, zone=self.clock.zone)

    async def mine(self, post_id: int = 1, person_id: int = 1) -> Mine:
        return await self.register.mine(post_id, person_id, self.clock.now())

    async def only(self) -> OwnPoint:
        """The one point of the first post."""
        (one,) = (await self.mine()).points
        return one

    async def accept(self) -> None:
        """The leader accepts what waits."""
        for one in (await self.mine()).reviews:
            await self.register.accept(one.id, 2, one.version, self.clock.now())

    async def give_back(self, why: str) -> None:
        """The leader returns what waits."""
        for one in (await self.mine()).reviews:
            await self.register.give_back(one.id, 2, one.version, why, self.clock.now())

    async def pick(self, *labels: str, chat: int = HOLDER) -> None:
        """Press one button of the newest messages after the other."""
        await self.choose(*labels, chat=chat)

    async def say(self, *words: str, chat: int = HOLDER) -> None:
        """Write one message after the other."""
        for one in words:
            await self.write(chat, one)

    async def drafted(self, name: str = "Gifts of bidders") -> None:
        """The holder keeps a point with what is needed only."""
        await self.written(name)
        await self.pick("Keep as a draft")

    async def written(self, name: str) -> None:
        """The holder writes it, up to the last look."""
        await self.say("/risk")
        await self.pick("Add a risk point", "评标", "政府采购")
        await self.say(name)
        await self.pick("Skip", "middle risk", "Skip", "Skip", "Skip", "Skip")

    async def vacate(self, code: str) -> None:
        """Nobody holds this post any more."""
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == code))
            mine = tables.assignments.c.post_id == post_id
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=self.now))

    @property
    def shown(self) -> str:
        """The newest message to the holder."""
        return self.card(HOLDER)

    @property
    def offered(self) -> list[str]:
        """What is on its buttons."""
        return self.labels(HOLDER)

    async def forge(self, data: str, chat: int = HOLDER) -> str | None:
        """A client presses what nobody put there; gives the toast."""
        return await self.press(chat, self.last(chat).message_id, data)

    def data(self, label: str, chat: int = HOLDER) -> str:
        """What a button of the newest message carries."""
        found = [one for row in buttons(self.last(chat)) for one in row if label in one["text"]]
        return str(found[0]["callback_data"])

    async def versions(self) -> list[Any]:
        async with self.db.reading() as conn:
            return list(await conn.execute(select(tables.risk_versions).order_by(tables.risk_versions.c.id)))
