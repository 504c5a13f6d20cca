"""A closed period with a statement of scores, straight in the store: who may object, and who answers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from messages.notices import Grade
from messages.organisation.records import Role, UnitKind
from messages.scores.objections import Objection
from messages.scores.periods import Period
from messages.scores.records import About, Entry, Reason, Scored, ScoreKind, Uncounted
from messages.store import statements, tables
from messages.store.database import Database
from messages.store.statements import NewClosing
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.scores.desk import Scores
from schedules.scores.objecting import Objections
from tests.district import MORNING, ZONE, District

PERIOD = "2026-08"
AT = datetime(2026, 8, 12, 2, 30, tzinfo=UTC)
LATE, CHARGED, UNREACHED = 501, 502, 503
"""The rows of the ledger of which the statement speaks."""
OBJECT_BY = date(2026, 10, 12)
WHY = "当日在外参加会议，有会议通知为证。"


def scored(notice: int | None = None, warning: int | None = None) -> Scored:
    """One entry for what was acknowledged late, one for an orange warning, and what was not delivered."""
    late = Entry(
        at=AT,
        kind=ScoreKind.ACKNOWLEDGED,
        points=Decimal(1),
        code="acknowledged:late",
        event=LATE,
        about=About(notice=notice),
    )
    charged = Entry(
        at=AT,
        kind=ScoreKind.CHARGED,
        points=Decimal(-2),
        code="warning_charged:issued",
        event=CHARGED,
        grade=Grade.ORANGE,
        about=About(warning=warning),
    )
    unreached = Uncounted(at=AT, kind=ScoreKind.MISSED, reason=Reason.UNREACHABLE, event=UNREACHED)
    return Scored(entries=(late, charged), uncounted=(unreached,))


@dataclass
class Stated:
    """H of 财政局 has the ``statement``, N of 教育局 the ``other``; L leads 财政局.

    A and B administer the whole office, and D a part of it only.
    """

    db: Database
    district: District
    objections: Objections
    statement: int = 0
    other: int = 0

    @classmethod
    async def found(cls, db: Database) -> "Stated":
        district = District(db)
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.unit("财政局", "推进办")
        await district.unit("教育局", "推进办")
        await district.person("A", ("PA", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
        await district.person("B", ("PB", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
        await district.person("D", ("PD", "教育局", 2), roles=[(Role.OFFICE, "教育局")])
        await district.person("L", ("PL", "财政局", 2), roles=[(Role.LEADER, "财政局")])
        await district.person("H", ("PH", "财政局", 4))
        await district.person("N", ("PN", "教育局", 4))
        objections = Objections(db=db, policy=load(None), calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
        scores = Scores(db=db, policy=load(None), calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
        place = cls(db=db, district=district, objections=objections)
        await scores.sweep(AT)
        await place.close(1)
        return place

    async def close(self, revision: int, at: datetime = MORNING, **about: int) -> None:
        """A revision of the period with a statement for H, N, and A, who has objected to nothing yet."""
        period = Period.read(PERIOD)
        assert period is not None
        closing = NewClosing(
            period=period,
            revision=revision,
            at=at,
            closed_by=self.id("A"),
            rules="2026-1",
            upto=9,
            why=None,
            object_by=OBJECT_BY,
        )
        async with self.db.writing() as conn:
            await statements.begin(conn, closing)
            begun = await statements.latest(conn, period)
            assert begun is not None
            made = await statements.put(conn, begun.id, {self.id(code): scored(**about) for code in "HNA"})
            await statements.end(conn, begun.id, at)
        self.statement, self.other = made[self.id("H")], made[self.id("N")]

    def id(self, code: str) -> int:
        return self.district.people[code]

    async def objects(
        self, code: str = "H", entry: int | None = LATE, statement: int | None = None, now: datetime = MORNING
    ) -> Objection:
        statement = self.statement if statement is None else statement
        return await self.objections.object(statement, entry, self.id(code), WHY, now)

    async def told(self, template: str) -> list[str]:
        """To whom notices by a template go, in order."""
        query = select(tables.notices.c.audience).where(
            tables.notices.c.template == template, tables.notices.c.cancelled_at.is_(None)
        )
        async with self.db.reading() as conn:
            return [str(one).removeprefix("person:").strip('"') for one in await conn.scalars(query.order_by("id"))]

    async def said(self, template: str) -> dict[str, Any]:
        """The values of the newest notice by a template."""
        newest = select(tables.notices.c.params).where(tables.notices.c.template == template)
        async with self.db.reading() as conn:
            found = await conn.scalar(newest.order_by(tables.notices.c.id.desc()).limit(1))
        assert found is not None
        return dict(found)

    async def events(self, kind: str, code: str = "H") -> list[dict[str, Any]]:
        """What the ledger says of a kind about a person."""
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == kind)
        async with self.db.reading() as conn:
            mine = query.where(tables.ledger.c.person_id == self.id(code)).order_by(tables.ledger.c.id)
            return [dict(one) for one in await conn.scalars(mine)]
