"""Matters whose prompts are told: one pass after another on a moved clock, and who heard what at each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import insert, select, update

from messages.notices import FIRST_WAVE
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import MatterState, PromptKind
from schedules.policy import Policy
from schedules.tenders.keys import key_of
from tests.awake import AWAKE
from tests.district import MORNING, ZONE
from tests.tendering import REF, Tendering, at, fact

OPENING = f"tender:{REF}:opening"
"""The key of what is told on the day of an opening."""
OPENS = at(28)
ISSUED = fact(Milestone.DOCUMENTS_FROM, at(7))
DEADLINE = fact(Milestone.BID_DEADLINE, OPENS)
_d = tables.deliveries.c


def key(rule: str, kind: PromptKind, turn: int = 0) -> str:
    """The key of what is told of a limit."""
    return key_of(REF, rule, kind, turn=turn)


@dataclass(kw_only=True)
class Prompted(Tendering):
    """``heard`` is all that was told so far: when, to whom, by which notice's key."""

    heard: list[tuple[datetime, str, str]] = field(default_factory=list)
    last: int = 0

    @classmethod
    async def found(cls, db: Database, policy: Policy = AWAKE) -> Self:
        """``D`` holds K3 for 合同签订 there, too."""
        town = await super().found(db, policy)
        await town.district.person("D", ("K3", "住建局", 3))
        await town.district.mark("K3", "合同签订")
        return town

    async def hear(self, now: datetime) -> list[tuple[str, str]]:
        """What people hear at an instant, but for reminders of what they heard: their codes and the notices' keys."""
        while await self.tenders.sweep(now):
            pass
        await self.district.plan(now)
        query = (
            select(_d.id, _d.wave, tables.people.c.code, tables.notices.c.key)
            .join(tables.people, tables.people.c.id == _d.person_id)
            .join(tables.notices, tables.notices.c.id == _d.notice_id)
            .where(_d.id > self.last, tables.notices.c.cancelled_at.is_(None))
            .order_by(_d.id)
        )
        async with self.db.writing() as conn:
            new = list(await conn.execute(query))
            if new:
                self.last = new[-1].id
                arrived = {"state": "delivered", "settled_at": now.astimezone(UTC)}
                await conn.execute(update(tables.deliveries).where(_d.id.in_([row.id for row in new])).values(arrived))
        first = [row for row in new if row.wave == FIRST_WAVE]
        self.heard += [(now, row.code, row.key) for row in first]
        return sorted((row.code, row.key) for row in first)

    async def vacate(self, post: str) -> None:
        """Nobody holds a post any more."""
        of_it = select(tables.posts.c.id).where(tables.posts.c.code == post).scalar_subquery()
        async with self.db.writing() as conn:
            mine = tables.assignments.c.post_id == of_it
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=MORNING))

    async def hand_over(self, post: str, code: str, now: datetime) -> None:
        """A person holds a post from now on, and whoever held it before does not."""
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
            mine = tables.assignments.c.post_id == post_id, tables.assignments.c.ended_at.is_(None)
            await conn.execute(update(tables.assignments).where(*mine).values(ended_at=now))
            held = {"post_id": post_id, "person_id": self.people[code], "started_at": now}
            await conn.execute(insert(tables.assignments).values(held))

    async def depart(self, *codes: str) -> None:
        """These people hold no post any more, and bear no role."""
        mine = [self.people[code] for code in codes]
        async with self.db.writing() as conn:
            for of in (tables.assignments, tables.roles):
                await conn.execute(update(of).where(of.c.person_id.in_(mine)).values(ended_at=MORNING))

    async def notice(self, key: str) -> Mapping[str, Any]:
        """A notice as it stands."""
        async with self.db.reading() as conn:
            query = select(tables.notices).where(tables.notices.c.key == key)
            return dict((await conn.execute(query)).mappings().one())

    async def notices(self) -> list[str]:
        """The keys of all notices."""
        async with self.db.reading() as conn:
            return list(await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id)))

    async def through(self, *instants: datetime) -> list[tuple[str, str, str]]:
        """What people hear at each of these instants: the day, their codes and the notices' keys."""
        since = len(self.heard)
        for now in instants:
            await self.hear(now)
        return [(f"{when.astimezone(ZONE):%m-%d}", code, key) for when, code, key in self.heard[since:]]


def mornings(first: datetime, days: int) -> list[datetime]:
    """The same time on so many days."""
    return [first + timedelta(days=number) for number in range(days)]


async def opening(db: Database) -> Prompted:
    """A tender whose bids are to be opened on the 28th, and of which nobody has heard yet."""
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, DEADLINE)
    return town


async def awarded(db: Database, posts: Mapping[Milestone | None, Sequence[str]] | None = None) -> Prompted:
    """A tender that was awarded on the 7th: its contract is due within thirty days."""
    town = await Prompted.found(db)
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), state=MatterState.AWARDED, posts=posts)
    return town
