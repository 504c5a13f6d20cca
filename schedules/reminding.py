"""Reminding by hand: those who have not acknowledged a notice are told once more, now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages import notice_views
from messages.errors import LianxunError
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.rights import Act
from messages.scopes import Scope
from messages.store import ledger, notices, steering, waves
from messages.store.database import Connection, Database
from messages.text.phrase import nphrase, phrase

_REMIND_EVERY: Final = timedelta(minutes=5)
"""A notice's silent ones may be reminded again after this."""


class ReminderRefused(LianxunError):
    """A reminder would be of no use, comes too soon, or is one too many."""


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """The number of the reminder's wave, how many people it goes to, and how the notice stands."""

    wave: int
    people: int
    counts: Counts


async def remind(db: Database, notice_id: int, by: int | None, now: datetime, *, most: int) -> Reminded:
    """Remind those who have not acknowledged, at once; ``most`` times a notice, and not twice in five minutes.

    ``by`` reminds only people within the own scope; None is the operator at the command line, who reminds all. A
    reminder that goes to nobody leaves nothing behind. Raises ``NotFound``, ``NotEntitled``, and ``ReminderRefused``.
    """
    seen = await notice_views.notice_of(db, by, notice_id, now, Act.REMIND)
    async with db.writing() as conn:
        notice = await steering.hold(conn, notice_id) or seen.notice
        await _refuse_useless(conn, notice, now, most)
        wave, people = await _put_in(conn, notice, seen.scope, by, now)
        counts = await notices.counts(conn, notice_id)
    return Reminded(wave=wave, people=people, counts=counts)


async def _put_in(conn: Connection, notice: Notice, scope: Scope, by: int | None, now: datetime) -> tuple[int, int]:
    """The reminder's wave and how many people it goes to; where that is nobody, there is no wave."""
    async with conn.begin_nested() as point:
        wave, people = await waves.remind_now(conn, notice.id, now, scope)
        if not people:
            await point.rollback()
            return wave, 0
        body: dict[str, Json] = {"notice": notice.key, "wave": wave, "people": people}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_REMINDED, person_id=by, body=body)
    return wave, people


async def _refuse_useless(conn: Connection, notice: Notice, now: datetime, most: int) -> None:
    if not notice.acknowledge:
        raise ReminderRefused(phrase("This notice asks for no acknowledgement, so there is nobody to remind."))
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise ReminderRefused(phrase("This notice is over; nobody is reminded of it."))
    if notice.paused_at is not None:
        raise ReminderRefused(phrase("This notice is paused; nobody is reminded of it before it is resumed."))
    last = await waves.last_reminded_at(conn, notice.id)
    if last is not None and now - last < _REMIND_EVERY:
        raise ReminderRefused(phrase("A reminder went out less than five minutes ago."))
    since = notice.created_at - timedelta(seconds=1)
    if await ledger.count_of_notice(conn, kind=Kind.NOTICE_REMINDED, notice=notice.key, since=since) >= most:
        told = nphrase(
            "This notice was reminded of by hand once: the policy allows no more.",
            "This notice was reminded of by hand {count} times: the policy allows no more.",
            most,
        )
        raise ReminderRefused(told)
