"""A bureau in which notices are passed on from post to post."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from messages.accounts import find_member
from messages.acknowledgements import Acknowledging
from messages.deliveries import ClaimedDelivery, DeliveryState
from messages.ledger import Kind
from messages.notices import Counts, Json, Lane
from messages.passing import pass_on
from messages.store import claims, notice_standing, tables
from messages.store.accounts import Member
from messages.store.claims import Order, Sender
from messages.store.organisation import move_open_obligations
from tests.acknowledging import acknowledger
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(hours=1)
DAY_AFTER = MORNING + timedelta(days=1)


class Bureau(District):
    """A bureau where 张 holds the posts P1 and P2, 李 P3, 王 P4; and a street where 赵 holds S1."""

    async def found(self) -> None:
        await self.unit("财政局")
        await self.unit("街道")
        await self.person("张", ("P1", "财政局", 1), ("P2", "财政局", 2))
        await self.person("李", ("P3", "财政局", 3))
        await self.person("王", ("P4", "财政局", 4))
        await self.person("赵", ("S1", "街道", 4))

    async def member(self, code: str) -> Member:
        member = await find_member(self.db, self.chat(code), 1)
        assert member is not None
        return member

    async def tell(self, audience: str = "post:P1", *, at: datetime = MORNING, **more: object) -> int:
        """A notice to acknowledge, delivered to all who can be reached; gives its id."""
        notice_id = await self.issue(saying(audience=audience, acknowledge=True, **more), at)  # type: ignore[arg-type]
        await self.deliver(at)
        return notice_id

    async def deliver(self, at: datetime = LATER) -> list[int]:
        ids = await self.claim(at)
        await self.settle(ids, DeliveryState.DELIVERED, at=at)
        return ids

    async def claimed(self, at: datetime = LATER) -> list[ClaimedDelivery]:
        async with self.db.writing() as conn:
            return await claims.claim(conn, [Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=9)], at)

    async def charge(self, code: str, notice_id: int, post: str) -> int:
        """The obligation of a person for a post."""
        query = (
            select(tables.obligations.c.id)
            .join(tables.posts, tables.posts.c.id == tables.obligations.c.post_id)
            .where(tables.obligations.c.notice_id == notice_id, tables.posts.c.code == post)
            .where(tables.obligations.c.person_id == self.people[code])
        )
        async with self.db.reading() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def post(self, code: str) -> int:
        async with self.db.reading() as conn:
            return int(await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == code)) or 0)

    async def passes(self, code: str, notice_id: int, post: str, to: str, at: datetime = LATER) -> str:
        """A person passes a notice on; gives the name of who takes it over."""
        obligation = await self.charge(code, notice_id, post)
        return (await pass_on(self.db, await self.member(code), obligation, await self.post(to), at)).name

    async def presses(self, code: str, notice_id: int, at: datetime = DAY_AFTER) -> Acknowledging:
        """A person presses the button of the latest message of a notice."""
        mine = tables.deliveries.c.notice_id == notice_id, tables.deliveries.c.person_id == self.people[code]
        async with self.db.reading() as conn:
            delivery = await conn.scalar(
                select(tables.deliveries.c.id).where(*mine).order_by(tables.deliveries.c.id.desc())
            )
        assert delivery is not None
        return await acknowledger(self.db).acknowledge(chat_id=self.chat(code), delivery_id=delivery, now=at)

    async def counts(self, notice_id: int) -> Counts:
        async with self.db.reading() as conn:
            return await notice_standing.counts(conn, notice_id)

    async def events(self, kind: Kind) -> list[tuple[int | None, dict[str, Json]]]:
        query = select(tables.ledger.c.person_id, tables.ledger.c.body).where(tables.ledger.c.kind == kind.value)
        async with self.db.reading() as conn:
            return [(line.person_id, line.body) for line in await conn.execute(query)]

    async def hand_over(self, post: str, to: str, at: datetime = LATER) -> None:
        """The post's holder changes."""
        post_id = await self.post(post)
        mine = tables.assignments.c.post_id == post_id, tables.assignments.c.ended_at.is_(None)
        async with self.db.writing() as conn:
            await conn.execute(update(tables.assignments).where(*mine).values(ended_at=at))
            tie = {"post_id": post_id, "person_id": self.people[to], "started_at": at}
            await conn.execute(insert(tables.assignments).values(tie))
            await move_open_obligations(conn, at)
