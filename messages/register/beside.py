"""Tells the lines of a table that are no points: signatures, offices, dates, pages and sums, whatever cell they are in.

A line that has a serial number or says its level is a point. Words that are a person's office are looked for only where
no office stands in a point: a post or a responsible person may be called 党组书记.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from messages.register import words
from messages.register.columns import CONTENT, SAYS_WHAT, Column
from messages.register.layout import Layout, Line
from messages.sheets.cells import is_blank, shown
from messages.sheets.lines import Cell
from messages.sheets.vocabulary import fold

_SERIALS: Final = frozenset({"序号", "no", "index", "serialno", "serialnumber"})
_SERIAL: Final = re.compile(r"\(?\d{1,5}(?:\.\d{1,3})*[).、]?|\(?[一二三四五六七八九十百]{1,4}[)、.]?")
_WHO: Final = (
    r"(?:填报|填表|制表|编制|审核|复核|审批|审定|经办|联系|单位|部门|科室|主要|分管|党组|党委|党支部|纪委|派驻|纪检组|本人|人"
    r"|负责|领导|书记|组长|局长|主任|或)"
)
_SIGNED: Final = r"(?:签字|签名|签章|盖章|公章)"
_STRONG: Final = re.compile(
    rf"\(?{_WHO}{{0,5}}\(?{_SIGNED}(?:[、/或及]{_SIGNED})?\)*(?::.{{0,40}})?"
    rf"|{_WHO}{{1,5}}(?:审核|审批|审查)?意见(?::.{{0,80}})?"
    rf"|{_WHO}{{1,5}}(?:日期|时间|电话)?(?:\([^()]*\))?:.{{0,40}}"
    r"|(?:\d{2,4})?年\d{0,2}月\d{0,2}日?|\d{4}[-./]\d{1,2}[-./]\d{1,2}(?:00:00:00)?"
    r"|第\d{1,4}页(?:[,/、]?共\d{1,4}页)?|共\d{1,4}页(?:[,/、]?第\d{1,4}页)?"
    r"|(?:合计|小计|总计|共计|小结)(?:[:(\d].*)?"
)
"""What is signed, dated, counted or asked of somebody."""
_WEAK: Final = re.compile(
    r"(?:(?:填报|填表|制表|编制|审核|复核|审批|审定|经办|联系|(?:单位|部门|科室)?(?:主要)?负责)人|联系电话|制表|"
    r"(?:填报|填表|制表)(?:日期|时间)|(?:党组|党委|党支部|支部|纪委)书记|(?:派驻)?纪检(?:监察)?组组?长"
    r"|(?:填报|填表)?(?:说明|备注|注))(?::.{0,40})?"
)
"""What may be an office, or the name of a post."""
_OF_PEOPLE: Final = frozenset(Column) - {Column.NAME, Column.DESCRIPTION, Column.CONTROLS, Column.INDICATORS}
_FEW: Final = 2
"""So few cells may be a word beside the table, where every point has a number."""
_SPACES: Final = re.compile(r"[\s_]+")


class Mark(Enum):
    """What a line is by its cells."""

    POINT = auto()
    BESIDE = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Tells what the lines of a table are. ``serial`` is the place of its numbers, ``numbered`` whether points have."""

    layout: Layout
    serial: int | None
    numbered: bool

    def of(self, cells: Sequence[Cell]) -> Mark:
        """What a line is that is no heading."""
        if self.says_level(cells):
            return Mark.POINT
        texts = {at: text for at, cell in enumerate(cells) if (text := _narrow(cell))}
        number = texts.get(self.serial, "") if self.serial is not None else ""
        if _SERIAL.fullmatch(number):
            return Mark.POINT
        if number and (len(texts) == 1 or _is_sign(number)):
            return Mark.BESIDE
        return self._by_signs(texts)

    def says_level(self, cells: Sequence[Cell]) -> bool:
        """Whether a word says the line's level: a number may be a sum."""
        at = self.layout.header.places.get(Column.LEVEL)
        if at is None or at >= len(cells) or self.layout.ticks:
            return False
        text = shown(cells[at]).strip()
        return not text.isdecimal() and words.level(text) is not None

    def is_post(self, at: int, text: str) -> bool:
        """Whether an office stands where posts do."""
        return at == self.layout.header.places.get(Column.POST) and _WEAK.fullmatch(_narrow(text)) is not None

    def _by_signs(self, texts: Mapping[int, str]) -> Mark:
        places = self.layout.header.places
        of_people = {at for column, at in places.items() if column in _OF_PEOPLE}
        signs = {at for at, text in texts.items() if _STRONG.fullmatch(text) or _is_office(text, at, of_people)}
        name = places.get(Column.NAME)
        if signs and len(signs) * 2 >= len(texts) and (name not in texts or name in signs):
            return Mark.BESIDE
        said = {places[column] for column in SAYS_WHAT if column in places}
        if (
            signs & said
            or sum(map(_is_sign, texts.values())) > 1
            or (self.numbered and (signs or self._is_bare(texts)))
        ):
            return Mark.DOUBTFUL
        return Mark.POINT

    def _is_bare(self, texts: Mapping[int, str]) -> bool:
        """Whether hardly anything of a point stands there."""
        content = {at for column, at in self.layout.header.places.items() if column in CONTENT} | set(self.layout.ticks)
        return len(content & texts.keys()) <= _FEW


def marks_of(layout: Layout, lines: Sequence[Line]) -> Marks:
    """How a table's points are told, by all its ``lines`` below the header."""
    serial = next((at for at, name in enumerate(layout.header.names) if fold(name) in _SERIALS), None)
    if serial is None:
        return Marks(layout=layout, serial=None, numbered=False)
    longer = [cells for _, cells in lines if sum(not is_blank(cell) for cell in cells) > _FEW + 1]
    bare = [cells for cells in longer if not any(map(_SERIAL.fullmatch, map(_narrow, cells[serial : serial + 1])))]
    unsigned = [cells for cells in bare if not layout.is_repeated_in(cells) and not any(map(_is_sign_cell, cells))]
    return Marks(layout=layout, serial=serial, numbered=bool(longer) and not unsigned)


def _is_office(text: str, at: int, of_people: set[int]) -> bool:
    return at not in of_people and _WEAK.fullmatch(text) is not None


def _is_sign_cell(cell: Cell) -> bool:
    return _is_sign(_narrow(cell))


def _is_sign(text: str) -> bool:
    return _STRONG.fullmatch(text) is not None or _WEAK.fullmatch(text) is not None


def _narrow(cell: Cell) -> str:
    """A cell's text without spaces, its marks those of ASCII."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", shown(cell))) if not is_blank(cell) else ""
