"""Finds the header of a sheet, below titles and notes, and tells what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Generic

from messages.errors import Fault
from messages.sheets.cells import is_blank, shown
from messages.sheets.groups import joined
from messages.sheets.lines import Cell
from messages.sheets.vocabulary import C, Vocabulary
from messages.text.phrase import Phrase, phrase

SOUGHT_WITHIN: Final = 50
"""Filled lines from a sheet's top among which its header is sought."""

_LEAST_KNOWN: Final = 2
_VALUE_SHOWN: Final = 60


@dataclass(frozen=True, kw_only=True)
class Header(Generic[C]):
    """A sheet's header: its line, the names as they stand, and where each known column is (counted from 0).

    Of a header in two lines ``line`` is the lower one; ``written`` is what stands in each, ``joined`` how many names
    take both. ``from_1904`` is the sheet's.
    """

    sheet: str | None
    line: int
    names: tuple[str, ...]
    places: Mapping[C, int]
    vocabulary: Vocabulary[C]
    written: tuple[tuple[str, ...], ...] = ()
    joined: int = 0
    from_1904: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether no required column is missing."""
        return all(column in self.places for column in self.vocabulary.required)

    def name(self, column: C) -> str:
        """A column's name as it stands in the file; ours where the file has none."""
        return self.names[self.places[column]] if column in self.places else self.vocabulary.chinese[column]

    def is_repeated_in(self, cells: Sequence[Cell]) -> bool:
        """Whether a line is one of the header's again, as on each printed page or where it was merged over two."""
        return any(
            all(at < len(cells) and shown(cells[at]).strip() == line[at] for at in self.places.values())
            for line in self.written
        )

    def stray(self, cells: Sequence[Cell]) -> int | None:
        """The place of the first value that stands under no name."""
        nameless = (at for at in range(len(cells)) if at >= len(self.names) or not self.names[at])
        return next((at for at in nameless if not is_blank(cells[at])), None)


def find_header(
    vocabulary: Vocabulary[C], sheet: str | None, lines: Sequence[tuple[int, Sequence[Cell]]]
) -> Header[C] | None:
    """The line, or the two, with the most known names; None where no line has at least two.

    Of equals that with more names of two lines, then the first. A line of parts is none without that of their groups.
    """
    double = [two for two in (_of_two(vocabulary, sheet, *both) for both in pairwise(lines)) if two.joined]
    parts = {two.line for two in double}
    single = [header_of(vocabulary, sheet, number, _names(cells)) for number, cells in lines if number not in parts]
    best = max([*single, *double], key=lambda header: (len(header.places), header.joined), default=None)
    return best if best is not None and len(best.places) >= _LEAST_KNOWN else None


def _of_two(
    vocabulary: Vocabulary[C], sheet: str | None, above: tuple[int, Sequence[Cell]], below: tuple[int, Sequence[Cell]]
) -> Header[C]:
    names, count = joined(vocabulary, above[1], below[1])
    written = tuple(line + ("",) * (len(names) - len(line)) for line in (_names(above[1]), _names(below[1])))
    return replace(header_of(vocabulary, sheet, below[0], names), written=written, joined=count)


def _names(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(shown(cell).strip() for cell in cells)


def header_of(vocabulary: Vocabulary[C], sheet: str | None, number: int, names: tuple[str, ...]) -> Header[C]:
    """A line's ``names`` as a header, whether they are known or not."""
    places: dict[C, int] = {}
    for at, name in enumerate(names):
        column = vocabulary.recognise(name)
        if column is not None:
            places.setdefault(column, at)
    return Header(sheet=sheet, line=number, names=names, places=places, vocabulary=vocabulary, written=(names,))


def looks_meant(vocabulary: Vocabulary[C], lines: Iterable[tuple[int, Sequence[Cell]]]) -> bool:
    """Whether lines without a header may be meant all the same.

    They may where a required column is named, and where a line has values enough for one: such a sheet is never passed
    over, for what it says would be missed.
    """
    required = vocabulary.required
    for _number, cells in lines:
        values = [shown(cell) for cell in cells if not is_blank(cell)]
        if len(values) >= len(required) or any(vocabulary.recognise(value) in required for value in values):
            return True
    return False


def no_header(vocabulary: Vocabulary[C], sheet: str | None, line: tuple[int, Sequence[Cell]]) -> Fault:
    """The fault of a sheet that has lines and no header."""
    number, cells = line
    value = next(shown(cell) for cell in cells if not is_blank(cell))
    message = phrase("A line with the columns' names is needed; accepted: {columns}.", columns=vocabulary.accepted())
    return Fault(sheet=sheet, line=number, value=value[:_VALUE_SHOWN], message=message)


def header_faults(header: Header[C]) -> Iterator[Fault]:
    """Names that are unknown, that stand twice, and that are missing."""
    vocabulary = header.vocabulary
    for at, name in enumerate(header.names):
        column = vocabulary.recognise(name)
        if column is not None and header.places[column] != at:
            message = phrase("This column stands twice, first as {first}: once is accepted.", first=header.name(column))
            yield _at(header, name, message)
        elif name and column is None and not vocabulary.passed_over(name):
            yield _at(header, name, phrase("Unknown column; accepted: {columns}.", columns=vocabulary.accepted(name)))
    for column in vocabulary.required:
        if column not in header.places:
            message = phrase("This column is missing; its name may also be {name}.", name=column.value)
            yield Fault(sheet=header.sheet, line=header.line, column=vocabulary.chinese[column], message=message)


def _at(header: Header[C], name: str, message: Phrase) -> Fault:
    return Fault(sheet=header.sheet, line=header.line, column=name, value=name[:_VALUE_SHOWN], message=message)
