"""A bureau whose collectors submit items in chat: whoever presses says what is on the button."""

from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from messages.items.records import Item
from messages.organisation.records import Role
from messages.store import tables
from schedules.calendars import Calendars
from schedules.items.desk import Items
from tests.newsroom import Newsroom

COLLECTOR, LEADER, OTHER, HOLDER = 111, 112, 113, 114
CONCLUDED = date(2026, 9, 20)
"""The day before the office's clock begins."""


class Point(Newsroom):
    """A bureau with a collector, the leader who approves, another collector, and the holder of two posts."""

    async def people(self) -> None:
        await self.employ("Collector", COLLECTOR)
        await self.employ("Leader", LEADER, ("Director",))
        await self.employ("Other", OTHER, ("Assistant",))
        await self.employ("Holder", HOLDER, ("Cashier", "Buyer"))
        for person, role in ((1, Role.COLLECTOR), (2, Role.LEADER), (3, Role.COLLECTOR)):
            await self.bear(person, role)

    @property
    def items(self) -> Items:
        """The same items as another face of the service has them."""
        return Items(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=self.clock.zone)

    async def rows(self) -> list[Any]:
        async with self.db.reading() as conn:
            return list(await conn.execute(select(tables.items).order_by(tables.items.c.id)))

    async def item(self, number: int = 1) -> Item:
        return await self.items.of(number, 1, self.clock.now())

    async def pick(self, *labels: str) -> None:
        """The collector presses one button after the other."""
        await self.choose(*labels, chat=COLLECTOR)

    async def say(self, *words: str) -> None:
        """The collector writes one message after the other."""
        for one in words:
            await self.write(COLLECTOR, one)

    async def caution(self, title: str = "Audit findings") -> None:
        """The collector writes all of a caution, up to the last look."""
        await self.say("/submit")
        await self.pick("Caution", "Economic responsibility")
        await self.say(title, "Please check.")
        await self.pick("Skip", "Yesterday", "Everyone", "Go on")

    async def announced(self, title: str = "Audit findings") -> None:
        """The collector announces a caution."""
        await self.say("/submit")
        await self.pick("Caution", "Economic responsibility")
        await self.say(title)
        await self.pick("Skip", "Skip", "Yesterday", "Overview", "Announce only")

    async def vacate(self, title: str) -> None:
        """Nobody holds this post any more."""
        async with self.db.writing() as conn:
            post = select(tables.posts.c.id).where(tables.posts.c.title == title).scalar_subquery()
            mine = tables.assignments.c.post_id == post
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=self.now))

    async def abroad(self) -> tuple[int, int]:
        """Another bureau with a post; gives the unit and the post."""
        unit = {"name": "教育局", "kind": "department", "path": "/9/", "created_at": self.now}
        async with self.db.writing() as conn:
            unit_id = await conn.scalar(insert(tables.units).values(unit).returning(tables.units.c.id))
            post = {"code": "PX", "unit_id": unit_id, "title": "Teacher", "level": 3, "risk": False}
            made = insert(tables.posts).values(**post, created_at=self.now).returning(tables.posts.c.id)
            post_id = await conn.scalar(made)
        assert unit_id is not None
        assert post_id is not None
        return int(unit_id), int(post_id)

    @property
    def shown(self) -> str:
        """The newest message to the collector."""
        return self.card(COLLECTOR)

    @property
    def offered(self) -> list[str]:
        """What is on its buttons."""
        return self.labels(COLLECTOR)

    async def forge(self, data: str) -> str | None:
        """The collector's client presses what nobody put there; gives the toast."""
        return await self.press(COLLECTOR, self.last(COLLECTOR).message_id, data)
