"""Messages with files, and the files themselves. Files live in memory, the oldest forgotten beyond a bound."""

import mimetypes
import secrets
from typing import Any, Final

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.methods.content import caption
from bot.sandbox.methods.sending import store
from bot.sandbox.parameters import Upload
from bot.sandbox.world import Params, StoredFile, World

_HELD: Final = 64 * 2**20  # bytes of all files together
_LONGEST_UPLOAD: Final = 50 * 2**20
_LONGEST_PHOTO: Final = 10 * 2**20
_GROUP: Final = range(2, 11)
_GROUPED: Final = frozenset({"photo", "video", "document", "audio", "animation"})


def keep(world: World, kind: str, upload: Upload) -> StoredFile:
    """Keep an uploaded file under a new id."""
    longest = _LONGEST_PHOTO if kind == "photo" else _LONGEST_UPLOAD
    if len(upload.content) > longest:
        raise ApiError(413, "Request Entity Too Large")
    if not upload.content:
        what = "file must be non-empty"
        raise bad_request(what)
    file_id = secrets.token_urlsafe(24)
    suffix = mimetypes.guess_extension(upload.mime) or ""
    path = f"{kind}s/file_{file_id[:8]}{suffix}"
    stored = StoredFile(file_id=file_id, path=path, name=upload.name, mime=upload.mime, content=upload.content)
    world.files[file_id] = stored
    while sum(len(file.content) for file in world.files.values()) > _HELD:
        del world.files[next(iter(world.files))]
    return stored


def _stored(world: World, kind: str, given: object, params: Params) -> StoredFile:
    """The file that a parameter means: an upload, ``attach://`` one, an id, or an address (not fetched here)."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        return keep(world, kind, given)
    if isinstance(given, str) and given in world.files:
        return world.files[given]
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        name = given.rsplit("/", 1)[-1] or kind
        return keep(world, kind, Upload(name=name, mime="application/octet-stream", content=given.encode()))
    what = "wrong file identifier/HTTP URL specified" if given else f"there is no {kind} in the request"
    raise bad_request(what)


def _described(kind: str, file: StoredFile) -> dict[str, Any]:
    """The Bot API's keys for a file of that kind."""
    body: dict[str, Any] = {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[:16],
        "file_size": len(file.content),
    }
    if kind == "photo":
        return {"photo": [body | {"width": 1, "height": 1}]}
    body |= {"file_name": file.name, "mime_type": file.mime}
    if kind in {"video", "animation", "audio", "voice"}:
        body["duration"] = 0
    if kind in {"video", "animation"}:
        body |= {"width": 1, "height": 1}
    # An animation is announced as a document too, for old clients.
    return {"animation": body, "document": body} if kind == "animation" else {kind: body}


def _send(world: World, params: Params, kind: str) -> dict[str, Any]:
    text, entities = caption(params)
    file = _stored(world, kind, params.get(kind), params)
    return store(world, params, text, entities, _described(kind, file))


def send_photo(world: World, params: Params) -> dict[str, Any]:
    """A picture."""
    return _send(world, params, "photo")


def send_video(world: World, params: Params) -> dict[str, Any]:
    """A film."""
    return _send(world, params, "video")


def send_animation(world: World, params: Params) -> dict[str, Any]:
    """A film without sound."""
    return _send(world, params, "animation")


def send_document(world: World, params: Params) -> dict[str, Any]:
    """Any file."""
    return _send(world, params, "document")


def send_audio(world: World, params: Params) -> dict[str, Any]:
    """Music or speech."""
    return _send(world, params, "audio")


def send_voice(world: World, params: Params) -> dict[str, Any]:
    """A voice message."""
    return _send(world, params, "voice")


def send_media_group(world: World, params: Params) -> list[dict[str, Any]]:
    """An album of two to ten files; nothing is sent unless all of it is right."""
    if len(params["media"]) not in _GROUP:
        what = "wrong number of items in the album: 2-10 are accepted"
        raise bad_request(what)
    prepared = []
    for item in params["media"]:
        kind = str(item.get("type")) if isinstance(item, dict) else ""
        if kind not in _GROUPED:
            what = "can't parse InputMedia: type must be one of photo, video, document, audio"
            raise bad_request(what)
        text, entities = caption(item)
        prepared.append((text, entities, _described(kind, _stored(world, kind, item.get("media"), params))))
    shared = {name: value for name, value in params.items() if name != "reply_markup"}
    first, *others = prepared
    sent = [store(world, shared, *first)]
    # One call is one message to the flood gate: the others follow in its wake.
    chat = world.chats.get(params["chat_id"])
    sent += [
        world.shown(world.put(chat, text=text, entities=entities, media=media)) for text, entities, media in others
    ]
    group = str(sent[0]["message_id"])
    return [{**message, "media_group_id": group} for message in sent]


def get_file(world: World, params: Params) -> dict[str, Any]:
    """Where a file can be fetched."""
    file = world.files.get(params["file_id"])
    if file is None:
        what = "invalid file_id"
        raise bad_request(what)
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[:16],
        "file_size": len(file.content),
        "file_path": file.path,
    }
