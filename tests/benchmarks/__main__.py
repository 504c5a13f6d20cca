"""``make bench``: everything that is promised about speed, measured in one run.

``make bench ARGS="rate throughput urgent roster --quick"`` chooses parts of it; with ``--markdown FILE`` the tables are
written there, too. Each part runs in a process of its own, so that the memory that it tells is its own.
"""

import argparse
import os
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.figures import Line, Part
from tests.benchmarks.parts import PARTS, measured

_ROSTER = "roster"
_HEADINGS = ("", "ours", "peer", "ours ÷ peer", "aim", "met")
_HEAD = """# Benchmarks

Made by `make bench ARGS="{command}"`. What runs beside it on the machine slows it down: the load is told.

{machine}
"""
_VERDICTS = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}
_PLAIN = {True: "yes", False: "**no**", None: ""}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS, _ROSTER], help="all but roster if none is named")
    parser.add_argument("--quick", action="store_true", help="fewer messages: a look, not a measurement")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there as Markdown, too")
    return parser.parse_args()


def _table(part: Part) -> Table:
    table = Table(title=part.title, title_justify="left", caption="\n".join(part.notes), caption_justify="left")
    for heading in _HEADINGS:
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


def _markdown(part: Part) -> str:
    rows = [_HEADINGS, ["---"] * len(_HEADINGS), *([*_cells(line)[:-1], _PLAIN[line.met]] for line in part.lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n".join(part.notes)
    return f"\n## {part.title}\n\n{table}\n\n{notes}\n"


def _in_a_process(name: str, *, quick: bool) -> Part:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measured, name, quick).result()


def main() -> None:
    """Run the parts one after the other."""
    given = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(machine := _machine())
    written = [_HEAD.format(machine=machine, command=" ".join(sys.argv[1:]))]
    for name in given.parts or PARTS:
        if name == _ROSTER:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_roster"], check=True)
        else:
            part = _in_a_process(name, quick=given.quick)
            console.print(_table(part))
            written.append(f"{_markdown(part)}\nLoad average at its end: {os.getloadavg()[0]:.1f}.\n")
            if given.markdown:
                given.markdown.write_text("\n".join(written), encoding="utf-8")


if __name__ == "__main__":
    main()
