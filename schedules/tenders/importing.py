"""Takes matters from files: releases of the Open Contracting Data Standard, or the offices' own sheets.

All files are read and checked first, onto the disk, so that of a file of any size little is held at once; with any
fault in any of them nothing is taken. Then they are taken some at a time, each matter with the releases that it was
compiled of, so that an import that was cut short is mended by importing once more.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from messages.errors import Fault, Refused, refused
from messages.notices import Json
from messages.sheets.progress import Progress, Step, counted, silently
from messages.store import matter_releases
from messages.store.database import Connection
from messages.store.organisation import find_unit
from messages.tenders.files import Form, files_of, form_of
from messages.tenders.milestones import MatterKind
from messages.tenders.ocds.gathering import Gathered, Remarks, digest_of, gather
from messages.tenders.ocds.mapping import mapped
from messages.tenders.ocds.merging import how_many_stand, merged, newest, standing
from messages.tenders.ocds.spool import MOST_RELEASES, Spool, too_many
from messages.tenders.ocds.statements import Statement
from messages.tenders.records import Source, Told
from messages.tenders.remarks import Remark
from messages.tenders.sheets.reading import Read as Sheet
from messages.tenders.sheets.reading import read as read_sheet
from messages.tenders.views import TakenAll
from messages.text.phrase import phrase
from schedules.tenders.desk import Tenders
from schedules.tenders.forecasting import forecast
from schedules.tools import Overtaken

_TOGETHER: Final = 100
"""Matters that are compiled at once."""
_FILES_TOLD: Final = 100


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How files are meant: the ``kind`` of matters, the ``unit`` of unknown buyers, and the ``watched`` source."""

    kind: MatterKind | None = None
    unit: str | None = None
    watched: str = ""


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

    @property
    def refused(self) -> int:
        """How many of the matters could not be taken."""
        return self.matters - self.created - self.updated - self.unchanged


async def import_matters(
    tenders: Tenders,
    path: Path,
    now: datetime,
    *,
    wish: Wish = Wish(),
    person_id: int | None = None,
    dry_run: bool = False,
    progress: Progress = silently,
) -> ImportReport:
    """Take the matters of a file, or of all files of a folder; the same again changes nothing.

    Raises ``Refused`` with every fault of all files: nothing is taken then.
    """
    files = files_of(path)
    importer = _Importer(tenders, wish, person_id, now, progress)
    importer.file = files[0].name if len(files) == 1 else ""
    await importer.check_unit()
    with Spool() as spool:
        read = await asyncio.to_thread(_read, files, spool, tenders.tools.zone, wish, now, progress)
        progress(Step.READING, len(files), len(files))
        await importer.check(read)
        await importer.check_releases(read, spool)
        if read.gathered.faults:
            raise Refused(phrase("Files were refused; nothing was imported."), read.gathered.faults)
        if dry_run:
            return await importer.forecast(read, spool)
        return await importer.take(read, spool, await asyncio.to_thread(_about, path, files, read))


@dataclass(kw_only=True)
class _Read:
    """What files hold: releases are on the spool, ``tolds`` are the sheets' matters."""

    gathered: Gathered = field(default_factory=Gathered)
    sheets: list[tuple[str, Sheet]] = field(default_factory=list)


def _read(files: Sequence[Path], spool: Spool, zone: ZoneInfo, wish: Wish, now: datetime, progress: Progress) -> _Read:
    read = _Read()
    for done, path in enumerate(files):
        progress(Step.READING, done, len(files))
        try:
            if form_of(path) is Form.OCDS:
                gather(path, spool, zone, read.gathered)
            else:
                sheet = read_sheet(path, zone, now, wish.kind)
                read.sheets.append((path.name, sheet))
                for one in sheet.remarks:
                    read.gathered.remarks.add(_remark(path, one))
        except Refused as error:
            read.gathered.faults += [replace(fault, file=path.name) for fault in error.faults]
    read.gathered.faults += spool.faults()
    return read


def _remark(path: Path, fault: Fault) -> Remark:
    return Remark(file=path.name, ref="", field=fault.column or fault.sheet or "", value="", message=fault.message)


def _about(path: Path, files: Sequence[Path], read: _Read) -> dict[str, Json]:
    """What the ledger says of an import beside its counts."""
    digests: dict[str, Json] = {one.name: digest_of(one) for one in files[:_FILES_TOLD]}
    return {"file": path.name, "files": len(files), "digests": digests, "releases": read.gathered.releases}


@dataclass(frozen=True, kw_only=True)
class _Basis:
    """Of what a matter was compiled: the files' releases, and those that were known; ``new`` are to be kept."""

    given: Sequence[Statement]
    known: Sequence[Statement]
    new: Sequence[Statement]


class _Importer:
    """One import."""

    def __init__(self, tenders: Tenders, wish: Wish, person_id: int | None, now: datetime, progress: Progress) -> None:
        self._tenders = tenders
        self._wish = wish
        self._person_id = person_id
        self._now = now
        self._progress = progress
        self._of: dict[str, _Basis] = {}
        self._kept: Sequence[str] = ()
        self._buyers: dict[str, bool] = {}
        self.file = ""
        """The file, where it is one; of several nobody knows which one told what they come to together."""

    async def check_unit(self) -> None:
        """Raises ``Refused`` for a unit that there is not."""
        if self._wish.unit is None:
            return
        async with self._tenders.tools.db.reading() as conn:
            if await find_unit(conn, self._wish.unit) is None:
                raise refused(phrase("There is no such unit."), column="--unit", value=self._wish.unit)

    async def check(self, read: _Read) -> None:
        """Add what cannot be taken of sheets to the faults."""
        for name, sheet in read.sheets:
            for number, told in enumerate(sheet.tolds):
                try:
                    await self._tenders.check(await self._of_unit(told), self._person_id, self._now)
                except Refused as error:
                    faults = (sheet.placed(number, fault) for fault in error.faults)
                    read.gathered.faults += [replace(fault, file=name) for fault in faults]

    async def check_releases(self, read: _Read, spool: Spool) -> None:
        """Add the matters to the faults of which there would be more releases than can be looked at together."""
        async with self._tenders.tools.db.reading() as conn:
            for ref in await matter_releases.with_many(conn, MOST_RELEASES - spool.most):
                keys = spool.keys(ref)
                if keys and how_many_stand(keys | await matter_releases.keys(conn, ref)) > MOST_RELEASES:
                    read.gathered.faults.append(too_many(ref))

    async def take(self, read: _Read, spool: Spool, about: dict[str, Json]) -> ImportReport:
        """Take all."""
        remarks = read.gathered.remarks
        done = await self._tenders.take_all(
            self._tolds(read, spool, remarks), self._person_id, self._now, about=about, along=self._keep
        )
        return self._report(done, remarks)

    async def forecast(self, read: _Read, spool: Spool) -> ImportReport:
        """What would be taken."""
        remarks = read.gathered.remarks
        done = await forecast(self._tenders.tools, self._looked_at(read, spool, remarks), self._person_id, self._now)
        return replace(self._report(done, remarks), dry_run=True)

    def _report(self, done: TakenAll, remarks: Remarks) -> ImportReport:
        for ref, error in done.refused:
            remarks.add(Remark(file=self.file, ref=ref, field="", value="", message=error.phrase))
        return ImportReport(
            matters=done.created + done.changed + done.unchanged + len(done.refused),
            created=done.created,
            updated=done.changed,
            unchanged=done.unchanged,
            unplaced=done.unplaced,
            remarks=tuple(remarks.told),
            more_remarks=remarks.more,
        )

    async def _looked_at(self, read: _Read, spool: Spool, remarks: Remarks) -> AsyncIterator[Told]:
        async for told in self._tolds(read, spool, remarks):
            self._of.pop(told.ref, None)
            yield told

    async def _tolds(self, read: _Read, spool: Spool, remarks: Remarks) -> AsyncIterator[Told]:
        tolds = [told for _, sheet in read.sheets for told in sheet.tolds]
        more = counted(self._progress, Step.WRITING, len(tolds) + spool.refs)
        for told in tolds:
            yield await self._of_unit(told)
            more(1)
        matters = spool.matters()
        while some := dict(await asyncio.to_thread(list, islice(matters, _TOGETHER))):
            async with self._tenders.tools.db.reading() as conn:
                known = await matter_releases.of(conn, [*some])
            for told in await asyncio.to_thread(self._compiled, some, known, remarks):
                yield await self._of_unit(told)
            more(len(some))

    def _compiled(
        self, some: Mapping[str, Sequence[Statement]], known: Mapping[str, Sequence[Statement]], remarks: Remarks
    ) -> list[Told]:
        """What all releases of each matter come to, those that are known and those of the files."""
        return [self._told(ref, given, known.get(ref, ()), remarks) for ref, given in some.items()]

    def _told(self, ref: str, given: Sequence[Statement], known: Sequence[Statement], remarks: Remarks) -> Told:
        bodies = _bodies(known)
        counting = standing(({one.key: one for one in known} | {one.key: one for one in given}).values())
        new = [one for one in counting if bodies.get(one.key) != one.body]
        self._of[ref] = _Basis(given=given, known=known, new=new)
        found = mapped(merged(counting), ref, self._tenders.tools.zone, newest(counting), self._wish.kind)
        for remark in found.remarks:
            remarks.add(replace(remark, file=self.file))
        return found.told

    async def _of_unit(self, told: Told) -> Told:
        """Told of the unit that was given for buyers that are no known units."""
        if told.source is Source.SHEET:  # what is compiled of releases is no single source's word
            told = replace(told, watched=self._wish.watched)
        if self._wish.unit is None or told.unit is not None:
            return told
        is_known = await (self._is_placed(told.ref) if told.buyer is None else self._is_unit(told.buyer))
        return told if is_known else replace(told, unit=self._wish.unit)

    async def _is_placed(self, ref: str) -> bool:
        """Whether a matter of which nobody says whose it is has its unit already."""
        async with self._tenders.tools.db.reading() as conn:
            return (await matter_releases.placed(conn, [ref])).get(ref, False)

    async def _is_unit(self, name: str) -> bool:
        """Whether a buyer is a unit that is known."""
        if name not in self._buyers:
            async with self._tenders.tools.db.reading() as conn:
                self._buyers[name] = bool(await matter_releases.known_buyers(conn, [name]))
        return self._buyers[name]

    async def _keep(self, conn: Connection, refs: Sequence[str]) -> None:
        """Keep what releases told of matters, along with these; a transaction may be tried more than once."""
        for ref in set(self._kept).difference(refs):
            self._of.pop(ref, None)
        self._kept = refs
        compiled = {ref: self._of[ref] for ref in refs if ref in self._of}
        await self._check_known(conn, compiled)
        await matter_releases.add(conn, [new for one in compiled.values() for new in one.new])

    async def _check_known(self, conn: Connection, compiled: Mapping[str, _Basis]) -> None:
        """Raises ``Overtaken`` with what matters come to where another import has kept releases of them meanwhile.

        They are held, so that from now on nobody does.
        """
        known = await matter_releases.of(conn, [*compiled])
        overtaken = {
            ref: one.given for ref, one in compiled.items() if _bodies(one.known) != _bodies(known.get(ref, ()))
        }
        if overtaken:
            tolds = await asyncio.to_thread(self._compiled, overtaken, known, Remarks())
            raise Overtaken({(told.ref, told.source): await self._of_unit(told) for told in tolds})


def _bodies(known: Sequence[Statement]) -> dict[tuple[str, datetime, bool], Mapping[str, object]]:
    return {one.key: one.body for one in known}
