"""Faults of a file, as they are told."""

from collections.abc import Iterable, Sequence
from typing import Final

from messages.errors import Fault
from messages.text.phrase import phrase

MOST_FAULTS: Final = 10_000
"""Faults told of one file; a file with more is one that was meant for something else."""


def in_order(faults: Sequence[Fault], sheets: Iterable[str | None]) -> list[Fault]:
    """By sheet and line as they stand in the file, whose rows are of these ``sheets``; no more than are told.

    A sheet without rows comes where its first fault was met.
    """
    in_file = {sheet: at for at, sheet in enumerate(dict.fromkeys(sheets))}
    met = {sheet: at for at, sheet in enumerate(dict.fromkeys(fault.sheet for fault in faults))}
    ordered = sorted(
        faults, key=lambda fault: (in_file.get(fault.sheet, len(in_file) + met[fault.sheet]), fault.line or 0)
    )
    if len(ordered) <= MOST_FAULTS:
        return ordered
    more = phrase("{count} more faults are not listed.", count=len(ordered) - MOST_FAULTS)
    return [*ordered[:MOST_FAULTS], Fault(message=more)]
