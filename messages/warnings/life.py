"""The life of a warning: every change goes through ``record``, which writes it to the history and the ledger.

A change is one transaction: whoever makes one holds the warning first (``messages.store.warnings.lock``), so that what
is decided is decided on how it stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from messages.ledger import Kind
from messages.notices import Json
from messages.store import ledger, rights, warning_steps
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings.records import Counted, Ladder, WarningEvent, WarningRecord

_OVERTAKES: Final = frozenset(
    {
        WarningEvent.ACKNOWLEDGED,
        WarningEvent.ANSWERED,
        WarningEvent.RETURNED,
        WarningEvent.HANDED_OVER,
        WarningEvent.RAISED,
    }
)


def _overtaken(ladder: Ladder, event: WarningEvent) -> list[str] | None:
    """The steps of a ladder that are of no interest after a change; None: all, the new ladder tells everything anew."""
    match event:
        case WarningEvent.RAISED:
            return None
        case WarningEvent.ACKNOWLEDGED:
            return [step.name for step in ladder.steps if step.counts_from is Counted.ACKNOWLEDGE]
        case _:
            return [step.name for step in ladder.steps[1:]]


async def record(
    conn: Connection,
    warning: WarningRecord,
    event: WarningEvent,
    at: datetime,
    *,
    by: int | None = None,
    why: str | None = None,
    change: Mapping[str, Any] | None = None,
    **about: Json,
) -> WarningRecord:
    """Change the columns ``change`` of a warning, and write down what happened; gives it as it stands then.

    Whoever above the post is still to be told of what that has overtaken is not told of it any more.

    ``by`` is who did it, None for the service; ``about`` says more, for the history and the ledger.
    """
    stands = await stored.changed(conn, warning, change) if change else warning
    if event in _OVERTAKES:
        await warning_steps.overtake(conn, warning.id, _overtaken(warning.ladder, event), at)
    body: dict[str, Json] = {"grade": stands.grade.value, "holder": stands.holder, **about}
    await stored.add_event(conn, stands.id, event, at=at, turn=stands.turn, by=by, why=why, body=body)
    told: dict[str, Json] = {
        "warning": stands.id,
        "event": event.value,
        "post": stands.post_code,
        "turn": stands.turn,
        "by": await rights.person_code(conn, by) if by is not None else None,
        "why": why,
        **body,
    }
    await ledger.append(conn, at=at, kind=Kind.WARNING, person_id=stands.holder_id, body=told)
    return stands
