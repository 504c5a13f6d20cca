"""What is kept over a restart: chats, messages, files, pending updates and the bot's profile, in a SQLite file.

Changes are gathered and written together, about once a second and when the sandbox stops, in a thread beside the event
loop: a sudden end of the process loses the last second of the chat windows, nothing of the service's own.
"""

import asyncio
import json
import sqlite3
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog

from bot.sandbox.chats import Chat, ChatKind, Message, Standing
from bot.sandbox.updates import Receiving, Webhook
from bot.sandbox.world import Profile, StoredFile, World

_log: Final = structlog.get_logger(__name__)
_VERSION: Final = 2
_SECONDS: Final = 1.0
_TABLES: Final = """
    DROP TABLE IF EXISTS chats; DROP TABLE IF EXISTS messages; DROP TABLE IF EXISTS files; DROP TABLE IF EXISTS state;
    CREATE TABLE chats (chat_id INTEGER PRIMARY KEY, kind TEXT, name TEXT, language TEXT, detail TEXT, unread INTEGER,
        standing TEXT, migrated_to INTEGER);
    CREATE TABLE messages (chat_id INTEGER, message_id INTEGER PRIMARY KEY, from_bot INTEGER, sender_id INTEGER,
        text TEXT, entities TEXT, reply_markup TEXT, media TEXT, sent_at REAL, edited_at REAL, protect INTEGER);
    CREATE TABLE files (file_id TEXT PRIMARY KEY, path TEXT, name TEXT, mime TEXT, content BLOB);
    CREATE TABLE state (name TEXT PRIMARY KEY, body TEXT);
"""

_Row = tuple[Any, ...]


@dataclass(kw_only=True)
class _Batch:
    """What is to be written next. A message is written as it is at that time, however often it changed."""

    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[int, Message | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """A batch as rows, made on the event loop; the thread touches nothing else."""

    chats: list[_Row]
    messages: list[Message]
    removed: list[tuple[int]]
    files: list[StoredFile]
    dropped: list[tuple[str]]
    state: dict[str, object]


class Journal:
    """Keeps one world in one file."""

    def __init__(self, path: Path, world: World) -> None:
        """Nothing is opened before ``open``."""
        self._path = path
        self._world = world
        self._batch = _Batch()
        self._files: set[str] = set()
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._connection: sqlite3.Connection | None = None
        # One thread, so that a write that outlives its cancelled waiter still ends before the next begins.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-journal")

    async def open(self) -> None:
        """Take back what the file has, and keep it current from now on."""
        loop = asyncio.get_running_loop()
        self._connection = await loop.run_in_executor(self._thread, _connect, self._path)
        chats, files, state = await loop.run_in_executor(self._thread, _load, self._connection)
        world = self._world
        world.chats.restore(chats, int(state.get("last_message_id", 0)))
        world.files.update((file.file_id, file) for file in files)
        self._files.update(world.files)
        if "receiving" in state:
            world.updates.kept = _receiving(state["receiving"])
        if "profile" in state:
            world.profile = _profile(state["profile"])
        self._listen()
        self._writer = asyncio.create_task(self._write_on())

    def _listen(self) -> None:
        self._world.chats.on_change.append(self._note)
        self._world.chats.on_remove.append(self._note_removal)
        self._world.updates.on_change.append(self._wake.set)
        self._world.on_profile_change.append(self._wake.set)
        for chat in self._world.chats:
            self._note(chat, None)

    def _note(self, chat: Chat, message: Message | None) -> None:
        self._batch.chats[chat.chat_id] = chat
        if message is not None:
            self._batch.messages[message.message_id] = message
        self._wake.set()

    def _note_removal(self, message: Message) -> None:
        self._batch.messages[message.message_id] = None
        self._wake.set()

    async def _write_on(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(_SECONDS)
            try:
                await self.flush()
            except sqlite3.Error:  # a full disk, say: the chats go on, only a restart will miss these messages
                _log.exception("the chats could not be written down")

    async def flush(self) -> None:
        """Write everything that changed."""
        if self._connection is None:
            return
        self._wake.clear()
        rows = self._take()
        writing = asyncio.get_running_loop().run_in_executor(self._thread, _write, self._connection, rows)
        await asyncio.shield(writing)  # a batch that was taken is written, even if nobody waits for it any more

    def _take(self) -> _Rows:
        batch, self._batch = self._batch, _Batch()
        world = self._world
        files = [file for file_id, file in world.files.items() if file_id not in self._files]
        dropped = self._files - world.files.keys()
        self._files = set(world.files)
        profile, kept = world.profile, world.updates.kept
        state: dict[str, object] = {
            "last_message_id": world.chats.last_message_id,
            "receiving": {
                "pending": list(kept.pending),
                "last_id": kept.last_id,
                "allowed": kept.allowed,
                "webhook": kept.webhook and asdict(kept.webhook),
            },
            "profile": {"commands": list(profile.commands.items()), "texts": list(profile.texts.items())},
        }
        return _Rows(
            chats=[_chat_row(chat) for chat in batch.chats.values()],
            messages=[message for message in batch.messages.values() if message is not None],
            removed=[(number,) for number, message in batch.messages.items() if message is None],
            files=files,
            dropped=[(file_id,) for file_id in dropped],
            state=state,
        )

    async def close(self) -> None:
        """Write the rest and close the file."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        if self._connection is not None:
            await self.flush()
            connection, self._connection = self._connection, None
            await asyncio.get_running_loop().run_in_executor(self._thread, connection.close)
        self._thread.shutdown()


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        connection.executescript(_TABLES)  # another version's chats are not worth a migration: they are a demo's
        connection.execute(f"PRAGMA user_version={_VERSION}")
    return connection


def _write(connection: sqlite3.Connection, rows: _Rows) -> None:
    files = ((file.file_id, file.path, file.name, file.mime, file.content) for file in rows.files)
    state = ((name, json.dumps(body)) for name, body in rows.state.items())
    with connection:
        connection.execute("BEGIN")
        for statement, values in (
            ("INSERT OR REPLACE INTO chats VALUES (?,?,?,?,?,?,?,?)", rows.chats),
            ("INSERT OR REPLACE INTO messages VALUES (?,?,?,?,?,?,?,?,?,?,?)", map(_message_row, rows.messages)),
            ("DELETE FROM messages WHERE message_id=?", rows.removed),
            ("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?)", files),
            ("DELETE FROM files WHERE file_id=?", rows.dropped),
            ("INSERT OR REPLACE INTO state VALUES (?,?)", state),
        ):
            connection.executemany(statement, values)


def _load(connection: sqlite3.Connection) -> tuple[Iterable[Chat], Iterable[StoredFile], dict[str, Any]]:
    chats = {row[0]: _chat(row) for row in connection.execute("SELECT * FROM chats ORDER BY rowid")}
    rows = connection.execute("SELECT * FROM messages ORDER BY message_id").fetchall()
    # Keyboards are read as one document: many small ones take three times as long.
    keyboards = json.loads(f"[{','.join(row[6] or 'null' for row in rows)}]")
    for row, keyboard in zip(rows, keyboards, strict=True):
        if (chat := chats.get(row[0])) is not None:
            chat.messages[row[1]] = _message(row, keyboard)
    files = [
        StoredFile(file_id=file_id, path=path, name=name, mime=mime, content=content)
        for file_id, path, name, mime, content in connection.execute("SELECT * FROM files ORDER BY rowid")
    ]
    state = {name: json.loads(body) for name, body in connection.execute("SELECT * FROM state")}
    return chats.values(), files, state


def _chat_row(chat: Chat) -> _Row:
    return (
        chat.chat_id, chat.kind.value, chat.name, chat.language, chat.detail, chat.unread, chat.standing.value,
        chat.migrated_to,
    )  # fmt: skip


def _chat(row: _Row) -> Chat:
    chat_id, kind, name, language, detail, unread, standing, migrated_to = row
    chat = Chat(chat_id, name, language, kind=ChatKind(kind), detail=detail)
    chat.unread, chat.standing, chat.migrated_to = unread, Standing(standing), migrated_to
    return chat


def _message_row(message: Message) -> _Row:
    return (
        message.chat_id, message.message_id, message.from_bot, message.sender_id, message.text,
        json.dumps(message.entities) if message.entities else None,
        json.dumps(message.reply_markup) if message.reply_markup else None,
        json.dumps(message.media) if message.media else None,
        message.sent_at.timestamp(), message.edited_at.timestamp() if message.edited_at else None, message.protect,
    )  # fmt: skip


def _message(row: _Row, keyboard: dict[str, Any] | None) -> Message:
    chat_id, message_id, from_bot, sender_id, text, entities, _, media, sent_at, edited_at, protect = row
    return Message(
        message_id=message_id,
        chat_id=chat_id,
        from_bot=bool(from_bot),
        text=text,
        sent_at=datetime.fromtimestamp(sent_at, UTC),
        sender_id=sender_id,
        entities=_entities(entities) if entities else (),
        reply_markup=keyboard,
        edited_at=datetime.fromtimestamp(edited_at, UTC) if edited_at else None,
        protect=bool(protect),
        media=json.loads(media) if media else None,
    )


@lru_cache(maxsize=1024)
def _entities(body: str) -> tuple[dict[str, Any], ...]:
    """A broadcast's entities are the same in every chat: read and hold them once."""
    return tuple(json.loads(body))


def _receiving(kept: dict[str, Any]) -> Receiving:
    receiving = Receiving(last_id=kept["last_id"], allowed=tuple(kept["allowed"]))
    receiving.pending.extend(deque(kept["pending"]))
    receiving.webhook = Webhook(**kept["webhook"]) if kept["webhook"] else None
    return receiving


def _profile(kept: dict[str, Any]) -> Profile:
    return Profile(
        commands={(scope, code): commands for (scope, code), commands in kept["commands"]},
        texts={(name, code): text for (name, code), text in kept["texts"]},
    )
