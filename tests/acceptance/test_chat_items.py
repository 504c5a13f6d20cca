"""Collectors submit items in chat, step by step, over real HTTP to the sandbox."""

import re
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import update

from bot.sandbox.parameters import Upload
from messages.chosen import Chosen
from messages.items.drafts import ITEMS, ItemDraft, Step
from messages.notices import Category, Grade
from messages.organisation.records import Role
from messages.register.records import RiskLevel
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.collecting import COLLECTOR, CONCLUDED, HOLDER, OTHER, Point
from tests.points import put_point
from tests.talk import buttons

FORGED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def point(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Point]:
    point = Point(db, clock, catalog, renderer)
    async with point.open():
        await point.people()
        yield point


async def test_a_caution_is_submitted_step_by_step(point: Point) -> None:
    await point.say("/submit")
    assert point.offered == ["⚠️ Caution", "🔔 Graded reminder", "📬 Prompt", "📖 Study"]
    await point.pick("Caution")
    assert "2/7 What is it about?" in point.shown
    await point.pick("Economic responsibility")
    await point.say("Audit  findings", "Please check.")
    await point.pick("Skip", "Yesterday")
    assert "concluded 09-20, 7 working days, due 09-30" in point.shown  # at once, before anything else is asked
    await point.pick("Everyone")
    assert "To: Everyone in my units — 4 people" in point.shown
    await point.pick("Go on")
    assert "To be approved by: Leader" in point.shown
    assert "Still missing" not in point.shown
    await point.pick("Send for approval")
    assert "It waits for the approval of Leader." in point.shown
    assert "entered in time" in point.shown
    item = await point.item()
    given = item.given
    assert (given.title, given.text, given.audience) == ("Audit findings", "Please check.", "unit:财政局")
    assert (given.decisive_on, item.due_on, item.timely) == (CONCLUDED, date(2026, 9, 30), True)
    assert point.woken


async def test_posts_with_risks_are_counted_while_an_items_audience_is_chosen(point: Point) -> None:
    await put_point(point.db, "P4", node="开标", level=RiskLevel.MIDDLE)
    await point.say("/submit")
    await point.pick("Study", "Sayings")
    await point.say("Sayings", "Read them.")
    await point.pick("Skip", "Risk nodes", "开标")
    assert "To: 开标 — 1 person" in point.shown
    await point.pick("Go back", "As an expression")
    await point.say("risk:middle")
    assert "To: risk:middle — 1 person" in point.shown


async def test_a_reminder_names_its_grade_and_its_posts_by_search(point: Point) -> None:
    await point.vacate("Buyer")
    await point.say("/submit")
    await point.pick("reminder", "complaints")
    await point.say("Complaints", "Many of them.")
    await point.pick("Skip", "Another day")
    assert "20" in point.offered  # a Sunday, which is worked for the holiday
    assert "19°" in point.offered
    assert "22" not in point.offered  # it is still to come
    await point.pick("«", "20")
    assert "approved 08-20, 1 working day, due 08-21" in point.shown
    assert "Asks for: written statement, measures of rectification, evidence" in point.shown
    await point.pick("orange")
    assert "☐ 财政局 · Buyer · vacant" in point.offered
    await point.say("财政局 Holder")
    assert "1 found" in point.shown
    await point.pick("Cashier", "Show all again", "Buyer", "Go on")
    assert "📌 财政局 · Cashier · Holder\n📌 财政局 · Buyer · vacant" in point.shown
    await point.pick("✏️ Grade", "red")
    assert "To be approved by: Leader · a red one is confirmed by the office as well" in point.shown
    await point.pick("✏️ Grade", "orange", "Send for approval")
    assert "entered late" in point.shown
    given = (await point.item()).given
    assert (given.category, given.grade, given.audience) == (Category.REMINDER, Grade.ORANGE, None)
    assert len(given.posts) == 2


async def test_a_prompt_goes_to_units_levels_and_named_posts(point: Point) -> None:
    await point.say("/submit")
    await point.pick("Prompt", "tender")
    await point.say("Tender", "Mind the dates.", "昨天")
    assert "only files are" in point.shown  # it is not lost silently
    await point.pick("Skip")
    await point.say("9月18日")
    assert "settled 09-18, 3 working days with the make-up day 09-20, due 09-22" in point.shown
    await point.pick("Levels", "level 1", "Go back", "Posts")
    await point.say("Cashier")
    await point.pick("Cashier", "Go back", "Go on", "Send for approval")
    assert (await point.item()).given.audience == 'unit:财政局 level:1, post:P4 unit:"财政局"'


async def test_study_has_no_date_and_an_album_with_its_words_is_enough(point: Point) -> None:
    await point.say("/submit")
    await point.pick("Study", "Calligraphy")
    await point.say("Paintings")
    pictures = [Upload(name=f"{number}.png", mime="image/png", content=bytes([number])) for number in range(3)]
    await point.send_files(COLLECTOR, *pictures, caption="Three <paintings>")
    assert "📎 3 files" in point.shown
    assert len([text for text in point.texts(COLLECTOR) if "📎" in text]) == 1  # one card for the whole album
    newest = max(one.message_id for one in point.sandbox.messages(COLLECTOR) if not one.from_bot)
    assert point.last(COLLECTOR).message_id == newest + 1  # which was edited where it stood
    await point.send_files(COLLECTOR, Upload(name="list.pdf", mime="application/pdf", content=b"%PDF"), caption="List")
    await point.pick("Go on")
    assert "6/6 Who is to receive it?" in point.shown
    await point.pick("Everyone", "Go on", "Show it in full")
    assert any(
        message.text == "Paintings\n\nThree <paintings>\n\nList" for message in point.sandbox.messages(COLLECTOR)
    )
    assert not any("Announce" in label for label in point.offered)
    await point.pick("Send for approval")
    given = (await point.item()).given
    assert (given.text, given.decisive_on) == ("Three &lt;paintings&gt;\n\nList", None)
    assert [one.kind for one in given.attachments] == ["photo", "photo", "photo", "document"]


async def test_each_answer_is_corrected_by_its_own_button(point: Point) -> None:
    await point.caution()
    await point.pick("Title")
    await point.say("long " * 100)
    assert "A title of 1 to 200 characters is accepted." in point.shown
    assert "Please write the title" in point.shown  # it waits on
    await point.say("Another title")
    assert "Please look it over" in point.shown  # back at the last look, not at the next question
    await point.pick("✏️ Text")
    await point.write_marked("read it", [{"type": "bold", "offset": 0, "length": 4}], COLLECTOR)
    await point.pick("day of the conclusion", "Today", "Audience", "Clear", "Go back")
    assert "Still missing\n• Audience" in point.shown
    assert not any("Send" in label for label in point.offered)
    await point.pick("Go on with what is missing", "Everyone", "Go back")
    await point.pick("✏️ Category", "Prompt")
    assert "What is it about?" in point.shown  # a kind of the other category is no kind of this one
    await point.pick("Recruitment", "Send for approval")
    given = (await point.item()).given
    assert (given.category, given.kind, given.title) == ("prompt", "recruitment", "Another title")
    assert (given.text, given.decisive_on) == ("<b>read</b> it", date(2026, 9, 21))


async def test_what_is_written_where_a_button_is_asked_for_is_said_not_to_be_taken(point: Point) -> None:
    await point.say("/submit", "Audit findings")
    assert "This was not taken: please choose one of the buttons." in point.shown
    await point.pick("Caution", "Economic")
    await point.say("Audit findings", "Please check.")
    await point.pick("Skip")
    await point.say("soon")
    assert "A day is accepted, such as 9-24" in point.shown
    await point.say("9-22")  # of last year: this year's is still to come
    assert "📅 day of the conclusion: Monday 22 September" in point.shown
    await point.pick("Overview")
    await point.say("hello")
    assert "please press first what you would like to change" in point.shown


async def test_a_draft_is_found_again_after_a_restart_between_any_two_steps(point: Point) -> None:
    await point.say("/submit")
    await point.pick("Caution")
    point.restart()
    await point.pick("Economic")
    point.restart()
    await point.say("Audit findings")
    point.restart()
    await point.say("/help", "/submit")
    assert point.shown.startswith("You have a draft\n\n⚠️ caution")
    assert "4/7 Please write the text" in point.shown  # where it was left
    await point.pick("Overview", "Discard", "Go back", "Discard", "Discard it for good")
    assert point.shown == "The draft is discarded. Nothing was submitted."
    await point.say("/submit A title")
    await point.pick("Caution", "Economic")
    assert "📝 A title" in point.shown


async def test_a_title_behind_the_command_is_checked_like_one_that_is_asked_for(point: Point) -> None:
    """It was taken unchecked, and its card, too long for a message, locked the collector out of /submit for good."""
    await point.say(f"/submit {'x' * 4000}")
    assert "⚠️ A title of 1 to 200 characters is accepted." in point.shown
    await point.say("/submit A title")
    assert "📝 A title" in point.shown


async def test_the_card_of_any_draft_fits_into_a_message_so_that_it_can_be_discarded(point: Point) -> None:
    await point.say("/submit")
    await point.pick("Caution", "Economic")
    wrong = Chosen(units=tuple(f"Unit {number}" * 9 for number in range(200)))
    draft = await ITEMS.current(point.db, 1)
    assert draft is not None

    def spoil(present: ItemDraft) -> ItemDraft:
        return present.with_content(title="x" * 5000, text="<b>y</b>" * 3000, audience=wrong).at(Step.CHECK)

    await ITEMS.change(point.db, draft.id, spoil, point.now)
    await point.say("/submit")
    await point.pick("Discard", "Discard it for good")
    assert point.shown == "The draft is discarded. Nothing was submitted."


async def test_of_many_who_may_approve_three_are_named(point: Point) -> None:
    """All of them were named, and with very many the last look was too long to be shown."""
    for number in range(5):
        await point.employ(f"Leader {number}", 200 + number)
        await point.bear(5 + number, Role.LEADER)
    await point.caution()
    assert re.search(r"To be approved by: [^,\n]+, [^,\n]+, [^,\n]+ and 3 more\n", point.shown)
    await point.pick("Send for approval")
    assert "and 3 more." in point.shown


async def test_pressing_twice_does_nothing_twice(point: Point) -> None:
    await point.caution()
    message = point.last(COLLECTOR)
    send = next(one for row in buttons(message) for one in row if "Send" in one["text"])["callback_data"]
    await point.press(COLLECTOR, message.message_id, send)
    toast = await point.press(COLLECTOR, message.message_id, send)
    assert toast == "This draft is closed: it was sent, submitted or discarded."
    assert len(await point.rows()) == 1
    assert point.offered == ["👁 Look at it"]  # of the finished card nothing is taken away
    await point.say("/submit")
    choice = point.last(COLLECTOR).message_id, buttons(point.last(COLLECTOR))[0][0]["callback_data"]
    for _ in range(2):
        await point.press(COLLECTOR, *choice)
    assert "2/7" in point.shown


async def test_what_changed_after_it_was_shown_is_shown_again_before_it_is_sent(point: Point) -> None:
    await point.caution()
    message = point.last(COLLECTOR)
    send = next(one for row in buttons(message) for one in row if "Send" in one["text"])["callback_data"]
    await point.pick("✏️ Text")
    await point.say("Something else")
    toast = await point.press(COLLECTOR, point.last(COLLECTOR).message_id, send)
    assert toast == "It has changed meanwhile: please look at it once more."
    assert await point.rows() == []


@pytest.mark.parametrize(
    "words",
    [
        "isc1:{draft}:category:report",
        "isc1:{draft}:kind:tender",
        "isc1:{draft}:date:2026-09-22",
        "isc1:{draft}:date:2003-12-31",
        "isc1:{draft}:grade:red",
        "isd1:{draft}:2026-10",
        "isd1:{draft}:x",
        "isr1:{draft}:1:1:1",
        "is1:{draft}:go:posts",
        "is1:{draft}:go:x",
        "is1:{draft}:announce",
        "isp1:{draft}:unit:{unit}:1:1",
        "isp1:{draft}:post:{post}:1:1",
        "isl1:{draft}:unit:0",
        "isg1:{draft}",
        "is1:x:go:check",
        "im1:enter:1",
        "iml1:page:0",
        "iml1:withdraw:{long}:1",
    ],
)
async def test_words_that_were_never_on_a_button_change_nothing(point: Point, words: str) -> None:
    unit, post = await point.abroad()
    await point.say("/submit")
    await point.pick("Caution")
    assert await point.forge(words.format(draft=1, unit=unit, post=post, long="9" * 30)) == FORGED
    await point.say("/submit")
    assert point.shown.startswith("You have a draft\n\n⚠️ caution\n\n2/7")


async def test_only_collectors_submit_and_what_others_try_is_recorded(point: Point) -> None:
    for command in ("/submit", "/mine"):
        [answer] = await point.write(HOLDER, command)
        assert "only collectors submit items" in answer
    assert [event["act"] for event in await point.events("act_refused")] == ["submit", "submit"]
    await point.caution()
    async with point.db.writing() as conn:
        await conn.execute(update(tables.roles).values(ended_at=point.now))
    toast = await point.push_button("Send for approval", COLLECTOR)
    assert toast is not None
    assert "only collectors submit items" in toast
    assert await point.rows() == []


async def test_who_collects_no_more_neither_answers_nor_leads_on_a_draft(point: Point) -> None:
    await point.caution()
    await point.pick("✏️ Title")
    before = await ITEMS.current(point.db, 1)
    async with point.db.writing() as conn:
        await conn.execute(update(tables.roles).values(ended_at=point.now))
    [answer] = await point.write(COLLECTOR, "Another title")
    assert "only collectors submit items" in answer
    toast = await point.push_button("« Go back", COLLECTOR)
    assert toast is not None
    assert "only collectors submit items" in toast
    assert await ITEMS.current(point.db, 1) == before


async def test_an_answer_that_comes_once_more_does_not_answer_the_next_question_too(point: Point) -> None:
    await point.say("/submit")
    await point.pick("Caution", "Economic")
    await point.say("A title")
    (title,) = [one for one in point.sandbox.messages(COLLECTOR) if one.text == "A title"]
    card = point.last(COLLECTOR).message_id
    await point.repeat(title)
    assert point.last(COLLECTOR).message_id == card
    assert "4/7 Please write the text" in point.shown


async def test_a_press_that_only_looks_brings_its_draft_to_the_front(point: Point) -> None:
    await point.bear(1, Role.OFFICE)
    await point.say("/submit")
    await point.pick("Caution", "Economic")
    await point.say("A title", "/broadcast A text for all")
    cards = [one for one in point.sandbox.messages(COLLECTOR) if "4/7 Please write the text" in one.text]
    await point.press(COLLECTOR, cards[-1].message_id, "is1:1:discard")
    await point.say("The text of the item")
    draft = await ITEMS.current(point.db, 1)
    assert draft is not None
    assert draft.content.text == "The text of the item"


async def test_of_two_drafts_the_one_touched_last_takes_the_words(point: Point) -> None:
    await point.bear(1, Role.OFFICE)
    await point.say("/submit")
    await point.pick("Caution", "Economic")
    await point.say("/broadcast", "A text for all")
    assert "A text for all" in point.shown
    await point.pick("Overview")
    await point.pick("✏️ Title")
    await point.say("A title")
    assert "📝 A title" in point.shown
    await point.pick("👥 Audience", "Everyone", "Go back")  # of the broadcast: its card is still there
    await point.say("Another text")
    assert "Another text" in point.shown
    assert "To: Everyone" in point.shown


async def test_an_item_beyond_the_own_units_is_refused_when_it_is_looked_at(point: Point) -> None:
    await point.abroad()
    await point.caution()
    await point.pick("Audience", "As an expression")
    await point.say("unit:教育局")
    await point.pick("Go back")
    assert "This audience reaches nobody" in point.shown
    assert not any("Send" in label for label in point.offered)


async def test_each_collector_has_a_draft_of_their_own(point: Point) -> None:
    await point.caution()
    await point.write(OTHER, "/submit")
    assert point.card(OTHER) == "What would you like to submit?"
    toast = await point.press(OTHER, point.last(OTHER).message_id, "is1:1:go:check")
    assert toast == "This draft is closed: it was sent, submitted or discarded."
