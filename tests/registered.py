"""The district of collectors with chats, whose holders write risk points down and submit them to the register."""

from dataclasses import replace

from sqlalchemy import select

from messages.register.bases import Cited
from messages.register.records import Content, Point, RiskLevel
from messages.register.reviews import Review
from messages.store import tables
from tests.deciding import Deciding

GIFTS = Content(
    name="收受投标人礼品",
    level=RiskLevel.HIGH,
    category="政府采购",
    description="评标期间收受礼品",
    controls="双人评标",
    bases=(Cited(law="ZWCF2020", article=34),),
)
"""A point that cites a law in force."""
OUTDATED = replace(GIFTS, name="泄露标底", bases=(Cited(law="LZCZ2010", article=1),))
"""A point that cites a law out of date."""


class Registered(Deciding):
    """What is written down, submitted and decided goes by the service's own acts."""

    async def post(self, code: str) -> int:
        """The id of a post, which the person holds whose letters stand behind its P."""
        async with self.db.reading() as conn:
            found = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == code))
        assert found is not None
        return int(found)

    async def write_down(self, content: Content = GIFTS, by: str = "H", point_id: int | None = None) -> Point:
        """A holder writes a point down, or changes one that was written once."""
        post, now, version = await self.post(f"P{by}"), self.clock.now(), 1 if point_id else None
        return await self.desk.register.save(post, self.place.id(by), content, now, point_id=point_id, version=version)

    async def submit(
        self,
        *contents: Content,
        by: str = "H",
        task_id: int | None = None,
        complete: bool = False,
        note: str | None = None,
    ) -> Review:
        """A holder submits points, those already written down among them."""
        for content in contents:
            await self.write_down(content, by)
        post, now = await self.post(f"P{by}"), self.clock.now()
        return await self.desk.register.submit(
            post, self.place.id(by), now, task_id=task_id, complete=complete, note=note
        )

    async def stands(self, *contents: Content, by: str = "H", accepted_by: str = "L") -> list[int]:
        """Points of a post that were accepted; gives their ids."""
        review = await self.submit(*contents, by=by)
        viewer, now = self.place.id(accepted_by), self.clock.now()
        found = await self.desk.register.review(review.id, viewer, now)
        await self.desk.register.accept(review.id, viewer, review.version, now)
        return [one.point_id for one in found.points]

    async def told(self) -> None:
        """Everybody is told what waits, and what came of it."""
        await self.desk.register.sweep(self.clock.now())
        await self.plan()
        await self.send()

    async def reviewed(self, review: Review, by: str = "A") -> Review:
        """A review as it stands now."""
        return (await self.desk.register.review(review.id, self.place.id(by), self.clock.now())).review
