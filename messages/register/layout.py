"""Where a sheet's table is: its header, of one line or two, and what the lines around it are."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from messages.register import words
from messages.register.columns import CONTENT, DECIDED, SAYS_WHAT, VOCABULARY, Column, columns_of
from messages.register.records import RiskLevel
from messages.sheets.cells import is_blank, shown
from messages.sheets.headers import SOUGHT_WITHIN, Header
from messages.sheets.lines import Cell
from messages.sheets.vocabulary import fold, is_not_read

Line: TypeAlias = tuple[int, Sequence[Cell]]

_LEAST_KNOWN: Final = 2
_ENOUGH: Final = 4
_BELOW: Final = 2
"""So many lines below a header that has enough known names another one is sought."""
_LONGEST_HEADING: Final = 60
_WHO: Final = r"(?:填表|制表|填报|编制|审核|复核|审批|审定|单位|部门|科室|主要|分管|单位负责|部门负责)"
_WHAT: Final = r"(?:人|单位|日期|时间|负责人|领导|签字|签名|盖章|公章|意见|电话)"
_NOTE: Final = re.compile(
    r"[\s*※【\[(]*(?:"
    r"(?:注|备注|说明|填表说明|附|附注|附件|联系人|联系电话|notes?|remarks?)\s*\d*\s*[:\])】]"
    rf"|(?:{_WHO}{_WHAT}*|{_WHAT}{{1,3}})\s*(?:\([^()]*\))?\s*:"
    r"|(?:填表|制表|填报|编制|审核|复核|审批|审定)(?:人|单位|日期|时间)\s*$"
    r"|(?:合\s*计|小\s*计|总\s*计|共\s*计|总数|total)\s*(?::|\d|$)"
    r"|共\s*\d+\s*[个条项]"
    r")",
    re.IGNORECASE,
)
_ONCE: Final = frozenset({Column.NAME, Column.DESCRIPTION, Column.LEVEL, Column.CONTROLS})
_HOLDERS: Final = frozenset({"岗位责任人", "姓名", "责任人姓名"})
_LABEL: Final = re.compile(r"[^\s:]{2,8}\s*:")
_POST_SAID: Final = re.compile(r"(?:^|\s)(岗位(?:名称|编号|编码|代码)?|职务)\s*:\s*([^\s:]+)(?=\s|$)")
_NUMBERED: Final = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[部分章节类、\s]+|\([一二三四五六七八九十百\d]{1,4}\)\s*[、.]?"
    r"|[一二三四五六七八九十百]{1,4}\s*[、.]|\d{1,3}\s*[、.])\s*"
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table's header, and where levels are ticked below their names; ``at`` is the first line below, from 0."""

    header: Header[Column]
    at: int
    ticks: Mapping[int, RiskLevel] = field(default_factory=dict)

    @property
    def is_register(self) -> bool:
        """Whether it says what is at risk."""
        return not SAYS_WHAT.isdisjoint(self.header.places)

    @property
    def seems_register(self) -> bool:
        """Whether it may be meant as one, what is at risk under a name that is unknown."""
        places = self.header.places
        return Column.CONTROLS in places and len(places) > _LEAST_KNOWN

    @property
    def content(self) -> frozenset[int]:
        """The places where something makes a line a point."""
        return frozenset({at for column, at in self.header.places.items() if column in CONTENT} | set(self.ticks))

    def is_repeated_in(self, cells: Sequence[Cell]) -> bool:
        """Whether a line is the header again, as on each printed page."""
        names = self.header.names
        return all(at < len(cells) and _name(cells[at]) == names[at] for at in self.header.places.values())

    @cached_property
    def twins(self) -> Mapping[int, Column]:
        """The places of further columns of a name, a description, a level or controls."""
        known = {at: VOCABULARY.recognise(name) for at, name in enumerate(self.header.names) if at not in self.ticks}
        places = self.header.places
        decided = DECIDED.search(self.header.name(Column.LEVEL)) is not None
        once = _ONCE - {Column.LEVEL} if decided or self.ticks else _ONCE
        return {at: column for at, column in known.items() if column in once and places[column] != at}

    def is_of_posts_own(self, column: Column) -> bool:
        """Whether a column is of whoever holds the post, by its name."""
        return fold(self.header.name(column)) in _HOLDERS

    def unread(self) -> tuple[str, ...]:
        """The names of columns that are passed over, but for numbers and remarks."""
        read = {*self.header.places.values(), *self.ticks, *self.twins}
        others = (name for at, name in enumerate(self.header.names) if name and at not in read)
        return tuple(dict.fromkeys(name for name in others if not is_not_read(name)))


def find_layout(sheet: str | None, lines: Sequence[Line]) -> Layout | None:
    """The header with the most known names, of one line rather than two, the first of equals.

    None where no line has at least two.
    """
    best: tuple[tuple[int, bool, bool], Layout] | None = None
    for at in range(min(len(lines), SOUGHT_WITHIN)):
        if best is not None and best[0][0] >= _ENOUGH and at > best[1].at + _BELOW:
            break  # what comes below a header are points: they are many, and long
        for layout in _layouts(sheet, lines, at):
            rank = len(layout.header.places), bool(layout.ticks), layout.at == at + 1
            if best is None or rank > best[0]:
                best = rank, layout
    return best[1] if best is not None and best[0][0] >= _LEAST_KNOWN else None


def _layouts(sheet: str | None, lines: Sequence[Line], at: int) -> Sequence[Layout]:
    """A line as a header, and together with the one below it."""
    number, cells = lines[at]
    above = tuple(_name(cell) for cell in cells)
    alone = _layout(sheet, number, above, at + 1, _ticks_alone(above))
    if at + 1 == len(lines):
        return [alone]
    below = tuple(_name(cell) for cell in lines[at + 1][1])
    width = max(len(above), len(below))
    above, below = above + ("",) * (width - len(above)), below + ("",) * (width - len(below))
    names = tuple(own or group for own, group in zip(below, above, strict=True))
    return [alone, _layout(sheet, number, names, at + 2, _ticks_below(above, below))]


def _name(cell: Cell) -> str:
    return "".join(shown(cell).split()) if not is_blank(cell) else ""


def _layout(sheet: str | None, number: int, names: tuple[str, ...], at: int, ticks: Mapping[int, RiskLevel]) -> Layout:
    places = columns_of(tuple("" if place in ticks else name for place, name in enumerate(names)))
    if ticks:
        places[Column.LEVEL] = min(ticks)
    header = Header(sheet=sheet, line=number, names=names, places=places, vocabulary=VOCABULARY)
    return Layout(header=header, at=at, ticks=ticks)


def _ticks_alone(names: Sequence[str]) -> dict[int, RiskLevel]:
    """Columns that are called 高, 中 and 低 themselves."""
    return _levels({at: name for at, name in enumerate(names) if words.heads_a_level(name)})


def _ticks_below(above: Sequence[str], below: Sequence[str]) -> dict[int, RiskLevel]:
    """Columns that are called by levels below a name that stands over all of them."""
    grouped: dict[int, str] = {}
    group = ""
    for at, (name, own) in enumerate(zip(above, below, strict=True)):
        group = name or group
        if own and own != name and VOCABULARY.recognise(group) is Column.LEVEL:
            grouped[at] = own
    return _levels(grouped) or _ticks_alone(below)


def _levels(names: Mapping[int, str]) -> dict[int, RiskLevel]:
    levels = {at: level for at, name in names.items() if (level := words.level(name)) is not None}
    return levels if len(set(levels.values())) == len(levels) >= _LEAST_KNOWN else {}


def is_note(text: str) -> bool:
    """Whether a line that begins so is no point: a note, a signature, a sum."""
    return _NOTE.match(_narrow(text)) is not None


def heading(text: str) -> str | None:
    """What a numbered line above others is called, ``一、财政局``; None where it is none."""
    if len(text) > _LONGEST_HEADING:
        return None
    narrow = _narrow(text)
    found = _NUMBERED.match(narrow)
    return narrow[found.end() :].strip() if found else None


def post_said(cells: Sequence[str]) -> dict[Column, str]:
    """The post that the filled cells of a line above points name: ``单位:财政局 岗位名称:出纳``."""
    text = _narrow(" ".join(cells))
    found = _POST_SAID.findall(text) if _LABEL.match(text) else []
    return {Column.POST_CODE if label.endswith(("号", "码")) else Column.POST: said for label, said in found}


def _narrow(text: str) -> str:
    """A text whose marks are those of ASCII."""
    return unicodedata.normalize("NFKC", text)
