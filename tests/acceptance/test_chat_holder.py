import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from messages.inbox import PAGE
from messages.store.database import Database
from messages.store.tables import notices
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk, buttons

ZHANG, LI, NEW_PHONE = 101, 102, 111
REFUSED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG, ("Head", "Supervisor"))
        await talk.employ("Li Si", LI)
        yield talk


async def notice(talk: Talk, key: str = "a") -> None:
    await talk.issue(key)
    await talk.send()


async def test_a_press_is_answered_with_the_time_and_shown_in_the_message(talk: Talk) -> None:
    await notice(talk)
    before = talk.last(ZHANG)

    assert await talk.press_button(ZHANG, before) == "Recorded at 09:09 for 2 posts."

    after = talk.last(ZHANG)
    assert after.message_id == before.message_id
    assert after.text == f"{before.text}\n\n✅ Acknowledged on 21 September, 09:09"
    assert after.entities == before.entities
    assert buttons(after) == []
    assert await talk.acknowledged() == 2


async def test_a_second_press_says_when_it_was_recorded(talk: Talk) -> None:
    await notice(talk)
    message = talk.last(LI)
    data = buttons(message)[0][0]["callback_data"]
    assert await talk.press(LI, message.message_id, data) == "Recorded at 09:09."
    talk.clock.move_to(talk.clock.now() + timedelta(hours=2))

    second = await talk.press(LI, message.message_id, data)

    assert second == "Recorded at 21 September, 09:09 already: nothing more to do."
    assert talk.last(LI).text.count("✅") == 1
    assert await talk.acknowledged() == 1


async def test_a_double_tap_records_once(talk: Talk) -> None:
    await notice(talk)
    message = talk.last(ZHANG)
    toasts = await asyncio.gather(*(talk.press_button(ZHANG, message) for _ in range(2)))
    assert sorted(str(toast) for toast in toasts) == [
        "Recorded at 09:09 for 2 posts.",
        "Recorded at 21 September, 09:09 already: nothing more to do.",
    ]
    assert talk.last(ZHANG).text.count("✅") == 1


async def test_a_notice_that_was_called_off_says_that_there_is_nothing_to_acknowledge(talk: Talk) -> None:
    """It was said that the button is not in use for this account, as to somebody else."""
    await notice(talk)
    async with talk.db.writing() as conn:
        await conn.execute(update(notices).values(cancelled_at=talk.clock.now()))

    toast = await talk.press_button(LI, talk.last(LI))

    assert toast == "There is nothing to acknowledge here any more. Nothing was changed."
    assert await talk.acknowledged() == 0


async def test_a_press_from_another_account_changes_nothing(talk: Talk) -> None:
    await notice(talk)
    zhangs = buttons(talk.last(ZHANG))[0][0]["callback_data"]
    before = talk.last(LI)

    assert await talk.press(LI, before.message_id, zhangs) == REFUSED

    assert talk.last(LI) == before
    assert await talk.acknowledged() == 0
    assert len(await talk.events("press_refused")) == 1


async def test_a_forged_press_changes_nothing_and_is_recorded(talk: Talk) -> None:
    await notice(talk)
    forged = ("a1:", "a1:zzzz", "a1:-1", "a2:1", "", "nonsense", "i1:999:1", "l1:xx", "中" * 21)
    for number, data in enumerate(forged, 1):
        assert await talk.press(ZHANG, talk.last(ZHANG).message_id, data) == REFUSED, data
        assert await talk.acknowledged() == 0, data
        assert len(await talk.events("press_refused")) == number, data


async def test_a_press_from_the_account_that_was_left_is_refused(talk: Talk) -> None:
    await notice(talk)
    old = talk.last(ZHANG)
    await talk.meet(NEW_PHONE)
    await talk.write(NEW_PHONE, f"/start {await talk.invite(1, issue=2)}")
    assert len(await talk.send()) == 1

    assert await talk.press_button(ZHANG, old) == REFUSED
    assert await talk.acknowledged() == 0
    assert await talk.press_button(NEW_PHONE, talk.last(NEW_PHONE)) == "Recorded at 09:09 for 2 posts."


async def test_a_press_under_a_message_too_old_to_read_is_recorded(talk: Talk) -> None:
    await notice(talk)
    message = talk.last(ZHANG)
    chat = talk.sandbox.chats.get(ZHANG)
    data = buttons(message)[0][0]["callback_data"]
    del chat.messages[message.message_id]
    assert await talk.press(ZHANG, message.message_id, data) == "Recorded at 09:09 for 2 posts."
    assert await talk.acknowledged() == 2


async def test_an_old_message_is_written_anew_with_the_mark(talk: Talk) -> None:
    """With a press under an old message Telegram gives no text: only that there is a message."""
    await notice(talk)
    message = talk.last(ZHANG)
    person = {"id": ZHANG, "is_bot": False, "first_name": "Zhang"}
    query = {
        "id": "1",
        "from": person,
        "chat_instance": "1",
        "message": {"message_id": message.message_id, "date": 0, "chat": {"id": ZHANG, "type": "private"}},
        "data": buttons(message)[0][0]["callback_data"],
    }
    await talk.push({"update_id": 900, "callback_query": query})
    assert talk.last(ZHANG).text == "国庆节 a\n\n请廉洁过节。\n\n✅ Acknowledged on 21 September, 09:09"
    assert buttons(talk.last(ZHANG)) == []


async def test_an_empty_inbox_is_worded_kindly(talk: Talk) -> None:
    assert await talk.write(ZHANG, "/inbox") == ["Nothing waits for you. Thank you!"]


async def test_the_inbox_lists_the_newest_first_with_a_button_for_each(talk: Talk) -> None:
    await notice(talk, "1")
    talk.now += timedelta(minutes=1)
    await notice(talk, "2")

    [text] = await talk.write(ZHANG, "/inbox")

    assert text.startswith("2 notices wait for you")
    assert text.index("国庆节 2") < text.index("国庆节 1")
    assert [row[0]["text"] for row in buttons(talk.last(ZHANG))] == ["✅ 1 · 国庆节 2", "✅ 2 · 国庆节 1"]


async def test_acknowledging_in_the_inbox_takes_the_notice_off_the_list(talk: Talk) -> None:
    await notice(talk, "1")
    await talk.write(ZHANG, "/inbox")

    assert await talk.press_button(ZHANG, talk.last(ZHANG)) == "Recorded at 09:09 for 2 posts."

    assert talk.last(ZHANG).text == "Nothing waits for you. Thank you!"
    assert buttons(talk.last(ZHANG)) == []


async def test_the_inbox_has_pages(talk: Talk) -> None:
    for number in range(PAGE + 1):
        await talk.issue(f"notice-{number}")
    await talk.send()
    await talk.write(ZHANG, "/inbox")
    assert [button["text"] for button in buttons(talk.last(ZHANG))[-1]] == ["Older »"]

    await talk.press_button(ZHANG, talk.last(ZHANG), row=-1)

    assert [[button["text"] for button in row] for row in buttons(talk.last(ZHANG))] == [
        ["✅ 1 · 国庆节 0"],
        ["« Newer"],
    ]


async def test_an_error_is_told_kindly_and_the_next_act_works(talk: Talk) -> None:
    async with talk.db.writing() as conn:
        await conn.exec_driver_sql("ALTER TABLE deliveries RENAME TO deliveries_away")
    with capture_logs() as logs:
        assert await talk.write(ZHANG, "/inbox") == ["Sorry, that did not work. Please try again in a moment."]
    assert [(entry["event"], entry["exc_info"]) for entry in logs] == [("act_failed", True)]
    async with talk.db.writing() as conn:
        await conn.exec_driver_sql("ALTER TABLE deliveries_away RENAME TO deliveries")
    assert await talk.write(ZHANG, "/inbox") == ["Nothing waits for you. Thank you!"]
