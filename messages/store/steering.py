"""Queries of steering a notice: it is marked first, which holds at once; then its deliveries follow, some at a time.

The marks are ``paused_at``, ``cancelled_at`` and ``recalled_at``; ``steered_at`` says that not all deliveries have
followed them yet. They follow on a *walk* over the notice's people. What a claim meets on the way it sets aside by
itself, and what comes back from the wire goes where the marks say; so a walk may be late, interrupted or repeated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select, update

from messages.deliveries import DeliveryState, Reason, Recall
from messages.notices import FIRST_WAVE, Notice
from messages.scopes import Scope
from messages.store import anew, uncounted
from messages.store import notices as stored
from messages.store.arrivals import counted_from
from messages.store.audience import count_outside, within
from messages.store.database import DUE, Connection, notify
from messages.store.deliveries import IS_PAUSED, IS_SENDING, served_by
from messages.store.obligations import is_stopped
from messages.store.sets import among
from messages.store.tables import assignments, deliveries, earlier_messages, notices, obligations, posts, units, waves

_AT_ONCE: Final = 10_000
"""So many deliveries follow in one transaction: a province's million would hold everybody up."""

_state = deliveries.c.state
_WAITING: Final = (DeliveryState.PLANNED.value, DeliveryState.PAUSED.value)
_UNDONE: Final = (
    *_WAITING,
    DeliveryState.CANCELLED.value,
    DeliveryState.EXPIRED.value,
    DeliveryState.UNREACHABLE.value,
)
"""Of what the message did not arrive; its files may have."""


# --- marks ------------------------------------------------------------------------------------------------------------


async def hold(conn: Connection, notice_id: int) -> Notice | None:
    """A notice, whose marks nobody else changes until the transaction ends; None where it is not there."""
    held = select(notices.c.id).where(notices.c.id == notice_id).with_for_update(key_share=True)
    return await stored.find(conn, notice_id) if await conn.scalar(held) is not None else None


async def mark(conn: Connection, notice_id: int, now: datetime, **marks: datetime | None) -> None:
    """Set marks of a notice; from the end of the transaction on nothing is sent against them."""
    values = {**marks, "steered_at": now}
    if marks.get("cancelled_at") is not None:  # nobody can acknowledge it any more, and so nobody misses it
        values["assess_at"] = None
    await conn.execute(update(notices).where(notices.c.id == notice_id).values(values))


async def call_off(conn: Connection, keys: Sequence[str], now: datetime) -> None:
    """Cancel notices, by their keys, of which nothing is sent yet; what is on its way arrives."""
    begun = exists().where(deliveries.c.notice_id == notices.c.id, _state.not_in(_WAITING))
    waits = notices.c.key.in_(keys), notices.c.cancelled_at.is_(None), ~begun
    gone = (
        update(notices).where(*waits).values(cancelled_at=now, steered_at=now, assess_at=None).returning(notices.c.id)
    )
    await uncounted.want_whole(conn, [*await conn.scalars(gone)])


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What is ahead of a notice: its reminders that nobody has planned yet, by their waves; its deadline; its end.

    The deadline counts from ``counted_from``.
    """

    reminders: Mapping[int, datetime]
    acknowledge_by: datetime | None
    counted_from: datetime
    expires_at: datetime | None


async def ahead(conn: Connection, notice: Notice) -> Ahead:
    """What is ahead of a notice."""
    open_waves = waves.c.notice_id == notice.id, waves.c.number > FIRST_WAVE, waves.c.planned_at.is_(None)
    rows = await conn.execute(select(waves.c.id, waves.c.at).where(*open_waves))
    reminders = {row.id: row.at for row in rows}
    counted = await conn.scalar(select(counted_from()).where(notices.c.id == notice.id)) or notice.send_at
    return Ahead(
        reminders=reminders,
        acknowledge_by=notice.acknowledge_by,
        counted_from=counted,
        expires_at=notice.expires_at,
    )


async def postpone(conn: Connection, notice: Notice, then: Ahead) -> None:
    """Have this be ahead of a notice; its deliveries' use ends with the notice's once they have followed."""
    for wave_id, at in then.reminders.items():
        await conn.execute(update(waves).where(waves.c.id == wave_id).values(at=at))
    values: dict[str, Any] = {"acknowledge_by": then.acknowledge_by, "expires_at": then.expires_at}
    if then.acknowledge_by != notice.acknowledge_by:
        values |= {"counted_from": then.counted_from, "assess_at": then.acknowledge_by}
    await conn.execute(update(notices).where(notices.c.id == notice.id).values(values))


async def stopped(conn: Connection, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Which of these notices are paused or cancelled."""
    query = select(notices.c.id).where(among(conn, notices.c.id, sorted(ids)), is_stopped(now))
    return frozenset(await conn.scalars(query))


async def unfinished(conn: Connection) -> list[int]:
    """The notices whose deliveries have not all followed yet, without those that wait for what is in flight."""
    landing = notices.c.recalled_at.is_not(None) & _in_flight()
    query = select(notices.c.id).where(notices.c.steered_at.is_not(None), ~landing).order_by(notices.c.id)
    return list(await conn.scalars(query))


async def follows(conn: Connection, notice_id: int) -> bool:
    """Whether deliveries of a notice are still to follow its marks."""
    marked = select(notices.c.id).where(notices.c.id == notice_id, notices.c.steered_at.is_not(None))
    return await conn.scalar(marked) is not None


async def overlooked(conn: Connection, now: datetime) -> list[int]:
    """The notices of which something still waits for the end of a pause that is none: over, resumed or cancelled.

    A claim or an outcome that was under way while its notice was resumed has read the older mark, and its walk has not
    seen what it wrote. One look at the index for each notice of which something waits, however much that is.
    """
    found = list(await conn.scalars(_with_pauses()))
    is_over = or_(notices.c.paused_at.is_(None), notices.c.cancelled_at.is_not(None), notices.c.expires_at <= now)
    mine = among(conn, notices.c.id, found)
    return list(await conn.scalars(select(notices.c.id).where(mine, is_over, notices.c.steered_at.is_(None))))


def _with_pauses() -> Select[Any]:
    """The notices with deliveries that wait for the end of a pause: the index is leapt through, not read."""
    first = select(func.min(deliveries.c.notice_id).label("id")).where(IS_PAUSED).cte("paused", recursive=True)
    beyond = select(func.min(deliveries.c.notice_id)).where(IS_PAUSED, deliveries.c.notice_id > first.c.id)
    found = first.union_all(select(beyond.scalar_subquery()).where(first.c.id.is_not(None)))
    return select(found.c.id).where(found.c.id.is_not(None))


async def follow_anew(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Have the deliveries of these notices follow their marks once more."""
    await conn.execute(update(notices).where(among(conn, notices.c.id, ids)).values(steered_at=now))


def _in_flight() -> ColumnElement[bool]:
    return exists().where(deliveries.c.notice_id == notices.c.id, IS_SENDING)


# --- the walk ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far the deliveries of a notice have followed its marks: those of everybody up to ``after``."""

    notice_id: int
    marks: tuple[datetime | None, ...] | None = None
    after: int = 0
    moved: int = 0
    done: bool = False


async def step(conn: Connection, walk: Walk, now: datetime) -> Walk:
    """Have the next deliveries follow, in one transaction; from the beginning again where the marks have changed."""
    marked = await hold(conn, walk.notice_id)
    if marked is None:
        return replace(walk, done=True)
    marks = marked.paused_at, marked.cancelled_at, marked.recalled_at
    after = walk.after if walk.marks == marks else 0
    last = await _last(conn, walk.notice_id, after)
    moved = await _move(conn, marked, after, last, now)
    walk = replace(walk, marks=marks, moved=walk.moved + moved, after=last or after, done=last is None)
    if walk.done:
        await _finish(conn, marked, now)
    return walk


async def _last(conn: Connection, notice_id: int, after: int) -> int | None:
    """The last person of this step; None where it is the last step."""
    mine = deliveries.c.notice_id == notice_id, deliveries.c.person_id > after
    query = select(deliveries.c.person_id).where(*mine).order_by(deliveries.c.person_id, deliveries.c.wave)
    found: int | None = await conn.scalar(query.offset(_AT_ONCE - 1).limit(1))
    return found


async def _move(conn: Connection, notice: Notice, after: int, last: int | None, now: datetime) -> int:
    mine = [deliveries.c.notice_id == notice.id, deliveries.c.person_id > after]
    if last is not None:
        mine.append(deliveries.c.person_id <= last)
    if notice.recalled_at is not None:
        await conn.execute(update(deliveries).where(*mine, deliveries.c.recall.is_(None), _sent()).values(_recall()))
    if notice.expires_at is not None:  # a pause moves it
        longer = _state.in_((*_WAITING, DeliveryState.SENDING.value)), deliveries.c.expires_at < notice.expires_at
        await conn.execute(update(deliveries).where(*mine, *longer).values(expires_at=notice.expires_at))
    states, values = _following(notice, now)
    moved = await conn.execute(update(deliveries).where(*mine, _state.in_(states)).values(values))
    if notice.recalled_at is not None:
        await _recall_earlier(conn, notice.id, after, last)
    return moved.rowcount


async def _recall_earlier(conn: Connection, notice_id: int, after: int, last: int | None) -> None:
    """Last of all: what is planned anew at this moment was waited for by then."""
    person = earlier_messages.c.person_id
    await anew.recall(conn, notice_id, person > after if last is None else and_(person > after, person <= last))


def _following(notice: Notice, now: datetime) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What the deliveries in which states become."""
    if notice.cancelled_at is not None:
        return _WAITING, {"state": DeliveryState.CANCELLED.value, "settled_at": now}
    if notice.paused_at is not None and (notice.expires_at is None or notice.expires_at > now):
        return (DeliveryState.PLANNED.value,), {"state": DeliveryState.PAUSED.value}
    return (DeliveryState.PAUSED.value,), {"state": DeliveryState.PLANNED.value, "bot_id": served_by()}


def _sent() -> ColumnElement[bool]:
    """Of what a message may have arrived, or its files alone."""
    arrived = _state.in_((DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value))
    return arrived | (_state.in_(_UNDONE) & deliveries.c.parts.is_not(None))


def _recall() -> dict[str, Any]:
    """Only a message whose number is known can be deleted."""
    known = deliveries.c.message_id.is_not(None) | _state.in_(_UNDONE)
    return {
        "recall": case((known, Recall.WANTED.value), else_=Recall.FAILED.value),
        "recall_reason": case((known, null()), else_=Reason.NO_ANSWER.value),
    }


async def _finish(conn: Connection, notice: Notice, now: datetime) -> None:
    """All have followed. A recall waits for what is in flight: that is to be recalled once it has landed.

    Only now it is said that there is something to count anew: to say so waits for who makes deliveries at this moment,
    and a mark waits for nobody.
    """
    await uncounted.want_whole(conn, [notice.id])
    if notice.cancelled_at is not None:
        planned = waves.c.notice_id == notice.id, waves.c.planned_at.is_(None)
        await conn.execute(update(waves).where(*planned).values(planned_at=now))
    followed = update(notices).where(notices.c.id == notice.id)
    if notice.recalled_at is not None:
        followed = followed.where(~_in_flight())
    await conn.execute(followed.values(steered_at=None))
    if notice.cancelled_at is None and notice.paused_at is None:
        await notify(conn, DUE)  # senders in other processes wake


# --- whom it concerns -------------------------------------------------------------------------------------------------


async def reaches_outside(conn: Connection, notice: Notice, scope: Scope) -> bool:
    """Whether a notice was sent to somebody, obliges a post, or will be sent to somebody, outside a scope.

    Whoever has ever held a post within it is not outside.
    """
    if scope.everything:
        return False
    if await conn.scalar(select(_told_outside(notice.id, scope) | _obliged_outside(notice.id, scope))):
        return True
    first = select(waves.c.id).where(waves.c.notice_id == notice.id, waves.c.planned_at.is_(None)).limit(1)
    return await conn.scalar(first) is not None and await count_outside(conn, notice.audience, scope) > 0


def _told_outside(notice_id: int, scope: Scope) -> ColumnElement[bool]:
    inside = (
        select(assignments.c.id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.person_id == deliveries.c.person_id, within(scope))
    )
    return exists().where(deliveries.c.notice_id == notice_id, ~inside.exists())


def _obliged_outside(notice_id: int, scope: Scope) -> ColumnElement[bool]:
    query = (
        select(obligations.c.id)
        .join(posts, posts.c.id == obligations.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(obligations.c.notice_id == notice_id, ~within(scope))
    )
    return query.exists()
