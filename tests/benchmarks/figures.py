"""What a part of the benchmark gives: lines of a table."""

import resource
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure: of ours, of the peer where there is one, their ratio, and what was aimed at."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table; ``notes`` say how it was measured."""

    title: str
    lines: Sequence[Line]
    notes: Sequence[str] = field(default=())


def resident() -> str:
    """The most memory that this process has had so far."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
