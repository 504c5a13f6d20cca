"""The buttons of the desks and what their presses carry: a kind with its version, then words, within 64 bytes.

Each desk names its kinds and reads its own words: they come back from outside, and anyone may have shaped them. The
acknowledgement button of a notice is made by ``bot/telegram/keyboards.py``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton

_WIDEST: Final = 40  # characters of a label that a phone shows without cutting it
_LONGEST: Final = 64  # bytes
_DATA: Final = re.compile(r"[a-z]{1,6}[0-9](?::[A-Za-z0-9_.-]{0,40}){0,8}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


class Forged(Exception):
    """The data are none that a button of ours carries."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a pressed button carries: its ``kind``, such as ``i1``, and its ``words``."""

    kind: str
    words: tuple[str, ...]

    def numbers(self, count: int) -> tuple[int, ...]:
        """All the words as whole numbers, ``count`` of them; raises ``Forged`` for anything else."""
        if len(self.words) != count:
            raise Forged
        return tuple(map(number_of, self.words))

    def number(self) -> int:
        """The one word, a whole number; raises ``Forged`` for anything else."""
        return self.numbers(1)[0]

    def word(self, among: Sequence[str]) -> str:
        """The one word, one of ``among``; raises ``Forged`` for anything else."""
        if len(self.words) != 1 or self.words[0] not in among:
            raise Forged
        return self.words[0]


def number_of(word: str) -> int:
    """A word as a whole number that a database keeps; raises ``Forged`` for anything else."""
    if not _NUMBER.fullmatch(word):
        raise Forged
    return int(word)


def read(data: str) -> Wish:
    """What a press carries; of what no button of a desk can carry, the wish is of no kind."""
    if not _DATA.fullmatch(data):
        return Wish(kind="", words=())
    kind, *words = data.split(":")
    return Wish(kind=kind, words=tuple(words))


def button(label: str, kind: str, *words: str | int) -> InlineKeyboardButton:
    """A button; a label that is too wide is cut. The words are letters, digits and ``_.-``."""
    data = ":".join((kind, *map(str, words)))
    if not _DATA.fullmatch(data) or len(data) > _LONGEST:
        message = f"a button cannot carry {data!r}"
        raise ValueError(message)
    return InlineKeyboardButton(shortened(label), callback_data=data)


def shortened(label: str, most: int = _WIDEST) -> str:
    """A label on one line, as wide as a phone shows it."""
    line = " ".join(label.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
