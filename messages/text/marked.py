"""A marked text: the plain words and the ranges that are bold, linked and so on; and how it is shown in a browser."""

import re
from dataclasses import dataclass
from html import escape
from typing import Final

TYPES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""The tags that are understood, and the entity each one makes."""

SCHEMES: Final = ("http", "https", "tg")
"""Links of other schemes stay as plain text."""

_OPENING: Final = {
    "bold": "<b>",
    "italic": "<i>",
    "underline": "<u>",
    "strikethrough": "<s>",
    "spoiler": '<span class="tg-spoiler">',
    "code": "<code>",
    "pre": "<pre>",
    "blockquote": "<blockquote>",
    "expandable_blockquote": "<blockquote expandable>",
}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NO_LINK = re.compile(r"[\s\x00-\x1f]")


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A marked range of a plain text: offset and length in UTF-16 code units, ``type`` as the Bot API names it."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None

    def as_json(self) -> dict[str, str | int]:
        """The Bot API's ``MessageEntity``: what is not set is left out."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A plain text and its entities, in the order of their start tags (an outer one before those in it)."""

    text: str
    entities: tuple[Entity, ...] = ()


def length16(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def checked_link(url: str) -> str | None:
    """The link as it may be shown; None for one that the Bot API would leave as plain text."""
    if _NO_LINK.search(url):
        return None
    if scheme := _SCHEME.match(url):
        return url if scheme[1].lower() in SCHEMES and len(url) > scheme.end() else None
    host = re.split(r"[/?#]", url, maxsplit=1)[0]
    return f"http://{url}" if "." in host.strip(".") else None


def to_html(marked: Marked) -> str:
    """The text as HTML that a browser may show: everything escaped, Telegram's tags only, links that open apart.

    The entities are nested one in another, as ``parse`` gives them; ``parse`` reads the result as the same text.
    """
    if not marked.entities:
        return escape(marked.text, quote=False)
    slices = _Slices(marked.text)
    parts: list[str] = []
    waiting: list[tuple[int, str]] = []
    at = 0
    for entity in marked.entities:
        at = _finish(parts, waiting, slices, at, entity.offset)
        parts.append(slices.escaped(at, entity.offset))
        at = entity.offset
        opening, closing = _tags(entity)
        parts.append(opening)
        waiting.append((entity.offset + entity.length, closing))
    at = _finish(parts, waiting, slices, at, slices.length)
    return "".join([*parts, slices.escaped(at, slices.length)])


def _finish(parts: list[str], waiting: list[tuple[int, str]], slices: "_Slices", at: int, until: int) -> int:
    """Close every tag that ends at or before ``until``; returns the place that was come to."""
    while waiting and waiting[-1][0] <= until:
        end, closing = waiting.pop()
        parts += (slices.escaped(at, end), closing)
        at = max(at, end)
    return at


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type == "text_link" and entity.url and checked_link(entity.url):
        return f'<a href="{escape(entity.url)}" target="_blank" rel="noopener noreferrer">', "</a>"
    if entity.type == "custom_emoji" and entity.custom_emoji_id:
        return f'<tg-emoji emoji-id="{escape(entity.custom_emoji_id)}">', "</tg-emoji>"
    if entity.type == "pre" and entity.language:
        return f'<pre><code class="language-{escape(entity.language)}">', "</code></pre>"
    opening = _OPENING.get(entity.type, "")
    return opening, f"</{opening[1:].split()[0].rstrip('>')}>" if opening else ""


class _Slices:
    """Pieces of a text by places counted in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = length16(text)
        self._wide = None if self.length == len(text) else text.encode("utf-16-le", "surrogatepass")

    def escaped(self, start: int, end: int) -> str:
        if self._wide is None:
            return escape(self._text[start:end], quote=False)
        return escape(self._wide[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"), quote=False)
