"""Collectors look after their own items in chat: the list, entering what was announced, correcting, withdrawing."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from messages.items.records import COMMAND, ItemState
from messages.organisation.records import Role
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.collecting import COLLECTOR, LEADER, OTHER, Point
from tests.talk import buttons

CHANGED = "It has changed meanwhile: please look at it once more."


@pytest.fixture
async def point(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Point]:
    point = Point(db, clock, catalog, renderer)
    async with point.open():
        await point.people()
        yield point


async def give_back(point: Point, number: int = 1) -> None:
    """The leader returns it, by whichever face."""
    item = await point.item(number)
    await point.items.give_back(number, 2, item.version, "Please name the year.", point.clock.now())


async def test_what_was_announced_is_listed_with_what_is_missing_and_entered(point: Point) -> None:
    await point.announced()
    assert "⏰ to be entered by 09-30" in point.shown
    await point.say("/mine")
    assert "announced, not entered yet · ⏰ to be entered by 09-30" in point.shown
    assert "Still missing: Text, Audience" in point.shown
    await point.pick("Audit findings", "Enter it now")
    assert "4/7 Please write the text" in point.shown  # only what is missing is asked for
    await point.say("Please check.")
    await point.pick("Skip", "Everyone", "Go on", "Send for approval")
    item = await point.item()
    assert (item.state, item.given.text, item.version) == (ItemState.SUBMITTED, "Please check.", 2)
    assert len(await point.rows()) == 1
    await point.say("/mine")
    assert "waits for approval · ⏰ due 09-30 · entered in time" in point.shown


async def test_what_came_back_says_why_and_is_corrected(point: Point) -> None:
    await point.caution()
    await point.pick("Send for approval")
    await give_back(point)
    await point.say("/mine")
    assert "Reason: Please name the year." in point.shown
    await point.pick("Audit findings", "Correct it")
    assert "The item was returned. Reason: Please name the year." in point.shown
    assert "To: 财政局 — 4 people" in point.shown
    await point.pick("✏️ Title")
    await point.say("Audit findings of 2025")
    await point.pick("Send for approval")
    item = await point.item()
    assert (item.state, item.given.title, item.timely) == (ItemState.SUBMITTED, "Audit findings of 2025", True)


async def test_what_became_of_it_elsewhere_is_told_when_it_is_sent(point: Point) -> None:
    """It was entered by another face while its draft was open, and came back once more."""
    await point.caution()
    await point.pick("Send for approval")
    await give_back(point)
    await point.pick("Look at it", "Correct it")
    item = await point.item()
    again = replace(item.given, title="From a file")
    await point.items.submit(again, 1, point.clock.now(), by=COMMAND, item_id=1, version=item.version)
    await point.pick("Send for approval")
    assert "⚠️ This item is: waits for approval." in point.shown
    await give_back(point)
    await point.pick("✏️ Title")
    await point.say("From the chat")
    await point.pick("Send for approval")
    assert f"⚠️ {CHANGED}" in point.shown
    await point.pick("Send for approval")
    item = await point.item()
    assert (item.given.title, item.state) == ("From the chat", ItemState.SUBMITTED)


async def test_a_button_of_an_earlier_state_is_told_that_it_has_changed(point: Point) -> None:
    await point.announced()
    notice = point.last(COLLECTOR)
    enter = buttons(notice)[0][0]["callback_data"]
    assert enter == "im1:enter:1:1"
    await point.press(COLLECTOR, notice.message_id, enter)
    await point.say("Please check.")
    await point.pick("Skip", "Everyone", "Go on", "Send for approval")
    assert await point.press(COLLECTOR, notice.message_id, enter) == "This item is: waits for approval."
    assert "Please check." in point.shown  # as it stands now
    await give_back(point)
    assert await point.press(COLLECTOR, notice.message_id, enter) == CHANGED
    assert "The item was returned." in point.shown
    assert await point.press(COLLECTOR, notice.message_id, "iml1:withdraw:1:1") == CHANGED
    assert (await point.item()).state is ItemState.RETURNED


async def test_entering_one_while_another_is_written_asks_first(point: Point) -> None:
    await point.announced()
    notice = point.last(COLLECTOR)
    await point.say("/submit")
    await point.pick("Prompt", "tender")
    await point.say("A tender")
    await point.press(COLLECTOR, notice.message_id, "im1:enter:1:1")
    assert "You are writing “A tender” at the moment." in point.shown
    await point.pick("Go on with that one")
    assert "A tender" in point.shown
    await point.press(COLLECTOR, notice.message_id, "im1:enter:1:1")
    await point.pick("Discard that, enter this")
    assert "📝 Audit findings" in point.shown


async def test_what_was_written_after_the_question_is_not_discarded_by_its_button(point: Point) -> None:
    """A stale button discarded whatever was being written by then."""
    await point.announced()
    notice = point.last(COLLECTOR)
    await point.say("/submit A tender")
    await point.pick("Prompt", "tender")
    await point.press(COLLECTOR, notice.message_id, "im1:enter:1:1")
    question = point.last(COLLECTOR)
    (instead,) = buttons(question)[1]
    await point.pick("Go on with that one", "✏️ Title")
    await point.say("A better title")
    await point.press(COLLECTOR, question.message_id, instead["callback_data"])
    assert "You are writing “A better title” at the moment." in point.shown
    await point.say("/submit")
    assert "📝 A better title" in point.shown


async def test_an_item_is_withdrawn_after_a_question_and_its_draft_with_it(point: Point) -> None:
    await point.announced()
    await point.pick("Enter it now")
    await point.say("/mine")
    await point.pick("Audit findings", "Withdraw", "Go back", "Withdraw", "Yes, withdraw it")
    assert "withdrawn" in point.shown
    assert not any("Withdraw" in label for label in point.offered)
    assert (await point.item()).state is ItemState.WITHDRAWN
    await point.say("/submit")
    assert point.shown == "What would you like to submit?"


async def test_what_is_approved_cannot_be_withdrawn_any_more(point: Point) -> None:
    await point.caution()
    await point.pick("Send for approval", "Look at it", "Withdraw")
    await point.items.approve(1, 2, 1, point.clock.now())
    assert await point.push_button("Yes, withdraw it", COLLECTOR) == "Leader has approved this already."
    assert "Approved by Leader" in point.shown


async def test_somebody_else_s_item_is_not_shown_entered_or_withdrawn(point: Point) -> None:
    await point.announced("A secret title")
    await point.write(OTHER, "/mine")
    assert "You have not submitted anything yet." in point.card(OTHER)
    for data in ("im1:show:1:1", "im1:enter:1:1", "im1:instead:1:1:1:abc", "iml1:show:1:1", "iml1:withdraw:1:1"):
        toast = await point.press(OTHER, point.last(OTHER).message_id, data)
        assert toast == "There is no such item, or it is not open to you."
    assert "A secret title" not in "".join(point.texts(OTHER))
    assert (await point.item()).state is ItemState.ANNOUNCED
    assert len(await point.events("act_refused")) == 5


async def test_a_leader_who_collects_too_does_not_enter_somebody_else_s_item(point: Point) -> None:
    """Such a one sees it, and submits items: whose it is decides alone."""
    await point.announced()
    await point.bear(2, Role.COLLECTOR)
    await point.write(LEADER, "/mine")
    for data in ("im1:show:1:1", "im1:enter:1:1", "im1:instead:1:1:1:abc", "iml1:show:1:1", "iml1:withdraw:1:1"):
        toast = await point.press(LEADER, point.last(LEADER).message_id, data)
        assert toast == "Only its collector changes an item or withdraws it."
    assert (await point.item()).state is ItemState.ANNOUNCED
    assert len(await point.events("act_refused")) == 5


async def test_the_list_is_turned_by_pages_newest_first(point: Point) -> None:
    for number in range(10):
        await point.announced(f"Item {number}")
    await point.say("/mine")
    assert "My items · 10 (1/2)" in point.shown
    assert point.offered[:2] == ["✏️ Item 9", "✏️ Item 8"]
    await point.pick("»")
    assert point.offered[:2] == ["✏️ Item 1", "✏️ Item 0"]


async def test_a_look_at_an_own_item_shows_all_of_it_and_its_files(point: Point) -> None:
    await point.caution("<b>bold?</b>")
    await point.pick("Send for approval", "Look at it")
    assert "⏳ <b>bold?</b>" in point.shown
    assert "day of the conclusion: Sunday 20 September" in point.shown
    await point.pick("Show it in full")
    assert point.shown == "<b>bold?</b>\n\nPlease check."
    await point.pick("« My items")
    assert any(text.startswith("My items · 1") for text in point.texts(COLLECTOR))
