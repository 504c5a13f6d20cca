"""A small office for tests: people with posts, invites and notices, made by the service's own queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.joining import Joined, hash_code, join
from messages.notices import Category, Json, Lane, NewNotice
from messages.store import claims, invites, notices, tables, waves
from messages.store import deliveries as sending
from messages.store.bots import MAIN_BOT
from messages.store.claims import Order, Sender
from messages.store.database import Database
from messages.store.deliveries import Settlement

MORNING = datetime(2026, 9, 21, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Limits:
    wrong_tries: int = 10
    window: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(hours=1)


LIMITS = Limits()


def code_of(person_id: int, issue: int = 1) -> str:
    return f"code-of-person-{person_id}-issue-{issue}"


class Office:
    """Everything happens at ``now`` unless said otherwise."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = MORNING
        self._posts = 0

    async def delivery_of(self, person_id: int, wave: int = 0) -> int:
        """The only delivery of a person in a wave."""
        mine = tables.deliveries.c.person_id == person_id, tables.deliveries.c.wave == wave
        async with self.db.reading() as conn:
            found = await conn.scalar(select(tables.deliveries.c.id).where(*mine))
        assert found is not None
        return int(found)

    async def hire(self, name: str, titles: Sequence[str] = ("科长",), language: str = "zh_CN") -> int:
        """A person with a post for each title, in the finance bureau; gives the person's id."""
        async with self.db.writing() as conn:
            unit = await conn.scalar(select(tables.units.c.id))
            if unit is None:
                row = {"name": "财政局", "kind": "department", "path": "/1/", "created_at": self.now}
                unit = await conn.scalar(insert(tables.units).values(row).returning(tables.units.c.id))
            person = {"code": f"R{name}", "name": name, "language": language, "created_at": self.now}
            person_id = await conn.scalar(insert(tables.people).values(person).returning(tables.people.c.id))
            assert person_id is not None
            for title in titles:
                self._posts += 1
                post = {"code": f"P{self._posts}", "unit_id": unit, "title": title, "level": 3, "risk": False}
                added = insert(tables.posts).values(**post, created_at=self.now).returning(tables.posts.c.id)
                tie = {"post_id": await conn.scalar(added), "person_id": person_id, "started_at": self.now}
                await conn.execute(insert(tables.assignments).values(tie))
        return int(person_id)

    async def invite(self, person_id: int, issue: int = 1) -> str:
        code = code_of(person_id, issue)
        async with self.db.writing() as conn:
            await invites.replace(
                conn, codes={person_id: hash_code(code)}, created_at=self.now, expires_at=self.now + timedelta(days=30)
            )
        return code

    async def join(self, person_id: int, chat_id: int, issue: int = 1, bot_id: int = MAIN_BOT) -> Joined:
        code = await self.invite(person_id, issue)
        joined = await join(self.db, chat_id=chat_id, bot_id=bot_id, code=code, now=self.now, limits=LIMITS)
        assert isinstance(joined, Joined)
        return joined

    async def issue(
        self,
        key: str = "holiday:2026:national-day:formal",
        *,
        acknowledge: bool = True,
        expires_at: datetime | None = None,
    ) -> int:
        """A notice to all, planned into deliveries; gives its id."""
        params: dict[str, Json] = {"text": "请<b>廉洁</b>过节。"}
        new = NewNotice(
            key=key,
            category=Category.BROADCAST,
            lane=Lane.BROADCAST,
            template="text",
            params=params,
            title=f"国庆节 {key[-1]}",
            audience="all",
            send_at=self.now,
            created_at=self.now,
            acknowledge=acknowledge,
            acknowledge_by=self.now + timedelta(days=3) if acknowledge else None,
            expires_at=expires_at,
            reminders=(self.now + timedelta(days=1),) if acknowledge else (),
        )
        async with self.db.writing() as conn:
            notice_id = await notices.add(conn, new)
            assert notice_id is not None
        await self.plan()
        return notice_id

    async def plan(self) -> None:
        async with self.db.writing() as conn:
            for wave in await waves.due(conn, self.now):
                await waves.fan_out(conn, wave, self.now, reminded_gap=timedelta(hours=1))

    async def claim(self) -> list[int]:
        async with self.db.writing() as conn:
            order = Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=100)
            return [claimed.id for claimed in await claims.claim(conn, [order], self.now)]

    async def settle(self, ids: Sequence[int], state: DeliveryState, reason: Reason | None = None) -> None:
        settled = [
            Settlement(
                delivery_id=one,
                term=0,
                state=state,
                at=self.now,
                reason=reason,
                message_id=one + 1000 if state is DeliveryState.DELIVERED else None,
            )
            for one in ids
        ]
        async with self.db.writing() as conn:
            await sending.settle(conn, settled)

    async def deliver(self) -> list[int]:
        """Send all that is due; gives the deliveries."""
        ids = await self.claim()
        await self.settle(ids, DeliveryState.DELIVERED)
        return ids

    async def hand_over(self, person_id: int) -> None:
        """The person's posts end, and nobody has them yet."""
        async with self.db.writing() as conn:
            mine = tables.assignments.c.person_id == person_id
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=self.now))

    async def states(self, person_id: int) -> list[str]:
        query = select(tables.deliveries.c.state).where(tables.deliveries.c.person_id == person_id)
        async with self.db.reading() as conn:
            return list(await conn.scalars(query.order_by(tables.deliveries.c.notice_id, tables.deliveries.c.wave)))

    async def events(self, kind: str) -> list[dict[str, Json]]:
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == kind).order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            return list(await conn.scalars(query))

    async def acknowledged(self) -> int:
        async with self.db.reading() as conn:
            return int(await conn.scalar(select(func.count()).select_from(tables.acknowledgements)) or 0)
