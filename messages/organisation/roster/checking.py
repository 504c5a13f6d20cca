"""Rows against each other: codes used twice, two names or parents for one, circles, superiors that are unknown."""

from collections.abc import Iterator, Mapping
from typing import Final

from messages.errors import Fault
from messages.organisation.roster.columns import Column
from messages.organisation.roster.rows import RosterRow, Table
from messages.text.phrase import Phrase, phrase

MOST_DEPTH: Final = 15
"""Most units above each other; the tables keep the way from the root in one text."""

_CYCLE_SHOWN: Final = 8


def check(table: Table, standing_parents: Mapping[str, str | None]) -> Iterator[Fault]:
    """Every fault between rows.

    ``standing_parents`` are the units that stand now with their parents: the file may refer to them.
    """
    yield from _posts_used_twice(table)
    yield from _people_with_two_names(table)
    yield from _units_told_differently(table)
    yield from _unknown_superiors(table)
    yield from _unit_tree(table, standing_parents)
    yield from _post_tree(table)


def _line(row: RosterRow, other: RosterRow) -> Phrase:
    """Where the other row is: its line, and its sheet where that is another one."""
    if other.sheet is not None and other.sheet != row.sheet:
        return phrase("sheet {sheet}, line {line}", sheet=other.sheet, line=other.line or 0)
    return phrase("line {line}", line=other.line or 0)


def _posts_used_twice(table: Table) -> Iterator[Fault]:
    first: dict[str, RosterRow] = {}
    for row in table.rows:
        if not row.post_code:
            continue
        other = first.setdefault(row.post_code, row)
        if other is not row:
            message = phrase(
                "This post stands at {where} already: one line for each post is accepted.", where=_line(row, other)
            )
            yield table.fault(row, Column.POST_CODE, row.post_code, message)


def _people_with_two_names(table: Table) -> Iterator[Fault]:
    first: dict[str, RosterRow] = {}
    for row in table.rows:
        if not row.person_code or not row.name:
            continue
        other = first.setdefault(row.person_code, row)
        if other.name != row.name:
            message = phrase(
                "{code} is {name} at {where}: one name for each person's code is accepted.",
                code=row.person_code,
                name=other.name or "",
                where=_line(row, other),
            )
            yield table.fault(row, Column.NAME, row.name, message)


def _units_told_differently(table: Table) -> Iterator[Fault]:
    parents: dict[str, RosterRow] = {}
    kinds: dict[str, RosterRow] = {}
    for row in table.rows:
        if row.unit and row.parent_unit:
            other = parents.setdefault(row.unit, row)
            if other.parent_unit != row.parent_unit:
                yield _told_differently(table, row, other, Column.PARENT_UNIT, row.parent_unit, other.parent_unit or "")
        if row.unit and row.unit_kind:
            other = kinds.setdefault(row.unit, row)
            if other.unit_kind is not None and other.unit_kind is not row.unit_kind:
                yield _told_differently(table, row, other, Column.UNIT_KIND, row.unit_kind.value, other.unit_kind.value)


def _told_differently(table: Table, row: RosterRow, other: RosterRow, column: Column, value: str, said: str) -> Fault:
    message = phrase(
        "For {unit} it is {said} at {where}: the same on all its lines is accepted.",
        unit=row.unit,
        said=said,
        where=_line(row, other),
    )
    return table.fault(row, column, value, message)


def _unknown_superiors(table: Table) -> Iterator[Fault]:
    known = {row.post_code for row in table.rows}
    for row in table.rows:
        if row.reports_to and row.reports_to not in known:
            message = phrase("The code of a post of this roster is accepted, or nothing.")
            yield table.fault(row, Column.REPORTS_TO, row.reports_to, message)


def _unit_tree(table: Table, standing: Mapping[str, str | None]) -> Iterator[Fault]:
    """Unknown parents once for each unit, cycles once for each, and trees that are too deep."""
    said: dict[str, RosterRow] = {}
    named: dict[str, str | None] = {}
    for row in table.rows:
        if row.parent_unit:
            said.setdefault(row.unit, row)
        if row.unit:
            named.setdefault(row.unit, None if row.parent_unit is not None else standing.get(row.unit))
    parents = {**standing, **named, **{unit: row.parent_unit for unit, row in said.items()}}
    for row in said.values():
        if row.parent_unit not in parents:
            message = phrase("The name of a unit of this roster, or of one that stands already, is accepted.")
            yield table.fault(row, Column.PARENT_UNIT, row.parent_unit, message)
    for cycle in cycles(parents):
        row = next(said[unit] for unit in cycle if unit in said)
        yield table.fault(row, Column.PARENT_UNIT, row.parent_unit, _cycle(cycle, row.unit))
    yield from _too_deep(table, parents, said)


def _too_deep(table: Table, parents: Mapping[str, str | None], said: Mapping[str, RosterRow]) -> Iterator[Fault]:
    for unit, row in said.items():
        depth, above = 1, parents.get(unit)
        while above is not None and depth <= MOST_DEPTH:
            depth, above = depth + 1, parents.get(above)
        # Exactly one too deep: what is below it would be the same fault again; a cycle was told above.
        if depth == MOST_DEPTH + 1 and above is None:
            message = phrase("At most {most} units above each other are accepted.", most=MOST_DEPTH)
            yield table.fault(row, Column.PARENT_UNIT, row.parent_unit, message)


def _post_tree(table: Table) -> Iterator[Fault]:
    rows = {row.post_code: row for row in table.rows if row.post_code}
    for cycle in cycles({code: row.reports_to or None for code, row in rows.items()}):
        row = min((rows[code] for code in cycle), key=lambda row: row.line or 0)
        yield table.fault(row, Column.REPORTS_TO, row.reports_to, _cycle(cycle, row.post_code or ""))


def _cycle(cycle: list[str], start: str) -> Phrase:
    at = cycle.index(start)
    around = [*cycle[at:], *cycle[:at]][:_CYCLE_SHOWN]
    way = " → ".join((*around, "…" if len(cycle) > _CYCLE_SHOWN else start))
    return phrase(
        "This goes round in a circle ({way}): a way upwards to one that has none above it is accepted.", way=way
    )


def cycles(above: Mapping[str, str | None]) -> list[list[str]]:
    """Every cycle of a relation in which each has at most one above it."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in above:
        way: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in way:
            way[at] = None
            at = above.get(at)
        if at is not None and at in way:
            names = list(way)
            found.append(names[names.index(at) :])
        done.update(way)
    return found
