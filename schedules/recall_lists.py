"""Who still has a message of a recalled notice, a page at a time; every look is recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages import notice_views
from messages.ledger import Kind
from messages.notices import Json, Notice
from messages.pages import Page, bounded
from messages.store import ledger, recalls
from messages.store.database import Connection, Database
from messages.store.recalls import Missed, Recalled
from schedules import notice_acts
from schedules.notice_acts import Steering

_LAST_PAGE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class StillThere:
    """How far the recall of a notice is, and a page of those who still have a message of it."""

    notice: Notice
    recalled: Recalled
    page: Page[Missed]


async def still_there(
    db: Database, viewer: int | None, notice_id: int, number: int, now: datetime, *, size: int
) -> StillThere:
    """For who may recall that notice; None is the operator. Raises ``NotFound`` and ``NotEntitled``."""
    if viewer is None:
        notice = (await notice_views.notice_of(db, None, notice_id, now)).notice
    else:
        notice = await notice_acts.steerable(db, notice_id, viewer, now, Steering.RECALL)
    async with db.writing() as conn:
        recalled = await notice_acts.recalled(conn, notice_id)
        number = min(bounded(number, recalled.failed, size), _LAST_PAGE)
        rows = await recalls.missed(conn, notice_id, limit=size, offset=(number - 1) * size)
        await record(conn, viewer, notice, rows, now)
    page = Page(rows=tuple(rows), total=recalled.failed, number=number, size=size)
    return StillThere(notice=notice, recalled=recalled, page=page)


async def record(
    conn: Connection, viewer: int | None, notice: Notice, seen: list[Missed] | tuple[Missed, ...], now: datetime
) -> None:
    """That somebody was told who still has a message of a notice."""
    if seen:
        people: list[Json] = [one.person_code for one in seen]
        body: dict[str, Json] = {"what": "recalled", "notice": notice.key, "people": people}
        await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer, body=body)
