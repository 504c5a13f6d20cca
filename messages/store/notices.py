"""Queries of notices: those that are made, and those that stand in lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, insert, or_, select

from messages.files import attachments_json, attachments_of
from messages.notices import FIRST_WAVE, Category, Json, Lane, NewNotice, Notice
from messages.store.database import Connection
from messages.store.tables import notices, waves
from messages.store.upsert import insert_new


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
