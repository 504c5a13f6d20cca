"""Imports a risk register: everything checked first, then one transaction; with any fault nothing is taken."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from messages.errors import CHANGED, Fault, LianxunError, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.register.bases import Bases
from messages.register.citing import Citing
from messages.register.directory import Directory
from messages.register.matching import Changed, Created, Matcher, Plan
from messages.register.placing import Placer
from messages.register.reading import Reader
from messages.register.records import RiskLevel
from messages.register.rows import RegisterFile
from messages.register.standing import KeptPoint, Standing
from messages.sheets.reading import read
from messages.store import ledger, register_bulk, register_import
from messages.store.database import Connection, Database
from messages.store.register_bulk import NewPoint, Revision
from messages.text.phrase import phrase

MOST_FAULTS: Final = 10_000
"""Faults told of one file; a file with more is one that was meant for something else."""

_TRIES: Final = 5
_BATCH: Final = 5000
_T = TypeVar("_T")


class Step(StrEnum):
    """What an import is doing."""

    READING = "reading"
    WRITING = "writing"


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


Progress = Callable[[Step, int, int], None]
"""Told as work goes on: the step, how much of it is done, of how much (lines, points)."""


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


def _silently(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody."""


async def import_register(
    db: Database,
    path: Path,
    terms: Terms,
    now: datetime,
    *,
    wish: Wish = Wish(),
    dry_run: bool = False,
    progress: Progress = _silently,
) -> ImportReport:
    """Take the points of a ``.xlsx`` or ``.csv`` file into the register: they stand at once.

    The same file again changes nothing. Raises ``Refused`` with every fault, in the order of the file.
    """
    for _ in range(_TRIES):
        async with db.reading() as conn:
            standing = await register_import.standing(conn)
        # Seconds, for a large file: others go on, and no transaction waits meanwhile.
        report = await asyncio.to_thread(_decide, path, terms, wish, standing, progress)
        if dry_run or not report.plan.changes:
            return replace(report, dry_run=dry_run)
        async with db.writing() as conn:
            await register_import.hold(conn)
            if await register_import.standing(conn) == standing:
                await _write(conn, report, now, progress)
                return replace(report, dry_run=False)
    raise LianxunError(CHANGED)


def _decide(path: Path, terms: Terms, wish: Wish, standing: Standing, progress: Progress) -> ImportReport:
    """What the import does; raises ``Refused`` where there is any fault."""
    directory = standing.directory
    given = directory.named(wish.unit)
    file, faults = read_register(path, terms, directory, progress)
    placer = Placer(directory=directory, given=given)
    placed = list(placer.place(file.rows))
    matcher = Matcher(standing=standing, level=wish.level, longest_post=terms.longest_post)
    plan = matcher.plan(placed, replace_all=wish.replace)
    every = [*faults, *placer.faults, *matcher.faults]
    if every:
        message = phrase("The register was refused; nothing of it was imported.")
        raise Refused(message, in_order(every, file))
    return ImportReport(
        units=len({one.unit.id for one in placed}),
        posts=len({one.post.id for one in placed if one.post}),
        points=len(placed),
        plan=plan,
        file=file,
        directory=directory,
        dry_run=True,
    )


def read_register(
    path: Path, terms: Terms, directory: Directory, progress: Progress = _silently
) -> tuple[RegisterFile, list[Fault]]:
    """The points of a file, and what is wrong with it. Raises ``Refused`` where it is broken as a whole."""
    total = 0

    def lines(more: int) -> None:
        nonlocal total
        total += more
        progress(Step.READING, total, total + 1)

    def unit_of(text: str) -> str | None:
        unit = directory.named_alone(text)
        return unit.name if unit else None

    reader = Reader(citing=Citing(bases=terms.bases, day=terms.day), unit_of=unit_of, read=lines)
    file = reader.parse(read(path))
    progress(Step.READING, len(file.rows), len(file.rows))
    return file, reader.faults


def in_order(faults: list[Fault], file: RegisterFile) -> list[Fault]:
    """Faults by sheet and line as they stand in the file; a sheet without points comes where it was met."""
    sheets = {fault.sheet: at for at, fault in reversed(list(enumerate(faults)))}
    in_file: Mapping[str | None, int] = {
        sheet: at for at, sheet in enumerate(dict.fromkeys(row.origin.sheet for row in file.rows))
    }
    ordered = sorted(
        faults, key=lambda fault: (in_file.get(fault.sheet, len(in_file) + sheets[fault.sheet]), fault.line or 0)
    )
    if len(ordered) <= MOST_FAULTS:
        return ordered
    more = phrase("{count} more faults are not listed.", count=len(ordered) - MOST_FAULTS)
    return [*ordered[:MOST_FAULTS], Fault(message=more)]


async def _write(conn: Connection, report: ImportReport, now: datetime, progress: Progress) -> None:
    plan = report.plan
    total = len(plan.created) + len(plan.updated) + len(plan.ended)
    done = 0

    def written(more: int) -> None:
        nonlocal done
        done += more
        progress(Step.WRITING, done, total)

    await register_bulk.add_nodes(conn, plan.nodes, now)
    standing: list[Created | Changed] = [*plan.created, *plan.updated]
    await register_bulk.release_refs(conn, [one.ref for one in standing if one.ref])
    for gone in _batches(plan.ended):
        await register_bulk.end_points(conn, [_revision(one, one.id, one.version) for one in gone], now)
        written(len(gone))
    for changed in _batches(plan.updated):
        await register_bulk.revise_points(conn, [_revision(one, one.kept.id, one.kept.version) for one in changed], now)
        written(len(changed))
    for created in _batches(plan.created):
        await register_bulk.add_points(conn, [_new(one) for one in created], now)
        written(len(created))
    body: dict[str, Json] = {
        "by": "operator",
        "units": report.units,
        "posts": report.posts,
        "points": report.points,
        "created": len(plan.created),
        "updated": len(plan.updated),
        "ended": len(plan.ended),
    }
    await ledger.append(conn, at=now, kind=Kind.REGISTER_IMPORTED, person_id=None, body=body)


def _batches(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _new(one: Created | Changed | KeptPoint) -> NewPoint:
    return NewPoint(unit_id=one.unit_id, post_id=one.post_id, content=one.content, ref=one.ref)


def _revision(one: Changed | KeptPoint, point_id: int, version: int) -> Revision:
    return Revision(point_id=point_id, version=version, point=_new(one))
