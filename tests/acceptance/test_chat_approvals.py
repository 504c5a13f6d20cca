"""A broadcast to many is approved, or returned, by a second person, in chat."""

from collections.abc import AsyncIterator

import pytest

from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.newsroom import ADMIN, CLERK, SECOND, Newsroom
from tests.talk import buttons


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Newsroom]:
    """A broadcast to more than two people needs approval."""
    room = Newsroom(db, clock, catalog, renderer)
    room.limit(2)
    async with room.open():
        await room.people()
        yield room


async def proposed(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("Preview")
    assert "a second person has to approve it" in room.card()
    assert not any("Send" in label for label in room.labels())
    await room.choose("Submit for approval")
    assert "one of these approves it: Second" in room.card()
    assert await room.notices() == []


async def test_who_may_approve_is_told_sees_it_as_it_will_be_read_and_approves(room: Newsroom) -> None:
    await proposed(room)
    await room.send()
    assert "/approvals shows it" in room.last(SECOND).text
    await room.write(SECOND, "/approvals")
    await room.choose("Admin · Please read", chat=SECOND)
    assert room.sandbox.messages(SECOND)[-2].text.startswith("Please read")
    assert "Proposed by Admin." in room.card(SECOND)
    await room.choose("Approve and send", chat=SECOND)
    (notice,) = await room.notices()
    assert (notice.created_by, notice.approved_by) == (1, 2)
    assert "on its way to 3 people" in room.card(SECOND)


async def test_in_the_list_what_has_no_title_is_called_by_its_beginning_on_one_line(room: Newsroom) -> None:
    """The button held a line break, and its words were cut off in the middle without a sign of it."""
    await room.write_to_all("Second draft\nwith a second line that goes on and on")
    await room.choose("Preview", "Submit for approval")
    await room.write(SECOND, "/approvals")
    assert room.labels(SECOND) == ["📨 Admin · Second draft with a sec…"]


async def test_a_proposal_whose_time_has_passed_says_so_and_is_shown_anew_before_it_goes_out(room: Newsroom) -> None:
    """Approved after its time it went out at once, at any hour, though the preview named the time that was chosen."""
    await room.write_to_all()
    day = room.now.date().isoformat()
    await room.press(ADMIN, room.last(ADMIN).message_id, f"bs1:1:at:{day}T09.30")
    await room.choose("Preview", "Submit for approval")
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", chat=SECOND)
    assert "has passed" not in room.card(SECOND)
    room.clock.move_to(room.now.replace(hour=9, minute=35))
    assert await room.push_button("Approve and send", chat=SECOND) == (
        "This preview is out of date: please look at it once more."
    )
    assert await room.notices() == []
    assert "has passed: it goes out at once on approval" in room.card(SECOND)
    await room.choose("Approve and send", chat=SECOND)
    assert len(await room.notices()) == 1


async def test_nobody_finds_the_own_one_among_what_waits(room: Newsroom) -> None:
    await proposed(room)
    assert await room.write(ADMIN, "/approvals") == ["Nothing waits for your approval."]
    toast = await room.press(ADMIN, room.last(ADMIN).message_id, "ba1:yes:1")
    assert toast == "Nobody approves the own broadcast."
    toast = await room.press(CLERK, 1, "ba1:yes:1")
    assert toast is not None
    assert "only administrators" in toast
    assert await room.notices() == []


async def test_it_is_returned_with_a_reason_and_comes_back_as_a_draft(room: Newsroom) -> None:
    await proposed(room)
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", "Return", chat=SECOND)
    assert await room.write(SECOND, "Wrong <date>") == ["↩️ Returned with your reason."]
    await room.send()
    assert "Reason: Wrong <date>" in room.last(ADMIN).text
    await room.write(ADMIN, "/broadcast")
    assert "It was returned. Reason: Wrong <date>" in room.card()
    assert "Please read" in room.card()
    assert [event["why"] for event in await room.events("broadcast_returned")] == ["Wrong <date>"]
    await room.choose("Preview", "Submit for approval")


async def test_a_reason_is_no_must_and_a_mind_can_be_changed(room: Newsroom) -> None:
    await proposed(room)
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", "Return", "Go back", chat=SECOND)
    assert room.card(SECOND) == "Nothing is decided yet."
    [answer] = await room.write(SECOND, "just talking")
    assert "/help" in answer
    await room.choose("Show it again", "Return", "without a reason", chat=SECOND)
    assert room.card(SECOND) == "↩️ Returned."
    assert await room.write(SECOND, "/approvals") == ["Nothing waits for your approval."]


async def test_a_reason_that_comes_once_more_goes_nowhere_else(room: Newsroom) -> None:
    """Killed after the decision, the service is sent the reason again: it once replaced the text of the approver's own.

    And the question was closed before the decision: killed between, the reason was lost and the proposal open.
    """
    await proposed(room)
    await room.write(SECOND, "/broadcast My own text")
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", "Return", chat=SECOND)
    await room.write(SECOND, "Wrong date")
    (reason,) = [message for message in room.sandbox.messages(SECOND) if message.text == "Wrong date"]
    await room.repeat(reason)
    await room.write(SECOND, "/broadcast")
    assert "My own text" in room.card(SECOND)
    assert [event["why"] for event in await room.events("broadcast_returned")] == ["Wrong date"]


async def test_who_proposed_it_withdraws_it_and_who_approves_then_is_told(room: Newsroom) -> None:
    await proposed(room)
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", chat=SECOND)
    said = await room.write(ADMIN, "/broadcast")
    assert said[0] == "⏳ 1 broadcast of yours waits for approval."
    await room.choose("Withdraw: Please read")
    assert any(message.text == "↩️ Withdrawn: it is a draft again." for message in room.sandbox.messages(ADMIN))
    assert "Please read" in room.card()
    assert "returned" not in room.card()
    await room.choose("Approve and send", chat=SECOND)
    assert room.card(SECOND) == "Admin has withdrawn this."
    assert await room.notices() == []
    assert len(await room.events("broadcast_withdrawn")) == 1
    await room.choose("Preview", "Submit for approval")


async def test_a_proposal_that_was_decided_is_not_withdrawn(room: Newsroom) -> None:
    await proposed(room)
    await room.write(ADMIN, "/broadcast")
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", "Approve and send", chat=SECOND)
    await room.choose("Withdraw")
    assert any(message.text == "Second has approved this already." for message in room.sandbox.messages(ADMIN))
    assert len(await room.notices()) == 1


async def test_what_was_decided_meanwhile_is_told(room: Newsroom) -> None:
    await proposed(room)
    await room.write(SECOND, "/approvals")
    await room.choose("Admin", chat=SECOND)
    message = room.last(SECOND)
    approve = buttons(message)[0][0]["callback_data"]
    for _ in range(2):
        await room.press(SECOND, message.message_id, approve)
    assert room.card(SECOND) == "Second has approved this already."
    assert len(await room.notices()) == 1
