"""The one sealer of the ledger: links what was recorded, in the order in which it was committed, and seals it daily.

Writers never wait for it: they only add events, and a trigger has these wait for their link. It runs in the planner's
pass, under its lease, so that there is one; were there two, the key of the links would refuse the second.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from messages.audience import sayable
from messages.ledger import Kind
from messages.ledger_chain import Seal, Stored, digest_of, link, malformed
from messages.notices import Json, Lane, NewNotice
from messages.store import ledger, ledger_links, marks, notices, rights, seals
from messages.store.database import Database
from messages.store.ledger_links import Head, Link
from schedules.deadlines import local_instant
from schedules.reporting import report

AT_ONCE: Final = 2_000
"""So many events are linked in one transaction."""
_SHARE: Final = 10
"""So many such transactions make one pass."""

log = structlog.get_logger(__name__)


class Sealing:
    """Keeps the chain of one office's ledger."""

    def __init__(self, *, db: Database, seal_time: time, zone: ZoneInfo) -> None:
        """Seal daily at ``seal_time`` in the office's ``zone``."""
        self._db = db
        self._seal_time = seal_time
        self._zone = zone

    async def sweep(self, now: datetime) -> bool:
        """Link what waits, and seal where a seal is due and nothing waits; gives whether there is more to be linked."""
        for _ in range(_SHARE):
            if not await self._link_some():
                await self._seal(now)
                return False
        return True

    async def _link_some(self) -> bool:
        """Link the first events that wait; gives whether there may be more.

        They are read and hashed before the transaction that writes: whoever writes meanwhile does not wait for that.
        """
        async with self._db.reading() as conn:
            some = await ledger_links.pending(conn, AT_ONCE)
            end = await ledger_links.head(conn)
        if not some:
            return False
        links = _linked(some, end)
        async with self._db.writing() as conn:
            await ledger_links.add(conn, links)
        return len(some) == AT_ONCE

    async def _seal(self, now: datetime) -> None:
        """Seal the day whose time came last, once: after days of standing still that is one seal.

        Of what was before the office was first planned for nothing is sealed by itself: that comes with the next seal.
        """
        at = self._due(now)
        date = at.astimezone(self._zone).date().isoformat()
        async with self._db.writing() as conn:
            if await seals.is_sealed(conn, date) or not await ledger_links.began_by(conn, at):
                return
            since = await marks.find(conn, marks.PLANNING_SINCE)
            if since is None or at < since:
                return
            end = await ledger_links.head(conn)
            seal = Seal(date=date, rows=end.rows, head=end.hash)
            await seals.add(conn, seal, now)
            body: dict[str, Json] = {"date": seal.date, "rows": seal.rows, "head": seal.head}
            await ledger.append(conn, at=now, kind=Kind.LEDGER_SEALED, person_id=None, body=body)
            for one in filter(lambda one: sayable(one.code), await rights.administrators(conn)):
                await notices.add(conn, _notice(seal, one.code, now))
        log.info("ledger sealed", date=seal.date, rows=seal.rows, head=seal.head)

    def _due(self, now: datetime) -> datetime:
        """The seal's instant that came last."""
        today = now.astimezone(self._zone).date()
        at = local_instant(today, self._seal_time, self._zone)
        return at if at <= now else local_instant(today - timedelta(days=1), self._seal_time, self._zone)


def _linked(events: Sequence[Stored], end: Head) -> list[Link]:
    """The links of events, each following upon the one before."""
    links, previous = [], end.hash
    for seq, event in enumerate(events, end.rows + 1):
        if (part := malformed(event)) is not None:
            log.error("an event is not as it should be", id=event.seq, part=part.value)
        previous = link(digest_of(event), previous, seq)
        links.append(Link(seq=seq, event_id=event.seq, hash=previous))
    return links


def _notice(seal: Seal, code: str, now: datetime) -> NewNotice:
    return report(
        f"ledger:seal:{seal.date}:{code}",
        "ledger_sealed",
        {"date": seal.date, "rows": seal.rows, "seal": str(seal)},
        code,
        now,
        lane=Lane.BROADCAST,
        anytime=True,
    )
