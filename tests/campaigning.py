"""A district with an office, two bureaus and their leaders and inspectors, in which campaigns are run."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Self

from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState
from messages.notices import Json
from messages.organisation.records import Role, UnitKind
from messages.register.campaigns import Campaign, GivenCampaign, TaskState
from messages.store import tables
from messages.store.database import Database
from messages.text.rendering import Frame, Renderer
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.campaigns.desk import Campaigns
from schedules.planner import Planner
from schedules.policy import Policy
from tests.awake import AWAKE
from tests.district import ZONE, District

MONDAY: Final = datetime(2026, 9, 7, 9, 12, tzinfo=ZONE)
"""Three weeks without any holiday begin."""
FRIDAY: Final = date(2026, 9, 18)
"""The last day, in the second week."""
GIVEN: Final = GivenCampaign(title="工程建设专项", text="请<b>逐项</b>梳理。", audience="risk:high", due_on=FRIDAY)


def at(day: int, hour: int = 9, minute: int = 41, month: int = 9) -> datetime:
    """An instant of the year."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@dataclass(kw_only=True)
class Campaigning:
    """``O`` and ``A`` are of the office; ``L1`` leads 财政局 and ``L2`` 住建局, both of which ``I`` inspects."""

    db: Database
    district: District
    campaigns: Campaigns
    policy: Policy
    people: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def found(cls, db: Database, policy: Policy = AWAKE) -> Self:
        """Nobody holds a post yet."""
        district = District(db)
        await district.unit("推进办", kind=UnitKind.OFFICE)
        for name in ("财政局", "住建局"):
            await district.unit(name, "推进办")
        for code in ("O", "A"):
            await district.person(code, roles=[(Role.OFFICE, "推进办")])
        await district.person("L1", roles=[(Role.LEADER, "财政局")])
        await district.person("L2", roles=[(Role.LEADER, "住建局")])
        await district.person("I", roles=[(Role.INSPECTOR, "财政局"), (Role.INSPECTOR, "住建局")])
        return cls.over(db, district, policy)

    @classmethod
    def over(cls, db: Database, district: District, policy: Policy = AWAKE) -> Self:
        """The same, as a process sees it that has just begun."""
        campaigns = Campaigns(db=db, policy=policy, calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
        return cls(db=db, district=district, campaigns=campaigns, policy=policy, people=district.people)

    async def posts(self, unit: str, count: int, *, vacant: int = 0, prefix: str = "") -> list[str]:
        """Risk posts of a unit, the first ``vacant`` held by nobody; a holder's code is the post's after an h."""
        codes = [f"{prefix or unit[0]}{number:03}" for number in range(1, count + 1)]
        unit_id = int(self.district.paths[unit].rstrip("/").rpartition("/")[2])
        made = {"unit_id": unit_id, "level": 3, "risk": True, "created_at": MONDAY}
        async with self.db.writing() as conn:
            rows = [{"code": code, "title": f"岗位{code}", **made} for code in codes]
            posts = list(await conn.scalars(insert(tables.posts).returning(tables.posts.c.id), rows))
            held = [f"h{code}" for code in codes[vacant:]]
            rows = [{"code": c, "name": f"姓名{c}", "language": "zh_CN", "created_at": MONDAY} for c in held]
            people = list(await conn.scalars(insert(tables.people).returning(tables.people.c.id), rows))
            ties = zip(posts[vacant:], people, strict=True)
            started = MONDAY - timedelta(days=100)
            rows = [{"post_id": post, "person_id": person, "started_at": started} for post, person in ties]
            await conn.execute(insert(tables.assignments), rows)
            rows = [{"person_id": one, "chat_id": 1000 + one, "joined_at": MONDAY} for one in people]
            await conn.execute(insert(tables.accounts), rows)
        self.people |= dict(zip(held, people, strict=True))
        return codes

    async def take(self, post: str, code: str, now: datetime) -> None:
        """A new person takes a post, which whoever held it leaves."""
        if code not in self.people:
            await self.district.person(code)
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
            mine = tables.assignments.c.post_id == post_id
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=now))
            tie = {"post_id": post_id, "person_id": self.people[code], "started_at": now}
            await conn.execute(insert(tables.assignments).values(tie))

    async def start(self, given: GivenCampaign = GIVEN, by: str = "O", now: datetime = MONDAY) -> Campaign:
        """A campaign that has begun."""
        campaign = await self.campaigns.start(given, self.people[by], now)
        await self.passes(now)
        return campaign

    async def set(self, posts: list[str], state: TaskState, now: datetime, *, complete: bool = False) -> None:
        """Tasks of these posts stand so; what was submitted was submitted now, if it was not before."""
        mine = tables.campaign_tasks.c.post_id.in_(
            select(tables.posts.c.id).where(tables.posts.c.code.in_(posts)).scalar_subquery()
        )
        task = tables.campaign_tasks
        first = mine, task.c.submitted_at.is_(None)
        due = select(tables.campaigns.c.due_at).where(tables.campaigns.c.id == task.c.campaign_id).scalar_subquery()
        async with self.db.writing() as conn:
            await conn.execute(update(task).where(*first).values(submitted_at=now, timely=due >= now))
            await conn.execute(update(task).where(mine).values(state=state.value, complete=complete))

    async def passes(self, *instants: datetime) -> None:
        """What is due is found and planned, at each instant twice, and sent."""
        for now in instants:
            planner = Planner(db=self.db, policy=self.policy, zone=ZONE, calendars=Calendars(self.db, "CN"))
            for _ in range(2):
                await self.campaigns.sweep(now)
                await planner.fan_out(now)
            while ids := await self.district.claim(now):
                await self.district.settle(ids, DeliveryState.DELIVERED, at=now)

    async def days(self, first: date, last: date) -> None:
        """All days from the first to the last, with passes in the morning."""
        day = first
        while day <= last:
            await self.passes(*(datetime(day.year, day.month, day.day, h, m, tzinfo=ZONE) for h, m in _PASSES))
            day += timedelta(days=1)

    async def told(self) -> dict[str, list[str]]:
        """Who was told by each notice, by its key; of the campaign's own only its first wave."""
        n, d = tables.notices.c, tables.deliveries.c
        query = (
            select(n.key, tables.people.c.code)
            .join(tables.deliveries, d.notice_id == n.id)
            .join(tables.people, tables.people.c.id == d.person_id)
            .where(d.wave == 0, n.key.like("campaign:%"))
            .order_by(n.id, tables.people.c.id)
        )
        found: dict[str, list[str]] = {}
        async with self.db.reading() as conn:
            for key, code in await conn.execute(query):
                found.setdefault(key, []).append(code)
        return found

    async def said(self, key: str) -> dict[str, Json]:
        """What a notice says."""
        async with self.db.reading() as conn:
            found = await conn.scalar(select(tables.notices.c.params).where(tables.notices.c.key == key))
        assert found is not None
        return dict(found)

    async def read(self, renderer: Renderer) -> dict[str, str]:
        """What each notice of campaigns says in Chinese, by its key; in English it can be said too."""
        n = tables.notices.c
        async with self.db.reading() as conn:
            rows = (
                await conn.execute(select(n.key, n.template, n.params, n.title).where(n.key.like("campaign:%")))
            ).all()
        for row in rows:
            renderer.notice(row.template, "en", row.params, Frame(title=row.title))
        return {row.key: renderer.notice(row.template, "zh_CN", row.params, Frame(title=row.title)) for row in rows}

    async def events(self, kind: str = "campaign") -> Counter[str]:
        """What the ledger holds of campaigns, or of their tasks."""
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == kind)
        async with self.db.reading() as conn:
            return Counter(str(body["event"]) for body in await conn.scalars(query))


_PASSES: Final = ((9, 12), (9, 41))
