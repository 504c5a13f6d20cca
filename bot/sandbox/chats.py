"""The chats that the bot knows: people and groups, their messages, and whether the bot may still write to them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.sandbox import errors
from messages.text.marked import length16

_COMMAND: Final = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?!\S)")


class ChatKind(StrEnum):
    """The Bot API's kinds of chat that the sandbox plays."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class Standing(StrEnum):
    """Whether the bot may write there."""

    OPEN = "open"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message; ``text`` is the caption where there is ``media``; entities count UTF-16 code units.

    ``media`` holds the Bot API's own keys for what is carried (``photo``, ``document``, ``poll`` …).
    """

    message_id: int
    chat_id: int
    from_bot: bool
    text: str
    sent_at: datetime
    sender_id: int | None = None
    entities: tuple[Mapping[str, Any], ...] = ()
    reply_markup: Mapping[str, Any] | None = None
    edited_at: datetime | None = None
    protect: bool = False
    media: Mapping[str, Any] | None = None


class Chat:
    """A chat and what was said in it, oldest first; ``unread`` counts the bot's messages not yet shown."""

    __slots__ = (
        "chat_id",
        "detail",
        "kind",
        "language",
        "messages",
        "migrated_to",
        "name",
        "standing",
        "unread",
        "username",
    )

    def __init__(
        self, chat_id: int, name: str, language: str = "", *, kind: ChatKind = ChatKind.PRIVATE, detail: str = ""
    ) -> None:
        """Begin empty and open. ``language`` is the client's, as an IETF tag."""
        self.chat_id = chat_id
        self.name = name
        self.language = language
        self.kind = kind
        self.detail = detail
        self.username = ""
        self.messages: dict[int, Message] = {}
        self.unread = 0
        self.standing = Standing.OPEN
        self.migrated_to: int | None = None

    @property
    def newest(self) -> Message | None:
        """The last message, if there is one."""
        return next(reversed(self.messages.values()), None)

    def as_user(self) -> dict[str, Any]:
        """The Bot API's User."""
        user = {"id": self.chat_id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language:
            user["language_code"] = self.language
        return user

    def as_chat(self) -> dict[str, Any]:
        """The Bot API's Chat."""
        called = "first_name" if self.kind is ChatKind.PRIVATE else "title"
        return {"id": self.chat_id, "type": self.kind.value, called: self.name}


class Chats:
    """Every chat by id. ``on_change`` is told the chat's id after each change in it."""

    def __init__(self, *, keep: int = 500, welcome_all: bool = False) -> None:
        """Keep ``keep`` messages a chat; with ``welcome_all`` an unknown positive id is a person met just now."""
        self._chats: dict[int, Chat] = {}
        self._keep = keep
        self._welcome_all = welcome_all
        self._last_message_id = 0
        self.on_change: list[Callable[[Chat, Message | None], None]] = []
        self.on_remove: list[Callable[[Message], None]] = []

    def __iter__(self) -> Iterator[Chat]:
        """Every chat, in the order in which they were met."""
        return iter(self._chats.values())

    def __len__(self) -> int:
        """How many chats there are."""
        return len(self._chats)

    # Meeting

    def add_person(self, chat_id: int, name: str, language: str = "", *, detail: str = "") -> Chat:
        """A person who may write and be written to; one who is known is renamed and keeps the messages."""
        return self._add(chat_id, name, language, ChatKind.PRIVATE, detail)

    def add_group(self, chat_id: int, title: str, *, supergroup: bool = False) -> Chat:
        """A group (negative id) with the bot in it."""
        return self._add(chat_id, title, "", ChatKind.SUPERGROUP if supergroup else ChatKind.GROUP, "")

    def _add(self, chat_id: int, name: str, language: str, kind: ChatKind, detail: str) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = Chat(chat_id, name, language, kind=kind, detail=detail)
        else:
            chat.name, chat.language, chat.detail = name, language or chat.language, detail or chat.detail
        self.changed(chat)
        return chat

    def find(self, chat_id: int) -> Chat | None:
        """The chat, or None."""
        return self._chats.get(chat_id)

    def get(self, chat_id: int | str | None) -> Chat:
        """The chat, or the API's refusal."""
        if isinstance(chat_id, int):
            chat = self._chats.get(chat_id)
            if chat is None and self._welcome_all and chat_id > 0:
                chat = self.add_person(chat_id, str(chat_id))
            if chat is not None:
                return chat
        raise errors.chat_not_found()

    def open_to(self, chat_id: int | str | None) -> Chat:
        """The chat if the bot may write there, or the API's refusal."""
        chat = self.get(chat_id)
        if chat.standing is Standing.OPEN and chat.migrated_to is None:
            return chat
        if chat.migrated_to is not None:
            raise errors.migrated(chat.migrated_to)
        if chat.standing is Standing.GONE:
            raise errors.chat_not_found()
        if chat.standing is Standing.DEACTIVATED:
            raise errors.deactivated()
        raise errors.blocked() if chat.kind is ChatKind.PRIVATE else errors.kicked()

    # What becomes of a chat

    def set_standing(self, chat_id: int, standing: Standing) -> Chat:
        """Open, block, deactivate or lose a chat."""
        chat = self.get(chat_id)
        chat.standing = standing
        self.changed(chat)
        return chat

    def migrate(self, chat_id: int, new_chat_id: int) -> Chat:
        """Make a group a supergroup under another id."""
        group = self.get(chat_id)
        group.migrated_to = new_chat_id
        self.changed(group)
        return self.add_group(new_chat_id, group.name, supergroup=True)

    # Messages

    @property
    def last_message_id(self) -> int:
        """The highest id given so far: ids rise over all chats, as they do for a bot's private chats."""
        return self._last_message_id

    def next_message_id(self) -> int:
        """A new message's id."""
        self._last_message_id += 1
        return self._last_message_id

    def put(self, chat: Chat, message: Message) -> None:
        """Store a new message or a changed one; the oldest are forgotten beyond the bound."""
        messages = chat.messages
        if message.from_bot and message.message_id not in messages:
            chat.unread += 1
        messages[message.message_id] = message
        while len(messages) > self._keep:
            self._forget(messages.pop(next(iter(messages))))
        self.changed(chat, message)

    def edit(self, chat: Chat, message: Message, at: datetime, **changes: Any) -> Message:  # noqa: ANN401 -- Message's fields
        """Store a changed message."""
        edited = replace(message, edited_at=at, **changes)
        self.put(chat, edited)
        return edited

    def remove(self, chat: Chat, message: Message) -> None:
        """Delete a message."""
        if chat.messages.pop(message.message_id, None) is not None:
            newer = sum(one.from_bot for one in chat.messages.values() if one.message_id > message.message_id)
            chat.unread -= message.from_bot and newer < chat.unread
            self._forget(message)
        self.changed(chat)

    def _forget(self, message: Message) -> None:
        for tell in self.on_remove:
            tell(message)

    def mark_read(self, chat: Chat) -> None:
        """The page has shown everything."""
        if chat.unread:
            chat.unread = 0
            self.changed(chat)

    def messages(self, chat_id: int) -> list[Message]:
        """A chat's messages, oldest first."""
        return list(self.get(chat_id).messages.values())

    def changed(self, chat: Chat, message: Message | None = None) -> None:
        """Tell the listeners."""
        for tell in self.on_change:
            tell(chat, message)

    def restore(self, kept: Iterable[Chat], last_message_id: int) -> None:
        """Take back what a journal kept; whoever was added meanwhile keeps the new name and gets the old messages."""
        for chat in kept:
            known = self._chats.setdefault(chat.chat_id, chat)
            if known is not chat:
                known.messages, known.unread = chat.messages, chat.unread
                known.standing, known.migrated_to = chat.standing, chat.migrated_to
        self._last_message_id = max(self._last_message_id, last_message_id)


def command_entities(text: str) -> tuple[Mapping[str, Any], ...]:
    """The ``bot_command`` entities of what a person writes, which the server finds by itself."""
    return tuple(
        {"type": "bot_command", "offset": length16(text[: found.start()]), "length": len(found.group())}
        for found in _COMMAND.finditer(text)
    )


def as_api(chat: Chat, message: Message, bot: Mapping[str, Any]) -> dict[str, Any]:
    """The Bot API's Message."""
    body: dict[str, Any] = {
        "message_id": message.message_id,
        "from": bot if message.from_bot else chat.as_user(),
        "chat": chat.as_chat(),
        "date": int(message.sent_at.timestamp()),
    }
    if message.media is not None:
        body.update(message.media)
    if message.text:
        body["text" if message.media is None else "caption"] = message.text
    if message.entities:
        body["entities" if message.media is None else "caption_entities"] = message.entities
    if message.reply_markup and "inline_keyboard" in message.reply_markup:
        body["reply_markup"] = message.reply_markup
    if message.edited_at is not None:
        body["edit_date"] = int(message.edited_at.timestamp())
    if message.protect:
        body["has_protected_content"] = True
    return body
