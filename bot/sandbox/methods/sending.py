"""Messages without files: text, polls, copies; and the signs of activity."""

from collections.abc import Mapping
from typing import Any, Final

from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.content import Entities, caption, marked_text, message_text, reply_markup
from bot.sandbox.world import Params, World
from messages.text.marked import length16

_ACTIONS: Final = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_OPTION_LONGEST: Final = 100
_OPTIONS: Final = range(1, 13)


def store(
    world: World, params: Params, text: str, entities: Entities, media: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Check what every sent message has in common, store it, and show it."""
    keyboard = reply_markup(params)
    _check_reply(world, params)
    message = world.say(
        params.get("chat_id"),
        text=text,
        entities=entities,
        media=media,
        reply_markup=keyboard,
        protect=bool(params.get("protect_content")),
    )
    return world.shown(message)


def _check_reply(world: World, params: Params) -> None:
    reply = params.get("reply_parameters") or {}
    target = reply.get("message_id", params.get("reply_to_message_id"))
    if target is None or reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return
    if (
        not isinstance(target, int)
        or target not in world.chats.get(reply.get("chat_id", params.get("chat_id"))).messages
    ):
        what = "message to be replied not found"
        raise bad_request(what)


def send_message(world: World, params: Params) -> dict[str, Any]:
    """A text."""
    text, entities = message_text(params)
    return store(world, params, text, entities)


def send_chat_action(world: World, params: Params) -> bool:
    """The sign that the bot is at work."""
    if params["action"] not in _ACTIONS:
        what = "wrong parameter action in request"
        raise bad_request(what)
    world.chats.open_to(params["chat_id"])
    return True


def send_poll(world: World, params: Params) -> dict[str, Any]:
    """A vote or a quiz."""
    question, _ = marked_text(params, "question", "question_entities", "question_parse_mode")
    if not question.strip():
        what = "poll question must be non-empty"
        raise bad_request(what)
    options = [_option(option) for option in params["options"]]
    if len(options) not in _OPTIONS:
        what = "poll must have at least 1 option" if not options else "poll can't have more than 12 options"
        raise bad_request(what)
    poll = {
        "id": str(world.chats.last_message_id + 1),
        "question": question,
        "options": [{"text": option, "voter_count": 0} for option in options],
        "total_voter_count": 0,
        "is_closed": bool(params.get("is_closed")),
        "is_anonymous": params.get("is_anonymous", True),
        "type": params.get("type", "regular"),
        "allows_multiple_answers": params.get("allows_multiple_answers", False),
    }
    return store(world, params, "", (), {"poll": poll})


def _option(option: object) -> str:
    text = option.get("text") if isinstance(option, dict) else option
    if not isinstance(text, str) or not text.strip():
        what = "poll options must be non-empty"
        raise bad_request(what)
    if length16(text) > _OPTION_LONGEST:
        what = "poll options length must not exceed 100"
        raise bad_request(what)
    return text


def _original(world: World, params: Params, what: str) -> tuple[Chat, Message]:
    chat = world.chats.get(params["from_chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request(what)
    if message.protect:
        what = "message can't be copied or forwarded: it is protected"
        raise bad_request(what)
    return chat, message


def _alone(media: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What is carried, out of its album."""
    return media and {name: value for name, value in media.items() if name != "media_group_id"}


def copy_message(world: World, params: Params) -> dict[str, Any]:
    """The same content, without the link to where it came from."""
    _, original = _original(world, params, "message to copy not found")
    text, entities = original.text, original.entities
    if "caption" in params and original.media is not None:
        text, entities = caption(params)
    sent = store(world, params, text, entities, _alone(original.media))
    return {"message_id": sent["message_id"]}


def forward_message(world: World, params: Params) -> dict[str, Any]:
    """The same content, with where it came from."""
    chat, original = _original(world, params, "message to forward not found")
    origin = {
        "type": "user",
        "date": int(original.sent_at.timestamp()),
        "sender_user": world.bot if original.from_bot else chat.as_user(),
    }
    sent = store(world, params, original.text, original.entities, _alone(original.media))
    return {**sent, "forward_origin": origin}
