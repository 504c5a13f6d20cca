"""Handover: an open warning goes with its post to the new holder, and waits while nobody holds it.

The new holder has all days anew and is told what happened before; who held the post before is told that it is no
longer theirs, if they were ever told of it.
"""

from datetime import datetime
from typing import Final

from messages.audience import sayable
from messages.store import notices, passing, rights, warning_steps, warnings_open
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings.records import Part, WarningEvent, WarningRecord, WarningState
from schedules.warnings.proposing import overtaken
from schedules.warnings.steps import Terms
from schedules.warnings.turns import Turn, begin_turn
from schedules.warnings.wording import moved_notice

_GIVEN: Final = frozenset({WarningState.ANSWERED, WarningState.ACCEPTED})
"""What was asked for is given: nothing is asked of a new holder."""


async def hand_over(conn: Connection, warning_id: int, terms: Terms, now: datetime) -> None:
    """Give a warning to who holds its post now, or to nobody; what was settled meanwhile changes nothing."""
    warning = await stored.lock(conn, warning_id)
    if warning is None or not warning.open:
        return
    assignment_id = await warnings_open.present_assignment(conn, warning.post_id)
    if assignment_id == warning.assignment_id:
        return
    before = warning.holder_id
    told = before if before and await warning_steps.ever_reached(conn, warning.id, before) else None
    if warning.state in _GIVEN:
        await warning_steps.withdraw(conn, warning.id, now)
    await overtaken(conn, warning, now)
    begun = await begin_turn(conn, warning, _turn(warning, assignment_id), terms, now)
    if told is not None and told != begun.holder_id:
        await _tell_moved(conn, warning, begun, told, now)


async def _tell_moved(
    conn: Connection, warning: WarningRecord, begun: WarningRecord, person_id: int, now: datetime
) -> None:
    """Tell who held the post before; nobody where no audience can name the code."""
    code = await rights.person_code(conn, person_id)
    if not sayable(code):
        return
    notice_id = await notices.add(conn, moved_notice(warning, begun, code, now))
    if notice_id is not None:
        await passing.tell(conn, notice_id, person_id, now)  # an audience reaches nobody who holds no post any more


def _turn(warning: WarningRecord, assignment_id: int | None) -> Turn:
    """The turn of a handover: of what is given already without any days."""
    given = warning.state in _GIVEN
    others = () if given else [part for part in warning.ladder.steps[0].told if part is not Part.HOLDER]
    return Turn(
        event=WarningEvent.HANDED_OVER,
        anew=not given,
        dated=not given,
        told=others if assignment_id is None else [Part.HOLDER],
        change={"assignment_id": assignment_id, "acknowledged_at": None, "notice_id": None},
        about={"from": warning.holder},
    )
