"""How far somebody looks after the register: whoever reviews, inspects or runs campaigns, within that role's scope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import NotEntitled
from messages.rights import Act, scope_of
from messages.scopes import EVERYWHERE, Scope
from messages.store import rights as roles
from messages.store.database import Connection, Database
from messages.store.rights import Borne
from messages.text.phrase import phrase

LOOKS_AFTER: Final = (Act.REVIEW_RISKS, Act.INSPECT, Act.RUN_CAMPAIGNS)
"""Whoever may do one of these somewhere looks after the register there."""
_REFUSED: Final = phrase(
    "This is not open to you: only leaders, inspectors and administrators see the register of their units."
)


async def reach_of(conn: Connection, person_id: int) -> Scope:
    """The units that a person looks after; empty for who looks after none."""
    return reach_by(await roles.borne(conn, person_id))


def reach_by(borne: Sequence[Borne]) -> Scope:
    """The units that are looked after by these roles."""
    scopes = [scope_of(borne, act) for act in LOOKS_AFTER]
    if any(scope.everything for scope in scopes):
        return EVERYWHERE
    return Scope(paths=tuple(sorted({path for scope in scopes for path in scope.paths})))


async def refused(db: Database, person_id: int, now: datetime, unit: str) -> NotEntitled:
    """Record that somebody asked for a unit that is another's to look after, and give the error to raise."""
    what = phrase("This unit is not one of those that you look after.")
    return await rights.refuse(db, person_id, Act.REVIEW_RISKS, now, what, what="register", unit=unit)


async def entitle(db: Database, person_id: int, now: datetime) -> Scope:
    """The same. Raises ``NotEntitled`` where there are none; that is recorded."""
    async with db.reading() as conn:
        scope = await reach_of(conn, person_id)
    if not scope:
        raise await rights.refuse(db, person_id, Act.REVIEW_RISKS, now, _REFUSED, what="register")
    return scope
