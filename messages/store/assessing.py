"""Queries of when it is to be looked who has not acknowledged a notice by the own day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, update

from messages.store import uncounted
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import missed, notices


async def redate(
    conn: Connection,
    notice_id: int,
    by: datetime | None,
    *,
    provisional: bool,
    counted_from: datetime | None = None,
) -> None:
    """The day by which a notice is to be acknowledged is another one; it counts from ``counted_from``, None: as before.

    What was noted of a provisional day has no consequences, and so keeps nobody from missing this one.
    """
    provisionally = exists().where(notices.c.id == missed.c.notice_id, notices.c.provisional)
    await conn.execute(delete(missed).where(missed.c.notice_id == notice_id, provisionally))
    values: dict[str, Any] = {"acknowledge_by": by, "provisional": provisional, "assess_at": by}
    if counted_from is not None:
        values["counted_from"] = counted_from
    await conn.execute(update(notices).where(notices.c.id == notice_id).values(values))
    await uncounted.want_whole(conn, [notice_id])


async def look_again(conn: Connection, notice_ids: Sequence[int], now: datetime) -> None:
    """More people are to acknowledge these notices: where all others have been looked at, these still are."""
    mine = among(conn, notices.c.id, notice_ids), notices.c.assess_at.is_(None), notices.c.cancelled_at.is_(None)
    asks = notices.c.acknowledge, notices.c.acknowledge_by.is_not(None)
    await conn.execute(update(notices).where(*mine, *asks).values(assess_at=now))
