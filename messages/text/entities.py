"""What a person wrote, with Telegram's marks, as the Bot API's HTML: what ``markup.parse`` reads as the same text.

Telegram tells marks as ranges that may overlap in any way; tags are nested. A range that crosses another is split, and
a quotation, which would become two, is never the one that is split.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, Final

from messages.text.marked import checked_link, length16

_OUTSIDE: Final = ("blockquote", "expandable_blockquote")
"""What is never split: it stands outside of everything else."""
_ALONE: Final = ("pre", "code")
"""What holds no other mark, and stands in none but a quotation."""
_LINKS: Final = ("text_link", "text_mention")
_LETTERING: Final = ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji")
_RANK: Final = {kind: rank for rank, kind in enumerate((*_OUTSIDE, *_ALONE, *_LINKS, *_LETTERING))}
_TAGS: Final = {
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
}
_MOST: Final = 200
"""Telegram tells at most a hundred marks of one message; nobody else's thousands are read."""


@dataclass(frozen=True)
class _Mark:
    """A mark from ``start`` to before ``end``, in UTF-16 code units, and the tags that make it."""

    start: int
    end: int
    kind: str
    opening: str
    closing: str


def to_api_html(text: str, entities: Sequence[Any]) -> str:
    """The text as the Bot API's HTML. Marks that no bot may send, such as mentions, are left as plain text."""
    wide = text.encode("utf-16-le", "surrogatepass")
    marks = sorted(_read(entities, wide), key=lambda mark: (_RANK[mark.kind], mark.start, -mark.end))
    places = sorted({0, length16(text), *(place for mark in marks for place in (mark.start, mark.end))})
    parts: list[str] = []
    open_now: list[_Mark] = []
    for start, end in pairwise(places):
        open_now = _turned(parts, open_now, _over(marks, start))
        parts.append(escape(wide[2 * start : 2 * end].decode("utf-16-le"), quote=False))
    _turned(parts, open_now, [])
    return "".join(parts)


def _read(entities: Sequence[Any], wide: bytes) -> Iterable[_Mark]:
    for entity in entities[:_MOST]:
        start, length = (entity.get("offset"), entity.get("length")) if isinstance(entity, Mapping) else (None, None)
        if type(start) is not int or type(length) is not int or start < 0 or length <= 0:
            continue
        end = start + length
        tags = _tags(entity)
        if tags and 2 * end <= len(wide) and not (_halves(wide, start) or _halves(wide, end)):
            yield _Mark(start, end, entity["type"], *tags)


def _halves(wide: bytes, place: int) -> bool:
    """Whether a place is in the middle of a character."""
    return wide[2 * place + 1 : 2 * place + 2] in {bytes([high]) for high in range(0xDC, 0xE0)}


def _tags(entity: Mapping[str, Any]) -> tuple[str, str] | None:
    """The tags of one entity; None for what cannot be sent."""
    match entity:
        case {"type": "text_link", "url": str(url)} if link := checked_link(url):
            return f'<a href="{escape(link)}">', "</a>"
        case {"type": "text_mention", "user": {"id": int(user)}} if user > 0:
            return f'<a href="tg://user?id={user}">', "</a>"
        case {"type": "custom_emoji", "custom_emoji_id": str(emoji)} if emoji.isascii() and emoji.isdigit():
            return f'<tg-emoji emoji-id="{emoji}">', "</tg-emoji>"
        case {"type": "pre", "language": str(language)} if language:
            return f'<pre><code class="language-{escape(language)}">', "</code></pre>"
        case {"type": str(kind)}:
            return _TAGS.get(kind)
    return None


def _over(marks: Sequence[_Mark], place: int) -> list[_Mark]:
    """The marks over a place, outermost first; of one kind the first alone, as the Bot API reads it."""
    found: dict[str, _Mark] = {}
    for mark in marks:
        if mark.start <= place < mark.end:
            family = "quotation" if mark.kind in _OUTSIDE else "link" if mark.kind in _LINKS else mark.kind
            found.setdefault(family, mark)
    over = [*found.values()]
    alone = next((mark for mark in over if mark.kind in _ALONE), None)
    return over if alone is None else [mark for mark in over if mark.kind in _OUTSIDE or mark is alone]


def _turned(parts: list[str], before: Sequence[_Mark], after: list[_Mark]) -> list[_Mark]:
    """Close what ends here and what stands in it, and open what begins."""
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] is after[kept]:
        kept += 1
    parts += (mark.closing for mark in reversed(before[kept:]))
    parts += (mark.opening for mark in after[kept:])
    return after
