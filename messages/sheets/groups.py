"""Headings in two lines: a group above, such as 公示时间, over its parts 开始 and 结束, each read as one name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from messages.sheets.cells import shown
from messages.sheets.lines import Across, Cell
from messages.sheets.vocabulary import C, Vocabulary, fold, is_not_read

_LONGEST: Final = 100
"""Characters of a name in two lines; what is longer is a text."""
_NOTE: Final = re.compile(r"\s*[(（\[【][^(（\[【]*[)）\]】]$")
_END: Final = re.compile("(?:起止)?(?:时间|日期|期限|期)$")
"""What a group says at its end and its parts do not: 公示时间 over 开始 is 公示开始."""
_NAME: Final = frozenset({"名称", "name"})
_OF_ANYTHING: Final = frozenset({*_NAME, "编号", "单位", "单位名称", "金额", "类别", "类型", "状态", "number", "value"})
"""Parts that say nothing without their group: 合同 over 编号 and 金额 is neither the matter's number nor its amount."""
_BASIC: Final = re.compile("基本|项目|概况")
"""A group about the matter as such: its parts are the matter's."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A place of two lines; ``group`` is what stands above it, or before that where the upper line is empty.

    ``sure``: the lower line's name is a part of the group, and does not only stand behind it.
    """

    above: str
    below: str
    group: str
    sure: bool

    @property
    def own(self) -> str | None:
        """Its name where only one line says one."""
        if self.below in {"", self.above}:
            return self.above
        return None if self.group else self.below


def joined(vocabulary: Vocabulary[C], above: Sequence[Cell], below: Sequence[Cell]) -> tuple[tuple[str, ...], int]:
    """The names of a header in two lines, and how many of them take both."""
    pairs = list(zip_longest(above, below, fillvalue=""))
    # Names of whole columns above: then what stands below is parts of groups, and not names that begin there.
    leads = any(vocabulary.recognise(_said(upper)) for upper, lower in pairs if _said(lower) in {"", _said(upper)})
    places = list(_places(pairs, leads=leads))
    known = [_known(vocabulary, place) for place in places]
    taken = {vocabulary.recognise(name) for name in known if name}
    names = tuple(
        _name(vocabulary, place, taken) if name is None else name for place, name in zip(places, known, strict=True)
    )
    two = [(place, name) for place, name in zip(places, known, strict=True) if place.own is None]
    return names, sum(name is not None or (leads and not place.above) for place, name in two)


def _places(pairs: Sequence[tuple[Cell, Cell]], *, leads: bool) -> Iterator[_Place]:
    group, sure = "", False
    for upper, lower in pairs:
        over, under = _said(upper), _said(lower)
        if over:
            group, sure = over, True
        elif not isinstance(upper, Across):
            group, sure = group if under else "", leads
        yield _Place(above=over, below=under, group=group, sure=sure)


def _said(cell: Cell) -> str:
    return shown(cell).strip()


def _known(vocabulary: Vocabulary[C], place: _Place) -> str | None:
    """A place's name where one line says it, or both say one that is known."""
    group, part = place.group, place.below
    if place.own is not None or len(group + part) > _LONGEST:
        return place.own
    bare, notes = _NOTE.sub("", group), "".join(_NOTE.findall(group))
    names = [group + part, part + group, _END.sub("", bare) + part]
    if notes and place.sure:
        names.append(part + notes)  # 金额（万元） over 预算金额
    if fold(part) in _NAME:
        names.append(group)  # 采购单位 over 名称
    return next((one for one in names if vocabulary.recognise(one) is not None), None)


def _name(vocabulary: Vocabulary[C], place: _Place, taken: set[C | None]) -> str:
    """A place's name where both lines say none that is known: that of its part, if the group is only a caption."""
    part = place.below
    column = vocabulary.recognise(part)
    if is_not_read(part) or not place.sure:
        return part
    is_caption = fold(part) not in _OF_ANYTHING or _BASIC.search(place.group) is not None
    return part if column is not None and column not in taken and is_caption else place.group + part
