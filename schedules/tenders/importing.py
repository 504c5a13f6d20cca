"""Takes matters from files: releases of the Open Contracting Data Standard, or the offices' own sheets.

All files are read and checked first, onto the disk, so that of a file of any size little is held at once; with any
fault in any of them nothing is taken. Then they are taken some at a time, each matter with the releases that it was
compiled of, so that an import that was cut short is mended by importing once more.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from messages.errors import Refused, refused
from messages.notices import Json
from messages.sheets.progress import Progress, Step, counted, silently
from messages.store import matter_releases
from messages.store.database import Connection
from messages.store.organisation import find_unit
from messages.tenders.files import files_of
from messages.tenders.milestones import MatterKind
from messages.tenders.ocds.gathering import Remarks, digest_of
from messages.tenders.ocds.mapping import mapped
from messages.tenders.ocds.merging import how_many_stand, merged, newest, standing
from messages.tenders.ocds.spool import MOST_RELEASES, Spool, too_many
from messages.tenders.ocds.statements import Statement
from messages.tenders.records import Source, Told
from messages.tenders.remarks import Remark
from messages.tenders.views import TakenAll
from messages.text.phrase import phrase
from schedules.policy.tender_sources import LONGEST_SOURCE, is_source_name
from schedules.tenders.desk import Tenders
from schedules.tenders.file_reading import FilesRead, read_files
from schedules.tenders.forecasting import forecast
from schedules.tools import Overtaken

_TOGETHER: Final = 100
"""Matters that are compiled at once."""
_FILES_TOLD: Final = 100


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How files are meant: the ``kind`` of matters, the ``unit`` of unknown buyers, and the ``source`` of sheets."""

    kind: MatterKind | None = None
    unit: str | None = None
    source: str = ""


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
    await _check(tenders, wish)
    with Spool() as spool:
        read = await asyncio.to_thread(read_files, files, spool, tenders.tools.zone, wish.kind, now, progress)
        importer = _Importer(tenders, read, wish, person_id, now, progress)
        await importer.check()
        await importer.check_releases()
        if read.gathered.faults:
            raise Refused(phrase("Files were refused; nothing was imported."), read.gathered.faults)
        if dry_run:
            return await importer.forecast()
        return await importer.take(await asyncio.to_thread(_about, path, files, read))


async def _check(tenders: Tenders, wish: Wish) -> None:
    """Raise ``Refused`` for a unit that there is not, or for what is no name of a source."""
    if wish.source and not is_source_name(wish.source):
        accepted = phrase("A name of letters, digits, _ and - is accepted, of at most {most}.", most=LONGEST_SOURCE)
        raise refused(accepted, column="--source", value=wish.source)
    if wish.unit is None:
        return
    async with tenders.tools.db.reading() as conn:
        if await find_unit(conn, wish.unit) is None:
            raise refused(phrase("The name of a unit of the roster is accepted."), column="--unit", value=wish.unit)


def _about(path: Path, files: Sequence[Path], read: FilesRead) -> dict[str, Json]:
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

    def __init__(
        self,
        tenders: Tenders,
        read: FilesRead,
        wish: Wish,
        person_id: int | None,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._tenders = tenders
        self._read = read
        self._remarks = read.gathered.remarks
        self._wish = wish
        self._person_id = person_id
        self._now = now
        self._progress = progress
        self._of: dict[str, _Basis] = {}
        self._kept: Sequence[str] = ()
        self._buyers: dict[str, bool] = {}

    async def check(self) -> None:
        """Add what cannot be taken of sheets to the faults."""
        for name, sheet in self._read.sheets:
            for number, told in enumerate(sheet.tolds):
                try:
                    await self._tenders.check(await self._of_unit(told), self._person_id, self._now)
                except Refused as error:
                    faults = (sheet.placed(number, fault) for fault in error.faults)
                    self._read.gathered.faults += [replace(fault, file=name) for fault in faults]

    async def check_releases(self) -> None:
        """Add the matters to the faults of which there would be more releases than can be looked at together."""
        spool = self._read.spool
        async with self._tenders.tools.db.reading() as conn:
            for ref in await matter_releases.with_many(conn, MOST_RELEASES - spool.most):
                keys = spool.keys(ref)
                if keys and how_many_stand(keys | await matter_releases.keys(conn, ref)) > MOST_RELEASES:
                    self._read.gathered.faults.append(too_many(ref))

    async def take(self, about: dict[str, Json]) -> ImportReport:
        """Take all."""
        done = await self._tenders.take_all(self._tolds(), self._person_id, self._now, about=about, along=self._keep)
        return self._report(done)

    async def forecast(self) -> ImportReport:
        """What would be taken."""
        done = await forecast(self._tenders.tools, self._looked_at(), self._person_id, self._now)
        return replace(self._report(done), dry_run=True)

    def _report(self, done: TakenAll) -> ImportReport:
        remarks = self._remarks
        for ref, error in done.refused:
            remarks.add(Remark(file=self._read.files_of(ref), ref=ref, field="", value="", message=error.phrase))
        return ImportReport(
            matters=done.created + done.changed + done.unchanged + len(done.refused),
            created=done.created,
            updated=done.changed,
            unchanged=done.unchanged,
            unplaced=done.unplaced,
            remarks=tuple(remarks.told),
            more_remarks=remarks.more,
        )

    async def _looked_at(self) -> AsyncIterator[Told]:
        async for told in self._tolds():
            self._of.pop(told.ref, None)
            yield told

    async def _tolds(self) -> AsyncIterator[Told]:
        tolds = [told for _, sheet in self._read.sheets for told in sheet.tolds]
        more = counted(self._progress, Step.WRITING, len(tolds) + self._read.spool.refs)
        for told in tolds:
            yield await self._of_unit(told)
            more(1)
        matters = self._read.spool.matters()
        while some := dict(await asyncio.to_thread(list, islice(matters, _TOGETHER))):
            async with self._tenders.tools.db.reading() as conn:
                known = await matter_releases.of(conn, [*some])
            for told in await asyncio.to_thread(self._compiled, some, known, self._remarks):
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
            remarks.add(replace(remark, file=self._read.files_of(ref)))
        return found.told

    async def _of_unit(self, told: Told) -> Told:
        """Told of the unit that was given for buyers that are no known units."""
        if told.source is Source.SHEET:  # what is compiled of releases is no single source's word
            told = replace(told, watched=self._wish.source)
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
