"""Reminding by hand: those who have not acknowledged a notice are told once more, now.

How often that may be is counted by the people concerned, whoever asks for it: nobody is reminded twice in five minutes,
or by hand more often than the policy says. So who looks after one bureau cannot use up what the office may do for all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages import notice_views
from messages.errors import LianxunError
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.rights import Act
from messages.scopes import Scope
from messages.store import ledger, notice_standing, steering, waves
from messages.store.database import Connection, Database
from messages.store.recipients import ByHand
from messages.store.waves import WhyNobody
from messages.text.phrase import nphrase, phrase

_REMIND_EVERY: Final = timedelta(minutes=5)
"""Who is silent may be reminded again after this."""


class ReminderRefused(LianxunError):
    """A reminder would be of no use, comes too soon for all who are silent, or is one too many for them."""


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """The number of the reminder's wave, how many people it goes to, and how the notice stands."""

    wave: int
    people: int
    counts: Counts


async def remind(db: Database, notice_id: int, by: int | None, now: datetime, *, most: int) -> Reminded:
    """Remind those who have not acknowledged, at once; each ``most`` times by hand, and not twice in five minutes.

    ``by`` reminds only people within the own scope; None is the operator at the command line, who reminds all. A
    reminder that goes to nobody leaves nothing behind. Raises ``NotFound``, ``NotEntitled``, and ``ReminderRefused``.
    """
    seen = await notice_views.notice_of(db, by, notice_id, now, Act.REMIND)
    async with db.writing() as conn:
        notice = await steering.hold(conn, notice_id) or seen.notice
        _refuse_useless(notice, now)
        since = notice.created_at - timedelta(seconds=1)
        before = await ledger.waves_by_hand(conn, notice=notice.key, since=since)
        by_hand = ByHand(since=now - _REMIND_EVERY, waves=before, most=most)
        wave, people = await _put_in(conn, notice, seen.scope, by_hand, by, now)
        counts = await notice_standing.counts(conn, notice_id)
    return Reminded(wave=wave, people=people, counts=counts)


async def _put_in(
    conn: Connection, notice: Notice, scope: Scope, by_hand: ByHand, by: int | None, now: datetime
) -> tuple[int, int]:
    """The reminder's wave and how many people it goes to; where nobody is silent, there is no wave."""
    async with conn.begin_nested() as point:
        wave, people = await waves.remind_now(conn, notice.id, now, scope, by_hand)
        if isinstance(people, WhyNobody):
            await point.rollback()
            _refuse_too_often(people, by_hand.most)
            return wave, 0
        body: dict[str, Json] = {"notice": notice.key, "wave": wave, "people": people}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_REMINDED, person_id=by, body=body)
    return wave, people


def _refuse_too_often(why: WhyNobody, most: int) -> None:
    if why is WhyNobody.JUST_REMINDED:
        told = phrase("Whoever is silent was reminded less than five minutes ago, or is about to be.")
        raise ReminderRefused(told)
    if why is WhyNobody.REMINDED_ENOUGH:
        told = nphrase(
            "Whoever is silent was reminded of this notice by hand once: the policy allows no more.",
            "Whoever is silent was reminded of this notice by hand {count} times: the policy allows no more.",
            most,
        )
        raise ReminderRefused(told)


def _refuse_useless(notice: Notice, now: datetime) -> None:
    if not notice.acknowledge:
        raise ReminderRefused(phrase("This notice asks for no acknowledgement, so there is nobody to remind."))
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise ReminderRefused(phrase("This notice is over; nobody is reminded of it."))
    if notice.paused_at is not None:
        raise ReminderRefused(phrase("This notice is paused; nobody is reminded of it before it is resumed."))
