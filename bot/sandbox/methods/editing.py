"""Changing and deleting what was sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.content import caption, message_text, reply_markup
from bot.sandbox.world import Params, World

_DELETABLE_FOR: Final = timedelta(hours=48)
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def _to_edit(world: World, params: Params) -> tuple[Chat, Message]:
    if params.get("inline_message_id"):
        what = "MESSAGE_ID_INVALID"
        raise bad_request(what)
    if "chat_id" not in params:
        what = "chat_id is empty"
        raise bad_request(what)
    chat = world.chats.open_to(params["chat_id"])
    if "message_id" not in params:
        what = "message identifier is not specified"
        raise bad_request(what)
    message = chat.messages.get(params["message_id"])
    if message is None:
        what = "message to edit not found"
        raise bad_request(what)
    if not message.from_bot:
        what = "message can't be edited"
        raise bad_request(what)
    return chat, message


def _edited(world: World, chat: Chat, message: Message, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- Message's fields
    if all(getattr(message, name) == value for name, value in changes.items()):
        raise bad_request(_NOT_MODIFIED)
    return world.shown(world.chats.edit(chat, message, world.now(), **changes))


def edit_message_text(world: World, params: Params) -> dict[str, Any]:
    """Another text; the keyboard goes unless it is given again."""
    text, entities = message_text(params)
    keyboard = reply_markup(params, inline_only=True)
    chat, message = _to_edit(world, params)
    if message.media is not None:
        what = "there is no text in the message to edit"
        raise bad_request(what)
    return _edited(world, chat, message, text=text, entities=entities, reply_markup=keyboard)


def edit_message_caption(world: World, params: Params) -> dict[str, Any]:
    """Another caption; the keyboard goes unless it is given again."""
    text, entities = caption(params)
    keyboard = reply_markup(params, inline_only=True)
    chat, message = _to_edit(world, params)
    if message.media is None:
        what = "there is no caption in the message to edit"
        raise bad_request(what)
    return _edited(world, chat, message, text=text, entities=entities, reply_markup=keyboard)


def edit_message_reply_markup(world: World, params: Params) -> dict[str, Any]:
    """Another keyboard, or none."""
    keyboard = reply_markup(params, inline_only=True)
    chat, message = _to_edit(world, params)
    return _edited(world, chat, message, reply_markup=keyboard)


def stop_poll(world: World, params: Params) -> dict[str, Any]:
    """Close a vote."""
    chat, message = _to_edit(world, params)
    if message.media is None or "poll" not in message.media:
        what = "message with poll to stop not found"
        raise bad_request(what)
    poll: dict[str, Any] = {**message.media["poll"], "is_closed": True}
    world.chats.edit(
        chat, message, world.now(), media={"poll": poll}, reply_markup=reply_markup(params, inline_only=True)
    )
    return poll


def delete_message(world: World, params: Params) -> bool:
    """Delete one message, for up to 48 hours after it was sent."""
    chat = world.chats.open_to(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        what = "message to delete not found"
        raise bad_request(what)
    return _delete(world, chat, [message])


def delete_messages(world: World, params: Params) -> bool:
    """Delete several; those that are not there are passed over, one that is too old spoils them all."""
    chat = world.chats.open_to(params["chat_id"])
    if not params["message_ids"]:
        what = "message identifiers are not specified"
        raise bad_request(what)
    numbers = [number for number in params["message_ids"] if isinstance(number, int)]
    return _delete(world, chat, [chat.messages[number] for number in numbers if number in chat.messages])


def _delete(world: World, chat: Chat, messages: Sequence[Message]) -> bool:
    if any(world.now() - message.sent_at > _DELETABLE_FOR for message in messages):
        what = "message can't be deleted for everyone"
        raise bad_request(what)
    for message in messages:
        world.chats.remove(chat, message)
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """A reaction of the bot: accepted where the message is, not kept."""
    if params["message_id"] not in world.chats.open_to(params["chat_id"]).messages:
        what = "message to react not found"
        raise bad_request(what)
    return True
