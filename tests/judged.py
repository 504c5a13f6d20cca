"""Warnings that are answered and judged: what people decide, and what they are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from messages.files import Attachment, FileKind
from messages.notices import Grade
from messages.organisation.records import Role
from messages.store import rises, tables, warning_steps
from messages.store import warnings as stored
from messages.store.database import Database
from messages.store.rises import Rise
from messages.store.warning_steps import Told
from messages.warnings.answers import Given, Parts
from messages.warnings.records import Asked, Part, RiseCause, WarningRecord
from schedules.warnings.judging import Judging
from tests.district import ZONE
from tests.posts_warned import MONDAY, Warned

DOCUMENT: Final = Attachment(file=1, kind=FileKind.DOCUMENT)
CHECKED: Final[Parts] = {Asked.SELF_CHECK: Given(text="已自查，未发现问题。")}
IN_FULL: Final[Parts] = {
    Asked.STATEMENT: Given(text="情况说明如下。"),
    Asked.MEASURES: Given(text="已制定整改措施。"),
    Asked.EVIDENCE: Given(files=(DOCUMENT,)),
}


@dataclass(kw_only=True)
class Bench:
    """Who decides about the posts of ``tests.posts_warned``; everything happens at ``now``, which is moved.

    ``M`` leads 区, above ``L``; ``O`` and ``Q`` are of the office.
    """

    warned: Warned
    judging: Judging
    now: datetime = MONDAY

    @classmethod
    async def open(cls, db: Database, url: str = "", *, deputy: str = "above") -> "Bench":
        warned = await Warned.found(db, url)
        approvals = warned.policy.approvals.model_copy(update={"deputy": deputy})
        warned.policy = warned.policy.model_copy(update={"approvals": approvals})
        await warned.district.person("M", ("PM", "区", 1), roles=[(Role.LEADER, "区")])
        await warned.district.person("Q", ("PQ", "区", 2), roles=[(Role.OFFICE, "区")])
        judging = Judging(db=db, policy=warned.policy, calendars=warned.calendars, zone=ZONE)
        return cls(warned=warned, judging=judging)

    @property
    def db(self) -> Database:
        return self.warned.db

    def id(self, code: str) -> int:
        return self.warned.district.people[code]

    async def warn(self, grade: Grade = Grade.BLUE, post: str = "P") -> int:
        """A warning about a post."""
        return (await self.warned.warn(grade, post, at=self.now))[0]

    async def stands(self, warning_id: int) -> WarningRecord:
        return await self.warned.stands(warning_id)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def answer(self, warning_id: int, parts: Parts = CHECKED, by: str = "H") -> WarningRecord:
        return await self.judging.answer(warning_id, self.id(by), parts, self.now)

    async def accept(self, warning_id: int, by: str = "L", *, release: bool = False) -> WarningRecord:
        return await self.judging.accept(warning_id, self.id(by), self.now, release=release)

    async def give_back(
        self, warning_id: int, by: str = "L", why: str = "请补充。", workdays: int = 3
    ) -> WarningRecord:
        return await self.judging.give_back(warning_id, self.id(by), why, workdays, self.now)

    async def release(self, warning_id: int, by: str = "L", why: str = "") -> WarningRecord:
        return await self.judging.release(warning_id, self.id(by), why, self.now)

    async def answered(self, count: int) -> list[int]:
        """So many warnings of the post, each answered."""
        warnings = [await self.warn() for _ in range(count)]
        for warning in warnings:
            await self.answer(warning)
        return warnings

    async def proposed(self, warning_id: int, grade: Grade | None, cause: RiseCause = RiseCause.UNANSWERED) -> int:
        """The service has proposed to raise it; gives the proposal."""
        async with self.db.writing() as conn:
            warning = await stored.get(conn, warning_id)
            rise_id = await rises.add(conn, warning_id, warning.turn, grade, cause, at=self.now)
        assert rise_id is not None
        return rise_id

    async def overdue(self, warning_id: int) -> None:
        """Its holder and those above were told that it was not answered in time."""
        told = [Told(person_id=self.id("H"), part=Part.HOLDER), Told(person_id=self.id("S"), part=Part.SUPERIOR)]
        async with self.db.writing() as conn:
            await warning_steps.tell(conn, warning_id, 1, "unanswered", told, urgent=False, at=self.now)
        await self.were_told(warning_id)

    async def sweep(self) -> None:
        await self.judging.sweep(self.now)

    async def overdue_again(self, warning_id: int) -> Rise:
        """Nobody does anything until the day by which to answer is over; gives what is proposed then."""
        until = (await self.stands(warning_id)).answer_by
        assert until is not None
        await self.warned.run(self.now, until.astimezone(ZONE))
        self.now = until.astimezone(ZONE) + timedelta(hours=16)
        await self.sweep()
        async with self.db.reading() as conn:
            rise = await rises.open_of(conn, warning_id)
        assert rise is not None
        return rise

    async def said(self, template: str = "") -> list[tuple[str, str]]:
        """What people are told about warnings, as (to whom, template), or to whom one template goes."""
        query = select(tables.notices.c.audience, tables.notices.c.template).order_by(tables.notices.c.id)
        async with self.db.reading() as conn:
            found = [(row.audience, row.template) for row in await conn.execute(query)]
        return [one for one in found if template in one[1]]

    async def to(self, template: str) -> list[str]:
        """To whom notices of a template go: ``person:"L"`` as ``L``, ``post:"P"`` as ``P``."""
        return [audience.partition(":")[2].strip('"') for audience, _ in await self.said(template)]

    async def notice(self, template: str) -> Row[Any]:
        """The newest notice of a template, as a row."""
        query = select(tables.notices).where(tables.notices.c.template == template)
        async with self.db.reading() as conn:
            return (await conn.execute(query.order_by(tables.notices.c.id.desc()).limit(1))).one()

    async def reasons(self, template: str) -> dict[str, str | None]:
        """What reason notices of a template give, by whom they go to."""
        query = select(tables.notices.c.audience, tables.notices.c.params).where(tables.notices.c.template == template)
        async with self.db.reading() as conn:
            rows = await conn.execute(query)
            return {row.audience.partition(":")[2].strip('"'): row.params["why"] for row in rows}

    async def outcomes(self, warning_id: int) -> set[str | None]:
        """What became of a warning's steps; None of one that is still to come."""
        query = select(tables.warning_steps.c.outcome).where(tables.warning_steps.c.warning_id == warning_id)
        async with self.db.reading() as conn:
            return set(await conn.scalars(query))

    async def looks(self) -> list[str]:
        """Who has looked at a record."""
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == "record_seen").order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            return [body["by"] for body in await conn.scalars(query)]

    async def leads(self, code: str, unit: str) -> None:
        """A person leads a unit from now on."""
        unit_id = int(self.warned.district.paths[unit].rstrip("/").rpartition("/")[2])
        role = {"person_id": self.id(code), "role": "leader", "unit_id": unit_id, "granted_at": self.now}
        async with self.db.writing() as conn:
            await conn.execute(insert(tables.roles).values(role))

    async def refusals(self) -> list[dict[str, Any]]:
        """What is recorded as refused."""
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == "act_refused").order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            return list(await conn.scalars(query))

    async def were_told(self, warning_id: int) -> None:
        """Everybody who is to be told of a warning was told of it, in one notice."""
        query = select(tables.tellings.c.id).where(tables.tellings.c.warning_id == warning_id)
        async with self.db.writing() as conn:
            await conn.execute(
                update(tables.tellings)
                .where(tables.tellings.c.id.in_(query), tables.tellings.c.told_at.is_(None))
                .values(told_at=self.now, notice_id=1)
            )
