"""The holder of a post answers its warning in chat, part by part."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.sandbox.parameters import Upload
from messages.notices import Grade
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from messages.warnings.records import WarningState
from schedules.clock import Clock
from tests.hearing import Hearing
from tests.talk import buttons

REPORT = Upload(name="report.pdf", mime="application/pdf", content=b"%PDF- a report")


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Hearing]:
    room = Hearing(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def test_each_part_is_a_button_and_takes_words_and_files(room: Hearing) -> None:
    warning_id = await room.warn(Grade.ORANGE)
    await room.says("H", "/warnings")
    assert "1 warning of yours is open" in room.sees("H")
    await room.pushes("H", "🟠")
    assert room.buttons_of("H") == ["✍️ Answer", "📄 What it says", "↩ Overview"]
    await room.pushes("H", "Answer")
    assert room.buttons_of("H") == [
        "☐ written statement", "☐ measures of rectification", "☐ evidence", "⏸ Go on later",
    ]  # fmt: skip
    assert "Still missing: written statement, measures of rectification, evidence" in room.sees("H")
    await room.says("H", "It was <so>.")
    assert "☑ written statement ✏️\nIt was <so>." in room.sees("H")
    await room.pushes("H", "evidence")
    await room.send_files(room.of("H"), REPORT, caption="The report", as_documents=True)
    assert "☑ evidence 📎 1 ✏️\nThe report" in room.sees("H")
    assert "Send the answer" not in " ".join(room.buttons_of("H"))
    await room.pushes("H", "measures")
    await room.says("H", "We do better.")
    assert room.buttons_of("H")[-1] == "📨 Send the answer"
    await room.pushes("H", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED
    assert "📨 Answered on 21 September, 09:09; it waits to be judged" in room.sees("H")
    assert room.buttons_of("H") == []


async def test_a_part_is_corrected_and_a_second_message_adds_to_it(room: Hearing) -> None:
    await room.warn()
    await room.begins_to_answer()
    await room.says("H", "Wrong")
    await room.says("H", "words")
    assert "Wrong\nwords" in room.sees("H")
    await room.pushes("H", "Begin anew: self-check")
    assert room.buttons_of("H") == ["☐ self-check", "⏸ Go on later"]
    await room.says("H", "Right")
    await room.pushes("H", "Send the answer")
    assert "Right" in room.sees("H")
    assert "Wrong" not in room.sees("H")


async def test_who_goes_on_later_is_not_taken_at_the_word_meanwhile(room: Hearing) -> None:
    await room.warn()
    await room.begins_to_answer()
    await room.says("H", "Half")
    assert room.card_of("H").protect
    await room.pushes("H", "Go on later")
    assert "It is kept" in room.sees("H") or "All is there" in room.sees("H")
    [pointer] = await room.says("H", "talking of something else")
    assert "/help" in pointer
    await room.begins_to_answer()
    assert "Half" in room.sees("H")
    await room.pushes("H", "Send the answer")
    assert "talking" not in room.sees("H")


async def test_only_the_newest_card_is_left_also_after_an_album(room: Hearing) -> None:
    await room.warn(Grade.ORANGE)
    await room.says("H", "/warnings")
    await room.pushes("H", "🟠", "Answer", "evidence")
    await room.send_files(room.of("H"), REPORT, REPORT, REPORT, as_documents=True)
    assert "☑ evidence 📎 3 ✏️" in room.sees("H")
    assert sum("Answer to the warning" in text for text in room.texts(room.of("H"))) == 1


async def test_what_was_added_after_the_last_look_is_shown_before_it_is_sent(room: Hearing) -> None:
    """What was taken between the look and the press was sent unseen, or lost."""
    warning_id = await room.warn()
    await room.begins_to_answer()
    await room.says("H", "First")
    seen = buttons(room.card_of("H"))[-1][0]["callback_data"]
    await room.says("H", "Second")
    await room.presses("H", seen)
    assert "⚠️ It has changed meanwhile: please look at it once more." in room.sees("H")
    assert "First\nSecond" in room.sees("H")
    await room.pushes("H", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED


async def test_a_file_for_which_there_is_no_room_is_not_fetched(room: Hearing) -> None:
    """Sixteen were kept where ten are taken."""
    await room.warn(Grade.ORANGE)
    await room.says("H", "/warnings")
    await room.pushes("H", "🟠", "Answer", "evidence")
    reports = [replace(REPORT, content=f"%PDF- {number}".encode()) for number in range(13)]
    for some in (reports[:5], reports[5:10], reports[10:]):
        await room.send_files(room.of("H"), *some, as_documents=True)
    assert "☑ evidence 📎 10" in room.sees("H")
    assert "⚠️ At most 10 files are accepted." in room.sees("H")
    async with room.db.reading() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.files)) == 10


async def test_what_is_too_long_or_of_no_use_is_refused_and_the_rest_stays(room: Hearing) -> None:
    await room.warn()
    await room.begins_to_answer()
    await room.says("H", "Short")
    await room.says("H", "long " * 600)
    assert "⚠️ An answer has at most 2500 characters; send what is longer as a file." in room.sees("H")
    assert "Short" in room.sees("H")
    await room.pushes("H", "Send the answer")
    assert "📨 Answered on" in room.sees("H")


async def test_sent_twice_it_is_one_answer_and_its_last_words_go_nowhere_else(room: Hearing) -> None:
    await room.warn()
    await room.begins_to_answer()
    await room.says("H", "All is checked")
    (words,) = [one for one in room.sandbox.messages(room.of("H")) if one.text == "All is checked"]
    card = room.card_of("H")
    data = buttons(card)[-1][0]["callback_data"]
    await room.press(room.of("H"), card.message_id, data)
    toast = await room.press(room.of("H"), card.message_id, data)
    assert toast is not None
    assert "This warning was answered on" in toast
    before = room.texts(room.of("H"))
    await room.repeat(words)
    assert room.texts(room.of("H")) == before
    assert len([body for body in await room.events("warning") if body["event"] == "answered"]) == 1


async def test_who_does_not_hold_the_post_does_not_answer_and_that_is_recorded(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.says("S", "/warnings")
    for data in (f"w1:answer:{warning_id}:1", f"w1:send:{warning_id}:0", f"w1:part:{warning_id}:self_check"):
        assert await room.presses("S", data) == "Only who holds the post answers its warning."
    assert await room.refused() == [("S", "answer_warning")] * 3
    assert (await room.stands(warning_id)).state is WarningState.ISSUED


@pytest.mark.parametrize(
    "data",
    ["w1:part:1:secret", "w1:answer:x:1", "w1:answer:1", "w1:burn:1:1", "wl1:open:x", "wl1:grade:black:1"],
)
async def test_forged_words_change_nothing(room: Hearing, data: str) -> None:
    await room.warn()
    await room.says("H", "/warnings")
    assert await room.presses("H", data) == "This button is not in use for this account. Nothing was changed."


async def test_a_restart_in_the_middle_loses_nothing(
    room: Hearing, clock: Clock, catalog: Catalog, renderer: Renderer
) -> None:
    warning_id = await room.warn()
    await room.begins_to_answer()
    await room.says("H", "Half")
    again = Hearing(room.db, clock, catalog, renderer)
    again.bench = room.bench
    async with again.open():
        await again.read_english()
        await again.says("H", "and half")
        assert "Half\nand half" in again.sees("H")
        await again.pushes("H", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED


async def test_the_post_changes_hands_while_the_answer_is_written(room: Hearing) -> None:
    """What the former holder goes on to write is taken by nobody, and says why; the new one begins anew."""
    warning_id = await room.warn()
    await room.begins_to_answer()
    await room.says("H", "Half")
    await room.bench.warned.takes("S", "P", room.clock.now())
    hidden = "There is no such warning, or it is not open to you."
    assert await room.says("H", "and half") == [hidden]
    [pointer] = await room.says("H", "hello?")
    assert "/help" in pointer
    assert await room.presses("H", f"w1:send:{warning_id}:0") == hidden
    await room.begins_to_answer("S")
    assert "Half" not in room.sees("S")
    await room.says("S", "Mine")
    await room.pushes("S", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED


async def test_the_warning_is_raised_while_the_answer_is_written(room: Hearing) -> None:
    """What was written for the lower grade stood in the way of the answer to the higher one, and then it was lost."""
    warning_id = await room.warn()
    await room.begins_to_answer()
    await room.says("H", "All is checked")
    rise_id = await room.bench.proposed(warning_id, Grade.ORANGE)
    await room.bench.judging.raise_(rise_id, room.bench.id("L"), "", room.clock.now())
    await room.says("H", "and more")
    assert "⚠️ Something else is asked for by now: please look." in room.sees("H")
    assert "Still missing: measures of rectification, evidence" in room.sees("H")  # what was written is kept
    for part in ("statement", "measures", "evidence"):
        await room.pushes("H", part)
        await room.says("H", f"About {part}")
    await room.pushes("H", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED
    assert "All is checked\nAbout statement" in room.sees("H")


async def test_a_returned_answer_is_answered_again_from_what_was_given(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.answers(warning_id)
    await room.bench.give_back(warning_id, why="Name <the> posts")
    await room.begins_to_answer()
    assert "↩️ Returned. Reason: Name <the> posts" in room.sees("H")
    assert "All is checked" in room.sees("H")
    await room.pushes("H", "self-check")
    await room.says("H", "Posts 1 and 2")
    await room.pushes("H", "Send the answer")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED
    assert "All is checked\nPosts 1 and 2" in room.sees("H")


async def test_the_release_is_asked_for_once_the_answer_is_accepted(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.answers(warning_id)
    assert await room.presses("H", f"w1:ask:{warning_id}:1") == (
        "The release can be asked for once the answer is accepted."
    )
    await room.bench.accept(warning_id)
    await room.says("H", "/warnings")
    await room.pushes("H", "🔵")
    assert await room.pushes("H", "Ask for the release") == "🔓 The release is asked for."
    assert await room.pushes("H", "Ask for the release") == (
        "The release is asked for already; it waits to be decided."
    )
