"""A small district for tests: units below units, posts of every level, roles, accounts; straight in the tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Category, Grade, Lane, NewNotice
from messages.organisation.records import Role, UnitKind
from messages.store import claims, notices, tables, waves
from messages.store import deliveries as sending
from messages.store.claims import Order, Sender
from messages.store.database import Database
from messages.store.deliveries import Settlement

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 9, 21, 9, 10, tzinfo=ZONE)
REMINDED_GAP = timedelta(hours=4)


@dataclass
class District:
    """Everything was so before ``MORNING``; people's chats are 1000 and their id."""

    db: Database
    paths: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    async def unit(self, name: str, above: str | None = None, kind: UnitKind = UnitKind.DEPARTMENT) -> None:
        """A unit; its path is its ancestors' ids."""
        row = {"name": name, "kind": kind.value, "path": "", "created_at": MORNING}
        async with self.db.writing() as conn:
            unit_id = await conn.scalar(insert(tables.units).values(row).returning(tables.units.c.id))
            self.paths[name] = f"{self.paths[above] if above else '/'}{unit_id}/"
            mine = tables.units.c.id == unit_id
            await conn.execute(update(tables.units).where(mine).values(path=self.paths[name]))

    async def person(
        self,
        code: str,
        *posts: tuple[str, str, int],
        roles: Sequence[tuple[Role, str]] = (),
        joined: bool = True,
        language: str = "zh_CN",
    ) -> int:
        """A person holding ``posts`` (code, unit, level) and bearing ``roles`` (role, unit); gives the person's id."""
        async with self.db.writing() as conn:
            row = {"code": code, "name": f"姓名{code}", "language": language, "created_at": MORNING}
            person_id = await conn.scalar(insert(tables.people).values(row).returning(tables.people.c.id))
            assert person_id is not None
            for post, unit, level in posts:
                place = {"code": post, "unit_id": self._unit_id(unit), "title": f"岗位{post}", "level": level}
                made = insert(tables.posts).values(**place, risk=False, created_at=MORNING)
                post_id = await conn.scalar(made.returning(tables.posts.c.id))
                tie = {"post_id": post_id, "person_id": person_id, "started_at": MORNING}
                await conn.execute(insert(tables.assignments).values(tie))
            for role, unit in roles:
                scope = {"person_id": person_id, "role": role.value, "unit_id": self._unit_id(unit)}
                await conn.execute(insert(tables.roles).values(**scope, granted_at=MORNING))
        self.people[code] = int(person_id)
        if joined:
            await self.join(code)
        return int(person_id)

    async def mark(self, post: str, *nodes: str, risk: bool = False) -> None:
        """A post is a risk post or not, and answers for these risk nodes."""
        mine = tables.posts.c.code == post
        async with self.db.writing() as conn:
            await conn.execute(update(tables.posts).where(mine).values(risk=risk))
            post_id = await conn.scalar(select(tables.posts.c.id).where(mine))
            for name in nodes:
                node_id = await conn.scalar(select(tables.nodes.c.id).where(tables.nodes.c.name == name))
                if node_id is None:
                    made = insert(tables.nodes).values(name=name, created_at=MORNING).returning(tables.nodes.c.id)
                    node_id = await conn.scalar(made)
                await conn.execute(insert(tables.post_nodes).values(post_id=post_id, node_id=node_id))

    def _unit_id(self, name: str) -> int:
        return int(self.paths[name].rstrip("/").rpartition("/")[2])

    async def join(self, code: str) -> None:
        """The person has an account."""
        row = {"person_id": self.people[code], "chat_id": self.chat(code), "joined_at": MORNING}
        async with self.db.writing() as conn:
            await conn.execute(insert(tables.accounts).values(row))

    def chat(self, code: str) -> int:
        """The person's chat."""
        return 1000 + self.people[code]

    async def bureau(self, *codes: str) -> None:
        """People with a post each in one bureau, all joined."""
        await self.unit("财政局")
        for number, code in enumerate(codes, 1):
            await self.person(code, (f"P{number}", "财政局", 3))

    async def add(self, new: NewNotice) -> int:
        """A notice; gives its id."""
        async with self.db.writing() as conn:
            notice_id = await notices.add(conn, new)
        assert notice_id is not None
        return notice_id

    async def plan(self, now: datetime = MORNING) -> int:
        """Make the deliveries of what is due; gives how many."""
        planned = 0
        async with self.db.writing() as conn:
            for wave in await waves.due(conn, now):
                planned += await waves.fan_out(conn, wave, now, reminded_gap=REMINDED_GAP)
        return planned

    async def issue(self, new: NewNotice, now: datetime = MORNING) -> int:
        """A notice with its deliveries; gives its id."""
        notice_id = await self.add(new)
        await self.plan(now)
        return notice_id

    async def claim(self, now: datetime = MORNING, limit: int = 100) -> list[int]:
        """Take what is due; gives the deliveries."""
        async with self.db.writing() as conn:
            order = Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=limit)
            return [claimed.id for claimed in await claims.claim(conn, [order], now)]

    async def settle(
        self, ids: Sequence[int], state: DeliveryState, reason: Reason | None = None, at: datetime = MORNING
    ) -> None:
        """What came of sends."""
        async with self.db.writing() as conn:
            settled = [Settlement(delivery_id=one, term=0, state=state, at=at, reason=reason) for one in ids]
            await sending.settle(conn, settled)

    async def states(self, notice_id: int, wave: int = 0) -> dict[str, str]:
        """How each person's delivery of a wave stands, by the person's code."""
        query = (
            select(tables.people.c.code, tables.deliveries.c.state)
            .join(tables.people, tables.people.c.id == tables.deliveries.c.person_id)
            .where(tables.deliveries.c.notice_id == notice_id, tables.deliveries.c.wave == wave)
        )
        async with self.db.reading() as conn:
            return {row.code: row.state for row in await conn.execute(query)}


def saying(
    key: str = "broadcast:1",
    *,
    audience: str = "all",
    lane: Lane = Lane.BROADCAST,
    send_at: datetime = MORNING,
    expires_at: datetime | None = None,
    acknowledge: bool = False,
    reminders: tuple[datetime, ...] = (),
    grade: Grade | None = None,
    text: str = "请<b>廉洁</b>过节。",
) -> NewNotice:
    """A notice that says something."""
    return NewNotice(
        key=key,
        category=Category.BROADCAST,
        lane=lane,
        grade=grade,
        template="text",
        params={"text": text},
        title="通知",
        audience=audience,
        send_at=send_at,
        created_at=MORNING,
        expires_at=expires_at,
        acknowledge=acknowledge,
        acknowledge_by=send_at if acknowledge else None,
        reminders=reminders,
    )
