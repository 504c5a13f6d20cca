"""A point whose name is one merged cell over several lines, one for each form or control: these lines are one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from messages.register.columns import Column
from messages.register.layout import Line
from messages.sheets.cells import is_blank, shown
from messages.sheets.lines import Cell, Covered

_LISTED: Final = (Column.DESCRIPTION, Column.CONTROLS, Column.INDICATORS, Column.BASES)
"""What may be said on several lines of one point."""


def joined(lines: Iterable[Line], places: Mapping[Column, int]) -> Iterator[Line]:
    """The lines, those of one merged name as its first one, their texts one below the other."""
    name = places.get(Column.NAME)
    listed = [places[column] for column in _LISTED if column in places]
    held: Line | None = None
    for number, cells in lines:
        if held is not None and name is not None and _goes_on(held[1], cells, name, listed):
            held = held[0], _together(held[1], cells, listed)
            continue
        if held is not None:
            yield held
        held = number, cells
    if held is not None:
        yield held


def _goes_on(first: Sequence[Cell], cells: Sequence[Cell], name: int, listed: Sequence[int]) -> bool:
    """Whether a line below the first one's merged name says no other number, post or level than that one."""
    if name >= len(cells) or not isinstance(cells[name], Covered):
        return False
    others = (at for at, cell in enumerate(cells) if at not in listed and not is_blank(cell))
    return all(at < len(first) and shown(cells[at]) == shown(first[at]) for at in others)


def _together(first: Sequence[Cell], cells: Sequence[Cell], listed: Sequence[int]) -> list[Cell]:
    texts = list(first)
    for at in listed:
        if at < len(cells) and not is_blank(cells[at]) and not isinstance(cells[at], Covered):
            texts.extend([""] * (at + 1 - len(texts)))
            texts[at] = cells[at] if is_blank(texts[at]) else f"{shown(texts[at])}\n{shown(cells[at])}"
    return texts
