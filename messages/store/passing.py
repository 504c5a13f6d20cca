"""Queries of passing on (转交): what a person has in charge, who could take it over, and that it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, update

from messages.deliveries import LONGEST_PASSER, DeliveryState
from messages.notices import FIRST_WAVE, Category, Json
from messages.store import uncounted
from messages.store.anew import plan_anew
from messages.store.database import DUE, Connection, notify
from messages.store.deliveries import IS_SENDING, IS_WAITING
from messages.store.obligations import is_acknowledged, is_held, is_kept, is_unanswered
from messages.store.planning import plan
from messages.store.sets import among
from messages.store.tables import accounts, assignments, deliveries, notices, obligations, people, posts, units
from messages.store.uncounted import Change
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A notice that a person has to acknowledge for a post: an obligation that is open and not passed on.

    ``template``, ``params`` and ``title`` are the notice's.
    """

    obligation_id: int
    notice_id: int
    person_id: int
    person_code: str
    name: str
    post_id: int
    post_code: str
    post: str
    unit_id: int
    unit: str
    template: str
    params: Mapping[str, Json]
    title: str | None


@dataclass(frozen=True, kw_only=True)
class Successor:
    """A post that may take a charge over, with its present holder; ``reachable`` says whether that one can be told."""

    post_id: int
    post_code: str
    post: str
    assignment_id: int
    person_id: int
    person_code: str
    name: str
    reachable: bool


async def notice_of(conn: Connection, *, delivery_id: int, account_id: int) -> int | None:
    """The notice of a delivery that went to this account."""
    mine = deliveries.c.id == delivery_id, deliveries.c.account_id == account_id
    found: int | None = await conn.scalar(select(deliveries.c.notice_id).where(*mine))
    return found


def _may_be_passed() -> ColumnElement[bool]:
    """Of ``notices``: a warning is about the one post, and no other post answers for it."""
    return notices.c.category != Category.REMINDER.value


def _charges(person_id: int) -> Select[Any]:
    return (
        select(
            obligations.c.id.label("obligation_id"),
            obligations.c.notice_id,
            obligations.c.person_id,
            people.c.code.label("person_code"),
            people.c.name,
            obligations.c.post_id,
            posts.c.code.label("post_code"),
            posts.c.title.label("post"),
            posts.c.unit_id,
            units.c.name.label("unit"),
            notices.c.template,
            notices.c.params,
            notices.c.title,
        )
        .join_from(obligations, notices, notices.c.id == obligations.c.notice_id)
        .join(people, people.c.id == obligations.c.person_id)
        .join(posts, posts.c.id == obligations.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(obligations.c.person_id == person_id, is_kept(), is_held(), ~is_acknowledged(), _may_be_passed())
        .order_by(posts.c.level, posts.c.code)
    )


async def charges(conn: Connection, *, person_id: int, notice_id: int) -> tuple[Charge, ...]:
    """What a person has in charge of a notice, by post."""
    found = await conn.execute(_charges(person_id).where(obligations.c.notice_id == notice_id))
    return tuple(Charge(**row) for row in found.mappings())


async def charge(conn: Connection, *, person_id: int, obligation_id: int) -> Charge | None:
    """One of them; None where it is not, or no more, the person's."""
    row = (await conn.execute(_charges(person_id).where(obligations.c.id == obligation_id))).mappings().one_or_none()
    return Charge(**row) if row else None


async def hold(conn: Connection, obligation_id: int) -> int | None:
    """Whose an obligation is; nobody else passes it on or moves it until the transaction ends."""
    query = select(obligations.c.person_id).where(obligations.c.id == obligation_id)
    found: int | None = await conn.scalar(query.with_for_update())
    return found


def _successors(of: Charge) -> Select[Any]:
    writable = accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None)
    return (
        select(
            posts.c.id.label("post_id"),
            posts.c.code.label("post_code"),
            posts.c.title.label("post"),
            assignments.c.id.label("assignment_id"),
            people.c.id.label("person_id"),
            people.c.code.label("person_code"),
            people.c.name,
            exists().where(accounts.c.person_id == people.c.id, *writable).label("reachable"),
        )
        .join_from(posts, assignments, and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None)))
        .join(people, people.c.id == assignments.c.person_id)
        .where(
            posts.c.unit_id == of.unit_id,
            posts.c.ended_at.is_(None),
            people.c.id != of.person_id,
            ~exists().where(obligations.c.notice_id == of.notice_id, obligations.c.post_id == posts.c.id),
        )
        .order_by(posts.c.level, posts.c.code)
    )


async def count_successors(conn: Connection, of: Charge) -> int:
    """How many posts may take a charge over."""
    return int(await conn.scalar(select(func.count()).select_from(_successors(of).subquery())) or 0)


async def successors(conn: Connection, of: Charge, *, skip: int, limit: int) -> tuple[Successor, ...]:
    """Posts of the same unit that are held by somebody else and do not answer for the notice yet; by level and code."""
    found = await conn.execute(_successors(of).offset(skip).limit(limit))
    return tuple(_successor(row) for row in found.mappings())


async def successor(conn: Connection, of: Charge, post_id: int) -> Successor | None:
    """One of them, by its post."""
    row = (await conn.execute(_successors(of).where(posts.c.id == post_id))).mappings().one_or_none()
    return _successor(row) if row else None


def _successor(row: Mapping[Any, Any]) -> Successor:
    return Successor(**{**row, "reachable": bool(row["reachable"])})


async def transferable(conn: Connection, delivery_ids: Sequence[int]) -> frozenset[int]:
    """Of deliveries: those whose notice the person has in charge for a post that another one may take it over from."""
    if not delivery_ids:
        return frozenset()
    own, other = posts.alias("own"), posts.alias("other")
    holder, taken = assignments.alias("holder"), obligations.alias("taken")
    possible = exists().where(
        obligations.c.notice_id == deliveries.c.notice_id,
        obligations.c.person_id == deliveries.c.person_id,
        is_kept(),
        is_held(),
        ~is_acknowledged(),
        notices.c.id == obligations.c.notice_id,
        _may_be_passed(),
        own.c.id == obligations.c.post_id,
        other.c.unit_id == own.c.unit_id,
        other.c.ended_at.is_(None),
        holder.c.post_id == other.c.id,
        holder.c.ended_at.is_(None),
        holder.c.person_id != obligations.c.person_id,
        ~exists().where(taken.c.notice_id == obligations.c.notice_id, taken.c.post_id == other.c.id),
    )
    query = select(deliveries.c.id).where(among(conn, deliveries.c.id, delivery_ids), possible)
    return frozenset(await conn.scalars(query))


async def post_of(conn: Connection, code: str) -> int | None:
    """The post of a code."""
    found: int | None = await conn.scalar(select(posts.c.id).where(posts.c.code == code))
    return found


async def is_obliged(conn: Connection, notice_id: int, post_id: int) -> bool:
    """Whether a post answers for a notice, or passed it on."""
    query = select(obligations.c.id).where(obligations.c.notice_id == notice_id, obligations.c.post_id == post_id)
    return await conn.scalar(query) is not None


async def is_anothers(conn: Connection, notice_id: int, post: str, person_id: int) -> bool:
    """Whether somebody else answers for a notice for the post of this code."""
    mine = obligations.c.notice_id == notice_id, posts.c.code == post, obligations.c.person_id != person_id
    query = select(obligations.c.id).join(posts, posts.c.id == obligations.c.post_id).where(*mine)
    return await conn.scalar(query) is not None


async def is_elsewhere(conn: Connection, of: Charge, post_id: int) -> bool:
    """Whether a post belongs to another unit than the one that has the charge."""
    query = select(posts.c.id).where(posts.c.id == post_id, posts.c.unit_id != of.unit_id)
    return await conn.scalar(query) is not None


async def pass_on(conn: Connection, of: Charge, to: Successor, now: datetime) -> bool:
    """Oblige the other post in place of this one, from now on; False where another was quicker to oblige it."""
    new = insert_new(conn, obligations).values(
        notice_id=of.notice_id,
        post_id=to.post_id,
        assignment_id=to.assignment_id,
        person_id=to.person_id,
        created_at=now,
    )
    made = await conn.scalar(
        new.on_conflict_do_nothing(index_elements=["notice_id", "post_id"]).returning(obligations.c.id)
    )
    if made is None:
        return False
    passed = {"passed_at": now, "passed_by": of.person_id, "passed_to_id": made}
    await conn.execute(update(obligations).where(obligations.c.id == of.obligation_id).values(passed))
    both = of.person_id, to.person_id
    await uncounted.want(conn, [Change(notice_id=of.notice_id, person_id=one) for one in both])
    return True


async def stop_telling(conn: Connection, of: Charge, now: datetime) -> None:
    """What is not sent yet to who passed a charge on is cancelled, unless another post of the person's waits."""
    mine = deliveries.c.notice_id == of.notice_id, deliveries.c.person_id == of.person_id
    await conn.execute(
        update(deliveries)
        .where(*mine, IS_WAITING, ~is_unanswered())
        .values(state=DeliveryState.CANCELLED.value, settled_at=now)
    )


async def tell(conn: Connection, notice_id: int, person_id: int, now: datetime) -> Json:
    """Have a notice sent to who took it over; gives what is known of an earlier message of it, for the ledger.

    Whoever was told of it before, for another post, is told once more, by the same delivery. What is on its way already
    says enough.
    """
    mine = and_(deliveries.c.notice_id == notice_id, deliveries.c.person_id == person_id)
    told = select(deliveries.c.id, deliveries.c.state, deliveries.c.settled_at, deliveries.c.message_id).where(mine)
    first = (await conn.execute(told.order_by(deliveries.c.wave).limit(1))).one_or_none()
    if first is None:
        await plan(conn, _first_wave(notice_id, person_id, now), now)
        return None
    if await conn.scalar(select(deliveries.c.id).where(mine, IS_WAITING | IS_SENDING).limit(1)) is not None:
        return None
    await plan_anew(conn, [first.id], now)
    await notify(conn, DUE)
    at = first.settled_at.isoformat() if first.settled_at else None
    return {"delivery": first.id, "state": first.state, "at": at, "message_id": first.message_id}


def _first_wave(notice_id: int, person_id: int, now: datetime) -> Select[Any]:
    return select(
        notices.c.id.label("notice_id"),
        literal(person_id, deliveries.c.person_id.type).label("person_id"),
        literal(FIRST_WAVE).label("wave"),
        notices.c.lane,
        literal(now, deliveries.c.due_at.type).label("due_at"),
        notices.c.expires_at,
    ).where(notices.c.id == notice_id)


def was_taken_over() -> ColumnElement[bool]:
    """Correlated to ``deliveries``: somebody passed the notice on to the person."""
    before, taken = obligations.alias("before"), obligations.alias("taken")
    same = taken.c.notice_id == deliveries.c.notice_id, taken.c.person_id == deliveries.c.person_id
    return exists().where(*same, before.c.passed_to_id == taken.c.id, before.c.passed_to_id.is_not(None))


async def passers(conn: Connection, delivery_ids: Sequence[int]) -> dict[int, str]:
    """Of deliveries to people who took something over: by whom it was passed on, the last one, with that one's post."""
    if not delivery_ids:
        return {}
    before, taken = obligations.alias("before"), obligations.alias("taken")
    same = taken.c.notice_id == deliveries.c.notice_id, taken.c.person_id == deliveries.c.person_id
    query = (
        select(deliveries.c.id, people.c.name, posts.c.title)
        .join(taken, and_(*same))
        .join(before, and_(before.c.passed_to_id == taken.c.id, before.c.passed_to_id.is_not(None)))
        .join(people, people.c.id == before.c.passed_by)
        .join(posts, posts.c.id == before.c.post_id)
        .where(among(conn, deliveries.c.id, delivery_ids))
        .order_by(before.c.passed_at)
    )
    return {row.id: f"{row.name} · {row.title}"[:LONGEST_PASSER] for row in await conn.execute(query)}
