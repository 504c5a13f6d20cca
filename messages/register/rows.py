"""A line of a risk register, as it was read from an office's sheet."""

from dataclasses import dataclass

from messages.register.bases import Cited
from messages.register.columns import Column
from messages.register.records import PointState, RiskLevel, Workflow


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The sheet that rows come from.

    ``titles`` are the lines above its header, ``names`` its columns' names as they stand, ``told`` the columns that it
    has, ``line`` its header's.
    """

    sheet: str | None
    line: int
    titles: tuple[str, ...]
    names: dict[Column, str]
    told: frozenset[Column]
    parts_as_units: bool
    """Whether the unit's column may hold sections, as one that is called 科室."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """One risk point of a sheet. A text is empty where nothing stands; ``level`` is None where the sheet has no levels.

    ``below`` is the heading that stands above it, such as ``财政局``; ``own_id`` and ``ref`` what it is called.
    """

    origin: Origin
    line: int
    below: str = ""
    unit: str = ""
    section: str = ""
    post_code: str = ""
    post: str = ""
    duty: str = ""
    node: str = ""
    workflow: Workflow | None = None
    category: str = ""
    name: str = ""
    description: str = ""
    level: RiskLevel | None = None
    controls: str = ""
    indicators: str = ""
    responsible: str = ""
    leading: str = ""
    bases: tuple[Cited, ...] = ()
    state: PointState | None = None
    own_id: int | None = None
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class RegisterFile:
    """What a file holds: its points, how many lines were passed over, and which sheets and columns.

    ``no_level`` names the sheets whose points bear no level.
    """

    rows: tuple[RegisterRow, ...]
    passed_over: int
    skipped_sheets: tuple[str, ...]
    skipped_columns: tuple[str, ...]
    no_level: tuple[str, ...]
