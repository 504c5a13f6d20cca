"""An item's title and text as another program or a spreadsheet gives them: plain, and checked to be readable."""

import unicodedata
from html import escape
from typing import Final

from messages.audience import LONGEST
from messages.items.records import LONGEST_ITEM_TEXT, LONGEST_REF
from messages.notices import LONGEST_TITLE
from messages.sheets.cells import Unreadable, line, too_long
from messages.text.markup import length16
from messages.text.phrase import phrase

_UNSEEN: Final = frozenset({"Cc", "Cs"})
_LONGEST_CODE: Final = 64


def title(text: str) -> str:
    """A title, trimmed. Raises ``Unreadable`` where it is too long or not of one line."""
    return line(unicodedata.normalize("NFC", text), LONGEST_TITLE)


def body(text: str) -> str:
    """A plain text as the Bot API's HTML. Raises ``Unreadable`` where it is too long or holds what cannot be seen."""
    value = "\n".join(text.splitlines()).strip()
    if length16(value) > LONGEST_ITEM_TEXT:
        raise too_long(value, LONGEST_ITEM_TEXT)
    if any(unicodedata.category(character) in _UNSEEN for character in value if character not in "\n\t"):
        message = phrase("Text without control characters is accepted.")
        raise Unreadable(message, value.encode("unicode_escape").decode())
    return escape(value, quote=False)


def audience(text: str) -> str:
    """An audience's expression, in one line."""
    return line(text, LONGEST)


def ref(text: str) -> str:
    """What somebody calls an item, without differences of width."""
    return line(unicodedata.normalize("NFKC", text), LONGEST_REF)


def code(text: str) -> str:
    """The code of a post, without differences of width."""
    return line(unicodedata.normalize("NFKC", text), _LONGEST_CODE)
