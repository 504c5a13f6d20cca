"""An item's title and text as another program or a spreadsheet gives them: plain, and checked to be readable."""

import re
import unicodedata
from html import escape
from typing import Final

from messages.audience import LONGEST
from messages.items.records import LONGEST_ITEM_TEXT, LONGEST_REF
from messages.notices import LONGEST_TITLE
from messages.sheets.cells import Unreadable, line, too_long
from messages.text.markup import length16
from messages.text.phrase import phrase

LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""A pattern: one line without control characters."""
TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""A pattern: lines of text, tabs allowed, without other control characters."""

_TEXT: Final = re.compile(TEXT)


def title(text: str) -> str:
    """A title, trimmed. Raises ``Unreadable`` where it is too long or not of one line."""
    return line(unicodedata.normalize("NFC", text), LONGEST_TITLE)


def body(text: str) -> str:
    """A plain text as the Bot API's HTML. Raises ``Unreadable`` where it is too long or holds what cannot be seen."""
    value = lines(text)
    if length16(value) > LONGEST_ITEM_TEXT:
        raise too_long(value, LONGEST_ITEM_TEXT)
    if not _TEXT.fullmatch(value):
        message = phrase("Text without control characters is accepted.")
        raise Unreadable(message, value.encode("unicode_escape").decode())
    return html(value)


def lines(text: str) -> str:
    """A text whose lines end alike, without what is around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def html(text: str) -> str:
    """A plain text as the Bot API's HTML."""
    return escape(text, quote=False)


def audience(text: str) -> str:
    """An audience's expression, in one line."""
    return line(text, LONGEST)


def paths(text: str) -> str:
    """Paths of files, as they are written. Raises ``Unreadable`` for what no path has."""
    value = lines(text)
    if not _TEXT.fullmatch(value):
        message = phrase("Text without control characters is accepted.")
        raise Unreadable(message, value.encode("unicode_escape").decode())
    return value


def ref(text: str) -> str:
    """What somebody calls an item, without differences of width."""
    return line(code(text), LONGEST_REF)


def code(text: str) -> str:
    """A code as it is compared: without differences of width."""
    return unicodedata.normalize("NFKC", text)
