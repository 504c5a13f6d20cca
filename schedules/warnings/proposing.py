"""Raising a warning is proposed to a named person, never done by the service alone."""

from datetime import datetime
from typing import Final

from messages.notices import Grade
from messages.store import rises
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings import life
from messages.warnings.records import RiseCause, RiseDecision, WarningEvent, WarningRecord
from schedules.retention import months_before
from schedules.warnings.steps import Terms

_SILENCE: Final = frozenset({RiseCause.UNACKNOWLEDGED, RiseCause.UNANSWERED})
"""Why the service proposes what is about one holder and one day; the other causes stay with the post."""


async def propose(
    conn: Connection, warning: WarningRecord, grade: Grade | None, cause: RiseCause, now: datetime
) -> None:
    """Propose to raise a warning to ``grade`` (None: to decide what becomes of it), unless a proposal waits already."""
    rise_id = await rises.add(conn, warning.id, warning.turn, grade, cause, at=now)
    if rise_id is not None:
        to = grade.value if grade else None
        event = WarningEvent.RISE_PROPOSED
        await life.record(conn, warning, event, now, rise=rise_id, to=to, cause=cause.value)


async def overtaken(conn: Connection, warning: WarningRecord, now: datetime) -> None:
    """Close what was proposed for a holder's silence: another holds the post now, or the answer has come and is judged.

    The warning is held. Silence anew may be proposed anew.
    """
    rise = await rises.open_of(conn, warning.id)
    if rise is not None and rise.cause in _SILENCE:
        await rises.decide(conn, rise.id, RiseDecision.DECLINED, by=None, at=now, why=None)
        await life.record(conn, warning, WarningEvent.RISE_DECLINED, now, rise=rise.id, why_not="overtaken")


async def propose_second(conn: Connection, warning: WarningRecord, terms: Terms, now: datetime) -> None:
    """Propose red where a warning that has just become orange is not the first orange one of its post of late.

    Of two that become orange at once the second waits here for the first, so as to see it.
    """
    if warning.grade is not Grade.ORANGE:
        return
    await stored.lock_post(conn, warning.post_id)
    since = months_before(now, terms.policy.warnings.two_orange_months, terms.zone)
    if await stored.was_orange(conn, warning.post_id, since, but=warning.id):
        await propose(conn, warning, Grade.RED, RiseCause.TWO_ORANGE, now)
