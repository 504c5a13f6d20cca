"""Who may grant leave and see it: whoever looks after the person's unit, and nobody the own. What is refused is kept.

An absence is open to its person and to who may grant it; to anybody else it is not there.
"""

from datetime import datetime
from typing import Final

from messages import rights
from messages.absences import Absence
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.rights import Act
from messages.store import absences
from messages.store.absences import Placed
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

_OWN: Final = phrase("Nobody grants the own leave: it is asked for.")
_OUTSIDE: Final = phrase("This person does not belong to your units.")


def missing() -> NotFound:
    """What is told of an absence that is not there, or is not open to who asks: the one is not told from the other."""
    return NotFound(phrase("There is no such leave, or it is not open to you."))


async def found(conn: Connection, absence_id: int) -> Absence:
    """An absence; raises ``NotFound``."""
    absence = await absences.find(conn, absence_id)
    if absence is None:
        raise missing()
    return absence


async def may_grant(conn: Connection, person_id: int, path: str | None, by: int) -> bool:
    """Whether somebody may grant leave to a person who belongs to the unit with this path."""
    return by != person_id and (await rights.reach(conn, by, Act.GRANT_ABSENCE)).covers(path or "")


async def sees(conn: Connection, absence: Absence, viewer_id: int) -> bool:
    """Whether an absence is open to somebody."""
    return absence.person_id == viewer_id or await may_grant(conn, absence.person_id, absence.path, viewer_id)


async def entitle(db: Database, absence_id: int, by: int, now: datetime) -> Absence:
    """An absence that this person may decide about, as it stands. Raises ``NotFound`` and ``NotEntitled``."""
    async with db.reading() as conn:
        absence = await found(conn, absence_id)
        may = await may_grant(conn, absence.person_id, absence.path, by)
    if not may:
        what = _OWN if absence.person_id == by else None
        error: LianxunError = await rights.refuse(db, by, Act.GRANT_ABSENCE, now, what, absence=absence_id)
        raise error if absence.person_id == by else missing()
    return absence


async def entitle_for(db: Database, person: Placed, by: int | None, now: datetime) -> None:
    """Let somebody enter leave of a person; the operator may, who is None. Raises ``NotEntitled``."""
    if by is None:
        return
    async with db.reading() as conn:
        may = await may_grant(conn, person.id, person.path, by)
    if not may:
        raise await _refused(db, person, by, now)


async def _refused(db: Database, person: Placed, by: int, now: datetime) -> NotEntitled:
    async with db.reading() as conn:
        scope = await rights.reach(conn, by, Act.GRANT_ABSENCE)
    what = (_OWN if person.id == by else _OUTSIDE) if scope else None
    return await rights.refuse(db, by, Act.GRANT_ABSENCE, now, what, person=person.code)
