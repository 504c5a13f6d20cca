"""The import of a large roster: seconds and most memory, as CSV and as XLSX, each in a process of its own.

``python -m tests.benchmarks.bench_roster`` prints a line for each; the bounds are 60 s and 500 MB for 100,000 lines.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from messages.organisation.roster.export import content_of
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.store.database import Database
from messages.store.schema import prepare
from tests.rosters import NOW

POSTS = 100_000
PEOPLE = 97_000
UNITS = 2_600
MEBIBYTE = 1024  # in the unit of ru_maxrss


async def measure(path: Path) -> str:
    """Import a file into an empty database beside it; gives the line to print."""
    db = Database(f"sqlite:///{path}.db")
    await prepare(db)
    began = time.perf_counter()
    report = await import_roster(db, path, NOW)
    first = time.perf_counter() - began
    await import_roster(db, path, NOW)
    again = time.perf_counter() - began - first
    await db.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
    ending = path.suffix.removeprefix(".").upper()
    return f"roster {ending:4} {report.posts:,} lines: {first:5.1f} s, again {again:5.1f} s, at most {peak:.0f} MiB"


def main() -> None:
    """Measure both forms, or the one file that is given."""
    if len(sys.argv) > 1:
        print(asyncio.run(measure(Path(sys.argv[1]))))
        return
    rows = sample_roster(units=UNITS, posts=POSTS, people=PEOPLE)
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".csv", ".xlsx"):
            path = Path(folder) / f"roster{ending}"
            path.write_bytes(content_of(rows, ending, "zh_CN"))
            subprocess.run([sys.executable, "-m", __spec__.name, str(path)], check=True)


if __name__ == "__main__":
    main()
