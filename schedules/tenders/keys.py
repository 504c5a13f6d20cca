"""What the notices of matters are called: a key says what is told of which step, so that it is told once."""

import re
from hashlib import sha256
from typing import Final

from messages.tenders.records import PromptKind

_LONGEST_KEY: Final = 200 - 18
"""Of what a notice is called there is room left for whom of several it is."""
_PLAIN_PART: Final = re.compile(r"[^\s:#.]{1,40}\Z")
_HASHED: Final = "#"
_DIGITS: Final = 16


def key_of(ref: str, rule: str, kind: PromptKind, *, part: str = "", turn: int = 0, to: str = "") -> str:
    """The key of what is told of a matter: ``tender:REF:RULE:KIND``, of a rule's ``part`` and by ``turn``.

    What is told on the day itself is called by the milestone alone (``tender:REF:opening``): there ``rule`` is that.
    ``to`` says for whom it is, where others are told the same in other words. Long ones are hashed.
    """
    what = kind.value + (f"-{_short(to)}" if to else "")
    last = f"{what}.{turn}" if turn else what
    step = f"{rule}.{_short(part)}" if part else rule
    plain = kind is PromptKind.DAY and not (part or turn or to)
    tail = step if plain else f"{step}:{last}"
    key = f"tender:{ref}:{tail}"
    if len(key) <= _LONGEST_KEY and not ref.startswith(_HASHED):
        return key
    return f"tender:{hashed(ref)}:{tail}"


def _short(part: str) -> str:
    return part if _PLAIN_PART.match(part) else hashed(part)


def hashed(text: str) -> str:
    """So much of a digest that names differ."""
    return f"{_HASHED}{sha256(text.encode()).hexdigest()[:_DIGITS]}"
