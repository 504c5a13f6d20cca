"""Queries for the daily report of people who could not be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, exists, func, or_, select

from messages.deliveries import DeliveryState
from messages.notices import Category
from messages.organisation.records import Role
from messages.store.database import Connection
from messages.store.tables import accounts, assignments, deliveries, notices, people, posts, roles, units

_MISSED = (DeliveryState.UNREACHABLE.value, DeliveryState.UNCONFIRMED.value, DeliveryState.EXPIRED.value)
_TOLD = (Role.LEADER.value, Role.COLLECTOR.value, Role.OFFICE.value)


_matters = or_(notices.c.category != Category.REPORT.value, notices.c.grade.is_not(None), notices.c.desk.is_not(None))
"""The service's own reports are missed by nobody, but for those about warnings and what somebody is to decide."""


@dataclass(frozen=True, kw_only=True)
class UnreachedHolder:
    """A holder with an open notice that did not arrive; ``path`` is the unit's."""

    person_code: str
    name: str
    unit: str
    path: str
    posts: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Admin:
    """Who looks after a unit and can be told; ``path`` is the unit's."""

    person_code: str
    path: str


async def since(conn: Connection, after: datetime, until: datetime) -> list[UnreachedHolder]:
    """Holders whom a notice failed to reach after one instant and until another, by unit.

    Also one that is past its use by now: what failed on the eve of a holiday is told after it.
    """
    lost = _lost(after, until)
    rows = await conn.execute(
        select(people.c.code, people.c.name, units.c.name.label("unit"), units.c.path, posts.c.title, lost.c.reason)
        .join(people, people.c.id == lost.c.person_id)
        .join(assignments, assignments.c.person_id == people.c.id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.ended_at.is_(None))
        .order_by(units.c.path, people.c.code, posts.c.code)
    )
    return _by_unit([tuple(row) for row in rows])


def _lost(after: datetime, until: datetime) -> Subquery:
    other = deliveries.alias("other")
    reached = exists().where(
        other.c.notice_id == deliveries.c.notice_id,
        other.c.person_id == deliveries.c.person_id,
        other.c.state == DeliveryState.DELIVERED.value,
    )
    return (
        select(deliveries.c.person_id, func.max(deliveries.c.reason).label("reason"))
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(
            deliveries.c.state.in_(_MISSED),
            deliveries.c.settled_at > after,
            deliveries.c.settled_at <= until,
            notices.c.cancelled_at.is_(None),
            _matters,
            ~reached,
        )
        .group_by(deliveries.c.person_id)
        .subquery()
    )


def _by_unit(rows: Sequence[tuple[str, str, str, str, str, str]]) -> list[UnreachedHolder]:
    found: dict[tuple[str, str], UnreachedHolder] = {}
    for code, name, unit, path, title, reason in rows:
        before = found.get((code, unit))
        titles = (*before.posts, title) if before else (title,)
        found[code, unit] = UnreachedHolder(
            person_code=code, name=name, unit=unit, path=path, posts=titles, reason=reason
        )
    return list(found.values())


async def admins(conn: Connection) -> list[Admin]:
    """People who look after units and have an account that works."""
    rows = await conn.execute(
        select(people.c.code, units.c.path)
        .distinct()
        .join(roles, roles.c.person_id == people.c.id)
        .join(units, units.c.id == roles.c.unit_id)
        .join(accounts, accounts.c.person_id == people.c.id)
        .where(
            roles.c.role.in_(_TOLD),
            roles.c.ended_at.is_(None),
            accounts.c.left_at.is_(None),
            accounts.c.unreachable_since.is_(None),
        )
        .order_by(units.c.path, people.c.code)
    )
    return [Admin(person_code=row.code, path=row.path) for row in rows]
