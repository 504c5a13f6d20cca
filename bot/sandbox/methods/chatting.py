"""What the bot asks about a chat, and small acts in it."""

from typing import Any

from bot.sandbox.chats import Chat, ChatKind, Standing
from bot.sandbox.errors import bad_request
from bot.sandbox.world import Params, World


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """A chat in full."""
    chat = world.chats.get(params["chat_id"])
    accepted = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), False)
    return {**chat.as_chat(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}


def _member(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    if user_id == world.bot["id"]:
        return {"user": world.bot, "status": "member" if chat.standing is Standing.OPEN else "kicked", "until_date": 0}
    person = world.chats.find(user_id)
    if person is None:
        what = "user not found" if chat.kind is ChatKind.PRIVATE else "PARTICIPANT_ID_INVALID"
        raise bad_request(what)
    return {"user": person.as_user(), "status": "member"}


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    """One member of a chat; whom the sandbox knows counts as a member everywhere."""
    return _member(world, world.chats.get(params["chat_id"]), params["user_id"])


def get_chat_member_count(world: World, params: Params) -> int:
    """How many members a chat has: two, as far as the sandbox goes."""
    world.chats.get(params["chat_id"])
    return 2


def get_chat_administrators(world: World, params: Params) -> list[dict[str, Any]]:
    """Nobody; private chats have none."""
    if world.chats.get(params["chat_id"]).kind is ChatKind.PRIVATE:
        what = "there are no administrators in the private chat"
        raise bad_request(what)
    return []


def leave_chat(world: World, params: Params) -> bool:
    """The bot goes out of a group."""
    chat = world.chats.open_to(params["chat_id"])
    if chat.kind is ChatKind.PRIVATE:
        what = "chat member status can't be changed in private chats"
        raise bad_request(what)
    world.chats.set_standing(chat.chat_id, Standing.BLOCKED)
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message, or take the pin off: accepted where the message is, not kept."""
    chat = world.chats.open_to(params["chat_id"])
    if "message_id" in params and params["message_id"] not in chat.messages:
        what = "message to pin not found"
        raise bad_request(what)
    return True
