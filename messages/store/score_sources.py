"""Queries of what entries of scores came from: the notice as it went to the person, the warning, the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from messages.deliveries import DeliveryState
from messages.notices import Json
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import deliveries, items, notices, posts, warnings


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A notice as it stands, and when a message of it was delivered to a person; None: it never was, or is archived."""

    template: str
    params: Mapping[str, Json]
    title: str | None
    provisional: bool
    sent_at: datetime
    delivered_at: datetime | None


async def of_notices(conn: Connection, ids: Sequence[int]) -> dict[int, Sent]:
    """Notices by their ids, whoever got them."""
    rows = await conn.execute(_sent().add_columns(notices.c.id).where(among(conn, notices.c.id, ids)))
    return {row.id: _read(row, None) for row in rows}


async def to_person(conn: Connection, notice_id: int, person_id: int) -> Sent | None:
    """A notice, and when it was first delivered to a person."""
    found = (await of_notices(conn, [notice_id])).get(notice_id)
    if found is None:
        return None
    rows = await _delivered(conn, person_id, deliveries.c.notice_id == notice_id, at_most=1)
    return rows[0] if rows else found


async def of_warning(conn: Connection, warning_id: int, person_id: int, until: datetime) -> Sent | None:
    """What told a person of a warning last, until an instant."""
    told = notices.c.key.startswith(f"warning:{warning_id}:", autoescape=True)
    rows = await _delivered(conn, person_id, told, deliveries.c.settled_at <= until, at_most=1, newest=True)
    return rows[0] if rows else None


async def warnings_named(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """What warnings are called, by their ids: the item's title and the post's."""
    query = (
        select(warnings.c.id, items.c.title, posts.c.title.label("post"))
        .join(items, items.c.id == warnings.c.item_id)
        .join(posts, posts.c.id == warnings.c.post_id)
    )
    rows = await conn.execute(query.where(among(conn, warnings.c.id, ids)))
    return {row.id: f"{row.title} · {row.post}" for row in rows}


async def items_named(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The titles of items, by their ids."""
    rows = await conn.execute(select(items.c.id, items.c.title).where(among(conn, items.c.id, ids)))
    return {row.id: row.title for row in rows}


async def _delivered(
    conn: Connection, person_id: int, *which: ColumnElement[bool], at_most: int, newest: bool = False
) -> list[Sent]:
    at = deliveries.c.settled_at
    query = _sent().add_columns(at).join(deliveries, deliveries.c.notice_id == notices.c.id)
    mine = deliveries.c.person_id == person_id, deliveries.c.state == DeliveryState.DELIVERED.value
    rows = await conn.execute(query.where(*mine, *which).order_by(at.desc() if newest else at).limit(at_most))
    return [_read(row, row.settled_at) for row in rows]


def _sent() -> Select[Any]:
    names = notices.c.template, notices.c.params, notices.c.title, notices.c.provisional
    return select(*names, notices.c.send_at.label("sent_at"))


def _read(row: Any, delivered_at: datetime | None) -> Sent:  # noqa: ANN401 -- a row of these columns
    names = ("template", "params", "title", "sent_at")
    found = {name: getattr(row, name) for name in names}
    return Sent(**found, provisional=bool(row.provisional), delivered_at=delivered_at)
