"""Messages with files, and where a file can be fetched."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import MOST_IN_ALBUM, described, keep
from bot.sandbox.methods.content import caption
from bot.sandbox.methods.sending import store
from bot.sandbox.parameters import Upload
from bot.sandbox.world import Params, StoredFile, World

_LONGEST_UPLOAD: Final = 50 * 2**20
_LONGEST_PHOTO: Final = 10 * 2**20
_LONGEST_DOWNLOAD: Final = 20 * 2**20
_GROUP: Final = range(2, MOST_IN_ALBUM + 1)
_GROUPED: Final = frozenset({"photo", "video", "document", "audio"})
_ALONE: Final = frozenset({"document", "audio"})


def _keep(world: World, kind: str, upload: Upload) -> StoredFile:
    """Keep what a bot uploads."""
    if len(upload.content) > (_LONGEST_PHOTO if kind == "photo" else _LONGEST_UPLOAD):
        raise ApiError(413, "Request Entity Too Large")
    return keep(world, kind, upload)


def _stored(world: World, kind: str, given: object, params: Params) -> StoredFile:
    """The file that a parameter means: an upload, ``attach://`` one, an id, or an address (not fetched here)."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        return _keep(world, kind, given)
    if isinstance(given, str) and given in world.files:
        return world.files[given]
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        name = given.rsplit("/", 1)[-1] or kind
        return _keep(world, kind, Upload(name=name, mime="application/octet-stream", content=given.encode()))
    what = "wrong file identifier/HTTP URL specified" if given else f"there is no {kind} in the request"
    raise bad_request(what)


def _send(world: World, params: Params, kind: str) -> dict[str, Any]:
    text, entities = caption(params)
    file = _stored(world, kind, params.get(kind), params)
    return store(world, params, text, entities, described(kind, file))


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
        prepared.append((text, entities, described(kind, _stored(world, kind, item.get("media"), params))))
    _check_mixed(media for _, _, media in prepared)
    group = {"media_group_id": str(world.chats.last_message_id + 1)}
    shared = {name: value for name, value in params.items() if name != "reply_markup"}
    (text, entities, media), *others = prepared
    sent = [store(world, shared, text, entities, media | group)]
    # One call is one message to the flood gate: the others follow in its wake.
    chat, protect = world.chats.get(params["chat_id"]), bool(params.get("protect_content"))
    return sent + [
        world.shown(world.put(chat, text=text, entities=entities, media=media | group, protect=protect))
        for text, entities, media in others
    ]


def _check_mixed(prepared: Iterable[Mapping[str, Any]]) -> None:
    kinds = {next(iter(media)) for media in prepared}
    if len(kinds) > 1 and (alone := sorted(kinds & _ALONE)):
        what = f"{alone[0]} can't be mixed with other media types"
        raise bad_request(what)


def get_file(world: World, params: Params) -> dict[str, Any]:
    """Where a file can be fetched."""
    file = world.files.get(params["file_id"])
    if file is None:
        what = "invalid file_id"
        raise bad_request(what)
    if len(file.content) > _LONGEST_DOWNLOAD:
        what = "file is too big"
        raise bad_request(what)
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[:16],
        "file_size": len(file.content),
        "file_path": file.path,
    }
