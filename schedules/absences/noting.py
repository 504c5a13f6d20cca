"""What becomes of absences is written into the ledger: the days of one are looked up there when scores are computed."""

from datetime import datetime

from messages.absences import AbsencePage, AbsenceState, Days
from messages.ledger import Kind
from messages.notices import Json
from messages.store import ledger
from messages.store.database import Connection


async def note(
    conn: Connection, absence_id: int, person_id: int, days: Days, event: AbsenceState, by: str | None, now: datetime
) -> None:
    """An event of an absence: ``by`` whom, by the code, None by the operator.

    What it is for, and why it is refused, is nobody's but theirs who decide about it: that stands in no event.
    """
    body: dict[str, Json] = {
        "absence": absence_id,
        "event": event.value,
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "by": by,
    }
    await ledger.append(conn, at=now, kind=Kind.ABSENCE, person_id=person_id, body=body)


async def note_look(conn: Connection, page: AbsencePage, viewer_id: int, now: datetime) -> None:
    """Somebody has looked at who of others is on leave."""
    people: list[Json] = [*dict.fromkeys(one.person_code for one in page.absences)]
    body: dict[str, Json] = {"what": "absences", "people": people}
    await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer_id, body=body)
