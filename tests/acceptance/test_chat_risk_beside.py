"""Beside its risk points the holder of a post keeps its duties in chat, and is offered templates and laws."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from bot.sandbox.parameters import Upload
from messages.organisation.records import Role
from messages.register.bases import Cited
from messages.register.records import Content, RiskLevel
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.points import put_point
from tests.registering import HOLDER, Desk


@pytest.fixture
async def desk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Desk]:
    desk = Desk(db, clock, catalog, renderer)
    async with desk.open():
        await desk.people()
        yield desk


async def test_duties_are_written_down_and_taken_out(desk: Desk) -> None:
    await desk.say("/risk")
    await desk.pick("Duties", "Add a duty")
    await desk.say("Keeps the\nrecords of bids")
    assert "The duty is kept." in desk.shown
    assert "1. Keeps the records of bids" in desk.shown
    await desk.pick("Keeps the records", "Yes, take it out")
    assert (await desk.mine()).duties == ()
    await desk.pick("Add a duty", "Go back")
    await desk.say("Nobody asked for this")
    await desk.pick("Add a duty")
    await desk.say("duty " * 120)
    assert "A duty of 1 to 500 characters is accepted." in desk.texts(HOLDER)[-1]
    picture = Upload(name="1.png", mime="image/png", content=b"1")
    assert await desk.send_files(HOLDER, picture) == ["This was not taken: please write it in words."]
    await desk.forge("rk1:post:1")
    assert "is not awaited any more" in desk.shown
    await desk.say("Nobody asked for this")
    assert (await desk.mine()).duties == ()


async def test_duties_are_turned_page_by_page_and_are_not_without_end(desk: Desk) -> None:
    """So many buttons as 110 duties no message holds: neither was the list shown, nor was the duty asked for."""
    async with desk.db.writing() as conn:
        of_post = {"unit_id": 1, "post_id": 1, "created_at": desk.now}
        await conn.execute(insert(tables.duties), [{**of_post, "text": f"Duty {number}"} for number in range(1, 51)])
    await desk.say("/risk")
    await desk.pick("Duties")
    assert "Buyer (1/5)\n\n1. Duty 1\n" in desk.shown
    await desk.pick("»")
    assert "11. Duty 11" in desk.shown
    await desk.pick("Add a duty")
    await desk.say("One more")
    assert "A post has at most 50 duties." in desk.shown
    await desk.drafted()
    await desk.pick("All points", "1 ✏️", "Change it", "✏️ Duty")
    turn = desk.data("»")
    await desk.pick("Go back")
    await desk.forge(turn)
    await desk.pick("Duty 12")
    await desk.pick("✏️ Duty")
    await desk.say("One more")
    await desk.pick("Keep as a draft")
    assert "A post has at most 50 duties." in desk.shown
    assert len((await desk.mine()).duties) == 50


async def test_a_template_is_adopted_with_one_press_and_remembered(desk: Desk) -> None:
    await put_point(desk.db, "P2", "泄露评标情况", node="评标")
    await put_point(desk.db, "P3", "Elsewhere", node="开标")
    await desk.bear(2, Role.OFFICE)
    for point_id in (1, 2):
        await desk.register.publish(point_id, 2, desk.clock.now())
    await desk.say("/risk")
    await desk.pick("Templates")
    assert "1 · 泄露评标情况 · 🔵 low risk" in desk.shown
    assert "Elsewhere" not in desk.shown
    adopt = desk.data("泄露评标情况")
    await desk.pick("泄露评标情况")
    assert "it is a draft now" in desk.shown
    assert "Taken over from a template" in desk.shown
    assert (await desk.only()).point.template_id == 1
    assert await desk.forge(adopt) == "Your post has taken this template over already."
    assert "it is a draft now" in desk.shown
    await desk.say("/risk")
    await desk.pick("Templates", "All templates")
    assert "2 · 泄露评标情况 · 🔵 low risk · your post has it already" in desk.shown
    assert [label for label in desk.offered if label.startswith("✔")] == ["✔ 1 · Elsewhere"]


async def test_a_template_taken_over_while_writing_is_remembered_and_filed_under_its_own_node(desk: Desk) -> None:
    point = await put_point(desk.db, "P2", "Paid too early", node="付款")
    await desk.bear(2, Role.OFFICE)
    template = await desk.register.publish(point, 2, desk.clock.now())
    await desk.say("/risk")
    await desk.pick("Add a risk point", "评标", "政府采购")
    assert "1 · Paid too early · 🔵 low risk · template\n🏷 付款" in desk.shown
    await desk.pick("1 · Paid too early", "Overview", "Keep as a draft")
    one = await desk.only()
    assert (one.latest.node, one.point.template_id) == ("付款", template)


async def test_a_point_that_rests_on_a_superseded_law_is_flagged_with_the_successor(desk: Desk) -> None:
    content = Content(name="Old", level=RiskLevel.LOW, bases=(Cited(law="JLCF2018", article=1),))
    await desk.register.save(1, 1, content, desk.clock.now())
    await desk.register.submit(1, 1, desk.clock.now())
    await desk.accept()
    await desk.say("/risk")
    assert "1 rests on a law that is out of date" in desk.shown
    await desk.pick("All points", "1 🔵")
    assert "superseded by “中国共产党纪律处分条例” (from 2024-01-01)" in desk.shown
