"""What a person may do about a notice: see how it stands, stop it, have its silent ones reminded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.errors import LianxunError, NotFound
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.store import ledger, notices, waves
from messages.store.database import Connection, Database
from messages.store.notices import Unreached
from messages.text.phrase import phrase

_REMIND_EVERY: Final = timedelta(minutes=5)
"""A notice's silent ones may be reminded again after this."""


class ReminderRefused(LianxunError):
    """A reminder would be of no use, or comes too soon."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A notice and how it stands; ``unreached`` are those whom it did not reach, by unit and name."""

    notice: Notice
    counts: Counts
    unreached: tuple[Unreached, ...]


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """How many deliveries were stopped, and how the notice stands after it.

    ``at`` is the first time that it was cancelled, which stands; ``before`` tells whether that was an earlier call.
    """

    at: datetime
    before: bool
    stopped: int
    counts: Counts


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """The number of the reminder's wave, how many people it goes to, and how the notice stands."""

    wave: int
    people: int
    counts: Counts


async def standing(db: Database, notice_id: int) -> Standing:
    """One notice as it stands; raises ``NotFound``."""
    async with db.reading() as conn:
        notice = await _find(conn, notice_id)
        counts = await notices.counts(conn, notice_id)
        unreached = await notices.unreached(conn, notice_id)
    return Standing(notice=notice, counts=counts, unreached=tuple(unreached))


async def cancel(db: Database, notice_id: int, now: datetime) -> Cancelled:
    """Stop what has not been sent yet; what was delivered stays. Raises ``NotFound``.

    Once more does no harm: it stops what was in flight the first time and has come back.
    """
    async with db.writing() as conn:
        notice = await _find(conn, notice_id)
        stopped = await notices.cancel(conn, notice_id, now)
        before = notice.cancelled_at is not None
        if stopped or not before:
            body: dict[str, Json] = {"notice": notice.key, "stopped": stopped}
            await ledger.append(conn, at=now, kind=Kind.NOTICE_CANCELLED, person_id=None, body=body)
        counts = await notices.counts(conn, notice_id)
    return Cancelled(at=notice.cancelled_at or now, before=before, stopped=stopped, counts=counts)


async def remind(db: Database, notice_id: int, now: datetime) -> Reminded:
    """Remind those who have not acknowledged, at once.

    Raises ``NotFound``, and ``ReminderRefused`` where nobody would have to answer or the last reminder is too recent.
    """
    async with db.writing() as conn:
        notice = await _find(conn, notice_id)
        _refuse_useless(notice, await waves.last_reminded_at(conn, notice_id), now)
        wave, people = await waves.remind_now(conn, notice_id, now)
        body: dict[str, Json] = {"notice": notice.key, "wave": wave}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_REMINDED, person_id=None, body=body)
        counts = await notices.counts(conn, notice_id)
    return Reminded(wave=wave, people=people, counts=counts)


async def _find(conn: Connection, notice_id: int) -> Notice:
    notice = await notices.find(conn, notice_id)
    if notice is None:
        raise NotFound(phrase("There is no notice {id}.", id=notice_id))
    return notice


def _refuse_useless(notice: Notice, last: datetime | None, now: datetime) -> None:
    if not notice.acknowledge:
        raise ReminderRefused(phrase("This notice asks for no acknowledgement, so there is nobody to remind."))
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise ReminderRefused(phrase("This notice is over; nobody is reminded of it."))
    if last is not None and now - last < _REMIND_EVERY:
        raise ReminderRefused(phrase("A reminder went out less than five minutes ago."))
