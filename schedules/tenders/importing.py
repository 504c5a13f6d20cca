"""Takes matters from files: releases of the Open Contracting Data Standard, or the offices' own sheets.

All files are read and checked first, onto the disk, so that of a file of any size little is held at once; with any
fault in any of them nothing is taken. Then they are taken some at a time, each matter with the releases that it was
compiled of, so that an import that was cut short is mended by importing once more.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from messages.tenders.milestones import MatterKind
from messages.tenders.remarks import Remark
from schedules.tenders.desk import Tenders


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How files are meant: the ``kind`` of their matters, and the ``unit`` of those whose buyer is no known unit."""

    kind: MatterKind | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What was imported, or with ``dry_run`` would be; ``unplaced`` counts matters whose buyer is no known unit.

    ``remarks`` are the first of them, ``more_remarks`` counts the others.
    """

    matters: int
    created: int
    updated: int
    unchanged: int
    unplaced: int
    remarks: tuple[Remark, ...] = ()
    more_remarks: int = 0
    dry_run: bool = False


async def import_matters(
    tenders: Tenders,
    path: Path,
    now: datetime,
    *,
    wish: Wish = Wish(),
    person_id: int | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take the matters of a file, or of all files of a folder; the same again changes nothing.

    Raises ``Refused`` with every fault of all files: nothing is taken then.
    """
    raise NotImplementedError
