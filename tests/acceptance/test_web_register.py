"""The dashboard's pages of the risk register: what is open to whom, what is recorded, and that nothing leaks."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert, select, update

from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.register.bases import Cited
from messages.register.records import Content, Progress, RiskLevel
from messages.store import tables
from messages.store.database import Database
from schedules.clock import Clock
from tests.acceptance.test_web_pages import MARKUP
from tests.dashboard import Reader
from tests.district import MORNING, District
from tests.pages import Served, serving_pages
from tests.points import put_point
from tests.unit.test_visibility import looks

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


@pytest.fixture
async def register(db: Database, clock: Clock) -> AsyncIterator[Register]:
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
    async with serving_pages(db, clock) as served:
        yield Register(served, district, points)


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


async def test_everybody_finds_just_what_is_open_to_them(register: Register) -> None:
    for who in EVERYBODY:
        reader = await register.enter(who)
        for state, expected in LISTS.items():
            shown = await reader.get(f"/register?state={state}")
            assert shown.status == 200
            assert {name for name in ALL if name in shown.text} == {*expected.get(who, ())}, (who, state)
            assert f"{len(expected.get(who, ()))} 个风险点" in shown.text


async def test_a_point_that_is_not_open_is_refused_like_one_that_is_not_there(register: Register, db: Database) -> None:
    for who in EVERYBODY:
        reader = await register.enter(who)
        none = await reader.get("/register/points/999999")
        assert none.status == 404
        mine = {name for shown in LISTS.values() for name in shown.get(who, ())}
        for name, point in register.points.items():
            shown = await reader.get(f"/register/points/{point}")
            assert shown.status == (200 if name in mine else 404), (who, name)
            if name in mine:
                assert name in shown.text
            else:
                assert shown.text == none.text
    refused = [body["point"] for _, body in await looks(db, Kind.ACT_REFUSED)]
    assert len(refused) == len(EVERYBODY) * len(ALL) - sum(
        len({name for shown in LISTS.values() for name in shown.get(who, ())}) for who in EVERYBODY
    )


READ = ((HOLDER, 3, True), (LEADER, 2, True), (OFFICE, 2, True), (INSPECTOR, 1, True), (SAME, 1, False))
"""Who reads how many versions of the point that is revised, and whether also why it was decided so."""


async def test_versions_are_read_by_who_may_and_reasons_by_who_reads_reasons(register: Register) -> None:
    for who, versions, reasons in READ:
        shown = await (await register.enter(who)).get(f"/register/points/{register.points[REVISED]}")
        read = [f"第 {number} 版" in shown.text for number in (1, 2, 3)]
        assert read == [number <= versions for number in (1, 2, 3)], who
        assert ("请写明环节" in shown.text) == (versions > 1), who
        assert ("一审同意" in shown.text) == reasons, who
        assert ("改为乙" in shown.text) == (versions > 1), who  # what changed is told
        assert ("改为丙" in shown.text) == (versions > 2), who
        assert shown.text.replace("姓名L 中文", "").count("由 姓名L") == min(versions, 2), who
        assert MARKUP not in shown.html
        assert "style=" not in shown.html


async def test_looks_are_recorded_once_and_shown_to_whom_they_are_about(
    register: Register, db: Database, clock: Clock
) -> None:
    reader = await register.enter(SAME)
    for _ in range(2):
        await reader.get("/register")
        await reader.get(f"/register/points/{register.points[STANDS]}")
        await reader.get("/register/map")
    people = register.district.people
    found = [(about, body["post"], body["what"]) for about, body in await looks(db)]
    assert sorted(found, key=str) == sorted(
        [
            (people[HOLDER], "P", "register"),
            (people[LOWER], "PE5", "register"),
            (people[HOLDER], "P", "points"),
        ],
        key=str,
    )
    leader = await register.enter(LEADER)
    await leader.get("/register?state=submitted")
    assert (await looks(db))[-1][1]["what"] == "review"
    holder = await register.enter(HOLDER)
    told = (await holder.get("/who-saw-me")).text
    assert "姓名E3" in told
    assert "姓名L" in told
    before = len(await looks(db))
    await holder.get("/posts/P")
    await holder.get(f"/register/points/{register.points[DRAFT]}")
    assert len(await looks(db)) == before
    clock.move_to(clock.now() + timedelta(minutes=11))
    await (await register.enter(SAME)).get(f"/register/points/{register.points[STANDS]}")
    assert len(await looks(db)) == before + 1


async def test_what_cites_a_law_out_of_date_is_flagged_with_its_successor(register: Register) -> None:
    office = await register.enter(OFFICE)
    shown = await office.get("/register")
    assert "有 1 个风险点引用了" in shown.text
    assert "2023)" in shown.text  # of the law's versions the last one took its place
    narrowed = await office.get("/register?basis=superseded")
    assert [name for name in ALL if name in narrowed.text] == [STANDS]
    for basis, count in (("JLCF2015", 1), ("JLCF2015:10", 1), ("JLCF2015:11", 0), ("ZWCF2020", 0)):
        assert f"{count} 个风险点" in (await office.get(f"/register?basis={basis}")).text, basis
    assert "已被《" in (await office.get(f"/register/points/{register.points[STANDS]}")).text
    assert "引用了已失效" not in (await (await register.enter(SAME)).get("/register")).text


async def test_a_posts_page_shows_its_points_beside_its_warnings(register: Register, db: Database) -> None:
    async with db.writing() as conn:
        posts = tables.posts
        place = (await conn.execute(select(posts.c.id, posts.c.unit_id).where(posts.c.code == "P"))).one()
        duty = {"unit_id": place.unit_id, "post_id": place.id, "text": f"组织评标 {MARKUP}", "created_at": MORNING}
        await conn.execute(insert(tables.duties).values(duty))
    await register.district.mark("P", "合同签订")
    for who in (HOLDER, SAME, LEADER, OFFICE):
        shown = await (await register.enter(who)).get("/posts/P")
        assert {name for name in ALL if name in shown.text} == {STANDS, REVISED}, who
        for part in ("组织评标", "合同签订", "已被《", "2 个风险点", "没有未解除的预警"):
            assert part in shown.text, part
        assert MARKUP not in shown.html
    refused = await (await register.enter(LOWER)).get("/posts/P")
    assert refused.status == 403
    assert not [name for name in ALL if name in refused.text]


async def test_the_map_counts_what_its_reader_may_see_and_leads_to_the_points(register: Register) -> None:
    totals = {who: len(LISTS[""][who]) for who in EVERYBODY}
    for who in EVERYBODY:
        shown = await (await register.enter(who)).get("/register/map")
        assert f"{totals[who]} 个风险点" in shown.text, who
        assert ("开标" in shown.text) == (STANDS in LISTS[""][who]), who
    reader = await register.enter(OFFICE)
    shown = await reader.get("/register/map")
    cell = next(part for part in shown.html.split('href="') if f"node={quote('开标')}" in part and "in=" in part)
    listed = await reader.get(cell.partition('"')[0].removeprefix("/web").replace("&amp;", "&"))
    assert [name for name in ALL if name in listed.text] == [STANDS]
    assert "仅限本单位" in listed.text


async def test_hostile_addresses_are_read_as_if_nothing_was_asked(register: Register) -> None:
    reader = await register.enter(OFFICE)
    for path in ("/register", "/register/map", "/register/progress", "/campaigns"):
        plain = await reader.get(path)
        for query in (
            "level=pink&workflow='&state=%00&sort=;",
            "basis=' OR 1=1 --&in=-1&in=x",
            "basis=ZWCF2020:9999&in=999999999",
            "page=99999999999&columns=-1",
        ):
            shown = await reader.get(f"{path}?{query}")
            assert (shown.status, shown.text) == (200, plain.text), query
        for query in (f"words={quote(MARKUP)}", f"unit={quote(MARKUP)}&node=%25", "words=%00%ff&category=%F0%9F%99%82"):
            shown = await reader.get(f"{path}?{query}")
            assert shown.status == 200, query
            assert MARKUP not in shown.html
    for none in ("/register/points/x", f"/register/points/{'9' * 19}", "/campaigns/999", "/campaigns/x"):
        assert (await reader.get(none)).status == 404, none


async def test_progress_is_for_who_looks_after_units(register: Register) -> None:
    found = {}
    for who in EVERYBODY:
        reader = await register.enter(who)
        shown = await reader.get("/register/progress")
        begin = await reader.get("/register")
        found[who] = shown.status
        assert ("/web/register/progress" in begin.html) == (shown.status == 200), who
        assert ("/web/campaigns" in begin.html) == (shown.status == 200), who
        assert (await reader.get("/campaigns")).status == shown.status
    looks_after = {LEADER, INSPECTOR, OTHER, OFFICE}
    assert found == {who: 200 if who in looks_after else 403 for who in EVERYBODY}
    leader = await register.enter(LEADER)
    units = (await leader.get("/register/progress")).html
    address = units.partition("/web/register/progress/units/")[2].partition('"')[0]
    shown = await leader.get(f"/register/progress/units/{address}")
    assert "岗位P" in shown.text
    assert (await (await register.enter(OTHER)).get(f"/register/progress/units/{address}")).status == 403
