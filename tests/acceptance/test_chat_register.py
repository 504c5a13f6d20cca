"""How units have come with the register is seen in chat: unit, post, point; the office publishes and ends templates."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from messages.ledger import Kind
from messages.store import risk_templates, tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.registered import GIFTS, OUTDATED, Registered
from tests.unit.test_visibility import looks

REFUSED = "This is not open to you: only leaders, inspectors and administrators see the register of their units."
FORGED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Registered]:
    """H's post has two points that stand, one with an outdated basis; G's in the other bureau has one."""
    room = Registered(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        await room.stands(GIFTS, OUTDATED)
        await room.stands(GIFTS, by="G", accepted_by="L2")
        yield room


async def test_one_goes_from_the_units_to_a_post_and_to_a_point(room: Registered, db: Database) -> None:
    before = len(await looks(db))
    await room.says("L", "/register")
    assert "3 posts · 1 with points" in room.sees("L")
    assert "🔴 2 · 🟠 0 · 🔵 0 · ⚠ 1 with outdated bases" in room.sees("L")
    assert room.buttons_of("L") == ["🏷 财政局", "⚠️ Points with outdated bases", "🔎 Look for a unit"]
    await room.pushes("L", "🏷 财政局")
    assert "👤 岗位PH · 姓名H\n🔴 2" in room.sees("L")
    assert await looks(db, Kind.RECORDS_VIEWED)
    await room.pushes("L", "岗位PH")
    assert "2 risk points stand" in room.sees("L")
    await room.pushes("L", "泄露标底")
    assert "accepted into the register" in room.sees("L")
    assert "双人评标" in room.sees("L")
    assert "is superseded by" in room.sees("L")
    assert "Publish" not in "".join(room.buttons_of("L"))
    await room.pushes("L", "岗位PH", "Overview")
    assert "The register in my units" in room.sees("L")
    seen = (await looks(db))[before:]
    assert [(who, body["what"]) for who, body in seen] == [(room.place.id("H"), "points")] * len(seen)
    assert seen


async def test_the_reach_is_that_of_the_role_and_a_search_narrows_it(room: Registered) -> None:
    for code, units in (("L", {"财政局"}), ("I", {"财政局"}), ("L2", {"教育局"}), ("A", {"财政局", "教育局"})):
        await room.says(code, "/register")
        assert {unit for unit in ("财政局", "教育局") if f"🏷 {unit}" in room.buttons_of(code)} == units
    assert await room.says("H", "/register") == [REFUSED]
    assert [entry["command"] for entry in room.menu(room.of("H"))].count("register") == 0
    await room.says("A", "/register")
    await room.pushes("A", "Look for a unit")
    await room.says("A", "教育")
    assert "🔎 教育" in room.sees("A")
    assert room.buttons_of("A")[0] == "🏷 教育局"
    await room.pushes("A", "All units")
    assert "🏷 财政局" in room.buttons_of("A")
    await room.says("L", "/register 教育")
    assert "There is no such unit among those that you look after." in room.sees("L")


async def test_points_with_outdated_bases_are_listed_within_the_reach(room: Registered, db: Database) -> None:
    await room.says("A", "/register")
    await room.pushes("A", "outdated bases")
    assert "Points with outdated legal bases · 1" in room.sees("A")
    assert "泄露标底" in room.sees("A")
    assert "is superseded by “中国共产党廉洁自律准则”" in room.sees("A")
    assert (room.place.id("H"), "register") in [(who, body["what"]) for who, body in await looks(db)]
    await room.press(room.of("L2"), room.last(room.of("A")).message_id, "rg6:0:1")
    assert "泄露" not in "".join(room.texts(room.of("L2")))


async def test_the_office_publishes_a_point_once_and_ends_the_template(room: Registered) -> None:
    await room.says("A", "/register")
    await room.pushes("A", "Templates")
    assert "None is published." in room.sees("A")
    await room.pushes("A", "Overview", "财政局", "岗位PH", "收受投标人礼品")
    await room.pushes("A", "Publish as a template")
    assert "Publish “收受投标人礼品” as a template?" in room.sees("A")
    toast = await room.pushes("A", "Yes, publish it")
    assert toast == "It is published: holders are shown it as a template."
    await room.pushes("A", "Go back", "Publish as a template")
    again = await room.pushes("A", "Yes, publish it")
    assert again != toast
    await room.pushes("A", "Go back")
    await room.pushes("A", "Overview", "Templates", "收受投标人礼品")
    assert "published by 姓名A on 21 September" in room.sees("A")
    assert "姓名H" not in room.sees("A")
    await room.pushes("A", "End it")
    assert "End this template?" in room.sees("A")
    await room.pushes("A", "Go back", "收受投标人礼品", "End it")
    assert await room.pushes("A", "Yes, end it") == "The template has ended."
    assert "None is published." in room.sees("A")
    assert len(await room.events("risk_template")) == 2


async def test_a_template_is_opened_on_whatever_page_it_stands_by_now(room: Registered, db: Database) -> None:
    """Newer ones had pushed it to the next page: its button found it no more."""
    newer = [replace(GIFTS, name=f"新{number}") for number in range(8)]
    async with db.writing() as conn:
        await risk_templates.add(conn, [OUTDATED, *newer], room.place.id("A"), room.clock.now())
    await room.says("A", "/register")
    await room.press(room.of("A"), room.last(room.of("A")).message_id, "tm1:open:1:1")
    assert "泄露标底" in room.sees("A")
    assert room.buttons_of("A") == ["🚫 End it", "« Go back"]


@pytest.mark.parametrize("data", ["tm1:list:1", "tm1:publish:1", "tm1:sure:1:1", "tm1:open:1:1"])
async def test_templates_are_the_offices(room: Registered, data: str) -> None:
    await room.says("A", "/register")
    await room.pushes("A", "财政局", "岗位PH", "收受投标人礼品", "Publish as a template", "Yes, publish it")
    for code in ("L", "H", "I"):
        assert await room.press(room.of(code), 1, data) == (
            "This is not open to you: only administrators of the office publish template points."
        )
    assert len(await room.events("risk_template")) == 1


@pytest.mark.parametrize("data", ["rg1:0:0", "rg2:1:0", "rg3:x:0:1", "rg4:1", "rg6:0", "rg1:9:1:1", "tm1:delete:1:1"])
async def test_forged_buttons_show_nothing(room: Registered, data: str) -> None:
    await room.says("A", "/register")
    shown = room.sees("A")
    assert await room.press(room.of("A"), room.last(room.of("A")).message_id, data) == FORGED
    assert room.sees("A") == shown


async def test_who_may_not_see_a_post_or_a_point_learns_nothing_of_it(room: Registered) -> None:
    other = await room.post("PL")
    for data in (f"rg3:{other}:0:1", "rg2:3:0:1", "rg4:1:0", "rg1:77:1", "rg4:999:0", "rg6:0:1", "rg5"):
        assert await room.press(room.of("C"), 1, data)
    assert room.texts(room.of("C")) == []


async def test_an_administrator_reads_it_all_in_chinese(room: Registered) -> None:
    async with room.db.writing() as conn:
        await conn.execute(update(tables.people).values(language="zh_CN"))
    await room.says("A", "/register")
    assert "依据待更新" in room.sees("A")
    await room.pushes("A", "财政局", "岗位PH", "泄露标底")
    assert "取代" in room.sees("A")
    assert "📐 发布为模板" in room.buttons_of("A")
