"""A delivery that is to be made once more goes back to planned; what it has put into a chat before is kept.

The row has room for one message. Without the earlier ones a recall would leave them standing and say that all is gone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, null, or_, select, update

from messages.deliveries import DeliveryState, Reason, Recall
from messages.store import uncounted
from messages.store.database import Connection
from messages.store.deliveries import IS_WAITING, served_by
from messages.store.obligations import is_live, is_unanswered
from messages.store.sets import among
from messages.store.tables import accounts, deliveries, earlier_messages, notices
from messages.store.uncounted import Change

_ANEW: Final[dict[str, Any]] = {
    "state": DeliveryState.PLANNED.value,
    "attempts": 0,
    "account_id": None,
    "claimed_at": None,
    "term": None,
    "settled_at": None,
    "message_id": None,
    "reason": None,
    "parts": None,
    "waited": False,
    "gathered": False,
}
_ARRIVED: Final = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)
_LANDED: Final = (*_ARRIVED, DeliveryState.UNREACHABLE.value)
_left = exists().where(accounts.c.id == deliveries.c.account_id, accounts.c.left_at.is_not(None))


async def plan_anew(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Plan deliveries once more, due at once, by the bot that serves their people now."""
    if not ids:
        return
    chosen = among(conn, deliveries.c.id, ids)
    await _keep(conn, chosen)
    again = update(deliveries).where(chosen).values(**_ANEW, bot_id=served_by(), due_at=now)
    rows = await conn.execute(again.returning(deliveries.c.notice_id, deliveries.c.person_id))
    await uncounted.want(conn, [Change(notice_id=row.notice_id, person_id=row.person_id) for row in rows])


async def leave_files(conn: Connection, chosen: ColumnElement[bool]) -> None:
    """Files that are there already, in a chat that was left meanwhile, stay behind: all of it goes to the new one."""
    behind = and_(chosen, deliveries.c.parts.is_not(None), _left)
    await _keep(conn, behind)
    await conn.execute(update(deliveries).where(behind).values(parts=None))


async def follow_moved(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Plan once more what went to an account that its person left while it was in flight.

    Only the account that a delivery went to may acknowledge it, so the person must get it at the new one; and so must
    who blocked the old one, whatever it was.
    """
    current = accounts.alias("current")
    moved = exists().where(current.c.person_id == deliveries.c.person_id, current.c.left_at.is_(None))
    live = exists().where(notices.c.id == deliveries.c.notice_id, is_live(now))
    asked = exists().where(notices.c.id == deliveries.c.notice_id, notices.c.acknowledge)
    lost = and_(deliveries.c.state == DeliveryState.UNREACHABLE.value, deliveries.c.reason != Reason.REJECTED.value)
    wanted = live, or_(and_(asked, is_unanswered()), and_(~asked, lost))
    mine = among(conn, deliveries.c.id, ids)
    lost_there = select(deliveries.c.id).where(mine, deliveries.c.state.in_(_LANDED), _left, moved, *wanted)
    await plan_anew(conn, list(await conn.scalars(lost_there)), now)
    await leave_files(conn, and_(mine, IS_WAITING))


async def _keep(conn: Connection, chosen: ColumnElement[bool]) -> None:
    """Keep what these deliveries have put into a chat; of a notice that is recalled already, to be deleted as well."""
    d = deliveries.c
    bot = select(accounts.c.bot_id).where(accounts.c.id == d.account_id).scalar_subquery()
    lost = and_(d.state.in_(_ARRIVED), d.message_id.is_(None))
    recalled = exists().where(notices.c.id == d.notice_id, notices.c.recalled_at.is_not(None))
    there = or_(d.state.in_(_ARRIVED), d.message_id.is_not(None), d.parts.is_not(None))
    values: dict[str, ColumnElement[Any]] = {
        "delivery_id": d.id,
        "notice_id": d.notice_id,
        "person_id": d.person_id,
        "account_id": d.account_id,
        "bot_id": bot,
        "message_id": d.message_id,
        "parts": case((~lost, d.parts)),
        "gathered": d.gathered,
        "sent_at": func.coalesce(d.settled_at, d.claimed_at, d.due_at),
        "recall": case((and_(recalled, ~lost), Recall.WANTED.value), (recalled, Recall.FAILED.value)),
        "recall_reason": case((and_(recalled, lost), Reason.NO_ANSWER.value)),
    }
    found = select(*values.values()).where(chosen, d.account_id.is_not(None), there).with_for_update(of=deliveries)
    await conn.execute(insert(earlier_messages).from_select([*values], found))


async def recall(conn: Connection, notice_id: int, people: ColumnElement[bool]) -> None:
    """Have the earlier messages of a notice deleted; only one whose number is known can be."""
    e = earlier_messages.c
    known = or_(e.message_id.is_not(None), e.parts.is_not(None))
    await conn.execute(
        update(earlier_messages)
        .where(e.notice_id == notice_id, people, e.recall.is_(None))
        .values(
            recall=case((known, Recall.WANTED.value), else_=Recall.FAILED.value),
            recall_reason=case((known, null()), else_=Reason.NO_ANSWER.value),
        )
    )
