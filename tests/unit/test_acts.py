from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.chat import acts, buttons
from bot.chat.acts import Command, Membership, Press, Said

ZHANG = {"id": 101, "is_bot": False, "first_name": "Zhang", "language_code": "zh-hans"}
CHAT = {"id": 101, "type": "private", "first_name": "Zhang"}
GROUP = {"id": -5, "type": "supergroup", "title": "Group"}


def read(**body: object) -> acts.Act | None:
    update = Update.de_json({"update_id": 1, **body}, None)
    return acts.read(update)


def message(**changes: object) -> dict[str, Any]:
    return {"message_id": 7, "date": 1, "chat": CHAT, "from": ZHANG, **changes}


def press(**changes: object) -> dict[str, Any]:
    return {"id": "q", "from": ZHANG, "chat_instance": "1", "message": message(), "data": "a1:1", **changes}


def test_a_command_is_read_with_its_argument() -> None:
    for text in ("/start  code-1 ", "/START code-1", "/start@lianxun_bot\ncode-1"):
        command = Command(chat_id=101, name="start", argument="code-1", language_code="zh-hans")
        assert read(message=message(text=text)) == command


@pytest.mark.parametrize("body", [{"text": "hello"}, {"text": "/"}, {"dice": {"emoji": "🎲", "value": 1}}])
def test_anything_else_that_is_said_is_not_kept(body: dict[str, Any]) -> None:
    assert read(message=message(**body)) == Said(chat_id=101, language_code="zh-hans")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": message(text="/start x", chat=GROUP)},
        {"message": message(text="/start x", **{"from": {**ZHANG, "id": 102}})},
        {"message": message(text="/start x", **{"from": {**ZHANG, "is_bot": True}})},
        {"message": message(group_chat_created=True)},
        {"edited_message": message(text="/start x")},
        {"callback_query": press(message=message(chat=GROUP))},
        {"callback_query": press(message=None, inline_message_id="1")},
        {"callback_query": press(**{"from": {**ZHANG, "id": 102}})},
    ],
)
def test_what_is_not_a_persons_own_chat_is_left_alone(body: dict[str, Any]) -> None:
    assert read(**body) is None


def test_a_press_carries_at_most_what_a_button_can() -> None:
    short, long = read(callback_query=press()), read(callback_query=press(data="x" * 65))
    assert isinstance(short, Press)
    assert isinstance(long, Press)
    assert (short.data, long.data) == ("a1:1", "")


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_blocking_and_letting_in_again_are_read(status: str, *, blocked: bool) -> None:
    me = {"id": 42, "is_bot": True, "first_name": "Bot"}
    until = {"until_date": 0} if blocked else {}
    change = {
        "chat": CHAT,
        "from": ZHANG,
        "date": 1,
        "old_chat_member": {"user": me, "status": "member"},
        "new_chat_member": {"user": me, "status": status, **until},
    }
    assert read(my_chat_member=change) == Membership(chat_id=101, blocked=blocked, language_code="zh-hans")


@given(st.text(max_size=64))
def test_no_payload_breaks_the_reading_of_buttons(data: str) -> None:
    buttons.read(data)
    buttons.read(f"i1:{data}")


@given(st.integers(min_value=0, max_value=10**18 - 1), st.integers(min_value=1, max_value=9999))
def test_what_a_button_carries_is_read_back_within_64_bytes(delivery_id: int, page: int) -> None:
    data = buttons.acknowledge_in_inbox("✅", delivery_id, page).callback_data
    assert isinstance(data, str)
    assert len(data.encode()) <= 64
    assert buttons.read(data) == buttons.AcknowledgeInInbox(delivery_id=delivery_id, page=page)
