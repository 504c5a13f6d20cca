"""The district of collectors with a risk register: H writes for post PH, L decides for 财政局, I inspects it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, select, update

from messages.register.bases import Cited
from messages.register.records import Content, Point, RiskLevel
from messages.register.reviews import Review
from messages.store import risk_points, tables
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.policy import Policy, load
from schedules.register.desk import Register
from tests.collectors import Collectors
from tests.district import MORNING, ZONE
from tests.points import put_task

GIFTS = Content(
    name="收受投标人礼品",
    level=RiskLevel.HIGH,
    category="政府采购",
    description="评标期间收受礼品礼金",
    controls="评标过程全程录像",
    node="评标",
    duty="组织评标",
    bases=(Cited(law="ZWCF2020", article=34), Cited(law="JLCF2023")),
    responsible="张三",
    leading="李四",
)
LEAKS = replace(GIFTS, name="泄露标底", level=RiskLevel.MIDDLE, node="开标", duty="", bases=(), controls="专人保管")


class Holders(Collectors):
    """What is done is done by H for PH and decided by L, at ``MORNING``, unless said otherwise."""

    def __init__(self, db: Database, policy: Policy | None = None) -> None:
        super().__init__(db, policy)
        self.register = Register(db=db, policy=policy or load(), calendars=Calendars(db, "CN"), zone=ZONE)
        self.posts: dict[str, int] = {}

    async def found(self) -> "Holders":
        await super().found()
        async with self.db.reading() as conn:
            rows = await conn.execute(select(tables.posts.c.code, tables.posts.c.id))
            self.posts = {row.code: row.id for row in rows}
        return self

    async def save(
        self,
        content: Content = GIFTS,
        by: str = "H",
        post: str = "PH",
        point: Point | None = None,
        now: datetime = MORNING,
    ) -> Point:
        point_id, version = (point.id, point.version) if point else (None, None)
        return await self.register.save(self.posts[post], self.id(by), content, now, point_id=point_id, version=version)

    async def lay(
        self,
        by: str = "H",
        post: str = "PH",
        task: int | None = None,
        *,
        complete: bool = False,
        note: str | None = None,
        now: datetime = MORNING,
    ) -> Review:
        where = self.posts[post], self.id(by), now
        return await self.register.submit(*where, task_id=task, complete=complete, note=note)

    async def accept(self, review: Review, by: str = "L", now: datetime = MORNING) -> Review:
        return await self.register.accept(review.id, self.id(by), review.version, now)

    async def returns(self, review: Review, by: str = "L", why: str = "请写具体", now: datetime = MORNING) -> Review:
        return await self.register.give_back(review.id, self.id(by), review.version, why, now)

    async def returns_point(self, review: Review, point: Point, by: str = "L", why: str = "请写具体") -> Review:
        return await self.register.give_back_point(review.id, point.id, self.id(by), review.version, why, MORNING)

    async def stands(self, content: Content = GIFTS, by: str = "H", post: str = "PH", judge: str = "L") -> Point:
        """A point of a post that was accepted."""
        point = await self.save(content, by, post)
        await self.accept(await self.lay(by, post), judge)
        return await self.point(point)

    async def begun(self, *posts: str, due_at: datetime = MORNING, **values: str | bool) -> int:
        """A campaign with tasks for these posts; gives the first one's id."""
        campaign, tasks = await put_task(self.db, *posts), tables.campaign_tasks
        async with self.db.writing() as conn:
            mine = tables.campaigns.c.id == campaign
            await conn.execute(update(tables.campaigns).where(mine).values(due_at=due_at, **values))
            query = select(tasks.c.id).where(tasks.c.campaign_id == campaign).order_by(tasks.c.id)
            return int(await conn.scalar(query.limit(1)) or 0)

    async def point(self, point: Point) -> Point:
        """A point as it stands now."""
        async with self.db.reading() as conn:
            found = await risk_points.find(conn, point.id)
        assert found is not None
        return found.point

    async def move(self, post: str, unit: str) -> None:
        """A post goes to another unit."""
        to = select(tables.units.c.id).where(tables.units.c.name == unit).scalar_subquery()
        await self._set(post, unit_id=to)

    async def end(self, post: str, at: datetime = MORNING) -> None:
        """A post ends."""
        await self._set(post, ended_at=at)

    async def _set(self, post: str, **values: int | datetime | ScalarSelect[int]) -> None:
        async with self.db.writing() as conn:
            await conn.execute(update(tables.posts).where(tables.posts.c.code == post).values(**values))

    async def states(self, *points: Point) -> list[str]:
        return [(await self.point(one)).state.value for one in points]

    async def happened(self, kind: str) -> list[str]:
        """What the ledger says of this kind, in order."""
        return [str(body["event"]) for _, body in await self.events(kind)]

    async def told_of_post(self, post: str = "PH") -> list[Row[Any]]:
        """The notices to whoever holds a post."""
        query = select(tables.notices).where(tables.notices.c.audience == f'post:"{post}"')
        async with self.db.reading() as conn:
            return list(await conn.execute(query.order_by(tables.notices.c.id)))


def short(policy: Policy | None = None) -> Policy:
    """A policy by which a post has two points at most, and two are suggested."""
    policy = policy or load()
    return policy.model_copy(update={"risks": policy.risks.model_copy(update={"longest_post": 2, "suggestions": 2})})
