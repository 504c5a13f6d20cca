"""``make bench``: everything that is promised about speed, measured in one run.

``make bench ARGS="rate throughput urgent roster --quick"`` chooses parts of it.
"""

import argparse
import logging
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop
from rich.console import Console
from rich.table import Table

from tests.benchmarks import bench_acks, bench_fanout, bench_rate, bench_steps, bench_throughput, bench_urgent
from tests.benchmarks.figures import Line, Part

_PARTS: dict[str, Callable[..., Coroutine[Any, Any, Part]]] = {
    "rate": bench_rate.measure,
    "throughput": bench_throughput.measure,
    "urgent": bench_urgent.measure,
    "acks": bench_acks.measure,
    "fanout": bench_fanout.measure,
    "steps": bench_steps.measure,
}
_ROSTER = "roster"
_VERDICTS = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *_PARTS, _ROSTER], help="all but roster if none is named")
    parser.add_argument("--quick", action="store_true", help="fewer messages: a look, not a measurement")
    return parser.parse_args()


def _table(part: Part) -> Table:
    table = Table(title=part.title, title_justify="left", caption="\n".join(part.notes), caption_justify="left")
    for heading in ("", "ours", "peer", "ours ÷ peer", "aim", "met"):
        table.add_column(heading, justify="left" if heading in {"", "aim", "met"} else "right")
    for line in part.lines:
        table.add_row(*_cells(line))
    return table


def _cells(line: Line) -> tuple[str, ...]:
    return line.what, line.ours, line.peer, line.ratio, line.aim, _VERDICTS[line.met]


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Run the parts one after the other, each on an event loop of its own."""
    given = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for name in ("telegram", "apscheduler"):  # the peer logs every flood error: they are counted
        logging.getLogger(name).setLevel(logging.CRITICAL)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(_machine())
    for name in given.parts or _PARTS:
        if name == _ROSTER:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_roster"], check=True)
        else:
            console.print(_table(uvloop.run(_PARTS[name](quick=given.quick))))


if __name__ == "__main__":
    main()
