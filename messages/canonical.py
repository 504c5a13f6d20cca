"""Canonical JSON (RFC 8785): one text, and so one hash, for one value."""

from collections.abc import Mapping
from typing import Final

import rfc8785

from messages.notices import Json

_LARGEST: Final = 2**53 - 1
"""Numbers beyond this are not the same for all who read JSON: they are written as text."""


def canonical(value: Json) -> str:
    """The one text of a value; whole numbers beyond 2⁵³ − 1 stand in it as text."""
    return rfc8785.dumps(_interoperable(value)).decode()


def _interoperable(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _interoperable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_interoperable(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return str(value)
    return value
