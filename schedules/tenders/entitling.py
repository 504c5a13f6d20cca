"""Who may enter, move and see matters. What is refused is recorded.

Matters of units are entered by who enters matters there, and moved by these and by who answers for a step of one
(谁主管谁负责). A matter whose buyer is no known unit is open to who reaches everything. To whom a matter is not open,
it is not there.
"""

from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import CHANGED, DecidedBefore, LianxunError, NotEntitled, NotFound, Outdated
from messages.ledger import Kind
from messages.rights import Act
from messages.scopes import EVERYWHERE, NOWHERE, Scope
from messages.store import ledger, matter_sights
from messages.store import matters as stored
from messages.store.database import Connection
from messages.store.matter_sights import Sight
from messages.tenders.kept import Kept
from messages.tenders.records import OVER, Matter, MatterState, matter_state_said
from messages.text.phrase import Phrase, phrase
from schedules.tools import Tools

OUTSIDE: Final = phrase("This is not open to you: the matter is not of your units.")


def missing() -> NotFound:
    """What is told of a matter that is not there, or not open to who asks."""
    return NotFound(phrase("There is no such matter."))


def covers(scope: Scope, path: str | None) -> bool:
    """Whether a matter of the unit with this path (None: of none) lies within a scope."""
    return scope.everything or (path is not None and scope.covers(path))


async def reach(conn: Connection, person_id: int | None, scope: Scope | None) -> Scope:
    """How far somebody who tells of matters reaches: what comes by itself, everywhere."""
    if scope is not None:
        return scope
    return EVERYWHERE if person_id is None else await rights.reach(conn, person_id, Act.ENTER_MATTERS)


async def sight_of(conn: Connection, person_id: int | None) -> Sight:
    """What of matters a person may see; the operator (None) all of them."""
    if person_id is None:
        return Sight(person_id=None, scope=EVERYWHERE, held=())
    return await matter_sights.sight_of(conn, person_id, await rights.reach(conn, person_id, Act.SEE_MATTERS))


async def may_enter(conn: Connection, matter: Matter, person_id: int) -> bool:
    """Whether a person may change all of a matter."""
    return covers(await rights.reach(conn, person_id, Act.ENTER_MATTERS), matter.unit_path)


async def may_move(conn: Connection, matter: Matter, person_id: int) -> bool:
    """Whether a person may move the dates of a matter."""
    if await may_enter(conn, matter, person_id):
        return True
    sight = await matter_sights.sight_of(conn, person_id, NOWHERE)
    return await matter_sights.holds_for(conn, matter.id, matter_sights.answers(sight))


async def may_see(conn: Connection, matter: Matter, person_id: int | None) -> bool:
    """Whether a matter is open to a person."""
    sight = await sight_of(conn, person_id)
    return await matter_sights.holds_for(conn, matter.id, matter_sights.sees(sight))


async def find(conn: Connection, which: int | str) -> Matter:
    """A matter by id or ref; raises ``NotFound``."""
    matter = await stored.find(conn, which)
    if matter is None:
        raise missing()
    return matter


async def to_enter(tools: Tools, matter_id: int, person_id: int, now: datetime) -> Matter:
    """A matter that this person may change. Raises ``NotFound`` and ``NotEntitled``."""
    async with tools.db.reading() as conn:
        matter = await find(conn, matter_id)
        may = await may_enter(conn, matter, person_id)
    if not may:
        raise await refused(tools, matter, person_id, now)
    return matter


async def to_move(tools: Tools, matter_id: int, person_id: int, now: datetime) -> Matter:
    """A matter of which this person may move the dates; raises as above."""
    async with tools.db.reading() as conn:
        matter = await find(conn, matter_id)
        may = await may_move(conn, matter, person_id)
    if not may:
        raise await refused(tools, matter, person_id, now)
    return matter


async def to_see(tools: Tools, which: int | str, person_id: int | None, now: datetime) -> Matter:
    """A matter that is open to this person; to anybody else it is not there, which is recorded."""
    async with tools.db.reading() as conn:
        matter = await find(conn, which)
        may = await may_see(conn, matter, person_id)
    if person_id is not None and not may:
        await rights.record_refused(tools.db, person_id, Act.SEE_MATTERS.value, now, matter=matter.ref)
        raise missing()
    return matter


async def refused(tools: Tools, matter: Matter, person_id: int, now: datetime) -> LianxunError:
    """Record that an act was refused, and give the error to raise: why, or not found where it is not open."""
    error = await rights.refuse(tools.db, person_id, Act.ENTER_MATTERS, now, OUTSIDE, matter=matter.ref)
    async with tools.db.reading() as conn:
        return error if await may_see(conn, matter, person_id) else missing()


async def refused_told(tools: Tools, ref: str, person_id: int | None, now: datetime) -> NotEntitled:
    """Record that what was told of a matter was refused, as not of the units of who told it."""
    if person_id is not None:
        return await rights.refuse(tools.db, person_id, Act.ENTER_MATTERS, now, OUTSIDE, matter=ref)
    body = {"act": Act.ENTER_MATTERS.value, "matter": ref}
    async with tools.db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.ACT_REFUSED, person_id=None, body=body)
    return NotEntitled(OUTSIDE)


async def present(conn: Connection, matter_id: int, version: int | None) -> Kept:
    """A matter, which nobody else changes meanwhile. Raises ``Outdated`` where another ``version`` was seen."""
    kept = await stored.hold_one(conn, matter_id)
    if kept is None:
        raise missing()
    if version is not None and version != kept.version:
        raise Outdated(CHANGED)
    return kept


def going_on(kept: Kept, *also: MatterState) -> None:
    """Raise ``DecidedBefore`` of a matter that is over, but in one of these states."""
    if kept.standing.state in OVER and kept.standing.state not in also:
        raise DecidedBefore(stands(kept.standing.state))


def stands(state: MatterState) -> Phrase:
    """What is told of a matter that stands otherwise than was thought."""
    return phrase("This matter is: {state}.", state=matter_state_said(state))
