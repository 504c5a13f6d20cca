"""Updates as Telegram delivers them: checked as far as the intake needs it, and no further.

The library's own ``Update`` is not made: with all its objects it takes longer than the whole record of a press, and a
desk needs five fields of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KINDS: Final = ("message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for."""
_WIDEST: Final = 2**63
_HALVES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Update:
    """One update. Its ``body`` is hostile: anyone on the network can shape most of it.

    ``person`` is whose acts are kept in order: the sender; nobody's has a number of its own, below zero.
    """

    update_id: int
    person: int
    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


def number(value: object) -> int | None:
    """A whole number as the Bot API has them, of 64 bits at the most; None for anything else."""
    return value if type(value) is int and -_WIDEST <= value < _WIDEST else None


def words(of: Mapping[str, Any], name: str) -> str | None:
    """A text; JSON can carry halves of characters, which are none and could not be sent back."""
    value = of.get(name)
    return value if isinstance(value, str) and not _HALVES.search(value) else None


def read(update: object) -> Update | None:
    """One update; None for what cannot be one. A kind that nobody asked for is an update of nobody."""
    if not isinstance(update, dict) or (update_id := number(update.get("update_id"))) is None:
        return None
    kind = next((kind for kind in KINDS if kind in update), None)
    if kind is None:
        return unread(update_id)
    body = update[kind]
    if not isinstance(body, dict) or (person := _sender(kind, body)) is None:
        return None
    return Update(update_id=update_id, person=person, kind=kind, body=body)


def unread(update_id: int) -> Update:
    """An update of which only its number is kept; it holds up nobody's acts."""
    return Update(update_id=update_id, person=-abs(update_id) - 1)


def _sender(kind: str, body: Mapping[str, Any]) -> int | None:
    """Who did it; in a message that has no sender, such as a channel's, the chat."""
    who = body.get("from")
    if who is None and kind == "message":
        who = body.get("chat")
    return number(who.get("id")) if isinstance(who, dict) else None
