"""A district's register, 26,638 points in 64 sheets: imported, once more, and written; beside openpyxl reading it."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from openpyxl import load_workbook

from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.organisation.sample import sample_roster
from messages.register.columns import Column
from messages.register.export import content_of, export_register
from messages.register.importing import import_register
from messages.register.sample import SamplePoint, sample_points
from messages.store.database import Database
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.province import databases
from tests.district import MORNING
from tests.registers import TERMS

SECONDS_AIM: Final = 30
_QUICK: Final = 10


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds of the first import, of the same once more and of writing it all; how many points it made."""

    name: str
    points: int
    first: float
    again: float
    written: float


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    roster = sample_roster()
    points = sample_points(roster)
    if quick:
        points = [*islice(points, 0, None, _QUICK)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        path.write_bytes(content_of(_lines(roster, points), ".xlsx", "zh_CN"))
        peer = _read_only(path)
        async with databases() as found:
            runs = [await _run(db, roster, path) for db in found]
    return Part(
        title=f"{len(points):,} risk points from a workbook",
        lines=[_line(run, peer) for run in runs],
        notes=[f"At most {resident()} of memory. The peer: openpyxl, read-only, reads every cell and does no more."],
    )


def _lines(roster: Sequence[RosterRow], points: Sequence[SamplePoint]) -> list[tuple[str, Mapping[Column, str]]]:
    """The points as an office writes them, by unit, without numbers of ours."""
    units = {row.post_code: row.unit for row in roster if row.post_code}
    lines = [(units[point.post], {Column.UNIT: units[point.post], **_said(point)}) for point in points]
    return sorted(lines, key=lambda line: line[0])


def _said(point: SamplePoint) -> dict[Column, str]:
    content = point.content
    said = {Column(name): value for name, value in vars(content).items() if isinstance(value, str)}
    bases = "; ".join(map(str, content.bases))
    return {**said, Column.POST_CODE: point.post, Column.BASES: bases, Column.STATE: "accepted"}


def _read_only(path: Path) -> float:
    began = time.monotonic()
    workbook = load_workbook(path, read_only=True)
    for sheet in workbook:
        for _row in sheet.iter_rows(values_only=True):
            pass
    return time.monotonic() - began


async def _run(db: Database, roster: Sequence[RosterRow], path: Path) -> Run:
    await import_roster(db, roster, MORNING)
    taken, made = [], []
    for _ in range(2):
        began = time.monotonic()
        report = await import_register(db, path, TERMS, MORNING)
        taken.append(time.monotonic() - began)
        made.append(len(report.plan.created))
    assert made[1] == 0
    began = time.monotonic()
    await export_register(db, path.with_stem("written"), "zh_CN", MORNING)
    first, again = taken
    return Run(name=db.dialect, points=made[0], first=first, again=again, written=time.monotonic() - began)


def _line(run: Run, peer: float) -> Line:
    return Line(
        what=f"{run.name}, {run.points:,} points",
        ours=f"{run.first:.1f} s; again {run.again:.1f} s; written {run.written:.1f} s",
        peer=f"{peer:.1f} s",
        ratio=f"{run.first / peer:.2f}",
        aim=f"≤ {SECONDS_AIM} s",
        met=max(run.first, run.again) <= SECONDS_AIM,
    )
