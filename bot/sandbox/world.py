"""Everything that one sandbox knows: the bot, the chats, what waits for the bot, what it has called."""

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from bot.sandbox.chats import Chat, Chats, Message, as_api
from bot.sandbox.errors import too_many
from bot.sandbox.limits import FloodGate, Limits
from bot.sandbox.updates import Updates

Params: TypeAlias = dict[str, Any]
"""A call's parameters, read by the method table: integers, flags, texts, and JSON values."""

_QUERY_SECONDS: Final = 60.0  # how long a press may be answered
_QUERIES: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the Bot API, as answered. ``at`` is in seconds of the steady clock."""

    method: str
    params: Params
    status: int
    at: float


@dataclass(frozen=True, kw_only=True)
class Toast:
    """The bot's answer to a press: a line that fades, or an alert to be closed."""

    text: str | None
    show_alert: bool = False


@dataclass(kw_only=True)
class Query:
    """A press that waits for the bot's answer."""

    id: str
    at: float
    answer: asyncio.Future[Toast]


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that was sent: ``path`` is what getFile names."""

    file_id: str
    path: str
    name: str
    mime: str
    content: bytes


@dataclass(kw_only=True)
class Profile:
    """What the bot says about itself. Commands are kept by scope and language, texts by language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Any] = field(default_factory=dict)


class World:
    """One bot's world. Everything in it runs on one event loop."""

    def __init__(
        self,
        *,
        token: str,
        username: str,
        steady: Callable[[], float],
        now: Callable[[], datetime],
        limits: Limits,
        chats: Chats,
        updates: Updates,
        calls: int,
    ) -> None:
        """Begin with nobody met; ``calls`` bounds the log of calls."""
        number = token.partition(":")[0]
        self.bot: dict[str, Any] = {
            "id": int(number) if number.isdecimal() else 1,
            "is_bot": True,
            "first_name": "廉讯",
            "username": username,
        }
        self.steady = steady
        self.now = now
        self.gate = FloodGate(limits)
        self.chats = chats
        self.updates = updates
        self.calls: deque[Call] = deque(maxlen=calls)
        self.tally: Counter[tuple[str, int]] = Counter()
        self.violations: deque[str] = deque(maxlen=1_000)
        self.profile = Profile()
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.on_profile_change: list[Callable[[], None]] = []

    def say(self, chat_id: int | str | None, **content: Any) -> Message:  # noqa: ANN401 -- Message's fields
        """Store a message of the bot: past the flood gate, into a chat that is open."""
        number = chat_id if isinstance(chat_id, int) else None
        if number is not None and (seconds := self.gate.admit(number, self.steady())):
            raise too_many(seconds)
        return self.put(self.chats.open_to(chat_id if number is None else number), **content)

    def put(self, chat: Chat, **content: Any) -> Message:  # noqa: ANN401 -- Message's fields
        """Store a message of the bot without asking the flood gate."""
        message = Message(
            message_id=self.chats.next_message_id(), chat_id=chat.chat_id, from_bot=True, sent_at=self.now(), **content
        )
        self.chats.put(chat, message)
        return message

    def shown(self, message: Message) -> dict[str, Any]:
        """The Bot API's Message."""
        return as_api(self.chats.get(message.chat_id), message, self.bot)

    def ask(self) -> Query:
        """Open a press for the bot's answer; old ones are closed."""
        at = self.steady()
        for key in [key for key, query in self.queries.items() if query.at + _QUERY_SECONDS < at][:_QUERIES]:
            self.queries.pop(key).answer.cancel()
        query = Query(id=str(secrets.randbits(63)), at=at, answer=asyncio.get_running_loop().create_future())
        self.queries[query.id] = query
        return query

    def close_query(self, query_id: str) -> Query | None:
        """Take a press off the list; None if there is none or it is too old."""
        query = self.queries.pop(query_id, None)
        return query if query is not None and query.at + _QUERY_SECONDS >= self.steady() else None

    def log(self, call: Call) -> None:
        """Remember a call, and count it by method and status."""
        self.calls.append(call)
        self.tally[call.method, call.status] += 1

    def profile_changed(self) -> None:
        """Tell the listeners that commands or texts of the bot changed."""
        for tell in self.on_profile_change:
            tell()

    def commands_for(self, chat: Chat) -> list[dict[str, str]]:
        """The command menu that a person sees: of the narrowest scope that has one, in the person's language first."""
        language = chat.language[:2].lower()
        wide = "all_private_chats" if chat.chat_id > 0 else "all_group_chats"
        for scope in (f"chat:{chat.chat_id}", wide, "default"):
            for code in (language, ""):
                if (commands := self.profile.commands.get((scope, code))) is not None:
                    return commands
        return []
