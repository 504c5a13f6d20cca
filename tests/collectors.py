"""A district whose collectors submit items: two bureaus with leaders below the office, an inspector beside it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from messages.items.kinds import ItemKind
from messages.items.records import CHAT, Given, Item
from messages.notices import Category, Grade
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.items.desk import Items
from schedules.policy import Policy, load
from tests.district import MORNING, ZONE, District

CAUTION = Given(
    category=Category.CAUTION,
    kind=ItemKind.AUDIT,
    title="审计发现的问题",
    text="请<b>对照检查</b>。",
    decisive_on=date(2026, 9, 18),
    audience="unit:财政局",
)
REMINDER = Given(
    category=Category.REMINDER,
    kind=ItemKind.COMPLAINTS,
    title="群众反映集中",
    text="请自查。",
    decisive_on=date(2026, 9, 18),
    grade=Grade.BLUE,
    posts=("PH",),
)
RED = replace(REMINDER, grade=Grade.RED, title="问题突出")
STUDY = Given(
    category=Category.STUDY, kind=ItemKind.SAYINGS, title="廉洁格言", text="公生明，廉生威。", audience="unit:财政局"
)


class Collectors:
    """A and B administer the office; L leads 财政局, L2 教育局, K the district; C collects for 财政局, D for 教育局.

    I inspects 财政局, H holds post PH there, G PG in 教育局. Codes are letters; everything happens at ``MORNING``
    unless said otherwise.
    """

    def __init__(self, db: Database, policy: Policy | None = None) -> None:
        self.db = db
        self.district = District(db)
        self.items = Items(db=db, policy=policy or load(), calendars=Calendars(db, "CN"), zone=ZONE)

    async def found(self) -> "Collectors":
        district = self.district
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.unit("区", "推进办")
        for name in ("财政局", "教育局"):
            await district.unit(name, "区")
        for code in ("A", "B"):
            await district.person(code, (f"P{code}", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
        await district.person("K", ("PK", "区", 1), roles=[(Role.LEADER, "区")])
        for code, unit in (("L", "财政局"), ("L2", "教育局")):
            await district.person(code, (f"P{code}", unit, 2), roles=[(Role.LEADER, unit)])
        for code, unit in (("C", "财政局"), ("D", "教育局")):
            await district.person(code, (f"P{code}", unit, 4), roles=[(Role.COLLECTOR, unit)])
        await district.person("I", ("PI", "推进办", 2), roles=[(Role.INSPECTOR, "财政局")])
        await district.person("H", ("PH", "财政局", 3))
        await district.person("G", ("PG", "教育局", 3))
        return self

    def id(self, code: str) -> int:
        return self.district.people[code]

    async def submit(
        self,
        given: Given = CAUTION,
        by: str = "C",
        now: datetime = MORNING,
        item_id: int | None = None,
        version: int | None = None,
    ) -> Item:
        return await self.items.submit(given, self.id(by), now, by=CHAT, item_id=item_id, version=version)

    async def announce(self, given: Given = CAUTION, by: str = "C", now: datetime = MORNING) -> Item:
        return await self.items.announce(replace(given, text=""), self.id(by), now, by=CHAT)

    async def approve(self, item: Item, by: str = "L", now: datetime = MORNING) -> Item:
        return await self.items.approve(item.id, self.id(by), item.version, now)

    async def confirm(self, item: Item, by: str = "A", now: datetime = MORNING) -> Item:
        return await self.items.confirm(item.id, self.id(by), item.version, now)

    async def give_back(self, item: Item, by: str = "L", why: str = "请补充附件", now: datetime = MORNING) -> Item:
        return await self.items.give_back(item.id, self.id(by), item.version, why, now)

    async def takes(self, code: str, post: str, now: datetime = MORNING) -> None:
        """A person takes a post, in place of whoever held it."""
        post_id = select(tables.posts.c.id).where(tables.posts.c.code == post).scalar_subquery()
        held = tables.assignments.c.post_id == post_id, tables.assignments.c.ended_at.is_(None)
        tie = {"post_id": post_id, "person_id": self.id(code), "started_at": now}
        async with self.db.writing() as conn:
            await conn.execute(update(tables.assignments).where(*held).values(ended_at=now))
            await conn.execute(insert(tables.assignments).values(tie))

    async def bears_no_more(self, code: str, now: datetime = MORNING) -> None:
        """All roles of a person end."""
        borne = tables.roles.c.person_id == self.id(code), tables.roles.c.ended_at.is_(None)
        async with self.db.writing() as conn:
            await conn.execute(update(tables.roles).where(*borne).values(ended_at=now))

    async def told(self, code: str, since: int = 0) -> list[Row[Any]]:
        """The notices to one person, in the order in which they were made, from a place on."""
        query = select(tables.notices).where(tables.notices.c.audience == f'person:"{code}"')
        async with self.db.reading() as conn:
            return list(await conn.execute(query.order_by(tables.notices.c.id)))[since:]

    async def notice(self, item: Item) -> Row[Any]:
        """What became of an item."""
        async with self.db.reading() as conn:
            return (await conn.execute(select(tables.notices).where(tables.notices.c.id == item.notice_id))).one()

    async def events(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        """The ledger's events of these kinds, or all."""
        query = select(tables.ledger.c.kind, tables.ledger.c.body).order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            rows = list(await conn.execute(query))
        return [(row.kind, row.body) for row in rows if not kinds or row.kind in kinds]
