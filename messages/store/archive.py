"""Queries of deliveries that are old enough to leave for the archive.

They are found notice by notice and, within a notice, person by person, in the order of the key (notice, person, wave):
a step reads as many rows as it may take, however many there are, and begins where the step before it ended. All that
one person was sent of a notice leaves together, so that the person is counted once, here or there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, case, delete, exists, func, or_, select

from messages.archive import OldDelivery
from messages.deliveries import DeliveryState, Reason, Recall
from messages.store.database import Connection
from messages.store.notice_standing import ALL_WAVES, BEST_FIRST
from messages.store.tables import archived, deliveries, earlier_messages, notices, people, uncounted, waves
from messages.store.upsert import insert_new

_NOTICES_AT_ONCE: Final = 100
_NO_PERSON: Final = 2**62
"""Beyond every person's id."""
_FINAL: Final = frozenset(DeliveryState) - {DeliveryState.PLANNED, DeliveryState.PAUSED, DeliveryState.SENDING}


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a walk has come: every notice before ``notice_id`` is done, and of this one everybody up to a person."""

    notice_id: int = 0
    person_id: int = 0


async def find(conn: Connection, *, before: datetime, after: Place, limit: int) -> tuple[list[OldDelivery], Place]:
    """About ``limit`` deliveries beyond ``after`` that were settled for good before an instant, and how far that is.

    Looks at as many rows as it may give, so that none may be found although there are more further on; at the end the
    place stays the same. A person's last few may be over the limit.
    """
    newest = await conn.scalar(select(func.max(deliveries.c.id)))
    found: list[OldDelivery] = []
    seen = 0
    for notice_id in list(await conn.scalars(_over(before, after))):
        rows = (await conn.execute(_page(notice_id, _beyond(notice_id, after), limit - seen))).all()
        found += _leaving(rows, before, newest)
        seen += len(rows)
        after = Place(notice_id=notice_id, person_id=rows[-1].person_id if rows else _NO_PERSON)
        if seen >= limit:
            break
    return found, after


def _beyond(notice_id: int, after: Place) -> int:
    return after.person_id if notice_id == after.notice_id else 0


def _over(before: datetime, after: Place) -> Select[Any]:
    """The next notices that have asked nobody anything since ``before`` and that still have deliveries here.

    What is still to be counted stays: a notice keeps the statistics that it left with.

    One that asks for an acknowledgement and never expires is open for ever: whoever takes over a post would be sent it,
    and so would everybody once more who had it before.
    """
    asks_for_ever = and_(notices.c.acknowledge, notices.c.expires_at.is_(None))
    past = and_(
        ~asks_for_ever,
        or_(notices.c.expires_at.is_(None), notices.c.expires_at < before),
        or_(notices.c.acknowledge_by.is_(None), notices.c.acknowledge_by < before),
    )
    return (
        select(notices.c.id)
        .where(
            notices.c.id >= after.notice_id,
            notices.c.send_at < before,
            or_(notices.c.cancelled_at < before, past),
            ~exists().where(waves.c.notice_id == notices.c.id, waves.c.planned_at.is_(None)),
            ~exists().where(uncounted.c.notice_id == notices.c.id),
            _anybody(after).is_not(None),
        )
        .order_by(notices.c.id)
        .limit(_NOTICES_AT_ONCE)
    )


def _anybody(after: Place) -> ScalarSelect[int]:
    """Correlated to ``notices``: somebody beyond a place who still has a delivery here."""
    beyond = case((notices.c.id == after.notice_id, after.person_id), else_=0)
    # Not EXISTS: PostgreSQL might answer that by reading all deliveries once, where this is a look at an index. It
    # begins beyond the place, because what was removed a moment ago still lies in the index.
    return (
        select(deliveries.c.person_id)
        .where(deliveries.c.notice_id == notices.c.id, deliveries.c.person_id > beyond)
        .order_by(deliveries.c.person_id)
        .limit(1)
        .scalar_subquery()
    )


def _is_recalling() -> ColumnElement[bool]:
    """Correlated to ``deliveries``: whether an earlier message is still to be deleted."""
    mine = earlier_messages.c.delivery_id == deliveries.c.id
    return exists().where(mine, earlier_messages.c.recall == Recall.WANTED.value)


def _details() -> Select[Any]:
    return (
        select(
            deliveries.c.id,
            deliveries.c.notice_id,
            deliveries.c.person_id,
            notices.c.key.label("notice"),
            people.c.code.label("person"),
            deliveries.c.wave,
            deliveries.c.lane,
            deliveries.c.state,
            deliveries.c.due_at,
            deliveries.c.settled_at,
            deliveries.c.attempts,
            deliveries.c.account_id,
            deliveries.c.message_id,
            deliveries.c.reason,
            or_(deliveries.c.recall == Recall.WANTED.value, _is_recalling()).label("recalling"),
        )
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(people, people.c.id == deliveries.c.person_id)
    )


_IN_ORDER: Final = (deliveries.c.person_id, deliveries.c.wave)


def _page(notice_id: int, beyond: int, limit: int) -> Select[Any]:
    """The next ``limit`` deliveries of a notice, and what more the last of these people was sent of it."""
    mine = deliveries.c.notice_id == notice_id, deliveries.c.person_id > beyond
    last = select(deliveries.c.person_id).where(*mine).order_by(*_IN_ORDER).offset(limit - 1).limit(1).scalar_subquery()
    return _details().where(*mine, deliveries.c.person_id <= func.coalesce(last, _NO_PERSON)).order_by(*_IN_ORDER)


def _leaving(rows: Sequence[Row[Any]], before: datetime, newest: int | None) -> list[OldDelivery]:
    """What leaves of whole people: all that each was sent, or nothing.

    The newest delivery of all stays: without it SQLite would give its number once more, to another one.
    """
    found: list[OldDelivery] = []
    for _, group in groupby(rows, key=_person):
        mine = list(group)
        if all(_is_old(row, before) and row.id != newest for row in mine):
            found += map(_old, mine)
    return found


def _is_old(row: Row[Any], before: datetime) -> bool:
    return row.state in _FINAL and not row.recalling and (row.settled_at or row.due_at) < before


def _person(row: Row[Any]) -> tuple[int, int]:
    return row.notice_id, row.person_id


def _old(row: Row[Any]) -> OldDelivery:
    return OldDelivery(
        id=row.id,
        notice=row.notice,
        person=row.person,
        wave=row.wave,
        lane=row.lane,
        state=DeliveryState(row.state),
        due_at=row.due_at,
        settled_at=row.settled_at,
        attempts=row.attempts,
        account_id=row.account_id,
        message_id=row.message_id,
        reason=Reason(row.reason) if row.reason else None,
    )


def _standing(ids: Sequence[int]) -> Select[Any]:
    columns = "id", "notice_id", "person_id", "wave", "state", "settled_at"
    return select(*(deliveries.c[name] for name in columns)).where(deliveries.c.id.in_(ids)).with_for_update()


async def remove(conn: Connection, old: Sequence[OldDelivery]) -> int:
    """Remove what is in the archive now and still stands here, and count it; gives how many deliveries.

    Whatever changed meanwhile (by a press, while the file was written) stays, with all else of that person and notice.
    """
    kept = {one.id: (one.state, one.settled_at) for one in old}
    rows = (await conn.execute(_standing(list(kept)))).all()
    # Nothing changes of a delivery without one of these two; more to compare would hold up who waits to write.
    changed = {_person(row) for row in rows if (row.state, row.settled_at) != kept[row.id]}
    leaving = [row for row in rows if _person(row) not in changed]
    if leaving:
        gone = [row.id for row in leaving]
        await conn.execute(delete(earlier_messages).where(earlier_messages.c.delivery_id.in_(gone)))
        await conn.execute(delete(deliveries).where(deliveries.c.id.in_(gone)))
        await _count(conn, leaving)
    return len(leaving)


async def _count(conn: Connection, rows: Sequence[Row[Any]]) -> None:
    """Add deliveries to their notices' figures: each in its wave, and each person by the best of all waves."""
    figures = Counter((row.notice_id, row.wave, row.state) for row in rows)
    for (notice_id, _), group in groupby(sorted(rows, key=_person), key=_person):
        best = min((DeliveryState(row.state) for row in group), key=BEST_FIRST.index)
        figures[notice_id, ALL_WAVES, best.value] += 1
    added = insert_new(conn, archived)
    more = {"count": archived.c.count + added.excluded["count"]}
    await conn.execute(
        added.on_conflict_do_update(index_elements=["notice_id", "wave", "state"], set_=more),
        [
            {"notice_id": notice_id, "wave": wave, "state": state, "count": number}
            for (notice_id, wave, state), number in figures.items()
        ],
    )
