"""A district in which matters are followed: its units, posts for their steps, their leaders, and the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState
from messages.organisation.records import Role, UnitKind
from messages.scopes import EVERYWHERE
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, Limit, Matter, MatterState, Source, Told
from messages.tenders.views import Filter, Whole
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.tenders import anew
from schedules.tenders.desk import Tenders
from schedules.tools import Tools
from tests.awake import AWAKE
from tests.district import ZONE, District, saying

MONDAY: Final = datetime(2026, 9, 7, 9, 12, tzinfo=ZONE)
"""Three weeks without any holiday begin."""
REF: Final = "ocds-213czf-000-00001"
BUYER: Final = "住建局"
EVERYTHING: Final = Filter()


def at(day: int, hour: int = 9, minute: int = 30, month: int = 9) -> datetime:
    """An instant of the year."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def fact(milestone: Milestone, when: datetime, part: str = "", *, whole_day: bool = False) -> Fact:
    """A date of a milestone."""
    return Fact(milestone=milestone, at=when, part=part, whole_day=whole_day)


def told(*facts: Fact, ref: str = REF, **more: Any) -> Told:  # noqa: ANN401 -- fields of different types
    """What a source tells of a works tender of 住建局; ``more`` are other fields of it."""
    values: dict[str, Any] = {
        "kind": MatterKind.TENDER,
        "title": "滨河路改造工程",
        "buyer": BUYER,
        "source": Source.OCDS,
        "facts": facts,
        "state": MatterState.ACTIVE,
    }
    return Told(ref=ref, **(values | more))


@dataclass(kw_only=True)
class Tendering:
    """``O`` is of the office over all; of 住建局 ``L`` is the leader, ``C`` collects, ``I`` inspects it.

    There ``H`` holds K1 for 开标 and ``E`` K2 for 评标; ``G`` holds K9 in 财政局, whose leader is ``M``.
    """

    db: Database
    district: District
    policy: Policy
    tenders: Tenders
    people: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def found(cls, db: Database, policy: Policy = AWAKE) -> Self:
        """No matter is known yet."""
        district = District(db)
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.unit("住建局", "推进办")
        await district.unit("质监站", "住建局")
        await district.unit("财政局", "推进办")
        await district.person("O", roles=[(Role.OFFICE, "推进办")])
        await district.person("L", roles=[(Role.LEADER, "住建局")])
        await district.person("C", roles=[(Role.COLLECTOR, "住建局")])
        await district.person("I", roles=[(Role.INSPECTOR, "住建局")])
        await district.person("H", ("K1", "住建局", 3))
        await district.person("E", ("K2", "质监站", 4))
        await district.person("G", ("K9", "财政局", 3))
        await district.person("M", roles=[(Role.LEADER, "财政局")])
        await district.mark("K1", "开标")
        await district.mark("K2", "评标")
        return cls.over(db, district, policy)

    @classmethod
    def over(cls, db: Database, district: District, policy: Policy = AWAKE) -> Self:
        """The same, as a process sees it that has just begun."""
        tenders = Tenders(db=db, policy=policy, calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
        return cls(db=db, district=district, policy=policy, tenders=tenders, people=district.people)

    async def put_matter(self, *facts: Fact, now: datetime = MONDAY, ref: str = REF, **more: Any) -> Matter:  # noqa: ANN401 -- fields of different types
        """A matter as a source that reaches everything tells it; once more, it tells something else of it."""
        return (await self.tenders.take(told(*facts, ref=ref, **more), None, now, scope=EVERYWHERE)).matter

    async def whole(self, which: int | str = REF, by: str = "O", now: datetime = MONDAY) -> Whole:
        """A matter as a person sees it."""
        return await self.tenders.of(which, self.people[by], now)

    async def dates(self, which: int | str = REF) -> dict[tuple[Milestone, str], datetime]:
        """The dates of a matter."""
        whole = await self.whole(which)
        return {(one.fact.milestone, one.fact.part): one.fact.at for one in whole.facts}

    async def limit(self, rule: str, which: int | str = REF) -> Limit:
        """What a rule comes to in a matter, as it was reckoned last."""
        return next(one.limit for one in (await self.whole(which)).limits if one.limit.rule == rule)

    async def stale(self, now: datetime) -> list[int]:
        """The matters whose limits a pass over them would reckon anew."""
        calendars = Calendars(self.db, "CN")
        await calendars.current()
        return await anew.stale(Tools(db=self.db, policy=self.policy, calendars=calendars, zone=ZONE), now, 100)

    async def events(self, which: int | str = REF) -> list[tuple[str, Mapping[str, Any]]]:
        """What happened to a matter."""
        return [(one.kind, one.body) for one in (await self.whole(which)).events]

    async def ledger(self, kind: str) -> list[Mapping[str, Any]]:
        """What the ledger says of events of a kind."""
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == kind).order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            return list(await conn.scalars(query))

    async def prompts(self, which: int | str = REF) -> list[tuple[str, str, datetime, str | None]]:
        """The prompts of a matter: the rule, the kind, when it is to be told, and what became of it."""
        whole = await self.whole(which)
        every = [*whole.prompts, *(prompt for limit in whole.limits for prompt in limit.prompts)]
        found = [(one.rule, one.kind.value, one.at, one.outcome) for one in every]
        return sorted(found, key=lambda one: one[:3])

    async def settle(self, rule: str, kind: str, outcome: str = "told", now: datetime = MONDAY) -> None:
        """What waits of a kind for a rule has been told, or came too late."""
        mine = tables.matter_prompts.c.rule == rule, tables.matter_prompts.c.kind == kind
        waits = tables.matter_prompts.c.settled_at.is_(None)
        settled = {"settled_at": now.astimezone(UTC), "outcome": outcome}
        async with self.db.writing() as conn:
            await conn.execute(update(tables.matter_prompts).where(*mine, waits).values(settled))

    async def prompt_about(self, ref: str, code: str) -> None:
        """A person has been told of the first prompt that waits of a matter, and got the message."""
        notice_id = await self.district.issue(saying(f"told:{code}", audience=f"person:{code}", acknowledge=True))
        await self.district.settle(await self.district.claim(), DeliveryState.DELIVERED)
        prompts, matters = tables.matter_prompts, tables.matters
        of_it = prompts.c.settled_at.is_(None), prompts.c.matter_id == matters.c.id, matters.c.ref == ref
        async with self.db.writing() as conn:
            first = await conn.scalar(select(prompts.c.id).where(*of_it).order_by(prompts.c.at, prompts.c.id).limit(1))
            told = {"settled_at": MONDAY, "outcome": "told", "notice_id": notice_id}
            await conn.execute(update(prompts).where(prompts.c.id == first).values(told))
            went = {"prompt_id": first, "notice_id": notice_id}
            await conn.execute(insert(tables.matter_prompt_notices).values(went))

    async def seen_by(self, by: str, wanted: Filter = EVERYTHING) -> Sequence[str]:
        """The refs of the matters that a person sees in a list."""
        page = await self.tenders.list(self.people[by], wanted, 1, MONDAY, size=100)
        return [line.matter.ref for line in page.lines]
