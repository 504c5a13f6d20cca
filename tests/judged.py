"""Warnings that are answered and judged: what people decide, and what they are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, select, update

from messages.files import Attachment, FileKind
from messages.notices import Grade
from messages.organisation.records import Role
from messages.store import rises, tables
from messages.store import warnings as stored
from messages.store.database import Database
from messages.warnings.answers import Given, Parts
from messages.warnings.records import Asked, RiseCause, WarningRecord
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
    async def open(cls, db: Database) -> "Bench":
        warned = await Warned.found(db)
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

    async def proposed(self, warning_id: int, grade: Grade | None, cause: RiseCause = RiseCause.UNANSWERED) -> int:
        """The service has proposed to raise it; gives the proposal."""
        async with self.db.writing() as conn:
            warning = await stored.get(conn, warning_id)
            rise_id = await rises.add(conn, warning_id, warning.turn, grade, cause, at=self.now)
        assert rise_id is not None
        return rise_id

    async def sweep(self) -> None:
        await self.judging.sweep(self.now)

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

    async def were_told(self, warning_id: int) -> None:
        """Everybody who is to be told of a warning was told of it, in one notice."""
        query = select(tables.tellings.c.id).where(tables.tellings.c.warning_id == warning_id)
        async with self.db.writing() as conn:
            await conn.execute(
                update(tables.tellings)
                .where(tables.tellings.c.id.in_(query), tables.tellings.c.told_at.is_(None))
                .values(told_at=self.now, notice_id=1)
            )
