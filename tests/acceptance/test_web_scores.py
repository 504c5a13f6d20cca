"""The dashboard's scores: each entry with its why, private to the person and to who supervises; units; the ranking."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.office import Office
from bot.settings import Settings
from messages.ledger import Kind
from messages.store import tables
from messages.store.database import Database
from messages.visibility import What
from schedules.clock import Clock
from schedules.sealing import Sealing
from tests.acceptance.test_web_pages import MARKUP
from tests.dashboard import Shown
from tests.district import ZONE, saying
from tests.pages import serving_pages
from tests.scoring import CLOSED_AT, Scoring, absence, acknowledged, missed
from tests.unit.test_visibility import looks

SOON = CLOSED_AT + timedelta(days=1)
PAGES = ("", "/people", "/people/B", "/objections", "/units", "/ranking")


@pytest.fixture
async def office(db: Database) -> Scoring:
    """October is closed: B acknowledged a notice in time, C missed it, D was on leave."""
    office = await Scoring.found(db)
    notice = await office.district.issue(saying("broadcast:x"))
    await office.say(Kind.ACKNOWLEDGED, "B", acknowledged(notice))
    await office.say(Kind.ACKNOWLEDGEMENT_MISSED, "C", missed(notice))
    await office.say(Kind.ACKNOWLEDGEMENT_MISSED, "D", missed(notice))
    await office.say(Kind.ABSENCE, "D", absence("2026-10-15", "2026-10-16"))
    async with db.writing() as conn:
        await conn.execute(update(tables.units).where(tables.units.c.name == "财政局").values(name=MARKUP))
        await conn.execute(update(tables.notices).values(title=MARKUP))
    await chained(office)
    await office.scores.close("2026-10", office.id("A"), CLOSED_AT)
    return office


async def chained(office: Scoring) -> None:
    """All that has happened is in the ledger's chain."""
    sealing = Sealing(db=office.db, seal_time=office.policy.ledger.seal_time, zone=ZONE)
    while await sealing.sweep(CLOSED_AT):
        pass


def clock() -> Clock:
    return Clock(ZONE, SOON)


def harmless(shown: Shown) -> Shown:
    assert shown.status == 200, shown.text
    assert MARKUP not in shown.html
    assert "style=" not in shown.html
    return shown


async def test_a_person_sees_each_point_with_its_why_and_what_it_came_from(office: Scoring, db: Database) -> None:
    async with serving_pages(db, clock()) as served:
        own = harmless(await (await served.enter(office.id("B"))).get("/scores?period=2026-10"))
        assert "+2 分 2026年11月2日 10:00 结算" in own.text
        assert f"+2 按时签收 {MARKUP}" in own.text
        assert "如有异议" in own.text
        assert "/web/scores/units" not in own.html  # only for who supervises
        assert "/web/notices/" not in own.html  # a holder has no page of it
        spared = harmless(await (await served.enter(office.id("D"))).get("/scores?period=2026-10"))
        assert "以下各项不计分，也不作为不利依据" in spared.text
        assert "休假" in spared.text or "请假" in spared.text
        assert "截至目前" in (await (await served.enter(office.id("B"))).get("/scores")).text
        assert await looks(db) == []


async def test_a_score_is_private_to_the_person_and_to_who_supervises(office: Scoring, db: Database) -> None:
    async with serving_pages(db, clock()) as served:
        leader, holder = await served.enter(office.id("L")), await served.enter(office.id("C"))
        found = harmless(await leader.get("/scores/people?words=姓名B"))
        assert "/web/scores/people/B" in found.html
        assert "/web/scores/people/D" not in (await leader.get("/scores/people")).html
        shown = harmless(await leader.get("/scores/people/B?period=2026-10"))
        assert "姓名B的积分" in shown.text
        assert "您的查看已留痕" in shown.text
        assert "/web/notices/1" in shown.html
        assert "异议内容" not in shown.text
        assert [(who, look["what"]) for who, look in await looks(db)] == [(office.id("B"), What.SCORES.value)]
        assert (await leader.get("/scores/people/D")).status == 403
        for path in ("/people", "/people/B", "/units", "/ranking"):
            assert (await holder.get(f"/scores{path}")).status == 403, path
        assert (await leader.get("/scores/people/nobody")).status == 404


async def test_an_objection_stands_below_the_entries_with_its_answer(office: Scoring, db: Database) -> None:
    objections = Office.of(Settings.model_validate({"telegram_token": "1:test"}), db, clock()).objections
    statement = (await office.scores.of(office.id("C"), "2026-10", office.id("C"), SOON)).statement
    assert statement is not None
    made = await objections.object(statement.id, None, office.id("C"), f"当日未收到 {MARKUP}", SOON)
    async with serving_pages(db, clock()) as served:
        reader = await served.enter(office.id("C"))
        assert "等待推进办答复" in harmless(await reader.get("/scores?period=2026-10")).text
        await objections.refuse(made.id, made.version, office.id("A"), "经查已送达", SOON)
        assert "经查已送达" in harmless(await reader.get("/scores?period=2026-10")).text


async def test_a_leader_reads_that_there_was_an_objection_and_not_what_it_says(office: Scoring, db: Database) -> None:
    """It may be about the leader: like in the chat it is for the person, and for the office that answers it."""
    objections = Office.of(Settings.model_validate({"telegram_token": "1:test"}), db, clock()).objections
    statement = (await office.scores.of(office.id("B"), "2026-10", office.id("B"), SOON)).statement
    assert statement is not None
    made = await objections.object(statement.id, None, office.id("B"), "领导当日未转达", SOON)
    async with serving_pages(db, clock()) as served:
        leader, answering = await served.enter(office.id("L")), await served.enter(office.id("A"))
        seen = await leader.get("/scores/people/B?period=2026-10")
        assert "等待推进办答复" in seen.text
        assert "未转达" not in seen.text
        assert "未转达" in (await answering.get("/scores/people/B?period=2026-10")).text
    async with serving_pages(db, Clock(ZONE, SOON + timedelta(days=30))) as served:
        leader = await served.enter(office.id("L"))
        listed = harmless(await leader.get("/scores/objections"))
        assert re.search("姓名B B 2026年10月 .* 等待推进办答复 · .* 已逾期", listed.text)
        assert "未转达" not in listed.text
        assert (await (await served.enter(office.id("C"))).get("/scores/objections")).status == 403
        await objections.refuse(made.id, made.version, office.id("A"), "经查已转达", SOON)
        assert "没有待答复" in (await leader.get("/scores/objections")).text


async def test_every_page_is_drawn_in_both_languages(office: Scoring, db: Database) -> None:
    async with serving_pages(db, clock()) as served:
        reader = await served.enter(office.id("A"))
        for language, said in (("zh_CN", "积分"), ("en", "Scores")):
            await reader.submit(await reader.get("/scores"), "/language", language=language)
            for path in PAGES:
                assert said in harmless(await reader.get(f"/scores{path}")).text
        assert (await reader.get("/scores?period=soon")).status == 400
        assert (await reader.get("/scores/units?period=2026-09")).status in {400, 404}


async def test_units_have_rates_and_the_small_ones_no_name(office: Scoring, db: Database) -> None:
    async with serving_pages(db, clock()) as served:
        shown = harmless(await (await served.enter(office.id("A"))).get("/scores/units"))
        assert "按实际涉及人员计算的比率，不计总分" in shown.text
        assert "人数较少的单位合计" in shown.text
        assert "教育局" not in shown.text


async def test_the_ranking_is_turned_on_only_by_the_office_below_what_speaks_against_it(
    office: Scoring, db: Database
) -> None:
    async with serving_pages(db, clock()) as served:
        leader, reader = await served.enter(office.id("L")), await served.enter(office.id("A"))
        off = await reader.get("/scores/ranking")
        assert "国办函〔2026〕12号" in off.text
        assert "名次" not in off.text
        seen = await leader.get("/scores/ranking")
        assert "国办函〔2026〕12号" in seen.text
        assert "已阅知，开启排名" not in seen.text
        refused = await leader.post("/scores/ranking", {"stamp": seen.form("/language")["stamp"], "on": "yes"})
        assert refused.status == 403
        on = harmless(await reader.submit(off, "/scores/ranking"))
        assert "已开启" in on.text
        assert "姓名A 于" in on.text
        assert "名次" in on.text
        assert (await switched(db)) == [True]
        again = await reader.submit(on, "/scores/ranking")
        assert "已关闭" in again.text
        assert (await switched(db)) == [True, False]


async def switched(db: Database) -> list[bool]:
    async with db.reading() as conn:
        query = select(tables.ledger.c.body).where(tables.ledger.c.kind == Kind.RANKING.value)
        return [body["on"] for body in await conn.scalars(query.order_by(tables.ledger.c.id))]
