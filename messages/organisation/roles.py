"""Roles that people grant and revoke, beside those that a roster gives. Each change is recorded, with who and why.

A roster neither ends nor doubles a granted role. A role that a roster gave can be revoked: the next import of a roster
that names it gives it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages.errors import Fault, NotFound, Refused, refused
from messages.ledger import Kind
from messages.organisation.records import Role
from messages.organisation.roster import words
from messages.reasons import reason_of
from messages.rights import Act, entitle, person_of
from messages.store import ledger, organisation, rights, roles
from messages.store.database import Connection, Database
from messages.store.organisation import StandingUnit
from messages.store.roles import Bearing, RoleBorne
from messages.text.phrase import phrase

_LAST: Final = phrase(
    "This is the last administrator of the whole office: please grant another one first, then revoke this role."
)


@dataclass(frozen=True, kw_only=True)
class RoleChange:
    """A role to grant or to revoke, as it was given: codes, names and words. ``by`` is a person's code.

    A fault's column is the field that it is about; of ``by`` it is ``as``.
    """

    person: str
    role: str
    unit: str
    why: str
    by: str | None


async def list_roles(db: Database, *, person: str | None = None, unit: str | None = None) -> Sequence[RoleBorne]:
    """The roles that are borne now: all, a person's, or those for a unit and all below it. Raises ``Refused``.

    They are named to the operator at the command line: that is nobody's look at others' records, and is not recorded.
    """
    async with db.reading() as conn:
        faults: list[Fault] = []
        person_id = await _person(conn, person, faults) if person is not None else None
        standing = await _unit(conn, unit, faults) if unit is not None else None
        if faults:
            raise Refused(phrase("The input was refused."), faults)
        return await roles.list_borne(conn, person_id=person_id, below=standing.path if standing else None)


async def grant(db: Database, change: RoleChange, now: datetime) -> None:
    """Give a role, for a unit and all below it, from now on.

    While nobody administers the whole office yet, nobody needs to be named who grants. Raises ``Refused`` and
    ``NotEntitled``.
    """
    by = await (_operator(db) if change.by is None else _granter(db, change.by, now))
    async with db.writing() as conn:
        bearing = await _checked(conn, change)
        if await roles.find(conn, bearing) is not None:
            borne = phrase("«{code}» bears this role for this unit already.", code=change.person)
            raise refused(borne, column="role", value=change.role)
        await roles.add(conn, bearing, by=by, why=reason_of(change.why), at=now)
        await _record(conn, Kind.ROLE_GRANTED, bearing, change, now)


async def revoke(db: Database, change: RoleChange, now: datetime) -> bool:
    """End a role from now on; tells whether a roster had given it.

    The last administrator of the whole office stays one: without any, nobody could do anything about it in chat or in
    the browser. Raises ``Refused`` and ``NotEntitled``.
    """
    await _granter(db, change.by or "", now)
    async with db.writing() as conn:
        bearing = await _checked(conn, change)
        borne = await roles.find(conn, bearing)
        if borne is None:
            other = phrase("A role that «{code}» bears for this unit is accepted.", code=change.person)
            raise refused(other, column="role", value=change.role)
        if await rights.hold_administrators(conn) == [borne]:
            raise refused(_LAST, column="role", value=change.role)
        granted = await roles.end(conn, borne, now)
        await _record(conn, Kind.ROLE_REVOKED, bearing, change, now)
        return not granted


async def _granter(db: Database, code: str, now: datetime) -> int:
    async with db.reading() as conn:
        try:
            person = await person_of(conn, code)
        except NotFound as error:
            raise refused(error.phrase, column="as", value=code) from error
    await entitle(db, person, Act.GRANT_ROLES, now)
    return person


async def _operator(db: Database) -> int | None:
    """Nobody: who has the database may begin, since without any administrator nobody could grant the first role."""
    async with db.reading() as conn:
        if await rights.has_administrator(conn):
            named = phrase("The code of an administrator of the whole office is needed.")
            raise refused(named, column="as")
    return None


async def _checked(conn: Connection, change: RoleChange) -> Bearing:
    faults: list[Fault] = []
    person_id = await _person(conn, change.person, faults)
    role = _role(change.role, faults)
    unit = await _unit(conn, change.unit, faults)
    try:
        reason_of(change.why)
    except Refused as error:
        faults += error.faults
    if faults or person_id is None or role is None or unit is None:
        raise Refused(phrase("The input was refused."), faults)
    return Bearing(person_id=person_id, role=role, unit_id=unit.id)


async def _person(conn: Connection, code: str, faults: list[Fault]) -> int | None:
    try:
        return await person_of(conn, code)
    except NotFound as error:
        faults.append(Fault(column="person", value=code, message=error.phrase))
        return None


def _role(word: str, faults: list[Fault]) -> Role | None:
    known, unknown = words.roles(word)
    if len(known) == 1 and not unknown:
        return known[0]
    message = phrase("Accepted: {words}.", words=words.accepted(words.ROLE_WORDS))
    faults.append(Fault(column="role", value=word, message=message))
    return None


async def _unit(conn: Connection, name: str, faults: list[Fault]) -> StandingUnit | None:
    unit = await organisation.find_unit(conn, name)
    if unit is None:
        message = phrase("The name of a unit of the roster is accepted.")
        faults.append(Fault(column="unit", value=name, message=message))
    return unit


async def _record(conn: Connection, kind: Kind, bearing: Bearing, change: RoleChange, now: datetime) -> None:
    body = {"role": bearing.role.value, "unit": change.unit, "by": change.by, "why": reason_of(change.why)}
    await ledger.append(conn, at=now, kind=kind, person_id=bearing.person_id, body=body)
