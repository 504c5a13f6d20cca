"""Files that were sent: they live in memory (and in the journal), the oldest forgotten beyond a bound."""

import mimetypes
import secrets
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from bot.sandbox.errors import bad_request
from bot.sandbox.parameters import Upload
from bot.sandbox.world import StoredFile, World

HELD: Final = 256 * 2**20
"""Bytes of all files together."""
MOST_IN_ALBUM: Final = 10

_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_ALBUMS: Final = {"photo": "seen", "video": "seen", "document": "document"}
"""Which kinds go into an album together; of the others each is a message of its own."""


def keep(world: World, kind: str, upload: Upload) -> StoredFile:
    """Keep a file under a new id."""
    if not upload.content:
        what = "file must be non-empty"
        raise bad_request(what)
    file_id = secrets.token_urlsafe(24)
    suffix = mimetypes.guess_extension(upload.mime) or ""
    path = f"{kind}s/file_{file_id[:8]}{suffix}"
    stored = StoredFile(file_id=file_id, path=path, name=upload.name, mime=upload.mime, content=upload.content)
    world.files[file_id] = stored
    while sum(len(file.content) for file in world.files.values()) > HELD and len(world.files) > 1:
        del world.files[next(iter(world.files))]
    return stored


def described(kind: str, file: StoredFile) -> dict[str, Any]:
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


def kind_of(upload: Upload) -> str:
    """As what a client sends a file that is chosen to be seen."""
    if upload.mime in _PICTURES:
        return "photo"
    return {"video/mp4": "video", "image/gif": "animation"}.get(upload.mime, "document")


def albums(kinds: Sequence[str]) -> list[range]:
    """The places of what is sent together, in the order given: what is seen, or documents, at most ten."""
    found: list[range] = []
    for album, places in groupby(range(len(kinds)), lambda place: _ALBUMS.get(kinds[place], place)):
        first, *others = places
        width = MOST_IN_ALBUM if isinstance(album, str) else 1
        end = first + len(others) + 1
        found += [range(start, min(start + width, end)) for start in range(first, end, width)]
    return found
