"""Queries of a person's inbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from messages.deliveries import DeliveryState
from messages.notices import Json
from messages.register.records import Progress
from messages.store.database import Connection
from messages.store.obligations import is_unanswered
from messages.store.tables import assignments, deliveries, notices, posts, risk_points, units

MOST: Final = 100
"""More than this is not listed: nobody reads on that far."""

_ARRIVED: Final = (DeliveryState.DELIVERED.value, DeliveryState.SENDING.value, DeliveryState.UNCONFIRMED.value)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A notice that waits for a person's acknowledgement; ``delivery_id`` is the latest of it in this account."""

    delivery_id: int
    template: str
    params: Mapping[str, Json]
    title: str | None
    sent_at: datetime
    acknowledge_by: datetime | None
    provisional: bool
    desk: str | None


_COLUMNS: Final = (
    notices.c.template,
    notices.c.params,
    notices.c.title,
    notices.c.send_at.label("sent_at"),
    notices.c.acknowledge_by,
    notices.c.provisional,
    notices.c.desk,
)


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """How many risk points of a post that a person holds were returned to be corrected."""

    post_id: int
    post: str
    unit: str
    count: int


async def sent(conn: Connection, delivery_id: int) -> Waiting | None:
    """What a delivery said, waiting or not."""
    query = select(deliveries.c.id.label("delivery_id"), *_COLUMNS)
    query = query.join(notices, notices.c.id == deliveries.c.notice_id).where(deliveries.c.id == delivery_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return Waiting(**row) if row else None


async def waiting(conn: Connection, *, person_id: int, account_id: int) -> tuple[Waiting, ...]:
    """What this account was sent and its person has not acknowledged for every post, newest first."""
    latest = (
        select(deliveries.c.notice_id, func.max(deliveries.c.id).label("delivery_id"))
        .where(
            deliveries.c.person_id == person_id,
            deliveries.c.account_id == account_id,
            deliveries.c.state.in_(_ARRIVED),
            is_unanswered(),
        )
        .group_by(deliveries.c.notice_id)
        .subquery()
    )
    query = (
        select(latest.c.delivery_id, *_COLUMNS)
        .join(latest, latest.c.notice_id == notices.c.id)
        .where(notices.c.acknowledge, notices.c.cancelled_at.is_(None))
        .order_by(notices.c.send_at.desc(), notices.c.id.desc())
        .limit(MOST)
    )
    return tuple(Waiting(**row) for row in (await conn.execute(query)).mappings())


async def came_back(conn: Connection, person_id: int) -> tuple[CameBack, ...]:
    """The posts that a person holds of which risk points were returned."""
    returned = risk_points.c.progress == Progress.RETURNED.value, risk_points.c.ended_at.is_(None)
    query = (
        select(
            posts.c.id.label("post_id"),
            posts.c.title.label("post"),
            units.c.name.label("unit"),
            func.count().label("count"),
        )
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .join(risk_points, risk_points.c.post_id == posts.c.id)
        .where(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None), *returned)
        .group_by(posts.c.id, posts.c.title, units.c.name)
        .order_by(posts.c.id)
    )
    return tuple(CameBack(**row) for row in (await conn.execute(query)).mappings())
