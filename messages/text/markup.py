"""The Bot API's HTML, read strictly: as the Bot API reads it, refused where the Bot API refuses it.

Source: "Formatting options / HTML style" of the Bot API's reference, and the words of its own refusals. Read once, left
to right, in time linear in the text.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from messages.errors import Fault, Refused
from messages.text.marked import TYPES, Entity, Marked, checked_link, length16, to_html
from messages.text.phrase import Phrase, phrase

__all__ = ["LONGEST_TEXT", "Entity", "Marked", "MarkupFault", "length16", "parse", "to_html", "visible_length"]

LONGEST_TEXT: Final = 4096
"""The Bot API's limit for a text, in UTF-16 units after the markup is read."""
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE: Final = r" \t\r\n\v\0"
_SIGN = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_START = re.compile(rf"<([^{_SPACE}>]*)")
_END = re.compile(rf"</([^{_SPACE}>]*)[{_SPACE}]*(>?)")
_ATTRIBUTE = re.compile(
    rf"([^{_SPACE}=>]*)[{_SPACE}]*(?:(=)[{_SPACE}]*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]*(?=[{_SPACE}>]|\Z))|(.)))?",
    re.DOTALL,
)
_BLANK = re.compile(rf"[{_SPACE}]*")
_LONGEST_REFERENCE: Final = 9


class MarkupFault(Refused):
    """The text is not well-formed Bot API HTML.

    ``offset`` counts characters from 0, ``line`` and ``column`` from 1; ``api`` is what the Bot API itself says of it.
    """

    def __init__(self, html: str, offset: int, api: str, what: Phrase) -> None:
        """Find the place of ``offset`` in ``html``."""
        self.offset = offset
        self.line = html.count("\n", 0, offset) + 1
        self.column = offset - (html.rfind("\n", 0, offset) + 1) + 1
        at_byte = f" at byte offset {len(html[:offset].encode(errors='surrogatepass'))}"
        self.api = f"can't parse entities: {api.replace('@', at_byte, 1)}"
        fault = Fault(message=what, line=self.line, column=str(self.column), value=html[offset : offset + 20])
        super().__init__(phrase("The input was refused."), [fault])


@dataclass(kw_only=True)
class _Open:
    """A tag that waits for its end. ``slot`` keeps the entity's place among the entities; None makes no entity."""

    tag: str
    argument: str
    place: int
    offset: int
    slot: int | None
    text_from: int
    code: tuple[int, int, str] | None = None


def visible_length(html: str) -> int:
    """How long the text is without its tags, in UTF-16 code units: what the Bot API's limits count."""
    return length16(parse(html).text)


def parse(html: str) -> Marked:
    """Read the Bot API's HTML; raises ``MarkupFault`` where the Bot API would refuse it."""
    if "<" not in html and "&" not in html:
        return Marked(text=html)
    return _Parser(html).parse()


class _Parser:
    """One pass over one text."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.parts: list[str] = []
        self.offset = 0
        self.entities: list[Entity | None] = []
        self.stack: list[_Open] = []
        self.open: Counter[str] = Counter()

    def parse(self) -> Marked:
        html, at = self.html, 0
        while sign := _SIGN.search(html, at):
            start = sign.start()
            self._text(html[at:start])
            if sign[0] == "&":
                character, at = _reference(html, start)
                self._text(character)
            else:
                at = self._end_tag(start) if html.startswith("/", start + 1) else self._start_tag(start)
        self._text(html[at:])
        if self.stack:
            last = self.stack[-1]
            api = f'Can\'t find end tag corresponding to start tag "{last.tag}"'
            raise MarkupFault(html, last.place, api, phrase("The tag <{tag}> is not closed.", tag=last.tag))
        return Marked(text="".join(self.parts), entities=tuple(filter(None, self.entities)))

    def _text(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.offset += length16(text)

    def _start_tag(self, start: int) -> int:
        match = _START.match(self.html, start)
        assert match  # noqa: S101 - the pattern matches every "<"
        tag, at = match[1].lower(), match.end()
        if at == len(self.html):
            raise self._unclosed(start, "Unclosed start tag@")
        if tag not in TYPES:
            raise MarkupFault(self.html, start, f'Unsupported start tag "{tag}"@', _unsupported(tag))
        argument, at = self._attributes(tag, start, at)
        if tag == "span" and argument != "spoiler":
            what = phrase('The tag <span> is accepted only as <span class="tg-spoiler">.')
            raise MarkupFault(self.html, start, 'Tag "span" must have class "tg-spoiler"@', what)
        self._open_tag(tag, argument, start)
        return at

    def _attributes(self, tag: str, start: int, at: int) -> tuple[str, int]:
        """The one attribute that counts for the tag, and the place after its ``>``."""
        argument = ""
        while True:
            at = _skip_blanks(self.html, at)
            if self.html.startswith(">", at):
                return argument, at + 1
            if at == len(self.html):
                raise self._unclosed(start, f'Unclosed start tag "{tag}"@')
            name, value, at = self._attribute(tag, start, at)
            argument = _argument(tag, name, value) or argument

    def _attribute(self, tag: str, start: int, at: int) -> tuple[str, str, int]:
        match = _ATTRIBUTE.match(self.html, at)
        assert match  # noqa: S101 - every part of the pattern is optional
        name, equals, double, single, token, broken = match.groups()
        if not name:
            what = phrase("The tag <{tag}> has an attribute without a name.", tag=tag)
            raise MarkupFault(self.html, start, f'Empty attribute name in the tag "{tag}"@', what)
        if broken in ('"', "'"):
            raise self._unclosed(start, f'Unclosed start tag "{tag}"@')
        if broken is not None:
            what = phrase("The value of {name} needs quotation marks.", name=name)
            raise MarkupFault(self.html, match.start(6), "Unexpected end of name token@", what)
        if not equals:
            return name, "", match.end()
        quoted = double if double is not None else single
        return name, _unescape(quoted) if quoted is not None else token.lower(), match.end()

    def _open_tag(self, tag: str, argument: str, start: int) -> None:
        """Entities inside ``code`` and ``pre``, or in another of their kind, are dropped, as the Bot API does."""
        kind = TYPES[tag]
        dropped = self.open["code"] or self.open["pre"] or self.open[kind]
        slot = None if dropped else len(self.entities)
        if slot is not None:
            self.entities.append(None)
        self.open[kind] += 1
        self.stack.append(
            _Open(tag=tag, argument=argument, place=start, offset=self.offset, slot=slot, text_from=len(self.parts))
        )

    def _end_tag(self, start: int) -> int:
        match = _END.match(self.html, start)
        assert match  # noqa: S101 - the pattern matches every "</"
        if not self.stack:
            what = phrase("A tag is closed that was not opened.")
            raise MarkupFault(self.html, start, "Unexpected end tag@", what)
        if not match[2]:
            raise self._unclosed(start, "Unclosed end tag@")
        expected = self.stack[-1].tag
        if match[1] and match[1].lower() != expected:
            api = f'Unmatched end tag@, expected "</{expected}>", found "</{match[1]}>"'
            what = phrase("</{expected}> was expected, </{found}> was found.", expected=expected, found=match[1])
            raise MarkupFault(self.html, start, api, what)
        self._close(self.stack.pop(), start)
        return match.end()

    def _close(self, tag: _Open, start: int) -> None:
        kind, length = TYPES[tag.tag], self.offset - tag.offset
        self.open[kind] -= 1
        if tag.tag == "code" and self.stack and self.stack[-1].tag == "pre":
            self.stack[-1].code = (tag.offset, length, tag.argument)
        if tag.slot is not None and length:
            self.entities[tag.slot] = self._entity(tag, kind, length, start)

    def _entity(self, tag: _Open, kind: str, length: int, start: int) -> Entity | None:
        if kind == "text_link":
            url = checked_link(tag.argument or "".join(self.parts[tag.text_from :]))
            return Entity(type=kind, offset=tag.offset, length=length, url=url) if url else None
        if kind == "custom_emoji":
            if not (tag.argument.isascii() and tag.argument.isdigit() and int(tag.argument[:20])):
                what = phrase('The tag <tg-emoji> needs a number: <tg-emoji emoji-id="…">.')
                raise MarkupFault(self.html, start, "Invalid custom emoji identifier specified", what)
            return Entity(type=kind, offset=tag.offset, length=length, custom_emoji_id=tag.argument)
        if kind == "pre" and tag.code and tag.code[:2] == (tag.offset, length) and tag.code[2]:
            return Entity(type=kind, offset=tag.offset, length=length, language=tag.code[2])
        if kind == "blockquote" and tag.argument:
            kind = "expandable_blockquote"
        return Entity(type=kind, offset=tag.offset, length=length)

    def _unclosed(self, start: int, api: str) -> MarkupFault:
        return MarkupFault(
            self.html, start, api, phrase("A tag begins with < but has no >; write &lt; for the sign <.")
        )


def _unsupported(tag: str) -> Phrase:
    return phrase("The tag <{tag}> is not supported; write &lt; for the sign <.", tag=tag[:40])


def _skip_blanks(html: str, at: int) -> int:
    match = _BLANK.match(html, at)
    return match.end() if match else at


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class"):
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case ("span", "class"):
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        case ("blockquote", "expandable"):
            return "expandable"
    return ""


def _reference(html: str, at: int) -> tuple[str, int]:
    """The character of a reference and the place after it; what is no reference stays an ampersand."""
    match = _REFERENCE.match(html, at)
    character = _character(match) if match else None
    return (character, match.end()) if match and character else ("&", at + 1)


def _character(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name)
    if len(match[0].rstrip(";")) > _LONGEST_REFERENCE:
        return None
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    usable = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - Unicode's end and its surrogates
    return chr(code) if usable else None


def _unescape(value: str) -> str:
    return _REFERENCE.sub(lambda match: _character(match) or match[0], value) if "&" in value else value
