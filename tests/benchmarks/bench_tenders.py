"""A large file of releases, imported and imported once more; beside the standard library that loads it whole."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from messages.store.database import Database
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.tenders.desk import Tenders
from schedules.tenders.importing import import_matters
from tests.awake import AWAKE
from tests.benchmarks.figures import Line, Part, resident
from tests.benchmarks.province import databases
from tests.district import MORNING, ZONE

_MEGABYTES: Final = 200
_QUICK: Final = 20
_RELEASES: Final = 3  # of each matter, scattered over the file
_AIM: Final = 400
"""Megabytes at most, however large the file is."""
_LOADS: Final = """
import json, resource, sys, time
began = time.monotonic()
with open(sys.argv[1], encoding="utf-8") as file:
    json.load(file)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "releases.json"
        size = _write(path, _QUICK if quick else _MEGABYTES)
        peer, peak = _loaded(path)
        async with databases() as found:
            lines = [await _line(db, path, peer, peak) for db in found]
    notes = "The peer: json.load of the same file, in a process of its own, which merges, maps and writes nothing."
    return Part(title=f"{size / 1e6:,.0f} MB of OCDS releases", lines=lines, notes=[notes])


async def _line(db: Database, path: Path, peer: float, peak: float) -> Line:
    tenders = Tenders(db=db, policy=AWAKE, calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
    taken, reports = [], []
    for _ in range(2):
        began = time.monotonic()
        reports.append(await import_matters(tenders, path, MORNING))
        taken.append(time.monotonic() - began)
    report = reports[-1]
    assert report.unchanged == report.matters
    memory = resident()
    return Line(
        what=f"{db.dialect}, {report.matters:,} matters",
        ours=f"{taken[0]:.1f} s; again {taken[1]:.1f} s; {memory}",
        peer=f"{peer:.1f} s; {peak:,.0f} MB",
        ratio=f"{taken[0] / peer:.1f}",
        aim=f"≤ {_AIM} MB",
        met=float(memory.split()[0].replace(",", "")) <= _AIM,
    )


def _loaded(path: Path) -> tuple[float, float]:
    """Seconds and megabytes of the standard library."""
    done = subprocess.run([sys.executable, "-c", _LOADS, str(path)], check=True, capture_output=True, text=True)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def _write(path: Path, megabytes: int) -> int:
    """A release package of such a size; the releases of a matter are as far from each other as can be."""
    sample = len(json.dumps(_release(1, 1), ensure_ascii=False).encode())
    matters = megabytes * 10**6 // sample // _RELEASES
    with path.open("w", encoding="utf-8") as file:
        file.write('{"uri": "http://example.org", "version": "1.1", "releases": [')
        for number, one in enumerate(_releases(matters)):
            file.write((", " if number else "") + json.dumps(one, ensure_ascii=False))
        file.write("]}")
    return path.stat().st_size


def _releases(matters: int) -> Iterator[dict[str, Any]]:
    for turn in range(1, _RELEASES + 1):
        for matter in range(matters):
            yield _release(matter, turn)


def _release(matter: int, turn: int) -> dict[str, Any]:
    """As long as those of publishers are: most of it is not read."""
    ends = f"2026-0{turn + 3}-02T09:30:00+08:00"
    address = {"streetAddress": "滨河路" * 6, "locality": "青澜区", "countryName": "中国"}
    return {
        "ocid": f"ocds-bench-{matter}",
        "id": f"{matter}-{turn}",
        "date": f"2026-0{turn}-02T09:00:00+08:00",
        "tag": ["tender"],
        "buyer": {"id": "b", "name": "教育局"},
        "parties": [{"id": str(n), "name": "某某公司", "roles": ["tenderer"], "address": address} for n in range(8)],
        "tender": {
            "id": str(matter),
            "title": f"第{matter}号采购项目",
            "status": "active",
            "value": {"amount": 1234567.89, "currency": "CNY"},
            "mainProcurementCategory": "goods",
            "tenderPeriod": {"startDate": "2026-01-05T09:00:00+08:00", "endDate": ends},
            "items": [
                {"id": str(n), "description": "设备及配件" * 6, "classification": {"scheme": "CPV", "id": "30200000"}}
                for n in range(16)
            ],
            "documents": [
                {"id": str(n), "documentType": "tenderNotice", "url": "http://example.org/" + "x" * 60, "title": "公告"}
                for n in range(6)
            ],
        },
        "awards": [{"id": "1", "status": "active", "date": f"2026-0{turn + 4}-08T00:00:00+08:00"}],
    }
