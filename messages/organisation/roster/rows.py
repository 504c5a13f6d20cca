"""A line of a roster, read and validated; and where faults of it are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from messages.errors import Fault
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.columns import CHINESE, Column
from messages.text.phrase import Phrase


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterRow:
    """One line: a post of a unit and who holds it.

    ``None`` in an optional field says that the file has no such column: what stands is kept, or the default is taken.
    An empty ``parent_unit`` or ``reports_to`` says that there is none. A post without a person is vacant
    (``person_code`` and ``name`` None). A line without a post (``post_code`` None) only declares the unit.
    """

    unit: str
    post_code: str | None
    post: str = ""
    level: int = 0
    parent_unit: str | None = None
    unit_kind: UnitKind | None = None
    risk_post: bool | None = None
    nodes: tuple[str, ...] | None = None
    reports_to: str | None = None
    person_code: str | None = None
    name: str | None = None
    roles: tuple[Role, ...] | None = None
    language: str | None = None
    sheet: str | None = field(default=None, compare=False)
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of a whole file; ``headings`` are its headers as they stand, by sheet and column.

    ``skipped`` names the sheets that were passed over: they have something else in them.
    """

    rows: tuple[RosterRow, ...]
    headings: Mapping[tuple[str | None, Column], str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def fault(self, row: RosterRow, column: Column, value: str | None, message: Phrase) -> Fault:
        """A fault at a row's cell."""
        return Fault(
            sheet=row.sheet,
            line=row.line,
            column=self.headings.get((row.sheet, column), CHINESE[column]),
            value=value,
            message=message,
        )
