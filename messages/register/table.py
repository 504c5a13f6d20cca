"""Reads one table of a register, line by line: its points, and what holds for the lines below.

A line between that only names a unit, a section or a category holds for the lines below it. What a line leaves blank
because the one above says it is filled (``filling``). A line that bears a number of ours, as an export writes it
(``#123``), is whole: nothing of it is filled or guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from messages.errors import Fault
from messages.register import texts, words
from messages.register.beside import Mark, marks_of
from messages.register.citing import Citing
from messages.register.columns import PARTS, VOCABULARY, Column
from messages.register.filling import Filling
from messages.register.joining import joined
from messages.register.layout import Layout, Line, heading, is_note, post_said
from messages.register.points import PointReader, called, level_written
from messages.register.records import RiskLevel
from messages.register.rows import Origin, RegisterRow
from messages.sheets.cells import is_blank, shown
from messages.sheets.lines import Cell
from messages.sheets.tables import Row
from messages.sheets.vocabulary import fold
from messages.text.phrase import phrase

_SEVERAL: Final = frozenset({Column.DESCRIPTION, Column.CONTROLS})
"""Of these a table may have several columns, which are read one below the other."""
_SHOWN: Final = 60
_NAMED: Final = frozenset({Column.POST_CODE, Column.POST, Column.BASES})
_POSTS: Final = frozenset({Column.POST_CODE, Column.POST})
_UNCLEAR: Final = phrase(
    "This line looks like a signature or a note: please take it out, or give it a number or a level if it is a point."
)
_SECTION_ENDS: Final = (*"科室处股队所站办组部局", "中心", "窗口")


@dataclass(kw_only=True)
class Table:
    """One sheet's table being read; what is wrong with it is added to ``faults``."""

    citing: Citing
    unit_of: Callable[[str], str | None]
    faults: list[Fault]
    layout: Layout
    lines: Sequence[Line]
    is_text: bool
    passed_over: int = 0
    nameless: set[int] = field(default_factory=set)
    _below: str = ""
    _group: str = ""
    _post: dict[Column, str] = field(default_factory=dict)
    _noted: bool = False
    _told: set[Column] = field(default_factory=set)

    def __post_init__(self) -> None:
        header, above = self.layout.header, self.lines[: self.layout.at]
        self._header = header
        self._content = self.layout.content
        self._has_posts = not _POSTS.isdisjoint(header.places)
        self._marks = marks_of(self.layout, self.lines[self.layout.at :])
        self._filling = Filling(is_text=self.is_text, own_person=self.layout.is_of_posts_own(Column.RESPONSIBLE))
        self._named = frozenset(at for at, name in enumerate(header.names) if name)
        titles = [" ".join(_filled(cells)) for number, cells in above if number < header.line]
        self.passed_over += len(titles)
        for number, cells in above:
            if number < header.line:
                self._post |= post_said(_filled(cells))
        unit_at = header.places.get(Column.UNIT)
        self._origin = Origin(
            sheet=header.sheet,
            line=header.line,
            titles=tuple(titles),
            names={column: header.name(column) for column in Column},
            told=frozenset(header.places),
            parts_as_units=unit_at is not None and fold(header.names[unit_at]) in PARTS,
        )

    def rows(self) -> Iterator[RegisterRow]:
        """The points below the header."""
        for number, cells in joined(self.lines[self.layout.at :], self._header.places):
            mark = Mark.BESIDE if self._is_beside(cells) else self._marks.of(cells)
            if mark is Mark.POINT:
                yield self._row(number, cells)
            elif mark is Mark.BESIDE:
                self.passed_over += 1
            else:
                self._doubt(number, cells)

    def _doubt(self, number: int, cells: Sequence[Cell]) -> None:
        value = " ".join(_filled(cells))[:_SHOWN]
        self.faults.append(Fault(sheet=self._header.sheet, line=number, value=value, message=_UNCLEAR))

    def _is_beside(self, cells: Sequence[Cell]) -> bool:
        """Whether a line is no point: the header again, a note, a heading, or nothing but a number."""
        filled = [at for at, cell in enumerate(cells) if not is_blank(cell)]
        text, alone = shown(cells[filled[0]]).strip(), len(filled) == 1
        if not self._has_posts and self._says_post(_filled(cells)):
            return True
        if alone and self._names_unit(text):
            return True
        if is_note(text) and not self._marks.says_level(cells) and not self._marks.is_post(filled[0], text):
            self._noted = True
            return True
        if self.layout.is_repeated_in(cells) or (alone and (self._noted or self._is_heading(filled[0], text))):
            return True
        return all(words.is_nothing(shown(cells[at])) for at in filled if at in self._content)

    def _says_post(self, said: Sequence[str]) -> bool:
        """Whether a line says above which post's points it stands, as a form for each post."""
        post = post_said(said)
        if not post:
            return False
        if not any(map(self._names_unit, said)):
            self._filling.begin(unit=self._filling.unit)
        self._post = post
        return True

    def _names_unit(self, text: str) -> bool:
        """Whether a text that stands alone names a unit, which holds for the lines below from here on."""
        unit = self.unit_of(heading(text) or text)
        if unit is None:
            return False
        self._below, self._noted, self._group, self._post = unit, False, "", {}
        self._filling.begin()
        return True

    def _is_heading(self, at: int, text: str) -> bool:
        """Whether a text that stands alone is for the lines below: a unit that is not known, or a section."""
        numbered = heading(text)
        title = text if numbered is None else numbered
        if at == self._header.places.get(Column.UNIT):
            self._filling.begin(unit=title)
        elif at == self._header.places.get(Column.SECTION) or (numbered and title.endswith(_SECTION_ENDS)):
            self._filling.begin(unit=self._filling.unit, section=title)
        elif at == self._header.places.get(Column.CATEGORY):
            self._group = title
        else:
            return numbered is not None and not text[:1].isdigit()  # of a group of points, such as 一、项目管理
        return True

    def _row(self, number: int, cells: Sequence[Cell]) -> RegisterRow:
        self.nameless |= {at for at, cell in enumerate(cells) if at not in self._named and not is_blank(cell)}
        known = [cell if at in self._named else "" for at, cell in enumerate(cells)]
        row = Row(self._header, number, known, self.faults)
        values = {column: row.read(column, texts.text_of) for column in self._header.places}
        self._twins(row, values, known)
        values.setdefault(Column.SECTION, "")
        if not self._has_posts:
            values |= self._post
        if self.layout.ticks:
            values[Column.LEVEL] = ""
        own_id, ref = called(values.get(Column.REF, ""))
        self._grouped(values)
        self._complete(values, whole=own_id is not None)
        return PointReader(row=row, values=values, citing=self.citing, whole=own_id is not None).read(
            self._origin, self._below, own_id, ref, self._level(row, values, known)
        )

    def _twins(self, row: Row[Column], values: dict[Column, str], cells: Sequence[Cell]) -> None:
        """Add what further columns of forms and controls say; of names and levels one is accepted."""
        for at, column in self.layout.twins.items():
            written = shown(cells[at]).strip() if at < len(cells) and not is_blank(cells[at]) else ""
            if not written or written == values[column]:
                continue
            if not values[column] or column in _SEVERAL:
                values[column] = "\n".join(filter(None, (values[column], row.read_at(at, column, texts.text_of))))
            elif column not in self._told:
                self._told.add(column)
                message = phrase(
                    "This column says the same as {first}: please keep one.", first=self._header.name(column)
                )
                row.fault(self._header.names[at], written, message)

    def _grouped(self, values: dict[Column, str]) -> None:
        """A category that stands alone above points is theirs, up to one that has its own."""
        if self._group and values[Column.CATEGORY]:
            self._group = ""
        elif self._group:
            values[Column.CATEGORY] = self._group

    def _complete(self, values: dict[Column, str], *, whole: bool) -> None:
        nothing = frozenset(column for column, value in values.items() if words.is_nothing(value))
        values |= dict.fromkeys(nothing & _NAMED if whole else nothing - {Column.NAME, Column.LEVEL}, "")
        if whole:
            self._filling.note(values)
        else:
            self._filling.fill(values, nothing)

    def _level(self, row: Row[Column], values: dict[Column, str], cells: Sequence[Cell]) -> RiskLevel | None:
        if not self.layout.ticks:
            return level_written(row, values)
        ticked = [at for at in self.layout.ticks if at < len(cells) and words.ticked(shown(cells[at]))]
        if len(ticked) == 1:
            return self.layout.ticks[ticked[0]]
        value = ", ".join(self._header.names[at] for at in ticked)
        row.fault(VOCABULARY.chinese[Column.LEVEL], value, phrase("One level is ticked on each line."))
        return None


def _filled(cells: Sequence[Cell]) -> list[str]:
    return [shown(cell).strip() for cell in cells if not is_blank(cell)]
