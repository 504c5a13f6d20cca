"""Whose a warning's grade is: written into the ledger once for each warning, grade and holder, when the holder is told.

Where the message has not arrived that is written, and counts against nobody; where it does arrive later, anew.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from messages.ledger import Kind, instant_json
from messages.notices import Grade, Json
from messages.store import charges, ledger
from messages.store.charges import ToCharge
from messages.store.database import Connection, Database
from messages.store.ledger import Event
from schedules.apart import Apart

_AT_ONCE: Final = 200
_AT_A_PASS: Final = 1_000


class Charging:
    """The grades of one office's warnings."""

    def __init__(self, *, db: Database, apart: Apart) -> None:
        """What fails of some warnings is done ``apart`` from the others."""
        self._db = db
        self._apart = apart

    async def sweep(self, now: datetime) -> bool:
        """Write down whose grades those are of which it is known by now; gives whether more may be left."""
        async with self._db.reading() as conn:
            found = await charges.find(conn, _AT_A_PASS)
        for start in range(0, len(found), _AT_ONCE):
            some = found[start : start + _AT_ONCE]
            with self._apart.doing("whose the grades of warnings are", first=some[0]):
                async with self._db.writing() as conn:
                    await _write(conn, some, now)
        return len(found) == _AT_A_PASS


async def _write(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    events = []
    for one in await charges.hold(conn, ids):
        if not _known(one):
            events.append(_event(one, await _before(conn, one), now))
        await charges.note(conn, one)
    await ledger.append_all(conn, events)


def _known(one: ToCharge) -> bool:
    """Whether this grade was written down for this holder before: a turn may begin for another reason."""
    if one.written is None or one.written.person_id != one.person_id or one.written.grade is not one.grade:
        return False
    return one.written.arrived or one.arrived is None


async def _before(conn: Connection, one: ToCharge) -> Grade | None:
    """The grade that was the holder's before."""
    if one.written is None or one.written.person_id != one.person_id:
        return None
    if one.written.grade is one.grade:
        return await charges.before(conn, one.id, one.person_id)
    return one.written.grade


def _event(one: ToCharge, before: Grade | None, now: datetime) -> Event:
    body: dict[str, Json] = {
        "warning": one.id,
        "post": one.post_code,
        "key": one.key,
        "grade": one.grade.value,
        "before": before.value if before else None,
        "turn": one.turn,
        "delivered": instant_json(one.arrived),
        "undelivered": one.undelivered,
        "since": instant_json(one.since),
        "issued": instant_json(one.issued),
    }
    return Event(at=now, kind=Kind.WARNING_CHARGED, person_id=one.person_id, body=body)
