from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import acts, buttons
from bot.chat.acts import Command, Membership, Press, Said, Shown
from bot.chat.buttons import Forged
from bot.telegram import incoming
from bot.telegram.media import Media

ZHANG = {"id": 101, "is_bot": False, "first_name": "Zhang", "language_code": "zh-hans"}
CHAT = {"id": 101, "type": "private", "first_name": "Zhang"}
_FIELDS = [
    "from",
    "chat",
    "message",
    "id",
    "data",
    "text",
    "entities",
    "message_id",
    "type",
    "new_chat_member",
    "status",
]
GROUP = {"id": -5, "type": "supergroup", "title": "Group"}


def read(**body: object) -> acts.Act | None:
    update = incoming.read({"update_id": 1, **body})
    assert update is not None
    return acts.read(update)


def message(**changes: object) -> dict[str, Any]:
    return {"message_id": 7, "date": 1, "chat": CHAT, "from": ZHANG, **changes}


def press(**changes: object) -> dict[str, Any]:
    return {"id": "q", "from": ZHANG, "chat_instance": "1", "message": message(), "data": "a1:1", **changes}


def test_a_command_is_read_with_its_argument() -> None:
    for text in ("/start  code-1 ", "/START code-1", "/start@lianxun_bot\ncode-1"):
        command = Command(chat_id=101, name="start", argument="code-1", language_code="zh-hans")
        assert read(message=message(text=text)) == command


def said(**words: Any) -> Said:  # noqa: ANN401 -- Said's fields
    rest: dict[str, Any] = {"text": "", "entities": (), "media": None, "album": None}
    return Said(**{"chat_id": 101, "message_id": 7, "language_code": "zh-hans", **rest, **words})


def test_what_is_said_is_read_with_its_marks() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    assert read(message=message(text="hello", entities=bold)) == said(text="hello", entities=bold)
    assert read(message=message(text="/", entities="bold")) == said(text="/")


def test_something_that_cannot_be_passed_on_is_told_apart() -> None:
    dice = read(message=message(dice={"emoji": "🎲", "value": 1}))
    assert dice == said()
    assert isinstance(dice, Said)
    assert dice.other


def test_of_a_picture_the_largest_size_is_read_and_of_a_film_without_sound_that_it_is_one() -> None:
    sizes = [{"file_id": "small", "file_size": 1}, "forged", {"file_id": "large", "file_size": 9}]
    picture = read(message=message(photo=sizes, caption="look", caption_entities=[], media_group_id="g"))
    photo = Media(kind="photo", telegram_id="large", name="", mime="", size=9)
    assert picture == said(text="look", entities=[], media=photo, album="g")
    film = {"file_id": "f", "file_name": "a.mp4", "mime_type": "video/mp4", "file_size": "forged"}
    found = read(message=message(animation=film, document=film))
    assert found == said(media=Media(kind="animation", telegram_id="f", name="a.mp4", mime="video/mp4", size=None))


@pytest.mark.parametrize("photo", [[], [1], {}, "x", [{"file_id": 1}], [{"file_size": 1}]])
def test_a_forged_picture_is_none(photo: object) -> None:
    assert read(message=message(photo=photo)) == said()


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


def test_a_press_brings_the_message_as_it_was_sent() -> None:
    bold, preview = [{"type": "bold", "offset": 0, "length": 2}], {"is_disabled": True}
    shown = [
        (message(text="通知", entities=bold, link_preview_options=preview), ("通知", None, bold, preview)),
        (message(photo=[{}], caption="通知", caption_entities=bold), (None, "通知", bold, None)),
        ({"message_id": 7, "date": 0, "chat": CHAT}, (None, None, (), None)),
    ]
    for told, (text, caption, entities, options) in shown:
        press_of_it = read(callback_query=press(message=told))
        assert isinstance(press_of_it, Press)
        assert press_of_it.message == Shown(
            message_id=7, text=text, caption=caption, entities=entities, preview=options
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": 5},
        {"data": None},
        {"data": "\ud83d"},
        {"message": message(text=5, entities={}, link_preview_options=[])},
        {"from": {**ZHANG, "language_code": 5}},
    ],
)
def test_a_field_of_the_wrong_form_counts_as_missing(wrong: dict[str, Any]) -> None:
    read_so = read(callback_query=press(**wrong))
    assert isinstance(read_so, Press)
    assert read_so.data in {"", "a1:1"}
    assert read_so.language_code in {None, "zh-hans"}
    assert read_so.message == Shown(message_id=7, text=None, caption=None, entities=(), preview=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 5},
        {"id": "\udc00"},
        {"message": 5},
        {"message": message(message_id="7")},
        {"message": message(message_id=2**63)},
        {"message": message(chat=5)},
        {"message": message(chat={"type": "private"})},
    ],
)
def test_a_press_that_cannot_be_answered_is_left_alone(wrong: dict[str, Any]) -> None:
    assert read(callback_query=press(**wrong)) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(incoming.KINDS), _JSON)
def test_no_update_breaks_the_reading(kind: str, body: object) -> None:
    update = incoming.read({"update_id": 1, kind: body})
    if update is not None:
        acts.read(update)


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
    for pressed in (data, f"i1:{data}"):
        wish = buttons.read(pressed)
        if not all(word.isascii() and word.isdigit() for word in wish.words):
            with pytest.raises(Forged):
                wish.numbers(len(wish.words))


@given(st.integers(min_value=0, max_value=10**18 - 1), st.integers(min_value=1, max_value=9999))
def test_what_a_button_carries_is_read_back_within_64_bytes(delivery_id: int, page: int) -> None:
    data = buttons.button("✅", "i1", delivery_id, page).callback_data
    assert isinstance(data, str)
    assert len(data.encode()) <= 64
    wish = buttons.read(data)
    assert (wish.kind, wish.numbers(2)) == ("i1", (delivery_id, page))
