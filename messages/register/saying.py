"""What a line of a file says of a point, and whether that is what stands."""

from typing import Final

from messages.register import texts
from messages.register.columns import Column
from messages.register.placing import Placed
from messages.register.records import Content, RiskLevel
from messages.sheets.cells import Unreadable

_TEXTS: Final = (
    Column.NAME,
    Column.CATEGORY,
    Column.DESCRIPTION,
    Column.CONTROLS,
    Column.INDICATORS,
    Column.NODE,
    Column.DUTY,
    Column.SECTION,
    Column.RESPONSIBLE,
    Column.LEADING,
)


def content_of(one: Placed, before: Content | None, level: RiskLevel) -> Content:
    """What a row says; of what its sheet has no column for, what stood ``before``, and of a new point the ``level``."""
    row, told = one.row, one.row.origin.told
    said = {column.value: getattr(row, column.value) for column in _TEXTS} | {"section": one.section}
    if before is not None:
        unsaid = (column.value for column in _TEXTS if column not in told)
        said |= {name: getattr(before, name) for name in unsaid if not said[name] or name == "name"}
    bases = row.bases if before is None or Column.BASES in told else before.bases
    graded = row.level or (before.level if before is not None else level)
    return Content(**said, level=graded, bases=bases)


def same(said: Content, kept: Content) -> bool:
    """Whether a file says what stands; a text in a sheet is without the spaces around it."""
    if said == kept:
        return True
    if set(said.bases) != set(kept.bases) or said.level is not kept.level:
        return False
    return all(_reads(column, getattr(said, column.value), getattr(kept, column.value)) for column in _TEXTS)


def _reads(column: Column, said: str, kept: str) -> bool:
    try:
        return said == kept or said == texts.compared(column, kept)
    except Unreadable:
        return False
