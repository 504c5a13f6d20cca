"""Files between the Bot API and the database: what a person sends is kept, and each bot has its own names for it.

A bot passes on a file by the name that it knows it by; no other bot knows that name, and a bot can forget it. So the
content is kept too, and uploaded anew where it is needed. What is larger than the Bot API hands out is kept by its name
alone: only that bot can pass it on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from telegram import Bot
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, NetworkError

from bot.telegram.errors import is_too_big
from bot.telegram.media import Media
from messages.errors import LianxunError, Refused
from messages.files import Attachment, FileContent, FileKind, GivenFile, safe_name, safe_type
from messages.store import files
from messages.store.database import Database
from messages.text.phrase import phrase

_PAUSES: Final = (0.5, 2.0)
"""Seconds between tries to fetch a file."""
_PATIENCE: Final = 60.0
"""Seconds without a byte after which a try is given up."""
_REMEMBERED: Final = 1_000
_TYPES: Final = {FileKind.PHOTO: "image/jpeg"}
"""Of a photo Telegram tells no type: it has made a JPEG of it."""

Sleep = Callable[[float], Awaitable[None]]


async def keep(
    bot: Bot, bot_id: int, db: Database, media: Media, *, by: int, now: datetime, sleep: Sleep = asyncio.sleep
) -> Attachment:
    """Keep a file that the person ``by`` sent to a bot; it is in the database when this returns.

    What came before is not fetched again. ``Refused`` where the Bot API does not hand it out.
    """
    async with db.reading() as conn:
        if (before := await files.known(conn, bot_id, media.telegram_id)) is not None:
            return before
    content = await _fetched(bot, media, sleep)
    kind = FileKind(media.kind)
    given = GivenFile(
        kind=kind,
        name=safe_name(media.name),
        mime=safe_type(media.mime or _TYPES.get(kind, "")),
        size=media.size or 0 if content is None else len(content),
        content=content,
    )
    async with db.writing() as conn:
        file = await files.keep(conn, given, by=by, now=now)
        await files.remember(conn, file, bot_id, media.telegram_id)
    return Attachment(file=file, kind=kind)


async def _fetched(bot: Bot, media: Media, sleep: Sleep) -> bytes | None:
    """The content; None where it is larger than a bot may fetch."""
    if (media.size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        return None
    for pause in (*_PAUSES, None):
        try:
            file = await bot.get_file(media.telegram_id)
            return bytes(await file.download_as_bytearray(read_timeout=_PATIENCE))
        except BadRequest as error:  # a `NetworkError` to the library
            if is_too_big(error):
                return None
            break
        except NetworkError:
            if pause is not None:
                await sleep(pause)
    raise Refused(phrase("The file could not be fetched from Telegram. Please send it once more."))


class FileUnavailable(LianxunError):
    """A bot does not know a file, and there is no content to be uploaded."""

    def __init__(self) -> None:
        """Say it to who wanted to see the file."""
        super().__init__(phrase("This bot cannot pass on so large a file: only the bot that received it can."))


class BotFiles:
    """The office's files as one bot knows them."""

    def __init__(self, bot_id: int, db: Database) -> None:
        """Nothing is looked up yet."""
        self._bot_id = bot_id
        self._db = db
        self._names: dict[int, str] = {}
        self._uploading: set[int] = set()

    async def name(self, file: int) -> str | None:
        """What the bot knows a file by; None where it must be uploaded."""
        if (name := self._names.get(file)) is None:
            async with self._db.reading() as conn:
                name = await files.telegram_id(conn, file, self._bot_id)
            name = self._names.get(file, name)  # uploaded meanwhile
            if name is not None:
                self._note(file, name)
        return name

    async def content(self, file: int) -> FileContent:
        """A file's content; raises ``FileUnavailable`` where only the bot that received it can pass it on."""
        async with self._db.reading() as conn:
            content = await files.content(conn, file)
        if content is None:
            raise FileUnavailable
        return content

    async def remember(self, file: int, name: str) -> None:
        """The bot knows a file by this name from now on."""
        self._note(file, name)
        async with self._db.writing() as conn:
            await files.remember(conn, file, self._bot_id, name)

    async def forget(self, file: int, name: str) -> None:
        """The bot knows a file by this name no longer."""
        if self._names.get(file) == name:
            del self._names[file]
        async with self._db.writing() as conn:
            await files.forget(conn, file, self._bot_id, name)

    def is_uploading(self, wanted: Iterable[int]) -> bool:
        """Whether one of these is being uploaded right now."""
        return not self._uploading.isdisjoint(wanted)

    @contextmanager
    def uploading(self, missing: Iterable[int]) -> Iterator[None]:
        """These are being uploaded until the block is left."""
        mine = set(missing)
        self._uploading |= mine
        try:
            yield
        finally:
            self._uploading -= mine

    def _note(self, file: int, name: str) -> None:
        if len(self._names) >= _REMEMBERED:
            self._names.clear()
        self._names[file] = name
