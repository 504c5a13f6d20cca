"""Raising a warning is proposed to a named person, never done by the service alone."""

from datetime import datetime

from messages.notices import Grade
from messages.store import rises
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings import life
from messages.warnings.records import RiseCause, WarningEvent, WarningRecord
from schedules.retention import months_before
from schedules.warnings.steps import Terms


async def propose(
    conn: Connection, warning: WarningRecord, grade: Grade | None, cause: RiseCause, now: datetime
) -> None:
    """Propose to raise a warning to ``grade`` (None: to decide what becomes of it), unless a proposal waits already."""
    rise_id = await rises.add(conn, warning.id, warning.turn, grade, cause, at=now)
    if rise_id is not None:
        to = grade.value if grade else None
        event = WarningEvent.RISE_PROPOSED
        await life.record(conn, warning, event, now, rise=rise_id, to=to, cause=cause.value)


async def propose_second(conn: Connection, warning: WarningRecord, terms: Terms, now: datetime) -> None:
    """Propose red where a warning that has just become orange is not the first orange one of its post of late."""
    since = months_before(now, terms.policy.warnings.two_orange_months, terms.zone)
    if warning.grade is Grade.ORANGE and await stored.was_orange(conn, warning.post_id, since, but=warning.id):
        await propose(conn, warning, Grade.RED, RiseCause.TWO_ORANGE, now)
