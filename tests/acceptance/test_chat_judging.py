"""Answers are accepted or returned, warnings released and raised in chat, each once, by whom they wait for."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.sandbox.parameters import Upload
from messages.errors import DecidedBefore
from messages.notices import Grade
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from messages.warnings.records import WarningState
from schedules.clock import Clock
from tests.hearing import Hearing

PICTURE = Upload(name="proof.pdf", mime="application/pdf", content=b"%PDF- a proof")


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Hearing]:
    room = Hearing(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def answered(room: Hearing) -> int:
    """A blue warning is answered, which is laid before its issuer."""
    warning_id = await room.warn()
    await room.answers(warning_id)
    await room.asks()
    assert "A warning was answered: please judge" in room.sees("L")
    return warning_id


async def test_an_answer_is_accepted_and_the_warning_released_with_it(room: Hearing) -> None:
    warning_id = await answered(room)
    await room.pushes("L", "Accept")
    assert room.buttons_of("L") == ["✅ Accept and release", "☑️ Accept only", "« Go back"]
    await room.pushes("L", "Go back")
    assert room.buttons_of("L") == ["✅ Accept", "↩️ Return", "👁 Look at it"]
    await room.pushes("L", "Accept", "Accept and release")
    assert (await room.stands(warning_id)).state is WarningState.RELEASED
    assert "✅ Accepted and released by 姓名L on 21 September, 09:09" in room.sees("L")
    assert "All is checked" in room.sees("L")
    assert room.buttons_of("L") == []


async def test_an_answer_is_only_accepted_and_the_release_given_when_it_is_asked_for(room: Hearing) -> None:
    warning_id = await answered(room)
    await room.pushes("L", "Accept", "Accept only")
    assert "✅ Accepted by 姓名L on" in room.sees("L")
    await room.bench.judging.ask_release(warning_id, room.bench.id("H"), room.clock.now())
    await room.asks()
    assert "The release of a warning is asked for" in room.sees("L")
    await room.pushes("L", "Release")
    assert room.buttons_of("L") == ["🔓 Yes, release it", "« Go back"]
    await room.pushes("L", "Yes, release it")
    assert (await room.stands(warning_id)).state is WarningState.RELEASED
    assert "🔓 Released by 姓名L on 21 September, 09:09" in room.sees("L")
    await room.asks()
    assert "released" in room.sees("H")


async def test_a_release_that_is_asked_for_may_not_be_given_yet_and_the_holder_reads_why(room: Hearing) -> None:
    """There was nothing but to release it, or to leave the holder without an answer."""
    warning_id = await answered(room)
    await room.bench.accept(warning_id)
    for _ in range(2):  # it may be asked for again
        await room.bench.judging.ask_release(warning_id, room.bench.id("H"), room.clock.now())
        await room.asks()
        await room.pushes("L", "Not yet")
        await room.says("L", "The posts are not filled")
        assert room.sees("L") == "✖️ Not released yet; the holder is told why."
        assert (await room.stands(warning_id)).state is WarningState.ACCEPTED
        await room.asks()
        assert "姓名L has not released it yet: The posts are not filled" in room.sees("H")
        assert room.buttons_of("H") == ["🔓 Ask for the release"]
    assert room.has_seen("L", "✖️ Not released yet, by 姓名L on 21 September, 09:09. Reason: The posts are not filled")
    with pytest.raises(DecidedBefore, match="not asked for any more"):
        await room.bench.judging.refuse_release(warning_id, room.bench.id("L"), "Once more", room.clock.now())


async def test_an_answer_is_returned_with_a_reason_and_a_date_that_is_chosen(room: Hearing) -> None:
    warning_id = await answered(room)
    card = room.card_of("L")
    await room.pushes("L", "Return")
    assert "Why is it returned? Please write the reason." in room.sees("L")
    await room.says("L", "Name <the> posts")
    assert room.sees("L") == "By when is it to be answered? Reason: Name <the> posts"
    assert room.buttons_of("L") == [
        "1 working day · 22 September, 17:30",
        "2 working days · 23 September, 17:30",
        "3 working days · 24 September, 17:30",
        "5 working days · 29 September, 17:30",
        "10 working days · 12 October, 17:30",
        "« Go back",
    ]
    await room.says("L", "24 September")  # no reason, and not to stand in the record as one
    assert "Your reason is kept" in room.sees("L")
    await room.pushes("L", "3 working days")
    stands = await room.stands(warning_id)
    assert (stands.state, stands.turn) == (WarningState.RETURNED, 2)
    line = "↩️ Returned by 姓名L on 21 September, 09:09, to be answered by 24 September, 17:30. Reason: Name <the> posts"
    assert room.has_seen("L", line)
    [first] = [one for one in room.sandbox.messages(room.of("L")) if one.message_id == card.message_id]
    assert first.text.endswith(line)
    assert not (first.reply_markup or {}).get("inline_keyboard")
    await room.asks()
    assert "Name <the> posts" in room.sees("H")


async def test_the_answer_that_was_seen_is_judged_and_no_other_one(room: Hearing) -> None:
    """Another judge has returned it meanwhile, and another answer has come that this one has not read."""
    warning_id = await answered(room)
    await room.pushes("L", "Accept")
    await room.bench.give_back(warning_id, by="M")
    await room.bench.answer(warning_id)
    assert "姓名M has returned this answer already" in (await room.pushes("L", "Accept and release") or "")
    await room.pushes("L", "Return")
    await room.says("L", "The minutes are missing")
    await room.bench.give_back(warning_id, by="M")
    await room.bench.answer(warning_id)
    assert "姓名M has returned this answer already" in (await room.pushes("L", "3 working days") or "")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED


async def test_a_reason_is_for_the_warning_that_it_was_asked_for(room: Hearing) -> None:
    first = await answered(room)
    await room.pushes("L", "Return")
    await room.says("L", "The minutes are missing")
    dates = room.card_of("L")
    second = await room.warn()
    await room.bench.answer(second)
    await room.asks()
    await room.pushes("L", "Return")
    await room.says("L", "Another reason")
    assert "This question is closed" in (
        await room.press(room.of("L"), dates.message_id, f"wj1:days:{first}:1:3") or ""
    )
    assert (await room.stands(first)).state is WarningState.ANSWERED


async def test_who_sees_by_the_level_alone_is_offered_no_decision(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.says("S", "/warnings")
    await room.presses("S", f"wl1:open:{warning_id}")
    assert room.buttons_of("S") == ["↩ Overview"]


async def test_a_superior_lists_the_open_warnings_of_which_the_digest_told(room: Hearing) -> None:
    """It had opened a list without any: who bears no role looks after no unit."""
    warnings = [await room.warn(Grade.ORANGE) for _ in range(5)]
    await room.says("S", "/warnings")
    assert (room.sees("S"), room.card_of("S").protect) == ("You have no open warnings.", True)
    for warning_id in warnings:
        await room.bench.were_told(warning_id)
    await room.bench.release(warnings[0], why="Issued in error")
    await room.presses("S", "wl1:list:0:0")
    assert room.card_of("S").protect
    await room.pushes("S", "🟠 orange · 4", "1 ·")
    assert "事项5" in room.sees("S")
    for warning_id in warnings[1:]:
        await room.bench.release(warning_id, why="Issued in error")
    await room.says("S", "/warnings")
    assert room.sees("S") == "You have no open warnings."


async def test_a_restart_between_reason_and_date_loses_nothing(
    room: Hearing, clock: Clock, catalog: Catalog, renderer: Renderer
) -> None:
    warning_id = await answered(room)
    await room.pushes("L", "Return")
    await room.says("L", "A reason")
    data = f"wj1:days:{warning_id}:1:5"
    again = Hearing(room.db, clock, catalog, renderer)
    again.bench = room.bench
    async with again.open():
        await again.read_english()
        await again.meet(again.of("L"))
        await again.press(again.of("L"), 1, data)
    assert (await room.stands(warning_id)).state is WarningState.RETURNED
    assert [body["why"] for body in await room.events("warning") if body["event"] == "returned"] == ["A reason"]


async def test_of_two_who_judge_at_once_the_second_is_told_by_whom(room: Hearing) -> None:
    warning_id = await answered(room)
    await room.says("M", "/approvals")
    assert "• 1 answer to judge" in room.sees("M")
    await room.pushes("M", "事项", "Return")
    await room.says("M", "Not enough")
    await room.pushes("L", "Accept", "Accept only")
    toast = await room.pushes("M", "5 working days")
    assert toast is not None
    assert toast.startswith("姓名L has accepted this answer already")
    assert (await room.stands(warning_id)).state is WarningState.ACCEPTED
    again = await room.presses("L", f"wj1:both:{warning_id}:1")
    assert again is not None
    assert again.startswith("姓名L has accepted this answer already")


async def test_an_answer_is_looked_at_with_its_files(room: Hearing) -> None:
    await room.warn(Grade.ORANGE)
    await room.says("H", "/warnings")
    await room.pushes("H", "🟠", "Answer")
    for part in ("statement", "measures", "evidence"):
        await room.pushes("H", part)
        await room.send_files(room.of("H"), PICTURE, caption=f"About {part}", as_documents=True)
    await room.pushes("H", "Send the answer")
    await room.says("L", "/approvals")
    await room.pushes("L", "事项")
    messages = [one for one in room.sandbox.messages(room.of("L")) if one.from_bot]
    assert [bool(one.media) for one in messages[-4:]] == [True, True, True, False]
    assert "About measures" in room.sees("L")
    assert all(one.protect for one in messages[-4:])
    await room.pushes("L", "Accept", "Accept and release")
    assert "✅ Accepted and released by" in room.sees("L")


async def test_a_warning_is_released_by_hand_with_a_reason(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.says("L", "/warnings")
    await room.pushes("L", "🔵 blue · 1", "1 ·", "Release")
    assert "Why is it released before its answer is accepted?" in room.sees("L")
    await room.says("L", "Issued in error")
    assert (await room.stands(warning_id)).state is WarningState.RELEASED
    assert room.has_seen("L", "🔓 Released by 姓名L on 21 September, 09:09. Reason: Issued in error")


async def test_a_rise_is_confirmed_by_a_named_person(room: Hearing) -> None:
    warning_id = await room.warn()
    await room.bench.proposed(warning_id, Grade.ORANGE)
    await room.asks()
    assert "Proposed to be raised to orange" in room.sees("L")
    await room.pushes("L", "Raise", "Go back")
    assert room.buttons_of("L") == ["⬆️ Raise", "✖️ Do not raise", "👁 Look at it"]
    await room.pushes("L", "Raise", "Yes, raise it to orange")
    assert (await room.stands(warning_id)).grade is Grade.ORANGE
    assert "⬆️ Raised to orange by 姓名L on 21 September, 09:09" in room.sees("L")
    assert room.buttons_of("L") == []
    rise_id = 1
    again = await room.presses("L", f"wr1:up:{rise_id}:1")
    assert again is not None
    assert again.startswith("姓名L has raised it already")
    assert (await room.stands(warning_id)).turn == 2


async def test_an_answer_that_has_just_come_is_shown_before_it_is_raised_away(room: Hearing) -> None:
    """Raised on what was shown before, the answer had been returned unread."""
    warning_id = await room.warn()
    await room.bench.proposed(warning_id, Grade.ORANGE)
    await room.asks()
    await room.pushes("L", "Raise")
    await room.answers(warning_id)
    assert "changed meanwhile" in (await room.pushes("L", "Yes, raise it") or "")
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED
    assert "answered, waits for the issuer" in room.sees("L")
    await room.pushes("L", "Raise", "Yes, raise it")
    assert (await room.stands(warning_id)).grade is Grade.ORANGE


async def test_an_answer_that_has_just_come_is_not_accepted_by_a_release_for_another_reason(room: Hearing) -> None:
    """Nobody had read it, and it stood in the holder's record as accepted."""
    warning_id = await room.warn()
    await room.says("L", "/warnings")
    await room.pushes("L", "blue", "1 ·", "Release")
    await room.answers(warning_id)
    assert "changed meanwhile" in (await room.says("L", "Issued in error"))[-1]
    assert (await room.stands(warning_id)).state is WarningState.ANSWERED
    assert room.has_seen("L", "All is checked")


async def test_what_waits_about_a_post_that_has_ended_is_decided_in_chat(room: Hearing) -> None:
    warning_id = await answered(room)
    post = select(tables.posts.c.id).where(tables.posts.c.code == "P").scalar_subquery()
    async with room.db.writing() as conn:
        ended = {"ended_at": room.clock.now()}
        await conn.execute(update(tables.assignments).where(tables.assignments.c.post_id == post).values(ended))
        await conn.execute(update(tables.posts).where(tables.posts.c.code == "P").values(ended))
    await room.pushes("L", "Accept", "Accept and release")
    assert (await room.stands(warning_id)).state is WarningState.RELEASED


async def test_who_decides_has_looked_once_at_the_list_and_once_at_the_warning(room: Hearing) -> None:
    await answered(room)
    for _ in range(2):
        await room.says("L", "/approvals")
    assert [body["what"] for body in await room.events("record_seen")] == ["list"]
    await room.pushes("L", "✍️")
    await room.pushes("L", "Accept", "Go back", "Accept", "Accept and release")
    assert [body["what"] for body in await room.events("record_seen")] == ["list", "warnings"]


async def test_a_rise_is_declined_with_a_reason_and_the_second_who_decides_is_told(room: Hearing) -> None:
    warning_id = await room.warn(Grade.ORANGE)
    rise_id = await room.bench.proposed(warning_id, Grade.RED)
    await room.asks()
    for code in ("O", "Q"):
        assert "Proposed to be raised to red" in room.sees(code)
    assert (await room.presses("L", f"wr1:up:{rise_id}:1") or "").startswith("This is not open to you")
    await room.pushes("O", "Do not raise")
    await room.says("O", "It was <settled>")
    assert (await room.stands(warning_id)).grade is Grade.ORANGE
    assert room.has_seen("O", "✖️ Not raised, by 姓名O on 21 September, 09:09. Reason: It was <settled>")
    toast = await room.pushes("Q", "Raise")
    assert toast is not None
    assert toast.startswith("姓名O has decided already not to raise it")
    assert room.buttons_of("Q") == []


async def test_beyond_red_a_person_decides_with_a_reason_and_perhaps_a_date(room: Hearing) -> None:
    for days, answer_by in (("Without a new date", None), ("5 working days", "29 September")):
        warning_id = await room.warn(Grade.RED)
        await room.bench.proposed(warning_id, None)
        await room.asks()
        assert "A red warning needs your decision" in room.sees("O")
        await room.pushes("O", "Record the decision")
        await room.says("O", "A talk is held")
        assert room.buttons_of("O")[-2:] == ["Without a new date", "« Go back"]
        await room.pushes("O", days)
        assert room.sees("O").startswith("📝 Decided by 姓名O on 21 September, 09:09: A talk is held")
        assert (answer_by in room.sees("O")) if answer_by else ("To be answered by" not in room.sees("O"))
        assert (await room.stands(warning_id)).turn == (2 if answer_by else 1)


async def test_a_rise_is_proposed_by_hand(room: Hearing) -> None:
    await room.warn()
    await room.says("I", "/warnings")
    await room.pushes("I", "🔵 blue · 1", "1 ·")
    assert room.buttons_of("I") == ["⬆️ Propose to raise", "↩ Overview"]
    await room.pushes("I", "Propose to raise")
    assert await room.says("I", "It goes on") == ["⬆️ Proposed: a named person decides."]
    await room.asks()
    assert "姓名I: It goes on" in room.sees("L")


async def test_who_may_not_decide_is_refused_and_that_is_recorded(room: Hearing) -> None:
    warning_id = await answered(room)
    rise_id = await room.bench.proposed(warning_id, Grade.ORANGE)
    for code in ("H", "I", "T"):
        assert await room.presses(code, f"wj1:both:{warning_id}:1") is not None
        assert await room.presses(code, f"wr1:up:{rise_id}:0") is not None
    stands = await room.stands(warning_id)
    assert (stands.state, stands.grade) == (WarningState.ANSWERED, Grade.BLUE)
    assert await room.refused() == [(code, "judge") for code in ("H", "H", "I", "I", "T", "T")]


@pytest.mark.parametrize(
    "data", ["wj1:days:1:1:4", "wj1:burn:1:1", "wj1:accept:1", "wr1:up:x:0", "wr1:days:1:0:7", "il1:broadcasts:0"]
)
async def test_forged_words_change_nothing(room: Hearing, data: str) -> None:
    await answered(room)
    assert await room.presses("L", data) == "This button is not in use for this account. Nothing was changed."


async def test_leaders_see_what_waits_first_and_the_rest_by_grade_with_every_look_recorded(room: Hearing) -> None:
    for grade in (Grade.BLUE, Grade.ORANGE, Grade.BLUE):
        await room.warn(grade)
    await room.says("L", "/warnings")
    assert room.buttons_of("L") == ["🟠 orange · 1", "🔵 blue · 2"]
    await room.bench.answer(1)
    await room.says("L", "/warnings")
    assert room.sees("L").startswith("Waiting for your decision\n• 1 answer to judge")
    assert room.buttons_of("L")[0] == "✍️ What waits for my decision"
    before = len(await room.events("record_seen"))
    await room.pushes("L", "🔵 blue · 2", "1 ·")
    seen = (await room.events("record_seen"))[before:]
    assert {body["what"] for body in seen} == {"list", "warnings"}
    assert all(body["by"] == "L" for body in seen)


async def test_who_holds_no_post_warned_and_looks_after_none_has_nothing_here(room: Hearing) -> None:
    await room.warn()
    assert await room.says("T", "/warnings") == ["You have no open warnings."]
    room.clock.move_to(room.clock.now() + timedelta(minutes=1))
    assert await room.presses("T", "wl1:grade:blue:1") is not None
    assert ("T", "see_warnings") in await room.refused()
