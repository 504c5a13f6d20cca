"""Items are approved, returned, regraded and confirmed in chat, each once, by whom they wait for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.card_ends import End, ended
from bot.chat.waiting import LIST
from messages.files import FileKind
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.collectors import CAUTION, RED, REMINDER
from tests.deciding import Deciding

LEFT = "What you were asked to write is not awaited any more. To give it, please begin that once more."


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Deciding]:
    room = Deciding(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def test_a_leader_approves_under_the_notice_which_then_says_so(room: Deciding) -> None:
    item = await room.laid_before("L")
    assert "An item waits for your approval" in room.sees("L")
    card = room.last(room.of("L"))
    await room.pushes("L", "Approve")
    assert await room.state(item) == "issued"
    assert "✅ Issued: approved by 姓名L on 21 September, 09:09" in room.sees("L")
    assert "请对照检查" in room.sees("L")  # what was approved can still be read
    assert "waits for your approval" not in room.sees("L")
    assert room.buttons_of("L") == []
    toast = await room.press(card.chat_id, card.message_id, f"ia1:approve:{item.id}:{item.version}")  # twice
    assert toast == "You have approved this already."
    assert room.woken == 1


async def test_it_is_returned_with_a_reason_and_the_card_says_so(room: Deciding) -> None:
    item = await room.laid_before("L")
    await room.pushes("L", "Return")
    assert "Why is it returned? Please write the reason." in room.sees("L")
    await room.pushes("L", "Go back")
    assert room.buttons_of("L") == ["✅ Approve", "↩️ Return"]
    card = room.last(room.of("L"))
    [answer] = await room.says("L", "just talking")
    assert "/help" in answer
    await room.pushes("L", "Return")
    assert await room.says("L", "Attach <the> report") == ["↩️ Returned with your reason."]
    assert await room.state(item) == "returned"
    [card] = [one for one in room.sandbox.messages(card.chat_id) if one.message_id == card.message_id]
    assert "↩️ Returned by 姓名L on 21 September, 09:09. Reason: Attach <the> report" in card.text
    assert card.reply_markup is None or not card.reply_markup.get("inline_keyboard")


async def test_of_two_who_decide_at_once_the_second_is_told_by_whom(room: Deciding) -> None:
    item = await room.laid_before("L")
    await room.laid_before("K", item=item)
    await room.pushes("K", "Return")  # asked for a reason
    await room.pushes("L", "Approve")
    assert await room.says("K", "Too late") == ["姓名L has approved this already."]
    assert await room.state(item) == "issued"
    cards = [one.text for one in room.sandbox.messages(room.of("K")) if "审计发现的问题" in one.text]
    assert all("⚠️ 姓名L has approved this already." in one for one in cards)


async def test_what_another_leader_has_returned_or_sent_on_to_the_office_is_told_by_name(room: Deciding) -> None:
    item = await room.laid_before("L")
    await room.laid_before("K", item=item)
    await room.pushes("L", "Return")
    await room.says("L", "Attach the report")
    assert await room.pushes("K", "Approve") == "姓名L has returned this already."
    assert "↩️ Returned by 姓名L. Reason: Attach the report" in room.sees("K")
    red = await room.laid_before("L", RED)
    await room.laid_before("K", item=red)
    await room.pushes("L", "Approve")
    assert await room.pushes("K", "Approve") == "姓名L has approved this already."
    assert room.buttons_of("K") == []
    assert await room.events("act_refused") == []


async def test_a_stale_card_shows_how_it_stands_now(room: Deciding) -> None:
    """Regraded by one leader: the card of the other carries the version before."""
    item = await room.laid_before("L", REMINDER)
    await room.laid_before("K", item=item)
    await room.pushes("L", "Change the grade", "orange")
    assert "🟠 orange" in room.sees("L")
    toast = await room.pushes("K", "Approve")
    assert toast == "It has changed meanwhile: please look at it once more."
    assert await room.state(item) == "submitted"
    assert "🟠 orange" in room.sees("K")
    await room.pushes("K", "Approve")
    assert await room.state(item) == "issued"
    await room.pushes("L", "Approve")
    assert "姓名K has approved this already." in room.sees("L")


async def test_the_present_grade_is_marked_and_red_goes_on_to_the_office(room: Deciding) -> None:
    item = await room.laid_before("L", REMINDER)
    await room.pushes("L", "Change the grade")
    assert room.buttons_of("L") == ["☑ 🔵 blue", "☐ 🟠 orange", "☐ 🔴 red", "« Go back"]
    await room.pushes("L", "red", "Approve")
    assert "✅ Approved by 姓名L on 21 September, 09:09; waits for the office" in room.sees("L")
    assert await room.state(item) == "confirming"
    item = await room.place.items.of(item.id, room.place.id("A"), room.now)
    await room.laid_before("A", item=item)
    assert "A red warning waits for your confirmation" in room.sees("A")
    await room.pushes("A", "Confirm and issue")
    assert "✅ Issued: approved by 姓名L, confirmed by 姓名A" in room.sees("A")
    assert await room.state(item) == "issued"


async def test_who_of_the_office_approved_a_red_one_does_not_confirm_it(room: Deciding) -> None:
    item = await room.place.approve(await room.place.submit(RED), by="A")
    await room.laid_before("A", item=item)
    toast = await room.pushes("A", "Confirm and issue")
    assert toast == "You have approved this yourself: a second person of the office confirms it."
    assert await room.state(item) == "confirming"
    await room.says("B", "/approvals")
    await room.pushes("B", "问题突出", "Return")
    await room.says("B", "Not red")
    assert await room.state(item) == "returned"


async def test_everything_of_an_item_is_looked_at_with_all_its_files(room: Deciding) -> None:
    given = await room.with_files(CAUTION, FileKind.PHOTO, FileKind.PHOTO, FileKind.DOCUMENT)
    item = await room.place.submit(given)
    await room.says("L", "/approvals")
    assert "• 1 item" in room.sees("L")
    before = len(room.sandbox.messages(room.of("L")))
    await room.pushes("L", "审计发现的问题")
    shown = room.sandbox.messages(room.of("L"))[before:]
    assert [next(iter(one.media or {"text": 1})) for one in shown] == ["photo", "photo", "document", "text"]
    await room.pushes("L", "Approve")
    assert await room.state(item) == "issued"


async def test_a_card_whose_text_is_beneath_its_file_is_decided_too(room: Deciding) -> None:
    for text in ("Short", "Long " * 190):
        item = await room.laid_before("L", replace(await room.with_files(CAUTION, FileKind.PHOTO), text=text))
        assert room.last(room.of("L")).media or len(text) > 500
        await room.pushes("L", "Approve")
        assert await room.state(item) == "issued"
        assert "✅ Issued: approved by 姓名L" in room.sees("L")


async def test_the_longest_item_and_the_longest_reason_fit_into_one_card(room: Deciding) -> None:
    audience = " ".join(["unit:财政局", *["level:1-5"] * 18])
    item = await room.laid_before("L", replace(CAUTION, text="长" * 3000, title="题" * 200, audience=audience))
    card = room.last(room.of("L"))
    await room.pushes("L", "Return")
    await room.says("L", "why " * 125)
    assert await room.state(item) == "returned"
    [card] = [one for one in room.sandbox.messages(card.chat_id) if one.message_id == card.message_id]
    assert card.text.endswith("why why")
    assert "长" * 3000 in card.text
    too_long = ended(room.chat._desk, "长" * 4090, "Title", "en", [], End(line=phrase("Decided")))  # noqa: SLF001
    assert too_long.text == "<b>Title</b>\n\n<b>Decided</b>"


async def test_who_may_not_decide_is_refused_and_that_is_recorded(room: Deciding) -> None:
    item = await room.laid_before("L")
    for code in ("C", "L2", "I"):
        toast = await room.press(room.of(code), 1, f"ia1:approve:{item.id}:{item.version}")
        assert toast is not None
    refused = [event["act"] for event in await room.events("act_refused")]
    assert refused == ["approve_items"] * 3
    assert await room.state(item) == "submitted"
    assert await room.says("C", "/approvals") == [
        "This is not open to you: only administrators, leaders and inspectors decide."
    ]


@pytest.mark.parametrize(
    "data",
    ["ia1:approve:x:1", "ia1:approve:1", "ia1:set:1:1:black", "ia1:delete:1:1", "ic1:approve:1:1:1", "il1:mine:1:1:1"],
)
async def test_forged_words_change_nothing(room: Deciding, data: str) -> None:
    item = await room.laid_before("L")
    assert await room.press(room.of("L"), 1, data) == (
        "This button is not in use for this account. Nothing was changed."
    )
    assert await room.state(item) == "submitted"


async def test_a_restart_between_question_and_reason_loses_nothing(
    room: Deciding, clock: Clock, catalog: Catalog, renderer: Renderer
) -> None:
    item = await room.laid_before("L")
    await room.pushes("L", "Return")
    again = Deciding(room.db, clock, catalog, renderer)
    again.place = room.place
    async with again.open():
        await again.meet(again.of("L"))
        assert "↩️ Returned with your reason." in await again.says("L", "A reason")
    assert await room.state(item) == "returned"


async def test_who_turns_to_something_else_is_not_taken_at_the_word_any_more(room: Deciding) -> None:
    """A question for a reason lived for ever: the next words, days later, returned the item."""
    item = await room.laid_before("L")
    for turn in ("/approvals", "press"):
        await room.pushes("L", "Return")
        if turn == "press":
            await room.press(room.of("L"), room.last(room.of("L")).message_id, f"{LIST}:all")
            answer = room.texts(room.of("L"))[-1]
        else:
            answer, *_ = await room.says("L", turn)
        assert answer == LEFT
        [pointer] = await room.says("L", "talking of something else")
        assert "/help" in pointer
        await room.pushes("L", "Go back")
    assert await room.state(item) == "submitted"


async def test_a_reason_is_asked_for_again_where_it_is_too_long_or_a_day_has_passed(room: Deciding) -> None:
    item = await room.laid_before("L")
    await room.pushes("L", "Return")
    assert await room.says("L", "Not enough " * 300) == ["A reason of 1 to 500 characters is accepted."]
    room.clock.move_to(room.clock.now() + timedelta(days=1, minutes=1))
    [again] = await room.says("L", "Good morning")
    assert again.startswith("Is this what you were asked for on 21 September")
    assert await room.says("L", "Not enough") == ["↩️ Returned with your reason."]
    assert (await room.state(item)) == "returned"


async def test_one_list_shows_all_that_waits_and_how_many_of_each(room: Deciding) -> None:
    assert await room.says("L", "/approvals") == ["Nothing waits for your approval."]
    for number in range(10):
        await room.place.submit(replace(CAUTION, title=f"Item {number}"))
    await room.says("L", "/approvals")
    assert "• 10 items" in room.sees("L")
    assert room.buttons_of("L") == [
        "📄 姓名C · Item 0", "📄 姓名C · Item 1", "📄 姓名C · Item 2", "All of them: 10 items »",
    ]  # fmt: skip
    await room.pushes("L", "All of them")
    assert room.buttons_of("L")[-4:] == ["📄 姓名C · Item 7", "1/2", "»", "↩ Overview"]
    await room.pushes("L", "»")
    assert room.buttons_of("L")[:2] == ["📄 姓名C · Item 8", "📄 姓名C · Item 9"]
    await room.pushes("L", "Item 9")
    await room.pushes("L", "Approve")
    await room.pushes("L", "Overview")
    assert any("• 9 items" in text for text in room.texts(room.of("L")))
