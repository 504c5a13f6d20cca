"""A register with a point of every state, and a district of people who see it: each by level, role, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update

from messages.organisation.records import Role, UnitKind
from messages.register.bases import Cited
from messages.register.records import Content, Progress, RiskLevel
from messages.store import tables
from messages.store.database import Database
from tests.dashboard import Reader
from tests.district import MORNING, District
from tests.pages import Served
from tests.points import put_point

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"

HOLDER, SAME, HIGHER, LOWER, MATE = "H", "E3", "E1", "E5", "M"
LEADER, INSPECTOR, OTHER, OFFICE = "L", "I", "X", "O"
EVERYBODY = (HOLDER, SAME, HIGHER, LOWER, MATE, LEADER, INSPECTOR, OTHER, OFFICE)

STANDS, REVISED, ELSEWHERE, OF_UNIT = "收受礼品", "泄露标底", "违规发证", "公车私用"
DRAFT, SUBMITTED, RETURNED, ENDED = "草稿一则", "送审一则", "退回一则", "失效一则"
OLD = Cited(law="JLCF2015", article=10)

LISTS: dict[str, dict[str, Sequence[str]]] = {
    "": {
        HOLDER: (STANDS, REVISED, ELSEWHERE, OF_UNIT),  # the last: of the unit of the own post
        SAME: (STANDS, REVISED, ELSEWHERE),
        HIGHER: (STANDS, REVISED, ELSEWHERE),
        LOWER: (ELSEWHERE,),
        MATE: (ELSEWHERE, OF_UNIT),
        LEADER: (STANDS, REVISED, OF_UNIT),
        INSPECTOR: (STANDS, REVISED, OF_UNIT),
        OTHER: (ELSEWHERE,),
        OFFICE: (STANDS, REVISED, ELSEWHERE, OF_UNIT),
    },
    "revised": dict.fromkeys((HOLDER, SAME, HIGHER, LEADER, INSPECTOR, OFFICE), (REVISED,)),
    "draft": {HOLDER: (DRAFT,)},
    "submitted": {HOLDER: (SUBMITTED,), LEADER: (SUBMITTED,), OFFICE: (SUBMITTED,)},
    "returned": {HOLDER: (RETURNED,), LEADER: (RETURNED,), OFFICE: (RETURNED,)},
    "ended": {HOLDER: (ENDED,), LEADER: (ENDED,), OFFICE: (ENDED,)},
}
"""Whom which points are listed to, by the state that is asked for."""

ALL = (STANDS, REVISED, ELSEWHERE, OF_UNIT, DRAFT, SUBMITTED, RETURNED, ENDED)


@dataclass
class Register:
    """A register in browsers: ``H`` holds P in 科室 below 财政局, others of all levels hold posts in 教育局."""

    served: Served
    district: District
    points: dict[str, int]

    async def enter(self, who: str) -> Reader:
        return await self.served.enter(self.district.people[who])


async def district_of(db: Database) -> District:
    district = District(db)
    await district.unit("区", kind=UnitKind.OFFICE)
    await district.unit("财政局", "区")
    await district.unit("科室", "财政局")
    await district.unit("教育局", "区")
    await district.person(HOLDER, ("P", "科室", 3))
    await district.person(MATE, ("PM", "科室", 5))
    for who, level in ((SAME, 3), (HIGHER, 1), (LOWER, 5)):
        await district.person(who, (f"P{who}", "教育局", level))
    await district.person(LEADER, roles=[(Role.LEADER, "财政局")])
    await district.person(INSPECTOR, roles=[(Role.INSPECTOR, "财政局")])
    await district.person(OTHER, roles=[(Role.LEADER, "教育局")])
    await district.person(OFFICE, roles=[(Role.OFFICE, "区")])
    return district


async def register_of(db: Database) -> tuple[District, dict[str, int]]:
    """The district with all these points; gives their ids by name."""
    district = await district_of(db)
    points = {
        STANDS: await put_point(db, "P", STANDS, node="开标", level=RiskLevel.HIGH),
        REVISED: await put_point(db, "P", REVISED, node="评标", level=RiskLevel.MIDDLE),
        ELSEWHERE: await put_point(db, "PE5", ELSEWHERE, node="审批决定"),
        OF_UNIT: await put_point(db, "P", OF_UNIT),
        DRAFT: await put_point(db, "P", DRAFT, progress=Progress.DRAFT),
        SUBMITTED: await put_point(db, "P", SUBMITTED, progress=Progress.SUBMITTED),
        RETURNED: await put_point(db, "P", RETURNED, progress=Progress.RETURNED),
        ENDED: await put_point(db, "P", ENDED, ended_at=MORNING),
    }
    await change(db, points[OF_UNIT], post_id=None)
    await revise(db, points[REVISED], district.people)
    async with db.writing() as conn:
        await conn.execute(insert(tables.point_bases).values(point_id=points[STANDS], law=OLD.law, article=OLD.article))
    return district, points


async def change(db: Database, point: int, **values: Any) -> None:  # noqa: ANN401 -- a row's values
    async with db.writing() as conn:
        await conn.execute(update(tables.risk_points).where(tables.risk_points.c.id == point).values(values))


async def revise(db: Database, point: int, people: dict[str, int]) -> None:
    """Its second version was returned, its third is a draft, while the first stands."""
    v = tables.risk_versions
    async with db.writing() as conn:
        content = Content.of(await conn.scalar(select(v.c.content).where(v.c.point_id == point)) or {})
        second = replace(content, description=f"改为乙 {MARKUP}", level=RiskLevel.HIGH)
        third = replace(content, description="改为丙")
        wrote = {"point_id": point, "created_at": MORNING, "person_id": people[HOLDER]}
        decided = {"decided_at": MORNING, "decided_by": people[LEADER]}
        accepted = {"person_id": people[HOLDER], **decided, "why": "一审同意"}
        await conn.execute(update(v).where(v.c.point_id == point).values(accepted))
        returned = {"number": 2, "progress": "returned", "content": second.as_json(), "why": "请写明环节"}
        await conn.execute(insert(v).values(**wrote, **decided, **returned))
        await conn.execute(insert(v).values(**wrote, number=3, progress="draft", content=third.as_json()))
    await change(db, point, progress="draft", version=3)
