"""The file that a message from outside carries: none of it is checked but its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.telegram.incoming import number, words

_KINDS: Final = ("photo", "video", "animation", "document")
"""The kinds of files that are passed on; an animation is told as a document too, so it comes before that."""


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file that a person sent, as Telegram tells it.

    ``kind`` is how the Bot API calls it; ``telegram_id`` is what this bot, and no other, knows the file by; ``size`` is
    in bytes, None where it is not told.
    """

    kind: str
    telegram_id: str
    name: str
    mime: str
    size: int | None


def media_of(message: Mapping[str, Any]) -> Media | None:
    """The file that a message carries, of a kind that is passed on."""
    return next((found for kind in _KINDS if (found := _media(message, kind))), None)


def _media(message: Mapping[str, Any], kind: str) -> Media | None:
    """The file of one kind; of a photo's sizes the largest."""
    told = message.get(kind)
    if kind == "photo" and isinstance(told, list):
        told = next((size for size in reversed(told) if isinstance(size, dict)), None)
    if not isinstance(told, dict) or (telegram_id := words(told, "file_id")) is None:
        return None
    return Media(
        kind=kind,
        telegram_id=telegram_id,
        name=words(told, "file_name") or "",
        mime=words(told, "mime_type") or "",
        size=number(told.get("file_size")),
    )
