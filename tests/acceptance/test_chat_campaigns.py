"""Campaigns in chat: written step by step, approved, looked at by unit, given more time and closed."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.sandbox.parameters import Upload
from messages.register.campaigns import TaskState
from messages.register.records import RiskLevel
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.deciding import Deciding
from tests.points import put_point, put_task, put_task_state
from tests.talk import buttons

FORGED = "This button is not in use for this account. Nothing was changed."


class Drive(Deciding):
    """The district of collectors: PH of 财政局 and PG of 教育局 take part in bid evaluation."""

    async def found(self) -> None:
        await super().found()
        for post in ("PH", "PG"):
            await put_point(self.db, post, node="评标", level=RiskLevel.MIDDLE)

    async def rows(self) -> list[Any]:
        async with self.db.reading() as conn:
            return list(await conn.execute(select(tables.campaigns).order_by(tables.campaigns.c.id)))

    async def tasks(self) -> set[str]:
        query = select(tables.posts.c.code).join(tables.campaign_tasks)
        async with self.db.reading() as conn:
            return set(await conn.scalars(query))

    async def writes(self, *choices: str, day: str = "10-15") -> None:
        """A writes all of a campaign, up to the last look; its posts are chosen by these buttons."""
        await self.says("A", "/campaigns")
        await self.pushes("A", "New campaign")
        await self.says("A", "Bid evaluation")
        await self.says("A", "Please go over your points.")
        await self.pushes("A", "Skip", *choices, "Go on")
        await self.says("A", day)

    async def tells(self) -> None:
        """What is due of campaigns, and of what posts have submitted, is told over the wire."""
        await self.desk.register.sweep(self.clock.now())
        await self.desk.campaigns.sweep(self.clock.now())
        await self.plan()
        await self.send()

    async def vacate(self, post: str) -> None:
        mine = select(tables.posts.c.id).where(tables.posts.c.code == post)
        async with self.db.writing() as conn:
            held = tables.assignments.c.post_id.in_(mine)
            await conn.execute(update(tables.assignments).where(held).values(ended_at=self.now))

    async def complete(self, post: str) -> None:
        """The post says that nothing is to be added."""
        mine = select(tables.posts.c.id).where(tables.posts.c.code == post)
        async with self.db.writing() as conn:
            claims = tables.campaign_tasks.c.post_id.in_(mine)
            await conn.execute(update(tables.campaign_tasks).where(claims).values(complete=True, submitted_at=self.now))
        await put_task_state(self.db, post, TaskState.UNIT)


@pytest.fixture
async def drive(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Drive]:
    drive = Drive(db, clock, catalog, renderer)
    drive.limit(4)
    async with drive.open():
        await drive.found()
        yield drive


async def test_a_campaign_is_written_step_by_step_with_its_posts_counted_and_starts(drive: Drive) -> None:
    await drive.vacate("PG")
    assert await drive.says("A", "/campaigns") == ["There are no campaigns in your units."]
    await drive.pushes("A", "New campaign")
    assert "1/5 What is the campaign called?" in drive.sees("A")
    await drive.says("A", "Bid  evaluation")
    await drive.says("A", "Please go over your points.")
    await drive.send_files(drive.of("A"), Upload(name="1.png", mime="image/png", content=b"1"))
    await drive.pushes("A", "Go on", "Risk nodes", "评标")
    counted = "📌 2 posts (1 of them vacant) · 1 person · 2 units"
    assert counted in drive.sees("A")
    await drive.pushes("A", "Go back", "Go on")
    assert counted in drive.sees("A")
    await drive.pushes("A", "Another day", "»")
    assert "4°" in drive.buttons_of("A")  # a Sunday within the National Day's holidays
    await drive.pushes("A", "4°")
    assert "Last day: Thursday 8 October" in drive.sees("A")
    assert "it is the next working day" in drive.sees("A")
    assert "It starts at once, without approval." in drive.sees("A")
    assert counted in drive.sees("A")
    card, start = drive.last(drive.of("A")), buttons(drive.last(drive.of("A")))[0][0]["callback_data"]
    for _ in range(2):
        await drive.press(drive.of("A"), card.message_id, start)
    assert drive.sees("A") == "▶️ Started: Bid evaluation"
    (campaign,) = await drive.rows()
    assert (campaign.state, campaign.title, campaign.due_on) == ("running", "Bid evaluation", "2026-10-08")
    assert campaign.attachments
    assert await drive.tasks() == {"PH", "PG"}
    assert drive.woken
    await drive.pushes("A", "Look at it")
    assert "▶️ Bid evaluation" in drive.sees("A")
    assert "2 posts · 0 submitted · 0 accepted" in drive.sees("A")


async def test_answers_are_corrected_by_their_buttons_and_faults_are_told(drive: Drive) -> None:
    await drive.writes("All posts")
    assert "posts" in drive.sees("A")
    await drive.pushes("A", "✏️ Title")
    await drive.says("A", "x" * 300)
    assert "At most" in drive.sees("A")
    await drive.says("A", "Short")
    assert "📋 Short" in drive.sees("A")
    await drive.pushes("A", "✏️ Last day")
    await drive.says("A", "some day")
    assert "A day is accepted" in drive.sees("A")
    await drive.says("A", "明天")
    assert "Last day: Tuesday 22 September" in drive.sees("A")
    await drive.pushes("A", "✏️ Posts", "Clear", "As an expression")
    await drive.says("A", "risk:middle unit:财政局")
    assert "📌 1 post · 1 person · 1 unit" in drive.sees("A")
    await drive.pushes("A", "As an expression")
    await drive.says("A", "risk:high node:没有")
    assert "“没有”: The name of a risk node" in drive.sees("A")
    await drive.pushes("A", "Go back", "Go back", "Discard", "Discard it for good")
    assert drive.sees("A") == "The draft is discarded. Nothing was started."
    assert await drive.rows() == []


async def test_who_administers_a_bureau_starts_campaigns_there(drive: Drive) -> None:
    mine = select(tables.units.c.id).where(tables.units.c.name == "财政局").scalar_subquery()
    role = {"person_id": drive.place.id("C"), "role": "office", "unit_id": mine, "granted_at": drive.now}
    async with drive.db.writing() as conn:
        await conn.execute(insert(tables.roles).values(role))
    await drive.says("C", "/campaigns")
    await drive.pushes("C", "New campaign")
    for one in ("Ours", "Please go over your points."):
        await drive.says("C", one)
    await drive.pushes("C", "Skip", "All posts")
    assert "📌 3 posts" in drive.sees("C")
    await drive.pushes("C", "Clear", "As an expression")
    await drive.says("C", "node:评标")
    assert "📌 1 post ·" in drive.sees("C")
    await drive.pushes("C", "Go on", "10 working days")
    assert "This audience means 1 post outside the units that you look after." in drive.sees("C")
    assert not any("Start it" in label for label in drive.buttons_of("C"))
    await drive.pushes("C", "✏️ Posts", "Clear", "All posts", "Go back", "Start it")
    assert await drive.tasks() == {"PH", "PC", "PL"}


async def test_everybody_finds_the_command_once_who_may_use_it(drive: Drive) -> None:
    async with drive.db.writing() as conn:
        scope = {"person_id": drive.place.id("I"), "role": "leader", "unit_id": 1, "granted_at": drive.now}
        await conn.execute(insert(tables.roles).values(scope))
    for code, entries in (("A", 1), ("L", 1), ("I", 1), ("C", 0), ("H", 0)):
        await drive.says(code, "/help")
        menu = [entry["command"] for entry in drive.menu(drive.of(code))]
        assert menu.count("campaigns") == entries, code


async def test_a_draft_is_found_again_after_a_restart(drive: Drive) -> None:
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "New campaign")
    await drive.says("A", "Bid evaluation")
    drive.restart()
    await drive.says("A", "Please go over your points.")
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "Go on with the draft")
    assert "You have a draft" in drive.sees("A")
    assert "Please go over your points." in drive.sees("A")
    assert "3/5" in drive.sees("A")


async def test_to_many_people_a_second_administrator_approves_it(drive: Drive) -> None:
    await drive.writes("All posts")
    assert "To be approved by: 姓名B" in drive.sees("A")
    assert not any("Start it" in label for label in drive.buttons_of("A"))
    await drive.pushes("A", "Send for approval")
    assert "It waits for the approval of 姓名B." in drive.sees("A")
    assert await drive.tasks() == set()
    await drive.tells()
    assert "Bid evaluation" in drive.sees("B")
    own = await drive.press(drive.of("A"), drive.last(drive.of("A")).message_id, "ca1:approve:1:1")
    assert own == "Nobody approves the own campaign."
    await drive.says("B", "/approvals")
    assert "1 campaign" in drive.sees("B")
    await drive.pushes("B", "姓名A · Bid evaluation")
    await drive.pushes("B", "✅ Approve")
    assert "Approved by 姓名B" in drive.sees("B")
    (campaign,) = await drive.rows()
    assert (campaign.state, campaign.created_by, campaign.decided_by) == (
        "running",
        drive.place.id("A"),
        drive.place.id("B"),
    )
    assert {"PH", "PG", "PL", "PB"} <= await drive.tasks()
    assert await drive.says("B", "/approvals") == ["Nothing waits for your approval."]


async def test_it_is_returned_with_a_reason_and_written_anew(drive: Drive) -> None:
    await drive.writes("All posts")
    await drive.pushes("A", "Send for approval")
    await drive.tells()
    await drive.pushes("B", "↩️ Return")
    assert "Why is it returned?" in drive.sees("B")
    await drive.pushes("B", "Go back", "↩️ Return")
    assert (await drive.says("B", "Fewer <posts>"))[-1] == "↩️ Returned with your reason."
    (campaign,) = await drive.rows()
    assert (campaign.state, campaign.why) == ("returned", "Fewer <posts>")
    stale = await drive.press(drive.of("B"), 1, "ca1:approve:1:1")
    assert stale is not None
    assert await drive.tasks() == set()
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "↩️ Bid evaluation")
    assert "Reason: Fewer <posts>" in drive.sees("A")
    await drive.pushes("A", "Correct it")
    assert "Please go over your points." in drive.sees("A")
    await drive.pushes("A", "✏️ Posts", "Clear", "Risk nodes", "评标", "Go back", "Go back", "Start it")
    assert await drive.tasks() == {"PH", "PG"}


async def test_the_author_takes_it_back_before_it_is_approved(drive: Drive) -> None:
    await drive.writes("All posts")
    await drive.pushes("A", "Send for approval", "Look at it", "Take it back", "Yes, close it")
    await drive.says("A", "Not yet")
    assert [one.state for one in await drive.rows()] == ["closed"]
    await drive.tells()
    assert await drive.says("B", "/approvals") == ["Nothing waits for your approval."]


async def test_who_looks_after_units_sees_how_these_stand_and_no_others(drive: Drive) -> None:
    await put_task(drive.db, "PH", "PC", "PG", person_id=drive.place.id("A"))
    await drive.complete("PH")
    await put_task_state(drive.db, "PG", TaskState.INSPECTOR)
    for code in ("L", "I"):
        await drive.says(code, "/campaigns")
        assert "2 posts · 1 submitted · 0 accepted" in drive.sees(code)
        assert not any("New campaign" in label for label in drive.buttons_of(code))
        await drive.pushes(code, "工程建设专项", "By unit")
        assert "财政局" in drive.sees(code)
        assert "教育局" not in drive.sees(code)
        await drive.pushes(code, "财政局 · 0/2")
        assert "📌 岗位PH · 姓名H\n   with the unit · nothing is to be added" in drive.sees(code)
        assert "岗位PC" in drive.sees(code)
        await drive.pushes(code, "Go back", "Go back", "1 says that nothing is to be added")
        assert "📌 财政局 · 岗位PH · 姓名H" in drive.sees(code)
        assert "岗位PC" not in drive.sees(code)
        await drive.pushes(code, "Go back", "1 not submitted")
        assert "📌 财政局 · 岗位PC · 姓名C\n   to be submitted" in drive.sees(code)
        assert not any("Close it" in label for label in drive.buttons_of(code))
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "工程建设专项", "1 waits for the inspector")
    assert "📌 教育局 · 岗位PG · 姓名G" in drive.sees("A")


async def test_a_campaign_goes_from_the_office_to_the_posts_and_back_by_the_unit_and_the_inspector(
    drive: Drive,
) -> None:
    await drive.writes("Risk nodes", "评标", "Go back")
    await drive.pushes("A", "Start it")
    await drive.tells()
    for code in ("H", "G"):
        await drive.pushes(code, "Do it now", "Nothing to add", "Yes, nothing to add")
    await drive.tells()
    await drive.pushes("L", "✅ Accept")
    await drive.pushes("L2", "↩️ Return")
    await drive.says("L2", "The deposits are missing")
    await drive.tells()
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "▶️ Bid evaluation", "1 waits for the inspector")
    assert "📌 财政局 · 岗位PH · 姓名H\n   with the inspector · nothing is to be added · in time" in drive.sees("A")
    await drive.pushes("A", "Go back", "1 not submitted")
    assert "📌 教育局 · 岗位PG · 姓名G\n   returned to be corrected" in drive.sees("A")
    await drive.pushes("I", "✅ Accept")
    await drive.pushes("G", "Do it now", "Nothing to add", "Yes, nothing to add")
    await drive.tells()
    await drive.pushes("L2", "✅ Accept")
    await drive.tells()
    await drive.pushes("B", "✅ Accept")  # nobody inspects this bureau
    await drive.tells()
    assert "You may close the campaign now." in drive.sees("A")
    await drive.pushes("A", "Look at it")
    assert "2 posts · 2 submitted · 2 accepted" in drive.sees("A")


async def test_more_time_is_given_with_a_reason_and_it_is_closed_with_one(drive: Drive) -> None:
    await put_task(drive.db, "PH", "PG", person_id=drive.place.id("A"))
    await drive.says("B", "/campaigns")
    await drive.pushes("B", "工程建设专项", "Give more time")
    assert "Why is more time given?" in drive.sees("B")
    drive.restart()
    await drive.says("B", "Many are on leave")
    await drive.pushes("B", "16")
    assert "the last day of “工程建设专项” is 2026-10-16" in drive.sees("B")
    assert [one.due_on for one in await drive.rows()] == ["2026-10-16"]
    await drive.pushes("B", "Look at it", "Close it", "Go back")
    assert drive.sees("B") == "Nothing has changed."
    await drive.pushes("B", "Look at it", "Close it", "Yes, close it")
    await drive.press(drive.of("B"), 1, "cm1:page:1")  # to turn to something else: what is said next is no reason
    await drive.says("B", "Good morning")
    assert [one.state for one in await drive.rows()] == ["running"]
    await drive.says("B", "/campaigns")
    await drive.pushes("B", "工程建设专项", "Close it", "Yes, close it")
    await drive.says("B", "All is done")
    assert "⏹ Closed: 工程建设专项" in drive.texts(drive.of("B"))
    assert [one.state for one in await drive.rows()] == ["closed"]
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "⏹ 工程建设专项")
    assert "closed by 姓名B" in drive.sees("A")
    assert not any("Give more time" in label for label in drive.buttons_of("A"))
    [answer] = await drive.says("B", "hello")
    assert "/help" in answer


async def test_who_has_still_to_submit_is_reminded_by_hand_in_the_own_units_once_on_a_day(drive: Drive) -> None:
    number = await put_task(drive.db, "PH", "PC", "PG", person_id=drive.place.id("A"))
    await drive.complete("PH")
    await drive.says("L", "/campaigns")
    assert await drive.pushes("L", "工程建设专项", "Remind who has not submitted") == "1 person is reminded."
    await drive.tells()
    assert "“工程建设专项” are still to be submitted" in drive.sees("C")
    assert not any("still to be submitted" in text for code in ("H", "G") for text in drive.texts(drive.of(code)))
    again = await drive.pushes("L", "Remind who has not submitted")
    assert again == "You have had them reminded today: please leave them time until tomorrow."
    assert await drive.press(drive.of("I"), 1, f"cr1:remind:{number}") is not None
    for post in ("PC", "PG"):
        await drive.complete(post)
    nobody = await drive.press(drive.of("A"), 1, f"cr1:remind:{number}")
    assert nobody == "Nobody in your units has still to submit: there is nobody to remind."
    reminded = [one for one in await drive.events("campaign") if one["event"] == "reminded"]
    assert [(one["by"], one["people"]) for one in reminded] == [("L", 1)]


async def test_a_reminder_that_waits_is_not_sent_once_the_campaign_is_closed(drive: Drive) -> None:
    await drive.writes("Risk nodes", "评标", "Go back")
    await drive.pushes("A", "Start it", "Look at it", "Remind who has not submitted", "Close it", "Yes, close it")
    await drive.says("A", "All is done")
    await drive.tells()
    assert drive.texts(drive.of("H")) == []


async def test_who_has_not_acknowledged_is_reminded_by_the_campaigns_notice(drive: Drive) -> None:
    await drive.writes("Risk nodes", "评标", "Go back")
    await drive.pushes("A", "Start it")
    await drive.tells()
    await drive.pushes("H", "✅")
    drive.clock.move_to(drive.clock.now() + timedelta(minutes=10))
    await drive.says("A", "/campaigns")
    toast = await drive.pushes("A", "▶️ Bid evaluation", "Remind who has not acknowledged")
    assert toast == "1 person is reminded."


async def test_the_longest_names_fit_into_the_list_of_tasks(drive: Drive) -> None:
    """Eight whole names of units, posts and people were more than a message holds: the press did nothing."""
    async with drive.db.writing() as conn:
        of_h = select(tables.posts.c.unit_id).where(tables.posts.c.code == "PH").scalar_subquery()
        row = {"unit_id": await conn.scalar(select(of_h)), "level": 3, "risk": False, "created_at": drive.now}
        await conn.execute(insert(tables.posts), [{**row, "code": f"X{n}", "title": "岗" * 200} for n in range(8)])
        people = [{"code": f"q{n}", "name": "名" * 100, "language": "en", "created_at": drive.now} for n in range(8)]
        ids = await conn.scalars(insert(tables.people).returning(tables.people.c.id), people)
        posts = await conn.scalars(select(tables.posts.c.id).where(tables.posts.c.code.startswith("X")))
        held = [
            {"post_id": one, "person_id": who, "started_at": drive.now} for one, who in zip(posts, ids, strict=True)
        ]
        await conn.execute(insert(tables.assignments), held)
        await conn.execute(update(tables.units).values(name=tables.units.c.name + "局" * 190))
    number = await put_task(drive.db, *(f"X{n}" for n in range(8)), person_id=drive.place.id("A"))
    await drive.says("A", "/campaigns")
    await drive.press(drive.of("A"), drive.last(drive.of("A")).message_id, f"cm1:tasks:{number}:all:0:1")
    assert drive.sees("A").count("📌") == 8


async def test_what_nobody_put_there_changes_nothing(drive: Drive) -> None:
    number = await put_task(drive.db, "PH", person_id=drive.place.id("A"))
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "New campaign")
    await drive.says("A", "Mine")
    card = drive.last(drive.of("A")).message_id
    draft = 1
    for data in (
        f"cs1:{draft}:due_on:2026-09-20",
        f"cs1:{draft}:due_on:2028-01-01",
        f"cs1:{draft}:title:x",
        f"cd1:{draft}:2026-13",
        f"cv1:{draft}:go:nowhere",
        f"cu1:{draft}:risk:grave:1:1",
        f"cu1:{draft}:unit:999:1:1",
        f"cg1:{draft}",
        "cm1:tasks:1:secret:0:1",
        "cm1:page:0",
        f"cr1:until:{number}:2020-01-01",
        "cr1:sweep:1",
        "ca1:approve:1",
        "cp1:show:x:1",
    ):
        assert await drive.press(drive.of("A"), card, data) == FORGED, data
    assert "only" in (await drive.says("H", "/campaigns"))[0]
    for code, data in (
        ("A", f"cm1:again:{number}"),
        ("H", f"cm1:open:{number}"),
        ("L2", f"cm1:open:{number}"),
        ("L2", f"cm1:tasks:{number}:all:0:1"),
        ("L2", f"cp1:show:{number}:1"),
        ("L2", f"cr1:remind:{number}"),
        ("L", f"cr1:why:{number}"),
        ("H", f"cr1:close:{number}"),
        ("L", f"ca1:approve:{number}:1"),
        ("H", f"cv1:{draft}:discarded"),
    ):
        before = drive.texts(drive.of(code))
        assert await drive.press(drive.of(code), 1, data), (code, data)
        assert drive.texts(drive.of(code)) == before, (code, data)
    assert [one.state for one in await drive.rows()] == ["running"]
    assert date.fromisoformat((await drive.rows())[0].due_on) == date(2026, 9, 30)


async def test_it_is_read_in_chinese(drive: Drive) -> None:
    await put_task(drive.db, "PH", person_id=drive.place.id("A"))
    await drive.complete("PH")
    async with drive.db.writing() as conn:
        await conn.execute(update(tables.people).values(language="zh_CN"))
    await drive.says("L", "/campaigns")
    await drive.pushes("L", "工程建设专项", "报“无新增” 1 个")
    assert "📌 财政局 · 岗位PH · 姓名H" in drive.sees("L")
    assert "报“无新增”" in drive.sees("L")
    await drive.says("A", "/campaigns")
    await drive.pushes("A", "➕ 新建专项")
    assert "请填写专项名称" in drive.sees("A")
