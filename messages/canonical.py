"""Canonical JSON (RFC 8785): one text, and so one hash, for one value."""

import json
from collections.abc import Mapping
from typing import Final

import rfc8785

from messages.notices import Json

_LARGEST: Final = 2**53 - 1
"""Numbers beyond this are not the same for all who read JSON: they are written as text."""
_PLAINLY: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Json) -> str:
    """The one text of a value; whole numbers beyond 2⁵³ − 1 stand in it as text."""
    # Nearly all values are plain, and of these the quick encoder writes the very same text.
    return _PLAINLY.encode(value) if _is_plain(value) else rfc8785.dumps(_interoperable(value)).decode()


def _is_plain(value: object) -> bool:
    """Whether it has nothing in which the encoders could differ.

    These are fractions, large numbers, names that have another order in UTF-16, and texts that are none in UTF-8.
    """
    if isinstance(value, str):
        return value.isascii() or _is_text(value)
    if isinstance(value, int):
        return -_LARGEST <= value <= _LARGEST
    if isinstance(value, dict):
        return all(isinstance(name, str) and name.isascii() and _is_plain(one) for name, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair of UTF-16
        return False
    return True


def _interoperable(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _interoperable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_interoperable(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return str(value)
    return value
