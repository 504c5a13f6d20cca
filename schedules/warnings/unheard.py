"""A superior whom a message does not reach is known by name to the office; the next one above who can be is told."""

from datetime import datetime

from messages.notices import Grade
from messages.store import unheard, warning_steps
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.store.warning_steps import Told
from messages.warnings.records import Part, WarningRecord
from schedules.warnings.parts import whom


async def unheard_of(conn: Connection) -> list[int]:
    """The warnings of which somebody further up is to be told in place of a superior who was not reached."""
    found = await unheard.superiors_unheard(conn)
    waiting = []
    for warning_id, step in found:
        if await _next_above(conn, await stored.get(conn, warning_id), step):
            waiting.append(warning_id)
    return list(dict.fromkeys(waiting))


async def tell_above(conn: Connection, warning_id: int, now: datetime) -> None:
    """Tell those further up of the same steps."""
    warning = await stored.lock(conn, warning_id)
    if warning is None or not warning.open:
        return
    urgent = warning.grade is Grade.RED
    for _, step in [one for one in await unheard.superiors_unheard(conn) if one[0] == warning_id]:
        told = await _next_above(conn, warning, step)
        await warning_steps.tell(conn, warning.id, warning.turn, step, told, urgent=urgent, at=now)


async def _next_above(conn: Connection, warning: WarningRecord, step: str) -> list[Told]:
    known = await unheard.told_of(conn, warning.id, warning.turn, step)
    return [one for one in await whom(conn, warning, [Part.SUPERIOR]) if one.person_id not in known]
