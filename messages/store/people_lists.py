"""Queries of who stands how with a notice: of one unit, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, literal, null, select

from messages.deliveries import DeliveryState, Reason
from messages.notices import Notice
from messages.store.database import Connection
from messages.store.figures import MISSED, held_since, rank
from messages.store.notice_standing import BEST_FIRST
from messages.store.sets import among
from messages.store.tables import acknowledgements, assignments, deliveries, obligations, people, posts, units
from messages.store.types import Instant


class Which(StrEnum):
    """Whom a list names."""

    ALL = "all"
    SILENT = "silent"  # has not acknowledged
    ACKNOWLEDGED = "acknowledged"
    MISSED = "missed"  # was not reached
    PASSED = "passed"  # has passed it on
    DELIVERED = "delivered"  # has received it


@dataclass(frozen=True, kw_only=True)
class Listed:
    """How a person stands with a notice, for one post.

    ``state`` is the best that any wave reached, None where nothing was planned for the person or it is archived.
    ``passed_to`` names who has it now and for which post.
    """

    person_code: str
    name: str
    post: str
    unit: str
    state: DeliveryState | None
    reason: Reason | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    late: bool
    passed_to: str | None


async def of_unit(
    conn: Connection, notice: Notice, unit_id: int, which: Which, *, limit: int, offset: int = 0
) -> tuple[list[Listed], int]:
    """Whom a notice is about in one unit, by the posts' codes; and how many there are beside the page's.

    By the posts that it obliges; where it obliges none, by the posts that its people held since it was sent.
    """
    its_posts = await _posts_of(conn, unit_id)
    found = (_obliged(notice, its_posts) if notice.acknowledge else _told(notice, its_posts)).subquery("found")
    total = func.count().over().label("total")
    query = select(found, total).where(_is(which, found)).order_by(found.c.post_code, found.c.person_code)
    rows = (await conn.execute(query.limit(limit).offset(offset))).all()
    return [_listed(row, notice) for row in rows], rows[0].total if rows else 0


_NAMED: Final = 20_000


async def _posts_of(conn: Connection, unit_id: int) -> ColumnElement[bool]:
    """Of ``posts``: whether it is one of a unit's. They are named, so that nobody begins with a notice's million."""
    inside = select(posts.c.id).where(posts.c.unit_id == unit_id)
    ids = list(await conn.scalars(inside.limit(_NAMED + 1)))
    return posts.c.unit_id == unit_id if len(ids) > _NAMED else among(conn, posts.c.id, ids)


def _obliged(notice: Notice, its_posts: ColumnElement[bool]) -> Select[Any]:
    to, to_post, to_person = obligations.alias("to"), posts.alias("to_post"), people.alias("to_person")
    mine = and_(
        acknowledgements.c.notice_id == notice.id, acknowledgements.c.assignment_id == obligations.c.assignment_id
    )
    return (
        select(
            *_named(),
            *_delivered(notice, obligations.c.person_id),
            acknowledgements.c.at.label("acknowledged_at"),
            obligations.c.passed_at,
            to_post.c.title.label("to_post"),
            to_person.c.name.label("to_name"),
        )
        .select_from(posts)
        .join(units, units.c.id == posts.c.unit_id)
        .join(obligations, and_(obligations.c.notice_id == notice.id, obligations.c.post_id == posts.c.id))
        .join(people, people.c.id == obligations.c.person_id)
        .outerjoin(acknowledgements, mine)
        .outerjoin(to, to.c.id == obligations.c.passed_to_id)
        .outerjoin(to_post, to_post.c.id == to.c.post_id)
        .outerjoin(to_person, to_person.c.id == to.c.person_id)
        .where(its_posts)
    )


def _told(notice: Notice, its_posts: ColumnElement[bool]) -> Select[Any]:
    nothing = literal(None, Instant())
    told = _delivered(notice, assignments.c.person_id)
    found = (
        select(
            *_named(),
            *told,
            nothing.label("acknowledged_at"),
            nothing.label("passed_at"),
            null().label("to_post"),
            null().label("to_name"),
        )
        .select_from(posts)
        .join(units, units.c.id == posts.c.unit_id)
        .join(assignments, assignments.c.post_id == posts.c.id)
        .join(people, people.c.id == assignments.c.person_id)
        .where(its_posts, held_since(notice))
    )
    held = found.subquery("held")
    return select(held).where(held.c.place.is_not(None))


def _named() -> tuple[ColumnElement[Any], ...]:
    return (
        posts.c.code.label("post_code"),
        posts.c.title.label("post"),
        units.c.name.label("unit"),
        people.c.code.label("person_code"),
        people.c.name.label("name"),
    )


def _delivered(notice: Notice, person_id: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    """How the person's deliveries of all waves stand: a look at the few that there are."""
    mine = deliveries.c.notice_id == notice.id, deliveries.c.person_id == person_id
    arrived = case((deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.settled_at))
    return (
        select(func.min(rank())).where(*mine).scalar_subquery().label("place"),
        select(func.max(deliveries.c.reason)).where(*mine).scalar_subquery().label("reason"),
        select(func.min(arrived)).where(*mine).scalar_subquery().label("delivered_at"),
    )


_MISSED_PLACES: Final = [BEST_FIRST.index(state) for state in MISSED]


def _is(which: Which, found: Subquery) -> ColumnElement[bool]:
    answered, passed = found.c.acknowledged_at.is_not(None), found.c.passed_at.is_not(None)
    match which:
        case Which.SILENT:
            return and_(~answered, ~passed)
        case Which.ACKNOWLEDGED:
            return and_(answered, ~passed)
        case Which.MISSED:
            return and_(found.c.place.in_(_MISSED_PLACES), ~answered)
        case Which.PASSED:
            return passed
        case Which.DELIVERED:
            return found.c.delivered_at.is_not(None)
        case Which.ALL:
            return literal(value=True)


def _listed(row: Row[Any], notice: Notice) -> Listed:
    state = None if row.place is None else BEST_FIRST[row.place]
    late = notice.acknowledge_by is not None and row.acknowledged_at is not None
    return Listed(
        person_code=row.person_code,
        name=row.name,
        post=row.post,
        unit=row.unit,
        state=state,
        reason=Reason(row.reason) if row.reason and state in MISSED else None,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        late=late and row.acknowledged_at > notice.acknowledge_by,
        passed_to=f"{row.to_name} · {row.to_post}" if row.to_name else None,
    )
