"""How far an import of a file has come, told as it goes on."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What an import is doing."""

    READING = "reading"
    WRITING = "writing"


Progress = Callable[[Step, int, int], None]
"""Told as work goes on: the step, how much of it is done, of how much (lines, rows)."""


def silently(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody."""


def counted(progress: Progress, step: Step, total: int | None = None) -> Callable[[int], None]:
    """Takes how much more is done, and tells how much of ``total``; where nobody knows it, of one more."""
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(step, done, done + 1 if total is None else total)

    return more
