"""Leave from a file, such as attendance systems give: entered all or none; the same file again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messages import rights
from messages.absences_read import AbsenceRow, refusal
from messages.errors import Fault, Refused
from messages.rights import Act
from messages.store import absences
from messages.store import rights as stored
from messages.store.absences import Placed
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.absences.deciding import Wanted, enter_in
from schedules.absences.entitling import may_grant
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many were entered, and how many stood already."""

    created: int = 0
    unchanged: int = 0


class _Tried(Exception):
    """Raised so that nothing is kept of what was only tried."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


async def import_rows(
    tools: Tools, rows: Sequence[AbsenceRow], by: int | None, now: datetime, *, dry_run: bool
) -> Imported:
    """Enter all rows as somebody who may grant leave, or (None) as the operator.

    Raises ``Refused`` with a fault for each row that cannot be entered, and ``NotEntitled`` for who may grant none.
    """
    if by is not None:
        await rights.entitle(tools.db, by, Act.GRANT_ABSENCE, now)
    people, faults = await _people(tools, rows, by)
    try:
        async with tools.db.writing() as conn:
            imported = await _enter(conn, tools, rows, people, faults, by, now)
            _settle(imported, faults, dry_run=dry_run)
    except _Tried as tried:
        return tried.imported
    return imported


def _settle(imported: Imported, faults: list[Fault], *, dry_run: bool) -> None:
    """Raise what keeps the rows from being kept."""
    if faults:
        raise refusal(sorted(faults, key=lambda one: one.line or 0))
    if dry_run:
        raise _Tried(imported)


async def _people(tools: Tools, rows: Sequence[AbsenceRow], by: int | None) -> tuple[dict[str, Placed], list[Fault]]:
    """The people of the rows, by their codes, and what is wrong with the others."""
    known: dict[str, Placed] = {}
    faults: list[Fault] = []
    async with tools.db.reading() as conn:
        for row in rows:
            person = known.get(row.person_code) or await _placed(conn, row.person_code)
            wrong = await _wrong(conn, row, person, by)
            if wrong is not None:
                faults.append(row.fault(wrong))
            elif person is not None:
                known[row.person_code] = person
    return known, faults


async def _placed(conn: Connection, code: str) -> Placed | None:
    person_id = await stored.person_id(conn, code)
    return await absences.placed(conn, person_id) if person_id is not None else None


async def _wrong(conn: Connection, row: AbsenceRow, person: Placed | None, by: int | None) -> Fault | None:
    if person is None:
        message = phrase("The code of a person of the roster is accepted.")
        return Fault(message=message, column="person", value=row.person_code)
    if row.name and row.name != person.name:
        message = phrase("The person of this code has another name: {name}.", name=person.name)
        return Fault(message=message, column="name", value=row.name)
    if by is not None and not await may_grant(conn, person.id, person.path, by):
        message = phrase("People of your units are accepted, but not yourself.")
        return Fault(message=message, column="person", value=row.person_code)
    return None


async def _enter(
    conn: Connection,
    tools: Tools,
    rows: Sequence[AbsenceRow],
    people: dict[str, Placed],
    faults: list[Fault],
    by: int | None,
    now: datetime,
) -> Imported:
    """Enter the rows of known people; what is refused of them is added to ``faults``."""
    created = unchanged = 0
    for row in rows:
        if (person := people.get(row.person_code)) is None:
            continue
        try:
            entered = await enter_in(conn, tools, Wanted(person_id=person.id, days=row.days, note=row.note), by, now)
        except Refused as error:
            faults += [row.fault(fault) for fault in error.faults]
            continue
        created, unchanged = created + entered.anew, unchanged + (not entered.anew)
    return Imported(created=created, unchanged=unchanged)
