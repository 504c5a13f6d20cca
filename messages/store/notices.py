"""Queries of notices and how they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, case, exists, func, insert, or_, select

from messages.deliveries import DeliveryState, Reason
from messages.files import attachments_json, attachments_of
from messages.notices import FIRST_WAVE, Category, Counts, Json, Lane, NewNotice, Notice
from messages.store.database import Connection
from messages.store.obligations import is_kept
from messages.store.tables import (
    acknowledgements,
    archived,
    assignments,
    deliveries,
    notices,
    obligations,
    people,
    posts,
    units,
    waves,
)
from messages.store.upsert import insert_new

BEST_FIRST: Final = (
    DeliveryState.DELIVERED,
    DeliveryState.SENDING,
    DeliveryState.PLANNED,
    DeliveryState.PAUSED,
    DeliveryState.UNCONFIRMED,
    DeliveryState.UNREACHABLE,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
)
"""A person is counted once, by the best that any wave reached."""

ALL_WAVES: Final = -1
"""In ``archived``, the figures that count each person once, beside those of each wave."""


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """A person whom a notice did not reach, and why."""

    person_code: str
    name: str
    unit: str
    state: DeliveryState
    reason: Reason | None


async def add(conn: Connection, new: NewNotice) -> int | None:
    """Make a notice and its waves; None where its key exists already (the occasion was planned before)."""
    return (await add_all(conn, [new])).get(new.key)


async def add_all(conn: Connection, new: Sequence[NewNotice]) -> dict[str, int]:
    """Make notices with their waves; gives the ids by key of those whose key did not exist."""
    if not new:
        return {}
    made = insert_new(conn, notices).on_conflict_do_nothing(index_elements=["key"])
    rows = await conn.execute(made.returning(notices.c.id, notices.c.key), [_values(one) for one in new])
    ids = {row.key: int(row.id) for row in rows}
    planned = [
        {"notice_id": ids[one.key], "number": number, "at": at}
        for one in new
        if one.key in ids
        for number, at in enumerate([one.send_at, *one.reminders], FIRST_WAVE)
    ]
    if planned:
        await conn.execute(insert(waves), planned)
    return ids


def _values(new: NewNotice) -> dict[str, Any]:
    return {
        "key": new.key,
        "category": new.category.value,
        "grade": new.grade.value if new.grade else None,
        "lane": int(new.lane),
        "template": new.template,
        "params": dict(new.params),
        "title": new.title,
        "audience": new.audience,
        "acknowledge": new.acknowledge,
        "acknowledge_by": new.acknowledge_by,
        "send_at": new.send_at,
        "expires_at": new.expires_at,
        "provisional": new.provisional,
        "anytime": new.anytime,
        "attachments": attachments_json(new.attachments),
        "desk": new.desk,
        "created_at": new.created_at,
        "created_by": new.created_by,
        "approved_by": new.approved_by,
        "counted_from": new.created_at if new.created_at > new.send_at else None,
        "assess_at": new.acknowledge_by if new.acknowledge else None,
    }


def notice_of(row: Row[Any]) -> Notice:
    """A notice of a row of all its columns."""
    return Notice(
        id=row.id,
        key=row.key,
        category=Category(row.category),
        lane=Lane(row.lane),
        template=row.template,
        params=row.params,
        title=row.title,
        audience=row.audience,
        acknowledge=row.acknowledge,
        acknowledge_by=row.acknowledge_by,
        send_at=row.send_at,
        expires_at=row.expires_at,
        provisional=row.provisional,
        created_at=row.created_at,
        created_by=row.created_by,
        approved_by=row.approved_by,
        cancelled_at=row.cancelled_at,
        paused_at=row.paused_at,
        recalled_at=row.recalled_at,
        anytime=bool(row.anytime),
        attachments=attachments_of(row.attachments),
    )


async def find(conn: Connection, notice_id: int) -> Notice | None:
    """One notice by its id."""
    row = (await conn.execute(select(notices).where(notices.c.id == notice_id))).one_or_none()
    return notice_of(row) if row else None


async def told(conn: Connection, keys: Sequence[str]) -> dict[str, Mapping[str, Json]]:
    """Which of these occasions have their notice already, and what it says."""
    if not keys:
        return {}
    rows = await conn.execute(select(notices.c.key, notices.c.params).where(notices.c.key.in_(keys)))
    return {row.key: row.params for row in rows}


async def told_about(conn: Connection, occasion: str) -> list[tuple[str, Mapping[str, Json]]]:
    """Every notice whose key begins with ``occasion``, as its key and what it says, in the order they were made."""
    mine = notices.c.key.startswith(occasion, autoescape=True)
    rows = await conn.execute(select(notices.c.key, notices.c.params).where(mine).order_by(notices.c.id))
    return [(row.key, row.params) for row in rows]


_APART: Final = (
    "warning:%",
    "warnings:%",
    "rise:%",
    "matters:%",
    "items:%",
    "item:%:%",
    "campaign:%:%",
    "statement:%",
    "objection%:%",
    "absence%:%",
    "monthly:%",
)


def listed() -> ColumnElement[bool]:
    """Whether a notice stands in lists of notices.

    What is said to single people of a warning or of an item on its way does not: lists of those show how these stand.
    Neither do statements, what becomes of them, leave, and monthly reports, of which each is one person's.
    """
    return ~or_(*(notices.c.key.like(key) for key in _APART))


async def recent(conn: Connection, limit: int) -> list[Notice]:
    """The newest notices that stand in lists, newest first."""
    query = select(notices).where(listed()).order_by(notices.c.send_at.desc(), notices.c.id.desc()).limit(limit)
    return [notice_of(row) for row in await conn.execute(query)]


async def latest_sent(conn: Connection) -> Notice | None:
    """The notice whose deliveries were planned last, other than the service's own reports."""
    last = (
        select(waves.c.notice_id)
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(waves.c.planned_at.is_not(None), notices.c.category != Category.REPORT.value)
        .order_by(waves.c.planned_at.desc(), waves.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(select(notices).where(notices.c.id.in_(last)))).one_or_none()
    return notice_of(row) if row else None


async def upcoming(conn: Connection, since: datetime, until: datetime) -> list[Notice]:
    """Notices made and not yet sent whose time lies between two instants, in the order of time."""
    not_yet = select(waves.c.notice_id).where(waves.c.number == FIRST_WAVE, waves.c.planned_at.is_(None))
    when = notices.c.send_at >= since, notices.c.send_at < until, notices.c.cancelled_at.is_(None)
    query = select(notices).where(notices.c.id.in_(not_yet), *when).order_by(notices.c.send_at, notices.c.id)
    return [notice_of(row) for row in await conn.execute(query)]


async def counts(conn: Connection, notice_id: int) -> Counts:
    """How a notice stands now."""
    rank = case({state.value: place for place, state in enumerate(BEST_FIRST)}, value=deliveries.c.state)
    best = (
        select(func.min(rank).label("place"))
        .where(deliveries.c.notice_id == notice_id)
        .group_by(deliveries.c.person_id)
        .subquery()
    )
    rows = await conn.execute(select(best.c.place, func.count()).group_by(best.c.place))
    here = {BEST_FIRST[place].value: number for place, number in rows}
    return await _standing(conn, notice_id, ALL_WAVES, here)


async def newest_wave(conn: Connection, notice_id: int) -> int:
    """The number of the wave that was planned last, of those that tell anybody anything."""
    told = exists().where(deliveries.c.notice_id == notice_id, deliveries.c.wave == waves.c.number)
    told_long_ago = exists().where(archived.c.notice_id == notice_id, archived.c.wave == waves.c.number)
    query = (
        select(waves.c.number)
        .where(waves.c.notice_id == notice_id, waves.c.planned_at.is_not(None), told | told_long_ago)
        .order_by(waves.c.planned_at.desc(), waves.c.number.desc())
        .limit(1)
    )
    return await conn.scalar(query) or FIRST_WAVE


async def wave_counts(conn: Connection, notice_id: int, number: int) -> Counts:
    """How one wave of a notice stands now: its own recipients and states, with the posts of the whole notice."""
    query = (
        select(deliveries.c.state, func.count().label("people"))
        .where(deliveries.c.notice_id == notice_id, deliveries.c.wave == number)
        .group_by(deliveries.c.state)
    )
    return await _standing(conn, notice_id, number, {row.state: row.people for row in await conn.execute(query)})


async def _standing(conn: Connection, notice_id: int, wave: int, here: Mapping[str, int]) -> Counts:
    """People by the state of their deliveries, those ``here`` and those in the archive, with the notice's posts."""
    left = select(archived.c.state, archived.c.count.label("people")).where(
        archived.c.notice_id == notice_id, archived.c.wave == wave
    )
    by_state = Counter(here)
    by_state.update({row.state: row.people for row in await conn.execute(left)})
    by_state[DeliveryState.PLANNED.value] += by_state.pop(DeliveryState.PAUSED.value, 0)
    obliged = select(func.count()).select_from(obligations).where(obligations.c.notice_id == notice_id, is_kept())
    acknowledged = select(func.count(acknowledgements.c.post_id.distinct())).where(
        acknowledgements.c.notice_id == notice_id
    )
    return Counts(
        recipients=sum(by_state.values()),
        obligations=int(await conn.scalar(obliged) or 0),
        acknowledged=int(await conn.scalar(acknowledged) or 0),
        **by_state,
    )


def unit_of() -> ScalarSelect[str]:
    """Correlated to ``people``: the unit in which a person holds a post now, the first by name of several."""
    return (
        select(func.min(units.c.name))
        .join(posts, posts.c.unit_id == units.c.id)
        .join(assignments, assignments.c.post_id == posts.c.id)
        .where(assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None))
        .scalar_subquery()
    )


def _unreached(notice_id: int) -> Select[Any]:
    reached = (
        select(deliveries.c.person_id)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.state == DeliveryState.DELIVERED.value)
        .scalar_subquery()
    )
    missed = (DeliveryState.UNREACHABLE.value, DeliveryState.UNCONFIRMED.value, DeliveryState.EXPIRED.value)
    return (
        select(people.c.code, people.c.name, unit_of().label("unit"), deliveries.c.state, deliveries.c.reason)
        .join(people, people.c.id == deliveries.c.person_id)
        .where(
            deliveries.c.notice_id == notice_id,
            deliveries.c.wave == FIRST_WAVE,
            deliveries.c.state.in_(missed),
            deliveries.c.person_id.not_in(reached),
        )
        .order_by("unit", people.c.code)
    )


async def unreached(conn: Connection, notice_id: int) -> list[Unreached]:
    """Whom a notice did not reach, by unit and name."""
    return [
        Unreached(
            person_code=row.code,
            name=row.name,
            unit=row.unit or "",
            state=DeliveryState(row.state),
            reason=Reason(row.reason) if row.reason else None,
        )
        for row in await conn.execute(_unreached(notice_id))
    ]
