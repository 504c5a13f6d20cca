"""Queries of who has not acknowledged a notice: some people at a time, with all that says whether it counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, exists, func, select, update

from messages.deliveries import DeliveryState
from messages.notices import Category
from messages.store.arrivals import counted_from
from messages.store.database import Connection
from messages.store.notice_standing import BEST_FIRST
from messages.store.obligations import is_kept, is_stopped
from messages.store.sets import among
from messages.store.tables import (
    acknowledgements,
    assignments,
    deliveries,
    earlier_messages,
    missed,
    notices,
    obligations,
)
from messages.store.upsert import insert_new

_ON_THE_WAY: Final = frozenset({DeliveryState.PLANNED, DeliveryState.PAUSED, DeliveryState.SENDING})


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """A notice of which somebody's day may have passed; ``assess_at`` is when that was to be looked at.

    One that is ``paused_at`` is over: its use ended in the pause.
    """

    id: int
    key: str
    category: Category
    send_at: datetime
    counted_from: datetime
    acknowledge_by: datetime
    provisional: bool
    paused_at: datetime | None
    assess_at: datetime


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post for which the notice asks, held since ``since``, and until ``until`` (None: still)."""

    post_id: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Silent:
    """A person who was to be told of a notice and has acknowledged it for no post.

    ``arrived`` is when it first came; where it has not, ``state`` and ``reason`` say how it stands, and ``on_the_way``
    that it may still come. ``posts`` are those that answer for it and that the person holds, or has handed over since.
    """

    person_id: int
    arrived: datetime | None
    state: DeliveryState
    reason: str | None
    on_the_way: bool
    posts: tuple[Held, ...]


async def due(conn: Connection, now: datetime, limit: int) -> list[Assessed]:
    """The notices that are to be looked at, the longest due first; none that is paused."""
    query = _due(now).order_by(notices.c.assess_at, notices.c.id).limit(limit)
    return [_assessed(row) for row in await conn.execute(query)]


async def waits_before(conn: Connection, until: datetime, now: datetime) -> tuple[int, int | None]:
    """How many notices are to be looked at whose time to be looked at lies before an instant, and the first of them."""
    query = _due(now).where(notices.c.assess_at < until)
    number = int(await conn.scalar(select(func.count()).select_from(query.subquery())) or 0)
    first = await conn.scalar(
        query.with_only_columns(notices.c.id).order_by(notices.c.assess_at, notices.c.id).limit(1)
    )
    return number, first


async def hold(conn: Connection, notice: Assessed, now: datetime) -> Assessed | None:
    """A notice that is still to be looked at, which nobody steers or dates anew until the transaction ends.

    None as well where somebody does so at this moment: a roster's import takes a while, and nothing waits for it.
    """
    mine = notices.c.id == notice.id, notices.c.assess_at == notice.assess_at
    row = (await conn.execute(_due(now).where(*mine).with_for_update(key_share=True, skip_locked=True))).one_or_none()
    return _assessed(row) if row else None


def _due(now: datetime) -> Select[Any]:
    due = notices.c.assess_at <= now, notices.c.acknowledge_by.is_not(None), ~is_stopped(now)
    return select(notices, counted_from().label("since")).where(*due)


def _assessed(row: Row[Any]) -> Assessed:
    return Assessed(
        id=row.id,
        key=row.key,
        category=Category(row.category),
        send_at=row.send_at,
        counted_from=row.since,
        acknowledge_by=row.acknowledge_by,
        provisional=bool(row.provisional),
        paused_at=row.paused_at,
        assess_at=row.assess_at,
    )


async def assess_next(conn: Connection, notice: Assessed, at: datetime | None) -> None:
    """A notice is looked at again at an instant, or never."""
    await conn.execute(update(notices).where(notices.c.id == notice.id).values(assess_at=at))


async def silent(conn: Connection, notice_id: int, after: int, limit: int) -> list[Silent]:
    """The next people beyond ``after``, by their ids, who have not acknowledged and of whom that is not noted yet."""
    ids = list(await conn.scalars(_silent(notice_id, after, limit)))
    if not ids:
        return []
    told, before = await _deliveries(conn, notice_id, ids), await _earlier(conn, notice_id, ids)
    held = await _held(conn, notice_id, ids)
    away = [one for one in ids if one not in held]
    held |= await _handed_over(conn, notice_id, away) if away else {}
    return [_person(one, told[one], before.get(one), held.get(one, [])) for one in ids]


def _silent(notice_id: int, after: int, limit: int) -> Select[Any]:
    theirs = obligations.c.notice_id == notice_id, obligations.c.person_id == deliveries.c.person_id
    # By the obligations: of acknowledgements a notice has very many, and a person too.
    answered = (
        select(acknowledgements.c.id)
        .join(obligations, obligations.c.assignment_id == acknowledgements.c.assignment_id)
        .where(*theirs, acknowledgements.c.notice_id == notice_id)
    )
    noted = exists().where(missed.c.notice_id == notice_id, missed.c.person_id == deliveries.c.person_id)
    return (
        select(deliveries.c.person_id)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.person_id > after, ~answered.exists(), ~noted)
        .distinct()
        .order_by(deliveries.c.person_id)
        .limit(limit)
    )


async def _deliveries(conn: Connection, notice_id: int, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    columns = deliveries.c.person_id, deliveries.c.state, deliveries.c.reason, deliveries.c.settled_at
    mine = deliveries.c.notice_id == notice_id, among(conn, deliveries.c.person_id, ids)
    return _by_person(await conn.execute(select(*columns).where(*mine).order_by(deliveries.c.wave)))


async def _earlier(conn: Connection, notice_id: int, ids: Sequence[int]) -> dict[int, datetime]:
    e = earlier_messages.c
    mine = e.notice_id == notice_id, among(conn, e.person_id, ids), e.message_id.is_not(None)
    query = select(e.person_id, func.min(e.sent_at).label("at")).where(*mine).group_by(e.person_id)
    return {row.person_id: row.at for row in await conn.execute(query)}


async def _held(conn: Connection, notice_id: int, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = (
        select(obligations.c.person_id, *_OF_HELD)
        .join(assignments, assignments.c.id == obligations.c.assignment_id)
        .where(obligations.c.notice_id == notice_id, among(conn, obligations.c.person_id, ids))
        .where(is_kept(), assignments.c.ended_at.is_(None))
    )
    return _by_person(await conn.execute(query))


async def _handed_over(conn: Connection, notice_id: int, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """What people held who hold nothing of it any more: the obligation has gone on with the post, or waits there."""
    query = (
        select(assignments.c.person_id, *_OF_HELD)
        .join(obligations, obligations.c.post_id == assignments.c.post_id)
        .where(obligations.c.notice_id == notice_id, among(conn, assignments.c.person_id, ids), is_kept())
        .where(assignments.c.ended_at > obligations.c.created_at)
    )
    return _by_person(await conn.execute(query))


_OF_HELD: Final[tuple[ColumnElement[Any], ...]] = (
    obligations.c.post_id,
    assignments.c.started_at.label("since"),
    assignments.c.ended_at.label("until"),
)


def _by_person(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return dict(found)


def _person(person_id: int, told: Sequence[Row[Any]], before: datetime | None, held: Sequence[Row[Any]]) -> Silent:
    arrivals = [row.settled_at for row in told if row.state == DeliveryState.DELIVERED.value]
    best = min(told, key=lambda row: BEST_FIRST.index(DeliveryState(row.state)))
    return Silent(
        person_id=person_id,
        arrived=min((at for at in (*arrivals, before) if at is not None), default=None),
        state=DeliveryState(best.state),
        reason=best.reason,
        on_the_way=any(DeliveryState(row.state) in _ON_THE_WAY for row in told),
        posts=tuple(Held(post_id=row.post_id, since=row.since, until=row.until) for row in held),
    )


async def note(conn: Connection, notice_id: int, people: Sequence[int], at: datetime) -> frozenset[int]:
    """Note whose day has passed; gives those of whom nobody has noted it before, or does at this moment."""
    if not people:
        return frozenset()
    rows = [{"notice_id": notice_id, "person_id": one, "at": at} for one in sorted(people)]
    made = insert_new(conn, missed).values(rows).on_conflict_do_nothing(index_elements=["notice_id", "person_id"])
    return frozenset(await conn.scalars(made.returning(missed.c.person_id)))
