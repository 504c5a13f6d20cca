"""Who sees statistics of what: those of units within the scope of a role that sees statistics."""

from datetime import datetime

from messages import rights
from messages.errors import NotFound
from messages.rights import Act
from messages.scopes import EVERYWHERE, Scope
from messages.statistics import Chosen
from messages.store import organisation
from messages.store.columns import is_id
from messages.store.database import Database
from messages.store.organisation import StandingUnit
from messages.store.statistics import Area
from messages.text.phrase import phrase


async def area_of(db: Database, viewer: int | None, chosen: Chosen, now: datetime) -> Area:
    """What of the chosen a person sees; None is the operator, who sees everything.

    Raises ``NotFound`` for a unit that is not there, and ``NotEntitled``, which is recorded.
    """
    scope = EVERYWHERE if viewer is None else await rights.entitle(db, viewer, Act.SEE_STATISTICS, now)
    if chosen.unit_id is not None:
        unit = await unit_of(db, viewer, chosen.unit_id, scope, now)
        scope = Scope(paths=(unit.path,))
    return Area(scope=scope, category=chosen.category)


async def unit_of(db: Database, viewer: int | None, unit_id: int, scope: Scope, now: datetime) -> StandingUnit:
    """A unit within a scope. Raises ``NotFound``, and ``NotEntitled``, which is recorded."""
    async with db.reading() as conn:
        unit = await organisation.unit_of(conn, unit_id) if is_id(unit_id) else None
    if unit is None:
        raise NotFound(phrase("There is no such unit."))
    if viewer is not None and not scope.covers(unit.path):
        outside = phrase("This is not open to you: it lies outside your units.")
        raise await rights.refuse(db, viewer, Act.SEE_STATISTICS, now, outside, unit=unit.name)
    return unit
