"""Cells that are blank because the one above holds for them too: filled downwards within a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from messages.register.columns import Column

_PLACE: Final = (Column.UNIT, Column.SECTION)
_POST: Final = (Column.POST_CODE, Column.POST)
_PEOPLE: Final = (Column.RESPONSIBLE, Column.LEADING)
_MERGED: Final = (Column.CATEGORY, Column.DUTY)
"""Blank below the first line where a merged cell was saved as CSV; in a workbook it is known what was merged."""


@dataclass(kw_only=True)
class Filling:
    """What is carried downwards in a sheet; ``is_text`` where it is one of text, which has no merged cells.

    ``own_person`` is whether the responsible one is who holds the post.
    """

    is_text: bool
    own_person: bool = False
    _last: dict[Column, str] = field(default_factory=dict)

    def fill(self, values: dict[Column, str], nothing: frozenset[Column]) -> None:
        """Fill a line's blank ``values``; those of ``nothing`` say that there is none."""
        same = self._carry(values, nothing, _PLACE, same=True)
        told = any(values.get(column) or column in nothing for column in _POST)
        if not told and same:
            self._fill(values, _POST)
        people = (column for column in _PEOPLE if column not in nothing)
        self._fill(values, (column for column in people if self._are_of(column, values, same=same)))
        if self.is_text:
            duty = same and not told and any(self._last.get(column) for column in _POST)
            blank = (column for column in _MERGED if same and column not in nothing)
            self._fill(values, (column for column in blank if column is not Column.DUTY or duty))
        self.note(values)

    def note(self, values: dict[Column, str]) -> None:
        """A line that is whole is what the lines below are filled from."""
        self._last = {column: values.get(column, "") for column in (*_PLACE, *_POST, *_PEOPLE, *_MERGED)}

    def _are_of(self, column: Column, values: dict[Column, str], *, same: bool) -> bool:
        """Whether the people above are this line's too: of one post, in a text also of other posts of one place."""
        post = [values.get(one, "") for one in _POST]
        one_post = post == [self._last.get(one, "") for one in _POST]
        if self.own_person and column is Column.RESPONSIBLE:
            return same and one_post and any(post)
        return same and (one_post or self.is_text)

    @property
    def unit(self) -> str:
        """The unit that holds now, as it is written; empty where none does."""
        return self._last.get(Column.UNIT, "")

    def begin(self, **values: str) -> None:
        """Nothing of the lines above holds any longer, but for these ``values`` of columns."""
        self._last = {Column(name): value for name, value in values.items()}

    def _carry(
        self, values: dict[Column, str], nothing: frozenset[Column], columns: Iterable[Column], *, same: bool
    ) -> bool:
        """Fill from the larger to the smaller for as long as nothing differs; whether nothing does."""
        for column in columns:
            if values.get(column) or column in nothing:
                same = same and values.get(column, "") == self._last.get(column, "")
            elif same:
                self._fill(values, (column,))
        return same

    def _fill(self, values: dict[Column, str], columns: Iterable[Column]) -> None:
        for column in columns:
            if column in values and not values[column]:
                values[column] = self._last.get(column, "")
