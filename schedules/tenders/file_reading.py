"""Reads the files of an import, each by its form: releases onto the spool, sheets as what they tell of matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from messages.errors import Fault, Refused
from messages.sheets.progress import Progress, Step
from messages.tenders.files import Form, form_of
from messages.tenders.milestones import MatterKind
from messages.tenders.ocds.gathering import Gathered, gather
from messages.tenders.ocds.spool import Spool
from messages.tenders.remarks import Remark
from messages.tenders.sheets.reading import Read as Sheet
from messages.tenders.sheets.reading import read as read_sheet

_NAMED: Final = 3
"""So many files are named that told of one matter."""


@dataclass(kw_only=True)
class FilesRead:
    """What files hold: releases are on the ``spool``, ``sheets`` are those of each file by its name."""

    spool: Spool
    gathered: Gathered = field(default_factory=Gathered)
    sheets: list[tuple[str, Sheet]] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many releases and lines of sheets were read."""
        return self.gathered.releases + sum(len(sheet.tolds) for _, sheet in self.sheets)

    def files_of(self, ref: str) -> str:
        """The names of the files that told of a matter; of many the first."""
        in_sheet = self._in_sheets.get(ref)
        names = [*self.spool.files_of(ref, _NAMED + 1), *([] if in_sheet is None else [in_sheet])]
        return ", ".join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])

    @cached_property
    def _in_sheets(self) -> Mapping[str, str]:
        return {told.ref: name for name, sheet in self.sheets for told in sheet.tolds}


def read_files(
    files: Sequence[Path], spool: Spool, zone: ZoneInfo, kind: MatterKind | None, now: datetime, progress: Progress
) -> FilesRead:
    """Read all of them; faults and remarks name their files. ``kind`` is that of lines that do not say theirs."""
    read = FilesRead(spool=spool)
    pace = _Pace(read, sum(map(_size, files)), progress)
    for path in files:
        try:
            if form_of(path) is Form.OCDS:
                gather(path, spool, zone, read.gathered, pace.seen)
            else:
                sheet = read_sheet(path, zone, now, kind)
                read.sheets.append((path.name, sheet))
                for one in sheet.remarks:
                    read.gathered.remarks.add(_remark(path, one))
        except Refused as error:
            read.gathered.faults += [replace(fault, file=path.name) for fault in error.faults]
        pace.end(_size(path))
    read.gathered.faults += spool.faults()
    progress(Step.READING, read.found, read.found)
    return read


class _Pace:
    """Tells how far reading has come: how many there will be is guessed by how much of the files was read."""

    def __init__(self, read: FilesRead, size: int, progress: Progress) -> None:
        self._read = read
        self._size = size
        self._before = 0
        self._told = partial(progress, Step.READING)

    def seen(self, of_file: int) -> None:
        """So many bytes of the present file were read."""
        done, share = self._read.found, min(1.0, (self._before + of_file) / max(self._size, 1))
        self._told(done, max(done + 1, round(done / share) if share else 0))

    def end(self, size: int) -> None:
        """The present file was read, or refused."""
        self._before += size
        self.seen(0)


def _size(path: Path) -> int:
    """A file's size; one that is gone meanwhile is refused where it is read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remark(path: Path, fault: Fault) -> Remark:
    return Remark(file=path.name, ref="", field=fault.column or fault.sheet or "", value="", message=fault.message)
