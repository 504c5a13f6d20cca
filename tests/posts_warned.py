"""A district whose posts are warned: a bureau with its superior, leader and inspector, and the office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, insert, select, update

from messages.acknowledgements import Recorded
from messages.deliveries import DeliveryState
from messages.items.kinds import ItemKind
from messages.items.records import AboutPost, Given, Item, ItemState
from messages.notices import Category, Grade
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store import warnings as stored
from messages.store.accounts import reopen_unreachable
from messages.store.database import Connection, Database
from messages.warnings.records import WarningRecord
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import Policy, load
from schedules.warnings.issuing import issue
from schedules.warnings.ladders import Ladders
from tests.acknowledging import acknowledger
from tests.district import ZONE, District

MONDAY: Final = datetime(2026, 9, 7, 9, 12, tzinfo=ZONE)
"""A week without any holiday begins."""
EVERYBODY: Final = ("H", "S", "T", "L", "I", "O")


class Died(BaseException):
    """A process ended in the middle of a transaction."""


class Dying(Database):
    """The database as a process sees it that dies before the end of its n-th transaction."""

    def __init__(self, url: str, transactions: int) -> None:
        super().__init__(url)
        self._left = transactions

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        async with super().writing() as conn:
            yield conn
            self._left -= 1
            if not self._left:
                raise Died


async def post_id_of(db: Database, code: str) -> int:
    async with db.reading() as conn:
        found = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == code))
    assert found is not None
    return int(found)


async def approved(db: Database, given: Given, *, collector: int, by: int) -> Item:
    """A reminder that was approved a moment ago."""
    assert given.grade is not None
    row: dict[str, Any] = {"person_id": collector, "unit_id": 2, "category": "reminder", "kind": "complaints"}
    row |= {"state": "issued", "version": 2, "title": given.title, "text": given.text, "grade": given.grade.value}
    row |= {"provisional": False, "created_at": MONDAY, "approved_by": by}
    async with db.writing() as conn:
        item_id = await conn.scalar(insert(tables.items).values(row).returning(tables.items.c.id))
    assert item_id is not None
    posts = [
        AboutPost(id=await post_id_of(db, code), code=code, title="", unit="", holder=None, holder_id=None)
        for code in given.posts
    ]
    return Item(
        id=int(item_id),
        version=2,
        state=ItemState.ISSUED,
        person_id=collector,
        person_code="S",
        person="",
        unit="财政局",
        path="/1/2/",
        given=given,
        posts=tuple(posts),
        due_on=None,
        due_at=None,
        provisional=False,
        created_at=MONDAY,
        submitted_at=MONDAY,
        timely=None,
        handed_at=MONDAY,
        approved_at=MONDAY,
        approved_by=by,
        approver="L",
        digest=None,
        confirmed_by=None,
        confirmer=None,
        returner=None,
        why=None,
        notice_id=None,
    )


@dataclass(kw_only=True)
class Warned:
    """``H`` holds P in 科室 of 财政局 and reports to ``S``, who reports to ``T``; ``L`` leads, ``I`` inspects.

    ``O`` is of the office.
    """

    district: District
    calendars: Calendars
    url: str = ""
    policy: Policy = field(default_factory=load)
    items: int = 0
    apart: Apart = field(default_factory=Apart)
    most: int = 100

    @property
    def db(self) -> Database:
        return self.district.db

    @classmethod
    async def found(cls, db: Database, url: str = "") -> "Warned":
        """All of them, joined."""
        district = District(db)
        await district.unit("区", kind=UnitKind.OFFICE)
        await district.unit("财政局", "区")
        await district.unit("科室", "财政局")
        await district.person("T", ("PT", "财政局", 2))
        await district.person("S", ("PS", "财政局", 3))
        await district.person("H", ("P", "科室", 4))
        await district.person("L", ("PL", "区", 1), roles=[(Role.LEADER, "财政局")])
        await district.person("I", ("PI", "区", 2), roles=[(Role.INSPECTOR, "财政局")])
        await district.person("O", ("PO", "区", 2), roles=[(Role.OFFICE, "区")])
        warned = cls(district=district, calendars=Calendars(db, "CN"), url=url)
        await warned.reports("P", "PS")
        await warned.reports("PS", "PT")
        return warned

    async def post_id(self, code: str) -> int:
        return await post_id_of(self.db, code)

    async def reports(self, post: str, to: str) -> None:
        """A post reports to another one."""
        above = await self.post_id(to)
        async with self.db.writing() as conn:
            await conn.execute(update(tables.posts).where(tables.posts.c.code == post).values(reports_to_id=above))

    async def leaves(self, post: str, at: datetime) -> None:
        """Nobody holds a post any more."""
        mine = tables.assignments.c.post_id == await self.post_id(post), tables.assignments.c.ended_at.is_(None)
        async with self.db.writing() as conn:
            await conn.execute(update(tables.assignments).where(*mine).values(ended_at=at))

    async def takes(self, code: str, post: str, at: datetime) -> None:
        """A person takes a post, which is vacant from then on for whoever held it."""
        await self.leaves(post, at)
        tie = {"post_id": await self.post_id(post), "person_id": self.district.people[code], "started_at": at}
        async with self.db.writing() as conn:
            await conn.execute(insert(tables.assignments).values(tie))

    async def item(self, grade: Grade, *posts: str, text: str = "请说明情况。") -> Item:
        """A reminder that ``L`` has approved."""
        self.items += 1
        given = Given(
            category=Category.REMINDER,
            kind=ItemKind.COMPLAINTS,
            title=f"事项{self.items}",
            text=text,
            grade=grade,
            posts=posts,
        )
        return await approved(self.db, given, collector=self.district.people["S"], by=self.district.people["L"])

    async def warn(self, grade: Grade, *posts: str, at: datetime = MONDAY) -> list[int]:
        """Warnings are issued about these posts; gives their ids."""
        item = await self.item(grade, *posts)
        calendar = await self.calendars.current()
        async with self.db.writing() as conn:
            return await issue(conn, item=item, calendar=calendar, policy=self.policy, zone=ZONE, now=at)

    # Time goes on

    async def sweep(self, at: datetime) -> None:
        """One pass by a process that has just been started; what it makes is delivered at once."""
        db = Database(self.url)
        try:
            await self.ladders(db).sweep(at)
        finally:
            await db.close()
        assert not self.apart.failures
        await self.district.plan(at)
        await self.district.settle(await self.district.claim(at, limit=500), DeliveryState.DELIVERED, at=at)

    async def sweep_dying(self, at: datetime) -> int:
        """Passes that die within each transaction that there is, until one lives; gives how many died."""
        died = 0
        while True:
            db = Dying(self.url, transactions=2 if died else 1)
            try:
                await self.ladders(db).sweep(at)
            except Died:
                died += 1
            else:
                break
            finally:
                await db.close()
        await self.sweep(at)
        return died

    async def run(self, since: datetime, until: datetime) -> list[datetime]:
        """Pass whenever something is due, twice each time, as far as ``until``; gives when that was."""
        passes, at = [], since
        while at <= until:
            passes.append(at)
            await self.sweep(at)
            await self.sweep(at)
            upcoming = await self.ladders(self.db).next_due(at)
            if upcoming is None:
                break
            at = upcoming.at.astimezone(ZONE)
        return passes

    async def plan(self, at: datetime) -> None:
        """One pass, with quiet hours; what it makes is not delivered yet."""
        await self.ladders(self.db).sweep(at)
        planner = Planner(db=self.db, policy=self.policy, zone=ZONE, calendars=self.calendars)
        await planner.fan_out(at)

    async def due(self, code: str) -> dict[str, datetime]:
        """When a person is to be told what."""
        n, d = tables.notices.c, tables.deliveries.c
        query = select(n.key, d.due_at).join(tables.deliveries, d.notice_id == n.id)
        async with self.db.reading() as conn:
            rows = await conn.execute(query.where(d.person_id == self.district.people[code]))
            return {row.key: row.due_at for row in rows}

    def ladders(self, db: Database) -> Ladders:
        calendars = Calendars(db, "CN")
        return Ladders(db=db, policy=self.policy, calendars=calendars, zone=ZONE, apart=self.apart, most=self.most)

    async def acknowledge(self, key: str, code: str, at: datetime) -> None:
        """A person presses the button under a notice."""
        d, n = tables.deliveries.c, tables.notices.c
        query = select(d.id).join(tables.notices, n.id == d.notice_id)
        async with self.db.reading() as conn:
            delivery = await conn.scalar(query.where(n.key == key, d.person_id == self.district.people[code]))
        assert delivery is not None
        chat = self.district.chat(code)
        outcome = await acknowledger(self.db).acknowledge(chat_id=chat, delivery_id=delivery, now=at, message_id=1)
        assert isinstance(outcome, Recorded)

    async def said(self) -> dict[str, str]:
        """Every notice that was made, and whom it was delivered to, if to anybody."""
        n, d, p = tables.notices.c, tables.deliveries.c, tables.people.c
        query = (
            select(n.key, p.code)
            .join(tables.deliveries, and_(d.notice_id == n.id, d.state == "delivered"), isouter=True)
            .join(tables.people, p.id == d.person_id, isouter=True)
            .order_by(n.id)
        )
        async with self.db.reading() as conn:
            rows = [(row.key, row.code or "") for row in await conn.execute(query)]
        assert len(dict(rows)) == len(rows)
        return dict(rows)

    async def notice(self, key: str) -> Any:  # noqa: ANN401 -- a row of all its columns
        async with self.db.reading() as conn:
            return (await conn.execute(select(tables.notices).where(tables.notices.c.key == key))).one()

    async def steps(self, warning_id: int) -> list[tuple[str, str | None]]:
        """The steps of a warning as ``turn:name``, in the order of time, and what became of them."""
        s = tables.warning_steps.c
        query = select(s.turn, s.name, s.outcome).where(s.warning_id == warning_id).order_by(s.turn, s.at, s.id)
        async with self.db.reading() as conn:
            return [(f"{row.turn}:{row.name}", row.outcome) for row in await conn.execute(query)]

    # How it stands

    async def stands(self, warning_id: int) -> WarningRecord:
        async with self.db.reading() as conn:
            return await stored.get(conn, warning_id)

    async def events(self, warning_id: int) -> list[str]:
        """What has happened to a warning; the ledger tells the same."""
        async with self.db.reading() as conn:
            happened = await stored.history(conn, warning_id)
            ledger = tables.ledger.c
            kept = ledger.kind == "warning", ledger.body["warning"].as_integer() == warning_id
            assert await conn.scalar(select(func.count()).select_from(tables.ledger).where(*kept)) == len(happened)
        return [one.event.value for one in happened]

    async def told(self, warning_id: int) -> dict[str, list[str]]:
        """Who was told, or is to be told, of which steps: the codes by ``turn:step``."""
        query = (
            select(tables.tellings, tables.people.c.code)
            .join(tables.people, tables.people.c.id == tables.tellings.c.person_id)
            .where(tables.tellings.c.warning_id == warning_id)
            .order_by(tables.tellings.c.id)
        )
        found: dict[str, list[str]] = {}
        async with self.db.reading() as conn:
            for row in await conn.execute(query):
                found.setdefault(f"{row.turn}:{row.step}", []).append(row.code)
        return found

    async def gone(self, code: str) -> None:
        """A person has blocked the bot."""
        mine = tables.accounts.c.person_id == self.district.people[code]
        async with self.db.writing() as conn:
            await conn.execute(
                update(tables.accounts).where(mine).values(unreachable_since=MONDAY, unreachable_reason="blocked")
            )

    async def back(self, code: str, at: datetime) -> None:
        """The person has come back, and gets what was missed."""
        mine = tables.accounts.c.person_id == self.district.people[code]
        async with self.db.writing() as conn:
            await conn.execute(update(tables.accounts).where(mine).values(unreachable_since=None))
            await reopen_unreachable(conn, self.district.people[code], at)
        await self.sweep(at)

    async def proposals(self) -> dict[int, tuple[str | None, str]]:
        """To which grade warnings are proposed to rise, and why."""
        async with self.db.reading() as conn:
            rows = await conn.execute(select(tables.rises).where(tables.rises.c.decided_at.is_(None)))
            return {row.warning_id: (row.grade, row.cause) for row in rows}
