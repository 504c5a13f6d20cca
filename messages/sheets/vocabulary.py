"""The columns that a file may have, and the names that offices give them."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, Generic, TypeVar

C = TypeVar("C", bound=StrEnum)
"""A column: its value is the English header that we write."""

_NOT_READ: Final = frozenset(
    {
        "序号",
        "备注",
        "no",
        "index",
        "serialno",
        "serialnumber",
        "remark",
        "remarks",
        "note",
        "notes",
        "comment",
        "comments",
    }
)
"""Columns that many offices keep for themselves: they are passed over."""

_NEAREST: Final = 5
_NEAR: Final = 0.4
"""So near are names that may have been meant: «开标日» is to 开标时间."""
_LONGEST: Final = 200
"""Characters of a name with its notes; what is longer is a text."""
_NOTE_IN_BRACKETS: Final = re.compile(rf"[(\[【<][^)\]】>]{{0,{_LONGEST}}}[)\]】>]")
_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """A header or a word without what does not matter: width, case, spaces, marks such as ``*``, notes in brackets."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_LETTERS.sub("", _NOTE_IN_BRACKETS.sub("", plain)) or _NOT_LETTERS.sub("", plain)


def is_not_read(header: str) -> bool:
    """Whether this is a column that any file may have and that says nothing to us."""
    return fold(header) in _NOT_READ


class Vocabulary(Generic[C]):
    """The names of a file's columns. ``chinese`` are the Chinese headers that we write, by column and in order."""

    def __init__(
        self,
        chinese: Mapping[C, str],
        aliases: Mapping[C, str],
        required: Collection[C],
        passed_over: Callable[[str], bool] = is_not_read,
    ) -> None:
        """``aliases`` are more names, folded, with spaces between; without ``required`` there is no such file.

        ``passed_over`` says of a name that is unknown that nothing under it is meant for us.
        """
        self.passed_over: Final = passed_over
        self.chinese: Final = chinese
        self.required: Final = tuple(required)
        self._columns: Final = {
            fold(word): column
            for column, name in chinese.items()
            for word in (column.value, name, *aliases.get(column, "").split())
        }

    def recognise(self, header: str) -> C | None:
        """The column that a header names; None for an unknown one."""
        return self._columns.get(fold(header)) if len(header) <= _LONGEST else None

    def accepted(self, header: str = "") -> str:
        """Every accepted column by the names we write, for a person to read: those first that a header may mean."""
        meant = get_close_matches(fold(header), self._columns, _NEAREST, _NEAR)
        columns = dict.fromkeys([*(self._columns[word] for word in meant), *self.chinese])
        return ", ".join(f"{self.chinese[column]} {column.value}" for column in columns)
