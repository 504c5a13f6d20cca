"""Lines of a sheet that are of no matter: sums and notes, and numbers that wait for a matter to come."""

import re
from typing import Final

from messages.sheets.cells import is_blank
from messages.sheets.lines import Cell
from messages.sheets.tables import Row
from messages.tenders.sheets.names import Column

_NOTHING: Final = frozenset({"/", "-", "--", "—", "——", "无", "待定", "暂无", "未定", "不适用"})
_SERIAL: Final = re.compile(r"\d{1,4}")
_ZERO: Final = re.compile(r"0(?:\.0+)?")
_SUM: Final = re.compile(
    r"(?:本页|本表|以上)?(?:合|总|小|共|累)计(?:金额|项目|[(（][^()（）]*[)）]|[:：]|[\d,.]+[万亿]?[项个元])*"
)
_NOTE: Final = re.compile(
    r"(?:注|备注|说明|填表人?|填报人|填报单位|填报日期|填报时间|制表人?|审核人?|负责人|单位负责人|联系人|联系电话)[:：]"
)
"""How a line begins that stands below a table."""


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty, or the office writes that there is nothing."""
    return is_blank(cell) or (isinstance(cell, str) and cell.strip() in _NOTHING)


def is_empty(row: Row[Column]) -> bool:
    """Whether a line says nothing, or only its own number in the sheet; a sum of nothing is nothing."""
    said = {column: text for column, text in row.said.items() if text not in _NOTHING}
    if _ZERO.fullmatch(said.get(Column.AMOUNT, "")):
        del said[Column.AMOUNT]
    return not said or (said.keys() == {Column.REF} and _SERIAL.fullmatch(said[Column.REF]) is not None)


def is_beside(row: Row[Column]) -> bool:
    """Whether a line is a sum or a note, by the first words in it; a number may stand before these."""
    words = ("".join(text.split()) for text in row.filled)
    first = next((text for text in words if not _SERIAL.fullmatch(text)), "")
    return _SUM.fullmatch(first) is not None or _NOTE.match(first) is not None
