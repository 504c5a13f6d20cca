"""What people do in a chat, read from updates that anyone on the network can shape.

Only private chats count: in a group the bot is silent. Nothing is kept of an update but what a desk needs. A field of
the wrong form counts as missing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from telegram import Chat, ChatMember
from telegram.constants import MessageAttachmentType

from bot.telegram.incoming import Update, number, words
from bot.telegram.media import Media, media_of

_COMMAND: Final = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(?P<argument>.*))?", re.DOTALL)
_LONGEST_DATA: Final = 64  # the Bot API's own limit, in bytes
_GONE: Final = frozenset({ChatMember.BANNED, ChatMember.LEFT})
_ATTACHMENTS: Final = frozenset(MessageAttachmentType)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A person wrote ``/name argument``; ``language_code`` is the person's Telegram client's."""

    chat_id: int
    name: str
    argument: str
    language_code: str | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A person wrote or sent something that is no command.

    ``text`` is the caption where there is ``media``; ``entities`` mark it as Telegram tells them. ``album`` names the
    album that the file is a part of. ``other`` says that it was something else, such as a place or a sticker.
    """

    chat_id: int
    message_id: int
    text: str
    entities: Sequence[Any]
    media: Media | None
    album: str | None
    language_code: str | None

    @property
    def other(self) -> bool:
        """Whether it is neither a text nor a file that can be passed on."""
        return not self.text and self.media is None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The message under which a button was, with its markup as Telegram tells it; of an old one nothing is told.

    ``caption`` is the text under a file; ``entities`` are of the text or of the caption, whichever it has. ``keyboard``
    are its rows of buttons.
    """

    message_id: int
    text: str | None
    caption: str | None
    entities: Sequence[Any]
    preview: Mapping[str, Any] | None
    keyboard: Sequence[Any] = ()


@dataclass(frozen=True, kw_only=True)
class Press:
    """A person pressed a button under ``message``."""

    chat_id: int
    query_id: str
    data: str
    message: Shown
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
    match update.kind:
        case "callback_query":
            return _press(update.body)
        case "my_chat_member":
            return _membership(update.body)
        case "message":
            return _said(update.body)
        case _:
            return None


def _press(query: Mapping[str, Any]) -> Press | None:
    message, sender = _object(query, "message"), _object(query, "from")
    query_id, message_id = words(query, "id"), number(message.get("message_id"))
    chat_id = _own_chat(message, sender)
    if chat_id is None or query_id is None or message_id is None:
        return None
    data = words(query, "data") or ""
    return Press(
        chat_id=chat_id,
        query_id=query_id,
        data=data if len(data.encode()) <= _LONGEST_DATA else "",
        message=_shown(message, message_id),
        language_code=words(sender, "language_code"),
    )


def _shown(message: Mapping[str, Any], message_id: int) -> Shown:
    text, caption = words(message, "text"), words(message, "caption")
    entities = message.get("entities" if text else "caption_entities")
    return Shown(
        message_id=message_id,
        text=text,
        caption=caption,
        entities=entities if isinstance(entities, list) else (),
        preview=_object(message, "link_preview_options") or None,
        keyboard=rows if isinstance(rows := _object(message, "reply_markup").get("inline_keyboard"), list) else (),
    )


def _membership(change: Mapping[str, Any]) -> Membership | None:
    sender = _object(change, "from")
    chat_id = _own_chat(change, sender)
    if chat_id is None:
        return None
    blocked = words(_object(change, "new_chat_member"), "status") in _GONE
    return Membership(chat_id=chat_id, blocked=blocked, language_code=words(sender, "language_code"))


def _said(message: Mapping[str, Any]) -> Command | Said | None:
    sender = _object(message, "from")
    chat_id = _own_chat(message, sender)
    if chat_id is None or sender.get("is_bot") is not False:
        return None
    text, language_code = words(message, "text"), words(sender, "language_code")
    if found := _COMMAND.fullmatch(text or ""):
        argument = (found["argument"] or "").strip()
        return Command(chat_id=chat_id, name=found["name"].lower(), argument=argument, language_code=language_code)
    if (text or not _ATTACHMENTS.isdisjoint(message)) and (message_id := number(message.get("message_id"))) is not None:
        return _words(message, chat_id, message_id, language_code)
    return None


def _words(message: Mapping[str, Any], chat_id: int, message_id: int, language_code: str | None) -> Said:
    media = media_of(message)
    entities = message.get("entities" if media is None else "caption_entities")
    return Said(
        chat_id=chat_id,
        message_id=message_id,
        text=words(message, "text" if media is None else "caption") or "",
        entities=entities if isinstance(entities, list) else (),
        media=media,
        album=words(message, "media_group_id") if media else None,
        language_code=language_code,
    )


def _own_chat(where: Mapping[str, Any], sender: Mapping[str, Any]) -> int | None:
    """The person's private chat with the bot, where it is there."""
    chat = _object(where, "chat")
    chat_id = number(chat.get("id"))
    return chat_id if chat.get("type") == Chat.PRIVATE and chat_id == sender.get("id") else None


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
