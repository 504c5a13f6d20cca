"""Imports a risk register: everything checked first, then one transaction; with any fault nothing is taken.

Others go on meanwhile: what the file is about is read in short transactions, decided on outside of any, and held only
while it is written. Where that has changed since, it is decided anew.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from messages.errors import CHANGED, Fault, LianxunError, Refused
from messages.register import taking
from messages.register.bases import Bases
from messages.register.citing import Citing
from messages.register.directory import Directory
from messages.register.gathering import points_of
from messages.register.matching import Matcher
from messages.register.placing import Placed, Placer
from messages.register.plans import Plan
from messages.register.reading import Reader
from messages.register.records import RiskLevel
from messages.register.rows import RegisterFile
from messages.register.standing import Standing
from messages.sheets.faults import in_order
from messages.sheets.progress import Progress, Step, counted, silently
from messages.sheets.reading import read
from messages.store import register_import
from messages.store.database import Database
from messages.text.phrase import phrase

_TRIES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Terms:
    """By what rules points are taken: laws that may be cited, as they are called on a ``day``; points of one post."""

    bases: Bases
    day: date
    longest_post: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a file is meant.

    ``unit`` is the name of the unit of sheets that name none, ``level`` that of points of sheets without levels.
    ``replace`` ends the points of the file's units that it lacks.
    """

    unit: str | None = None
    replace: bool = False
    level: RiskLevel = RiskLevel.MIDDLE


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What was imported, or with ``dry_run`` would be. ``units``, ``posts`` and ``points`` are counts of the file."""

    units: int
    posts: int
    points: int
    plan: Plan
    file: RegisterFile
    directory: Directory
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A file whose rows have their places in a directory, and what is wrong with those that have none."""

    directory: Directory
    file: RegisterFile
    placed: Sequence[Placed]
    faults: Sequence[Fault]


async def import_register(
    db: Database,
    path: Path,
    terms: Terms,
    now: datetime,
    *,
    wish: Wish = Wish(),
    dry_run: bool = False,
    progress: Progress = silently,
) -> ImportReport:
    """Take the points of a ``.xlsx`` or ``.csv`` file into the register: they stand at once.

    The same file again changes nothing. Raises ``Refused`` with every fault, in the order of the file.
    """
    done: _Read | None = None
    for _ in range(_TRIES):
        async with db.reading() as conn:
            directory = await register_import.directory(conn)
        if done is None or done.directory != directory:
            # Seconds, for a large file: others go on.
            done = await asyncio.to_thread(_read, path, terms, wish, directory, progress)
        standing = await _standing(db, done)
        report = await asyncio.to_thread(_decide, done, terms, wish, standing)
        if dry_run or not report.plan.changes:
            return replace(report, dry_run=dry_run)
        if await _write(db, report, standing, now, progress):
            return replace(report, dry_run=False)
    raise LianxunError(CHANGED)


def _read(path: Path, terms: Terms, wish: Wish, directory: Directory, progress: Progress) -> _Read:
    placer = Placer(directory=directory, given=directory.named(wish.unit))
    file, faults = read_register(path, terms, directory, progress)
    placed = list(placer.place(file.rows))
    return _Read(directory=directory, file=file, placed=placed, faults=[*faults, *placer.faults])


async def _standing(db: Database, done: _Read) -> Standing:
    """What stands of the units that a file is about."""
    own_ids = {row.own_id for row in done.file.rows if row.own_id is not None}
    async with db.reading() as conn:
        nodes = await register_import.known_nodes(conn)
    return Standing(
        directory=done.directory,
        points=await points_of(db, done.directory, {one.unit.id for one in done.placed}, own_ids),
        nodes=frozenset(nodes),
        unsaid=frozenset(name for name, workflow in nodes.items() if workflow is None),
    )


def _decide(done: _Read, terms: Terms, wish: Wish, standing: Standing) -> ImportReport:
    """What the import does; raises ``Refused`` where there is any fault."""
    matcher = Matcher(standing=standing, level=wish.level, longest_post=terms.longest_post)
    plan = matcher.plan(done.placed, replace_all=wish.replace)
    if faults := [*done.faults, *matcher.faults]:
        message = phrase("The register was refused; nothing of it was imported.")
        raise Refused(message, in_order(faults, (row.origin.sheet for row in done.file.rows)))
    return ImportReport(
        units=len({one.unit.id for one in done.placed}),
        posts=len({one.post.id for one in done.placed if one.post}),
        points=len(done.placed),
        plan=plan,
        file=done.file,
        directory=done.directory,
        dry_run=True,
    )


async def _write(db: Database, report: ImportReport, standing: Standing, now: datetime, progress: Progress) -> bool:
    """False where what the import touches has changed since it was decided on: nothing was written."""
    async with db.writing() as conn:
        if not await register_import.hold(conn, report.plan, {point.id for point in standing.points}):
            return False
        body = {"units": report.units, "posts": report.posts, "points": report.points}
        await taking.take(conn, report.plan, report.directory, now, body, progress)
    return True


def read_register(
    path: Path, terms: Terms, directory: Directory, progress: Progress = silently
) -> tuple[RegisterFile, list[Fault]]:
    """The points of a file, and what is wrong with it. Raises ``Refused`` where it is broken as a whole."""

    def unit_of(text: str) -> str | None:
        unit = directory.named_alone(text)
        return unit.name if unit else None

    lines = counted(progress, Step.READING)
    reader = Reader(citing=Citing(bases=terms.bases, day=terms.day), unit_of=unit_of, read=lines)
    file = reader.parse(read(path))
    progress(Step.READING, len(file.rows), len(file.rows))
    return file, reader.faults
