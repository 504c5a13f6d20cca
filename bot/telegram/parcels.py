"""A message on its way, in parcels: each is one request.

One file whose text fits beneath it goes with it, and so does the button. Otherwise the files go first, those that can
be seen in albums and documents in others, and the text with its button after them: an album has no buttons.
"""

import json
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import structlog
from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.telegram.errors import is_unknown_file
from bot.telegram.files import BotFiles
from bot.telegram.keyboards import choices_markup, notice_markup
from messages.files import LONGEST_CAPTION, Attachment, FileContent, FileKind, albums
from messages.store.database import is_away
from messages.text.markup import visible_length
from schedules.notifier import Outgoing

_NO_PREVIEW: Final = '{"is_disabled": true}'
_METHODS: Final = {
    FileKind.PHOTO: "sendPhoto",
    FileKind.VIDEO: "sendVideo",
    FileKind.ANIMATION: "sendAnimation",
    FileKind.DOCUMENT: "sendDocument",
}

Params: TypeAlias = dict[str, str | InputFile]
Post: TypeAlias = Callable[[str, Params], Awaitable[object]]
"""Asks the Bot API: a method, and its parameters."""
Load: TypeAlias = str | FileContent
"""A file on its way: by the name that the bot knows it by, or anew."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What one request carries: files, and whether the text with its button goes with them."""

    files: tuple[Attachment, ...] = ()
    text: bool = False


class UploadUnderWay(Exception):
    """A file that is needed is being uploaded for another message right now."""


def parcels(message: Outgoing) -> list[Parcel]:
    """What is still to be sent of a message, in order; the last one has the text."""
    files = message.attachments
    if not message.parts and len(files) <= 1 and (not files or _fits_beneath(message.text)):
        return [Parcel(files=files, text=True)]
    return [*(Parcel(files=album) for album in albums(files[message.parts :])), Parcel(text=True)]


@lru_cache(maxsize=256)
def _fits_beneath(text: str) -> bool:
    """Whether a text may be a caption. A broadcast repeats it: it is measured once."""
    return visible_length(text) <= LONGEST_CAPTION


def text_call(message: Outgoing) -> dict[str, str]:
    """The parameters of ``sendMessage`` for a message's text and button."""
    texts = _where(message) | {
        "text": message.text,
        "parse_mode": ParseMode.HTML.value,
        "link_preview_options": _NO_PREVIEW,
    }
    return texts | _buttons(message)


def _where(message: Outgoing) -> dict[str, str]:
    return {"chat_id": str(message.chat_id)} | ({"protect_content": "true"} if message.protect else {})


def _buttons(message: Outgoing) -> dict[str, str]:
    if message.choices:
        return {"reply_markup": choices_markup(message.choices)}
    if not message.acknowledge and not message.desk:
        return {}
    return {"reply_markup": notice_markup(message.delivery_id, message.acknowledge, message.desk)}


def _files_call(message: Outgoing, parcel: Parcel, loads: Mapping[int, Load]) -> tuple[str, Params]:
    """The method and the parameters for a parcel that has files."""
    params: Params = {**_where(message)}
    for one in parcel.files:
        if isinstance(load := loads[one.file], FileContent):
            params[_field(one)] = InputFile(load.content, filename=_name(one, load))
    if parcel.text:
        params |= {"caption": message.text, "parse_mode": ParseMode.HTML.value, **_buttons(message)}
    if len(parcel.files) == 1:
        (one,) = parcel.files
        return _METHODS[one.kind], params | {one.kind.value: _given(one, loads)}
    media = [{"type": one.kind.value, "media": _given(one, loads)} for one in parcel.files]
    return "sendMediaGroup", params | {"media": json.dumps(media)}


def _given(one: Attachment, loads: Mapping[int, Load]) -> str:
    load = loads[one.file]
    return load if isinstance(load, str) else f"attach://{_field(one)}"


def _field(one: Attachment) -> str:
    return f"file{one.file}"


def _name(one: Attachment, load: FileContent) -> str:
    """A file's name; one without is called by its kind."""
    return load.name or f"{one.kind.value}{mimetypes.guess_extension(load.mime) or ''}"


class Carrier:
    """Carries parcels for one bot: by the names that it knows files by, or uploaded anew."""

    def __init__(self, files: BotFiles, post: Post, *, alone: bool) -> None:
        """Ask by ``post``. With ``alone`` no two uploads of a file are made at a time: ``UploadUnderWay`` is raised."""
        self._files = files
        self._post = post
        self._alone = alone

    async def carry(self, message: Outgoing, parcel: Parcel) -> tuple[int, ...]:
        """Send a parcel, and give its messages; none where the answer does not tell them.

        Raises the library's ``TelegramError``, and ``FileUnavailable``.
        """
        if not parcel.files:
            return _ids(await self._post("sendMessage", {**text_call(message)}))
        names = await self._names(parcel)
        try:
            return await self._sent(message, parcel, names)
        except BadRequest as error:
            if not is_unknown_file(error):
                raise
        for file, name in names.items():
            await self._files.forget(file, name)
        return await self._sent(message, parcel, await self._names(parcel))

    async def _names(self, parcel: Parcel) -> dict[int, str]:
        """Those of the files that the bot knows."""
        return {one.file: name for one in parcel.files if (name := await self._files.name(one.file))}

    async def _sent(self, message: Outgoing, parcel: Parcel, names: Mapping[int, str]) -> tuple[int, ...]:
        missing = {one.file for one in parcel.files} - names.keys()
        if self._alone and self._files.is_uploading(missing):
            raise UploadUnderWay
        with self._files.uploading(missing):
            loads: dict[int, Load] = {**names, **{file: await self._files.content(file) for file in missing}}
            answer = await self._post(*_files_call(message, parcel, loads))
            for one, told in zip(parcel.files, _messages(answer), strict=False):
                if one.file in missing and (name := _name_in(told, one.kind)):
                    await self._note(one.file, name)
        return _ids(answer)

    async def _note(self, file: int, name: str) -> None:
        """Remember an upload; that it cannot be written down must not make a message that arrived count as unsent."""
        try:
            await self._files.remember(file, name)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("a file's name is not written down: it will be uploaded again", file=file)


def _messages(answer: object) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _ids(answer: object) -> tuple[int, ...]:
    """The numbers of the messages that an answer tells of; none where it does not tell all of them."""
    told = _messages(answer)
    numbers = [one["message_id"] for one in told if isinstance(one, dict) and isinstance(one.get("message_id"), int)]
    return tuple(numbers) if len(numbers) == len(told) else ()


def _name_in(told: object, kind: FileKind) -> str | None:
    """What the bot knows the file of a message by; Telegram may have made another kind of it."""
    carried = told if isinstance(told, dict) else {}
    body = next((carried[name] for name in (kind.value, *FileKind) if name in carried), None)
    if isinstance(body, list):
        body = body[-1] if body else None
    name = body.get("file_id") if isinstance(body, dict) else None
    return name if isinstance(name, str) else None
