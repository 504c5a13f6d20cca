"""What a message carries: its text read and measured, its buttons checked."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.world import Params
from messages.text import markup
from messages.text.marked import length16

TEXT_LONGEST: Final = 4096
CAPTION_LONGEST: Final = 1024
_DATA_LONGEST: Final = 64  # bytes
_MOST_BUTTONS: Final = 100
_ACTIONS: Final = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_OTHER_KEYBOARDS: Final = frozenset({"keyboard", "remove_keyboard", "force_reply"})

Entities = tuple[Mapping[str, Any], ...]


@lru_cache(maxsize=512)
def _from_html(html: str) -> tuple[str, Entities]:
    """A broadcast repeats its text: read it once."""
    try:
        marked = markup.parse(html)
    except markup.MarkupFault as fault:
        raise bad_request(fault.api) from None
    return marked.text, tuple(entity.as_json() for entity in marked.entities)


def marked_text(
    params: Params, name: str = "text", entities: str = "entities", mode: str = "parse_mode"
) -> tuple[str, Entities]:
    """A text and its entities, from the API's HTML or as given; unmeasured."""
    text = params.get(name) or ""
    if not isinstance(text, str):  # within an album the values come as they were sent
        what = f'field "{name}" must be of type String'
        raise bad_request(what)
    asked = params.get(mode)
    if not asked:
        return text, _given_entities(params.get(entities) or [])
    if str(asked).lower() != "html":
        # The API has Markdown too; this service speaks HTML only, and anything else is a slip.
        what = "unsupported parse_mode"
        raise bad_request(what)
    return _from_html(text)


def _given_entities(given: object) -> Entities:
    listed = given if isinstance(given, list) else [given]
    for entity in listed:
        if not (isinstance(entity, dict) and isinstance(entity.get("type"), str) and _is_range(entity)):
            what = "can't parse MessageEntity: type, offset and length are required"
            raise bad_request(what)
    return tuple(listed)


def _is_range(entity: Mapping[str, Any]) -> bool:
    return all(type(entity.get(name)) is int and entity[name] >= 0 for name in ("offset", "length"))


def message_text(params: Params) -> tuple[str, Entities]:
    """The text of a message: not blank, at most 4,096 UTF-16 code units after its entities are parsed."""
    text, entities = marked_text(params)
    if not text.strip():
        what = "message text is empty"
        raise bad_request(what)
    if length16(text) > TEXT_LONGEST:
        what = "message is too long"
        raise bad_request(what)
    return text, entities


def caption(params: Params) -> tuple[str, Entities]:
    """A caption: may be missing, at most 1,024 UTF-16 code units after its entities are parsed."""
    text, entities = marked_text(params, "caption", "caption_entities")
    if length16(text) > CAPTION_LONGEST:
        what = "message caption is too long"
        raise bad_request(what)
    return text, entities


def reply_markup(params: Params, *, inline_only: bool = False) -> Mapping[str, Any] | None:
    """The keyboard, checked; an empty inline keyboard is none."""
    given = params.get("reply_markup")
    if not given:
        return None
    if "inline_keyboard" not in given:
        if inline_only or not _OTHER_KEYBOARDS & given.keys():
            what = "object expected as reply markup"
            raise bad_request(what)
        return dict(given)
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        what = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        raise bad_request(what)
    return given if _check_buttons([button for row in rows for button in row]) else None


def _check_buttons(buttons: Sequence[Any]) -> int:
    if len(buttons) > _MOST_BUTTONS:
        what = "REPLY_MARKUP_TOO_LONG"
        raise bad_request(what)
    for button in buttons:
        _check_button(button)
    return len(buttons)


def _check_button(button: object) -> None:
    if not isinstance(button, dict):
        what = "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        raise bad_request(what)
    text = button.get("text")
    if not isinstance(text, str):
        what = "can't parse inline keyboard button: Can't find field \"text\""
        raise bad_request(what)
    if not text.strip():
        what = "BUTTON_TEXT_INVALID"
        raise bad_request(what)
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) != 1:
        what = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        raise bad_request(what)
    _check_action(actions[0], button[actions[0]])


def is_address(value: object, schemes: Sequence[str]) -> bool:
    """Whether a value is an absolute address of one of these schemes."""
    try:
        url = urlsplit(value if isinstance(value, str) else "")
        return url.scheme in schemes and bool(url.hostname)
    except ValueError:
        return False


def _check_action(action: str, value: object) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= _DATA_LONGEST:
            what = "BUTTON_DATA_INVALID"
            raise bad_request(what)
    elif action == "url" and not is_address(value, ("http", "https", "tg")):
        what = f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL"
        raise bad_request(what)
