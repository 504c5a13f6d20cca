"""What people do in a chat, read from updates that anyone on the network can shape.

Only private chats count: in a group the bot is silent. Nothing is kept of an update but what a desk needs.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update

_COMMAND: Final = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(?P<argument>.*))?", re.DOTALL)
_LONGEST_DATA: Final = 64  # the Bot API's own limit, in bytes
_GONE: Final = frozenset({ChatMember.BANNED, ChatMember.LEFT})


@dataclass(frozen=True, kw_only=True)
class Command:
    """A person wrote ``/name argument``; ``language_code`` is the person's Telegram client's."""

    chat_id: int
    name: str
    argument: str
    language_code: str | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A person wrote or sent something that is no command."""

    chat_id: int
    language_code: str | None


@dataclass(frozen=True, kw_only=True)
class Press:
    """A person pressed a button under ``message``; an old message is inaccessible and has no text."""

    chat_id: int
    query_id: str
    data: str
    message: MaybeInaccessibleMessage
    language_code: str | None


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A person blocked the bot, or let it in again."""

    chat_id: int
    blocked: bool
    language_code: str | None


Act: TypeAlias = Command | Said | Press | Membership


def read(update: Update) -> Act | None:
    """The act in an update; None for what is not meant for us."""
    if update.callback_query:
        return _press(update.callback_query)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return _said(update.message) if update.message else None


def _press(query: CallbackQuery) -> Press | None:
    message = query.message
    if message is None or not _is_own(message.chat, query.from_user.id):
        return None
    data = query.data or ""
    return Press(
        chat_id=message.chat.id,
        query_id=query.id,
        data=data if len(data.encode(errors="replace")) <= _LONGEST_DATA else "",
        message=message,
        language_code=query.from_user.language_code,
    )


def _membership(change: ChatMemberUpdated) -> Membership | None:
    if not _is_own(change.chat, change.from_user.id):
        return None
    blocked = change.new_chat_member.status in _GONE
    return Membership(chat_id=change.chat.id, blocked=blocked, language_code=change.from_user.language_code)


def _said(message: Message) -> Command | Said | None:
    sender = message.from_user
    if sender is None or sender.is_bot or not _is_own(message.chat, sender.id):
        return None
    if found := _COMMAND.fullmatch(message.text or ""):
        return Command(
            chat_id=message.chat.id,
            name=found["name"].lower(),
            argument=(found["argument"] or "").strip(),
            language_code=sender.language_code,
        )
    if message.text or message.effective_attachment:
        return Said(chat_id=message.chat.id, language_code=sender.language_code)
    return None


def _is_own(chat: Chat, person: int) -> bool:
    """Whether it is the person's private chat with the bot."""
    return chat.type == Chat.PRIVATE and chat.id == person
