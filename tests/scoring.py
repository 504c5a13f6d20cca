"""Periods of scores in tests: an office whose ledger says what counts, closed and looked at."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import select, update

from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role, UnitKind
from messages.scores.facts import LedgerEvent
from messages.store import ledger, tables
from messages.store.database import Database
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import Policy, load
from schedules.scores.desk import Scores
from tests.district import ZONE, District

SINCE = datetime(2026, 1, 1, tzinfo=ZONE)
IN_OCTOBER = datetime(2026, 10, 15, 10, tzinfo=ZONE)
CLOSED_AT = datetime(2026, 11, 2, 10, tzinfo=ZONE)


def asked(notice: int, *, due: datetime, sent: datetime, **more: Json) -> dict[str, Json]:
    """The body of what was, or was not, acknowledged."""
    return {
        "notice": notice,
        "key": f"item:{notice}",
        "category": "prompt",
        "posts": [1],
        "sent": _utc(sent),
        "due": _utc(due),
        "delivered": _utc(sent),
        "since": _utc(SINCE),
        "provisional": False,
        **more,
    }


def acknowledged(notice: int, **more: Json) -> dict[str, Json]:
    """The body of an acknowledgement in October, in time unless something else is said."""
    day = datetime(2026, 10, 16, 17, 30, tzinfo=ZONE)
    return asked(notice, due=day, sent=IN_OCTOBER.replace(day=14), **{"first": True, **more})


def missed(notice: int, **more: Json) -> dict[str, Json]:
    """The body of a day in October that passed."""
    day = datetime(2026, 10, 15, 9, tzinfo=ZONE)
    return asked(notice, due=day, sent=IN_OCTOBER.replace(day=14), **{"undelivered": None, "why": None, **more})


def entered(item: int, *, timely: bool = True) -> dict[str, Json]:
    """The body of an item that was entered."""
    due = _utc(IN_OCTOBER)
    return {"item": item, "category": "caution", "due": due, "timely": timely, "provisional": False, "first": True}


def answered(warning: int, *, timely: bool = True) -> dict[str, Json]:
    """The body of an answer to a warning."""
    due = _utc(IN_OCTOBER)
    said: dict[str, Json] = {"event": "answered", "warning": warning, "post": "P1", "due": due, "timely": timely}
    return {**said, "provisional": False, "first": True}


def charged(warning: int, grade: str, **more: Json) -> dict[str, Json]:
    """The body of a warning that is the holder's."""
    sent = _utc(IN_OCTOBER)
    said: dict[str, Json] = {"warning": warning, "post": "P1", "key": None, "grade": grade, "before": None, "turn": 1}
    said |= {"delivered": sent, "undelivered": None, "since": _utc(SINCE), "issued": sent}
    return {**said, **more}


def corrected(points: str) -> dict[str, Json]:
    """The body of a correction of October."""
    said: dict[str, Json] = {"period": "2026-10", "statement": 1, "event": None, "points": points}
    return {**said, "why": "更正", "by": "A", "objection": 1}


def absence(first: str, last: str, event: str = "granted") -> dict[str, Json]:
    """The body of an absence."""
    return {"absence": 1, "event": event, "first": first, "last": last, "by": "A"}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@dataclass
class Scoring:
    """An office: A administers it; B and C hold posts in 财政局, D in 教育局, L leads 财政局."""

    db: Database
    district: District
    scores: Scores
    policy: Policy

    @classmethod
    async def found(cls, db: Database) -> Self:
        """With everybody joined since the beginning of the year, and the rules of October adopted."""
        district = District(db)
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.unit("财政局", "推进办")
        await district.unit("教育局", "推进办")
        await district.person("A", ("P0", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
        for code, post, unit in (("B", "P1", "财政局"), ("C", "P2", "财政局"), ("D", "P3", "教育局")):
            await district.person(code, (post, unit, 3))
        await district.person("L", ("P4", "财政局", 2), roles=[(Role.LEADER, "财政局")])
        async with db.writing() as conn:
            await conn.execute(update(tables.assignments).values(started_at=SINCE))
        self = cls.over(db, district)
        await self.scores.sweep(IN_OCTOBER)
        return self

    @classmethod
    def over(cls, db: Database, district: District) -> Self:
        """An office that is there already, by the policy that is shipped."""
        policy = load()
        return cls(db=db, district=district, scores=cls.desk(db, policy), policy=policy)

    @staticmethod
    def desk(db: Database, policy: Policy) -> Scores:
        """The office's scores, by a policy."""
        return Scores(db=db, policy=policy, calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())

    def id(self, code: str) -> int:
        """The person of a code."""
        return self.district.people[code]

    async def say(self, kind: Kind, code: str | None, body: dict[str, Json], at: datetime = IN_OCTOBER) -> None:
        """Something stands in the ledger."""
        person = None if code is None else self.id(code)
        async with self.db.writing() as conn:
            await ledger.append(conn, at=at, kind=kind, person_id=person, body=body)

    async def events(self, kind: Kind, code: str | None = None) -> list[LedgerEvent]:
        """What of a kind stands in the ledger, about a person or about anybody."""
        columns = tables.ledger.c.id, tables.ledger.c.at, tables.ledger.c.kind, tables.ledger.c.body
        query = select(*columns).where(tables.ledger.c.kind == kind.value).order_by(tables.ledger.c.id)
        if code is not None:
            query = query.where(tables.ledger.c.person_id == self.id(code))
        async with self.db.reading() as conn:
            rows = await conn.execute(query)
            return [LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body) for row in rows]

    async def notices(self) -> dict[str, Any]:
        """What people were told of their statements, by the notice's key."""
        query = select(tables.notices.c.key, tables.notices.c.params).where(tables.notices.c.template == "statement")
        async with self.db.reading() as conn:
            return {row.key: row.params for row in await conn.execute(query)}
