"""The dashboard's pages of the risk register: what is open to whom, what is recorded, and that nothing leaks."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert, select, update

from messages.ledger import Kind
from messages.register.records import Content, RiskLevel
from messages.store import tables
from messages.store.database import Database
from schedules.clock import Clock
from tests.district import MORNING
from tests.pages import serving_pages
from tests.points import put_task
from tests.register_seen import (
    ALL,
    DRAFT,
    EVERYBODY,
    HOLDER,
    INSPECTOR,
    LEADER,
    LISTS,
    LOWER,
    MARKUP,
    OF_UNIT,
    OFFICE,
    OTHER,
    REVISED,
    SAME,
    STANDS,
    SUBMITTED,
    Register,
    change,
    register_of,
)
from tests.unit.test_visibility import looks


@pytest.fixture
async def register(db: Database, clock: Clock) -> AsyncIterator[Register]:
    district, points = await register_of(db)
    async with serving_pages(db, clock) as served:
        yield Register(served, district, points)


async def test_everybody_finds_just_what_is_open_to_them(register: Register) -> None:
    for who in EVERYBODY:
        reader = await register.enter(who)
        for state, expected in LISTS.items():
            shown = await reader.get(f"/register?state={state}")
            assert shown.status == 200
            assert {name for name in ALL if name in shown.text} == {*expected.get(who, ())}, (who, state)
            assert f"{len(expected.get(who, ()))} 项风险点" in shown.text


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
    assert "有 1 项风险点依据待更新" in shown.text
    assert "（2024-01-01 起）取代" in shown.text  # of the law's versions the last one took its place
    narrowed = await office.get("/register?basis=superseded")
    assert [name for name in ALL if name in narrowed.text] == [STANDS]
    for basis, count in (("JLCF2015", 1), ("JLCF2015:10", 1), ("JLCF2015:11", 0), ("ZWCF2020", 0)):
        assert f"{count} 项风险点" in (await office.get(f"/register?basis={basis}")).text, basis
    assert "已被《" in (await office.get(f"/register/points/{register.points[STANDS]}")).text
    assert "项风险点依据待更新" not in (await (await register.enter(SAME)).get("/register")).text


async def test_a_posts_page_shows_its_points_beside_its_warnings(register: Register, db: Database) -> None:
    async with db.writing() as conn:
        posts = tables.posts
        place = (await conn.execute(select(posts.c.id, posts.c.unit_id).where(posts.c.code == "P"))).one()
        duty = {"unit_id": place.unit_id, "post_id": place.id, "text": f"组织评标 {MARKUP}", "created_at": MORNING}
        await conn.execute(insert(tables.duties).values(duty))
    await register.district.mark("P", "合同签订")
    for who in (HOLDER, SAME, LEADER, OFFICE):
        shown = await (await register.enter(who)).get("/posts/P")
        ended = {*LISTS["ended"].get(who, ())}
        assert {name for name in ALL if name in shown.text} == {STANDS, REVISED} | ended, who
        assert shown.text.count("· 已入库") == 2 + len(ended), (
            who
        )  # what was accepted, and of what ended where it is open
        for part in ("风险点变更记录", "组织评标", "合同签订", "已被《", "2 项风险点", "没有未解除的预警"):
            assert part in shown.text, part
        assert MARKUP not in shown.html
    refused = await (await register.enter(LOWER)).get("/posts/P")
    assert refused.status == 403
    assert not [name for name in ALL if name in refused.text]


async def test_what_a_unit_has_accepted_for_a_campaign_is_read_by_who_inspects_it(
    register: Register, db: Database
) -> None:
    point, people = register.points[SUBMITTED], register.district.people
    await put_task(db, "P", person_id=people[OFFICE])
    times = {"submitted_at": MORNING, "handed_at": MORNING, "unit_at": MORNING}
    async with db.writing() as conn:
        post = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == "P"))
        row = {"post_id": post, "task_id": 1, "person_id": people[HOLDER], "complete": False, "state": "inspector"}
        review = await conn.scalar(
            insert(tables.reviews).values(**row, **times, version=2).returning(tables.reviews.c.id)
        )
        mine = tables.risk_versions.c.point_id == point
        await conn.execute(update(tables.risk_versions).where(mine).values(review_id=review))
    for who in EVERYBODY:
        reader = await register.enter(who)
        listed = await reader.get("/register?state=submitted")
        assert (SUBMITTED in listed.text) == (who in {HOLDER, LEADER, INSPECTOR, OFFICE}), who
        shown = await reader.get(f"/register/points/{point}")
        assert shown.status == (200 if SUBMITTED in listed.text else 404)
        assert ("第 1 版" in shown.text) == (shown.status == 200), who
    assert [body["what"] for about, body in await looks(db) if about == people[HOLDER]] == ["review"] * 3


async def test_a_point_remembers_the_template_that_it_was_adopted_from(register: Register, db: Database) -> None:
    content = Content(name="模板名称", level=RiskLevel.LOW).as_json()
    row = {"content": content, "category": "", "published_at": MORNING, "published_by": 1}
    async with db.writing() as conn:
        template = await conn.scalar(insert(tables.risk_templates).values(row).returning(tables.risk_templates.c.id))
    await change(db, register.points[STANDS], template_id=template)
    reader = await register.enter(SAME)
    assert "采用自模板 模板名称" in (await reader.get(f"/register/points/{register.points[STANDS]}")).text
    assert "采用自模板" in (await reader.get("/posts/P")).text


async def test_the_map_counts_what_its_reader_may_see_and_leads_to_the_points(register: Register) -> None:
    totals = {who: len(LISTS[""][who]) for who in EVERYBODY}
    for who in EVERYBODY:
        shown = await (await register.enter(who)).get("/register/map")
        assert f"{totals[who]} 项风险点" in shown.text, who
        assert ("开标" in shown.text) == (STANDS in LISTS[""][who]), who
    reader = await register.enter(OFFICE)
    shown = await reader.get("/register/map")
    cell = next(part for part in shown.html.split('href="') if f"node={quote('开标')}" in part and "in=" in part)
    listed = await reader.get(cell.partition('"')[0].removeprefix("/web").replace("&amp;", "&"))
    assert [name for name in ALL if name in listed.text] == [STANDS]
    assert "仅限本单位" in listed.text
    cells = [part.partition('"')[0] for part in shown.html.split('href="') if "no_node=yes" in part.partition('"')[0]]
    found = [await reader.get(cell.removeprefix("/web").replace("&amp;", "&")) for cell in cells]
    assert {name for listed in found for name in ALL if name in listed.text} == {OF_UNIT}


async def test_a_cell_of_several_levels_says_how_many_are_of_each(register: Register) -> None:
    """It was said in a tooltip, out of reach by touch and by keyboard."""
    shown = await (await register.enter(SAME)).get("/register/map")
    assert 'aria-label="高风险 1 · 中风险 1"' in shown.html
    assert "1/<wbr>1/<wbr>0" in shown.html
    assert "title=" not in shown.html.partition("<table")[2]


async def test_hostile_addresses_are_read_as_if_nothing_was_asked(register: Register) -> None:
    reader = await register.enter(OFFICE)
    for path in ("/register", "/register/map", "/register/progress", "/campaigns"):
        plain = await reader.get(path)
        for query in (
            "level=pink&workflow='&state=%00&sort=;",
            "basis=' OR 1=1 --&in=-1&in=x",
            "basis=ZWCF2020:9999&in=999999999",
            "page=99999999999&columns=-1&no_node=1",
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
