"""The holder of a post keeps its risk points in chat, step by step, over real HTTP to the sandbox."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.register.bases import Cited
from messages.register.records import Content, PointState, RiskLevel
from messages.store import tables
from messages.store.database import Connection, Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.points import put_point, put_task
from tests.registering import HOLDER, OTHER, Desk

FORGED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def desk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Desk]:
    desk = Desk(db, clock, catalog, renderer)
    async with desk.open():
        await desk.people()
        yield desk


async def test_a_point_is_written_step_by_step_and_submitted(desk: Desk) -> None:
    await desk.say("/risk")
    assert "No risk point of this post stands in the register yet." in desk.shown
    assert "Risk nodes: 评标" in desk.shown
    await desk.pick("Add a risk point")
    assert "1/9 At which risk node?" in desk.shown
    assert desk.offered[0] == "评标"
    await desk.say("开")
    assert desk.offered[:2] == ["开标", "➕ A new node: “开”"]
    await desk.pick("开标", "政府采购")
    await desk.say("Gifts of\nbidders")
    assert "Gifts of bidders" in desk.shown
    await desk.say("Gifts are\ntaken.")
    assert desk.offered[:3] == ["🔴 high risk", "🟠 middle risk", "🔵 low risk"]
    await desk.pick("high risk")
    await desk.say("Two people open bids.", "Visits\nof bidders", "Takes part in bid opening")
    assert "Indicators: Visits\nof bidders" in desk.shown
    assert "“行政机关公务员处分条例” (2007)" in desk.offered  # it is in force, mainly superseded
    assert not any("2018" in label for label in desk.offered)
    await desk.pick("公职人员政务处分法")
    assert "Which article" in desk.shown
    await desk.say("999")
    assert "has the articles 1 to 68" in desk.shown
    await desk.say("第三十三条、34")
    await desk.pick("Go on")
    assert "Please look it over" in desk.shown
    await desk.pick("Submit now")
    assert "1 risk point is submitted to the unit." in desk.shown
    assert "1 point waits · with the unit: Leader · since 21 September" in desk.shown
    assert desk.woken
    one = await desk.only()
    assert one.point.state is PointState.SUBMITTED
    assert one.latest == Content(
        name="Gifts of bidders",
        level=RiskLevel.HIGH,
        category="政府采购",
        node="开标",
        description="Gifts are\ntaken.",
        controls="Two people open bids.",
        indicators="Visits\nof bidders",
        duty="Takes part in bid opening",
        bases=(Cited(law="ZWCF2020", article=33), Cited(law="ZWCF2020", article=34)),
    )
    assert not (await desk.mine()).duties  # before it is accepted


async def test_what_others_have_written_is_taken_over_at_a_press_and_changed(desk: Desk) -> None:
    await put_point(desk.db, "P2", "泄露评标情况", node="评标", level=RiskLevel.HIGH)
    await desk.say("/risk")
    await desk.pick("Add a risk point", "评标", "资金管理")
    assert "1 · 泄露评标情况 · 🔴 high risk · written by 1 post\n🏷 政府采购\n评标期间收受礼品" in desk.shown
    assert "Director" not in desk.shown  # nobody's
    await desk.pick("1 · 泄露评标情况")
    assert "6/9 What prevents it?" in desk.shown
    await desk.say("Phones are kept outside.")
    await desk.pick("Overview", "✏️ Name")
    await desk.say("泄露评标专家名单")
    await desk.pick("Keep as a draft")
    assert "Kept as a draft: 泄露评标专家名单" in desk.shown
    one = await desk.only()
    assert (one.latest.name, one.latest.category, one.latest.level) == ("泄露评标专家名单", "资金管理", RiskLevel.HIGH)
    assert one.latest.controls == "Phones are kept outside."


async def test_each_answer_is_corrected_by_its_button_and_nothing_needed_is_left_out(desk: Desk) -> None:
    await desk.say("/risk")
    await desk.pick("Add a risk point", "Skip", "Skip")
    await desk.say("long " * 50)
    assert "A text of 1 to 200 characters is accepted." in desk.shown
    await desk.say("Gifts")
    await desk.pick("Overview")
    assert "Still missing\n• Risk level" in desk.shown
    assert not any("Submit" in label for label in desk.offered)
    await desk.say("lost?")
    assert "please press first what you would like to change" in desk.shown
    await desk.pick("Go on with what is missing", "low risk", "✏️ Category")
    await desk.say("Discipline")
    await desk.pick("✏️ Category", "Leave it empty", "✏️ Legal basis", "纪律处分条例", "The whole of it")
    await desk.pick("✖️", "Go back", "Keep as a draft")
    assert (await desk.only()).latest == Content(name="Gifts", level=RiskLevel.LOW)


async def test_a_list_that_is_turned_by_an_old_button_asks_its_question_again(desk: Desk) -> None:
    """What was written next became the point's name, although the card asked for its node."""
    await desk.say("/risk")
    await desk.pick("Add a risk point")
    old = desk.data("All risk nodes")
    await desk.pick("Skip", "Skip")
    await desk.forge(old)
    assert "1/9 At which risk node?" in desk.shown
    await desk.say("开")
    assert desk.offered[:2] == ["开标", "➕ A new node: “开”"]


async def test_a_draft_survives_a_restart_and_is_found_again(desk: Desk) -> None:
    await desk.say("/risk")
    await desk.pick("Add a risk point", "评标", "政府采购")
    desk.restart()
    await desk.say("Gifts")
    assert "4/9 How does it show?" in desk.shown
    await desk.say("/risk")
    await desk.pick("Go on with: Gifts")
    assert "4/9 How does it show?" in desk.shown
    await desk.say("/risk")
    await desk.pick("Add a risk point")
    assert "You have a draft" in desk.shown
    await desk.pick("Skip", "low risk", "Overview", "Discard", "Discard it for good")
    assert "nothing was kept of it" in desk.shown
    assert (await desk.mine()).points == ()


async def test_what_stands_is_changed_and_goes_on_until_that_is_accepted(desk: Desk) -> None:
    await desk.drafted()
    await desk.written("Leaks")
    assert "Submitted now, these drafts go with it:\n• Gifts of bidders" in desk.shown
    await desk.pick("Submit now")
    assert "2 risk points are submitted to the unit." in desk.shown
    await desk.accept()
    await desk.pick("All points (2)", "2 🟠", "Change it", "✏️ Risk level", "high risk", "Keep as a draft")
    assert "2 risk points stand in the register\n🟠 middle risk 2" in desk.shown
    await desk.pick("All points (2)", "1 ✏️")
    assert "being revised" in desk.shown
    assert "Risk level: 🔴 high risk\nBefore: 🟠 middle risk" in desk.shown
    assert "1 · 21 September, 09:09 · accepted into the register" in desk.shown
    await desk.pick("Drop this draft", "Yes, drop it")
    assert "Dropped: Leaks" in desk.shown
    await desk.pick("All points (2)", "2 🟠", "No longer applies")
    await desk.say("No bids.")
    await desk.pick("All points (2)", "1 ✏️", "Write another reason")
    await desk.say("No bids any more.")
    assert "It is a draft now that this point no longer applies." in desk.shown
    await desk.pick("Submit (1)", "Yes, submit")
    await desk.accept()
    assert [one.latest.name for one in (await desk.mine()).points] == ["Gifts of bidders"]


async def test_what_came_back_is_seen_corrected_and_submitted_again(desk: Desk) -> None:
    await desk.drafted()
    await desk.pick("Submit (1)", "Yes, submit")
    await desk.give_back("Too vague.")
    await desk.say("/inbox")
    assert "财政局 · Buyer · 1 risk point came back to be corrected" in desk.shown
    await desk.pick("↩️ 财政局 · Buyer")
    assert "• Gifts of bidders — Reason: Too vague." in desk.shown
    assert not any("Nothing to add" in label for label in desk.offered)
    await desk.pick("Correct what came back (1)", "Correct it")
    assert "Reason: Too vague." in desk.shown
    await desk.pick("✏️ Description")
    await desk.say("Gifts of bidders are taken before the opening.")
    await desk.pick("Submit now")
    assert [(row.number, row.progress) for row in await desk.versions()] == [(1, "returned"), (2, "submitted")]
    await desk.pick("Take back what waits", "Yes, take it back")
    assert "it can be changed, and submitted again" in desk.shown
    assert "1 draft, not submitted yet" in desk.shown


async def test_nothing_to_add_is_said_of_ones_own_accord_or_for_a_campaign(desk: Desk) -> None:
    campaign = await put_task(desk.db, "P1", "P3")
    await desk.say("/risk")
    assert "📌 工程建设专项\n⏰ Last day: Wednesday 30 September" in desk.shown
    await desk.pick("Nothing to add")
    assert "You say that you have gone over the risks of this post" in desk.shown
    assert "📌 工程建设专项" in desk.shown
    await desk.pick("Yes, nothing to add")
    (review,) = (await desk.mine()).reviews
    assert (review.complete, review.campaign) == (True, "工程建设专项")
    assert not any("Nothing to add" in label for label in desk.offered)
    await desk.forge("rk1:complete:1:0")
    assert {one.task_id is None for one in (await desk.mine()).reviews} == {True, False}
    assert await desk.forge("rk1:complete:1:0") == "This has been submitted already, and waits for a decision."
    assert "Submitted to the unit: nothing is to be added." in desk.shown
    await desk.drafted("Later")
    assert "please take back what you said" in desk.shown
    await desk.say("/inbox", chat=OTHER)
    assert "工程建设专项 · 财政局 · Cashier · by 30 September" in desk.card(OTHER)
    await desk.forge(f"rt1:open:{campaign}:1", OTHER)
    assert "请梳理\n\n📋 财政局 · Cashier" in desk.card(OTHER)
    assert "to be submitted" in desk.card(OTHER)
    assert "✔ Nothing to add" in desk.labels(OTHER)


async def test_what_keeps_a_task_from_being_submitted_is_said_and_why_nothing_to_add_came_back(desk: Desk) -> None:
    campaign = await put_task(desk.db, "P1")
    await desk.drafted()
    await desk.pick("Submit (1)", "Yes, submit")
    await desk.give_back("Too vague.")
    await desk.forge(f"rt1:open:{campaign}:1")
    assert "1 point came back: please correct it first." in desk.shown
    await desk.pick("Correct what came back (1)", "Drop this draft", "Yes, drop it", "Nothing to add", "Yes, nothing")
    await desk.give_back("Bids are yours.")
    await desk.say("/risk")
    assert "“Nothing to add” came back · 工程建设专项 — Reason: Bids are yours." in desk.shown
    await desk.forge(f"rt1:open:{campaign}:1")
    assert "“Nothing to add” came back — Reason: Bids are yours." in desk.shown
    await desk.pick("Nothing to add", "Yes, nothing")
    assert "came back" not in desk.shown


async def test_of_two_posts_and_two_campaigns_it_is_asked_which(desk: Desk) -> None:
    first = await put_task(desk.db, "P3", "P4")
    await put_task(desk.db, "P4")
    await desk.say("/risk", chat=OTHER)
    assert desk.labels(OTHER) == ["财政局 · Cashier", "财政局 · Auditor"]
    await desk.pick("Auditor", "Add a risk point", "Skip", "Skip", chat=OTHER)
    await desk.say("Books", chat=OTHER)
    await desk.pick("Overview", "Go on with what is missing", "low risk", "Submit now", chat=OTHER)
    assert "For which campaign is it?" in desk.card(OTHER)
    await desk.pick("工程建设专项", "Yes, submit", chat=OTHER)
    (review,) = (await desk.mine(4, 3)).reviews
    assert review.campaign_id == first
    assert (await desk.mine(3, 3)).points == ()
    await desk.forge(f"rt1:open:{first}:1", OTHER)
    assert "For which of your posts?" in desk.card(OTHER)


async def test_many_submissions_fit_into_the_posts_card(desk: Desk) -> None:
    """Eight that waited for the unit, each with its campaign's whole title, were more than a message holds."""
    for _ in range(8):
        await put_task(desk.db, "P1")
    async with desk.db.writing() as conn:
        await conn.execute(update(tables.campaigns).values(title="长" * 200, text="字" * 2000))
        await conn.execute(update(tables.people).values(name="名" * 100))
    for task in (await desk.mine()).tasks:
        await desk.register.submit(1, 1, desk.clock.now(), task_id=task.id, complete=True)
    await put_task(desk.db, "P1")
    await desk.say("/risk")
    assert desk.shown.count("“Nothing to add” waits") == 5
    assert "and 3 more" in desk.shown


async def test_presses_that_nobody_offered_change_nothing(desk: Desk) -> None:
    await desk.drafted()
    others = await put_point(desk.db, "P3", "Books")
    for forged in (
        "rk1:post:3",  # somebody else's post
        "rk1:sent:3:0:0",
        "rk1:complete:3:0",
        "rk1:adopt:1:77",
        "rd1:end:1:77",
        "rd1:add:3",
        "rk1:withdrawn:1:77:1",
        f"rq1:drop:{others}:1:3",
        f"rq1:end:{others}:1:1",  # a point of another post than it says
        f"rsb1:change:3:{others}",
        "rsb1:new:3",
        "rp1:open:3:0",
        "rt1:open:77:1",
    ):
        toast = await desk.forge(forged)
        assert toast
        assert toast != FORGED, forged
    for forged in (
        "rk1:post",
        "rk1:post:1:1",
        "rk1:points:1:x",
        "rk1:send:1:x",
        "rk1:sent:1",
        "rk1:nonsense:1",
        "rd1:end:1",
        "rd1:nonsense:1:1",
        "rq1:drop:1:1",
        "rq1:nonsense:1:1:1",
        "rsb1:other:1",
        "rsb1:new:1:x:y",
        "rp1:close:1:1",
        "rt1:open:1",
        "rs1:",
        "rsa1:x:node:1",
    ):
        assert await desk.forge(forged) == FORGED, forged
    assert [one.latest.name for one in (await desk.mine()).points] == ["Gifts of bidders"]
    assert (await desk.mine()).reviews == ()
    async with desk.db.reading() as conn:
        assert "write_risks" in {body["act"] for body in await _bodies(conn)}


async def test_answers_that_a_draft_does_not_offer_are_no_answers(desk: Desk) -> None:
    await desk.say("/risk")
    await desk.pick("Add a risk point")
    for answer in ("level:grave", "bases:JLCF2018", "bases:NONSENSE", "found:99", "nonsense:1", "node:-"):
        assert await desk.forge(f"rsa1:1:{answer}") == FORGED, answer
    assert await desk.forge("rs1:1:clear:name") == FORGED
    assert await desk.forge("rsa1:1:node:0123456789abcdef") == "It has changed meanwhile: please look at it once more."
    assert await desk.forge("rsg1:1:keep:0:0") == "It has changed meanwhile: please look at it once more."
    assert await desk.forge("rs1:77:go:check") == "This draft is closed: it was sent, submitted or discarded."
    assert (await desk.mine()).points == ()


async def test_a_stale_press_shows_how_it_stands_and_a_second_one_does_nothing(desk: Desk) -> None:
    await desk.drafted()
    await desk.pick("Submit (1)")
    submit = desk.data("Yes, submit")
    await desk.register.save(1, 1, Content(name="Unseen", level=RiskLevel.LOW), desk.clock.now())
    assert await desk.forge(submit) == "It has changed meanwhile: please look at it once more."
    assert "These 2 are submitted to the unit:\n• Gifts of bidders\n• Unseen" in desk.shown
    submit = desk.data("Yes, submit")
    await desk.forge(submit)
    assert await desk.forge(submit) == "This has been submitted already, and waits for a decision."
    assert "2 risk points are submitted to the unit." in desk.shown
    assert len((await desk.mine()).reviews) == 1
    await desk.accept()
    await desk.pick("All points (2)", "2 🔵")
    change = desk.data("Change it")
    end = desk.data("No longer applies")
    await desk.forge(change)
    keep = desk.data("Keep as a draft")
    await desk.forge(keep)
    assert "This says what stands already." in desk.shown
    await desk.pick("✏️ Risk level", "high risk", "Keep as a draft")
    assert await desk.forge(keep) == "This is kept as a draft already."
    await desk.forge(end)
    assert "It has changed meanwhile" in desk.shown
    assert [row.number for row in await desk.versions()] == [1, 1, 2]


async def test_another_point_is_not_lost_for_one_that_is_begun(desk: Desk) -> None:
    await desk.drafted()
    await desk.pick("Add a risk point", "评标", "Skip")
    await desk.say("Second")
    await desk.say("/risk")
    await desk.pick("All points (1)", "1 ✏️", "Change it")
    assert "You are writing “Second” at the moment." in desk.shown
    discard = desk.data("Discard that")
    assert len(re.sub(r"(?<=:)\d+(?=:)", str(1 << 53), discard)) <= 64  # bytes, which a button may carry
    await desk.pick("Go on with that one")
    await desk.say("It shows.")
    await desk.forge(discard)  # of which more was written since
    assert "You are writing “Second” at the moment." in desk.shown
    await desk.pick("Discard that, begin this")
    assert "Change of a risk point" in desk.shown


async def test_who_hands_a_post_over_is_told_and_its_draft_is_closed(desk: Desk) -> None:
    await desk.say("/risk")
    await desk.pick("Add a risk point", "评标")
    press = desk.data("政府采购")
    await desk.vacate("P1")
    assert str(await desk.forge(press)).startswith("This post is not yours any more, so its draft is closed.")
    await desk.say("/risk")
    assert desk.shown == "You hold no post at present. Risk points are written by who holds one."


async def test_the_longest_point_fits_into_its_cards(desk: Desk) -> None:
    texts = dict.fromkeys(("description", "controls", "indicators"), "风" * 2000)
    cited = tuple(Cited(law="JLCF2018", article=number) for number in range(1, 21))
    lines = {"name": "险" * 200, "node": "节" * 100, "category": "类" * 100, "duty": "责" * 500}
    lines |= {"section": "科" * 100, "responsible": "甲" * 100, "leading": "乙" * 100}
    await desk.register.save(1, 1, Content(level=RiskLevel.HIGH, bases=cited, **lines, **texts), desk.clock.now())
    await desk.register.submit(1, 1, desk.clock.now())
    await desk.give_back("因" * 500)
    await desk.say("/risk")
    await desk.pick("All points (1)", "1 ↩️")
    assert all(f"{label}: {sign}" in desk.shown for label, sign in (("Section", "科"), ("Leading person", "乙")))
    await desk.pick("Correct it", "✏️ Name")
    assert "险险" in desk.shown
    assert "What is the risk called?" in desk.shown


async def test_it_speaks_chinese(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> None:
    desk = Desk(db, clock, catalog, renderer)
    desk.language = "zh_CN"
    async with desk.open():
        await desk.people()
        assert {"command": "risk", "description": "我的岗位风险点"} in desk.menu(HOLDER)
        await desk.say("/risk")
        await desk.pick("新增风险点", "评标", "政府采购")
        assert "3/9 风险点名称是？请用一行填写。" in desk.shown
        await desk.say("收受投标人礼品")
        await desk.pick("跳过", "高", "总览", "立即提交")
        assert "📨 已向单位提交风险点 1 项。" in desk.shown
        assert not any(sign.isascii() and sign.isalpha() for label in desk.offered for sign in label)


async def _bodies(conn: Connection) -> list[dict[str, Any]]:
    query = select(tables.ledger.c.body).where(tables.ledger.c.kind == "act_refused")
    return list(await conn.scalars(query))
