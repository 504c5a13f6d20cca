"""Queries of acknowledgements, for many presses at a time: the same few statements, however many there are.

The statements are built once: building one takes longer than running it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    RowMapping,
    ScalarSelect,
    Select,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from messages.deliveries import DeliveryState
from messages.notices import Category
from messages.store import arrivals
from messages.store.database import Connection
from messages.store.given import given, parameters
from messages.store.obligations import is_acknowledged, is_kept
from messages.store.tables import (
    accounts,
    acknowledgements,
    assignments,
    deliveries,
    notices,
    obligations,
    people,
)
from messages.store.types import Instant

Pair = tuple[int, int]
"""A notice and a person: what is acknowledged, and by whom."""

_NUMBER: Final = BigInteger()
_WAITING: Final = (DeliveryState.PLANNED.value, DeliveryState.PAUSED.value)


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A delivery whose button was pressed. ``chat_id`` and ``account_id`` are those it went to, if it did.

    ``language`` is that of the person it is for. ``others_planned`` says that more waves of the notice are on their way
    to the person. ``key`` to ``provisional`` are the notice's. ``arrived`` is when it was first delivered to the
    person, as far as is known, ``since`` when the person came to hold the first of the posts that must answer for it,
    and ``before`` whether the person has acknowledged it already, for another post.
    """

    delivery_id: int
    notice_id: int
    person_id: int
    language: str
    state: DeliveryState
    account_id: int | None
    chat_id: int | None
    account_current: bool
    acknowledge: bool
    cancelled: bool
    others_planned: bool
    key: str
    category: Category
    sent: datetime
    counted_from: datetime
    acknowledge_by: datetime | None
    provisional: bool
    arrived: datetime | None
    since: datetime | None
    before: bool

    @property
    def pair(self) -> Pair:
        """What is acknowledged by it, and by whom."""
        return self.notice_id, self.person_id


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """A press that is accepted; ``message_id`` is that of the delivery's message, where it is known."""

    pressed: Pressed
    at: datetime
    message_id: int | None


async def pressed(conn: Connection, delivery_ids: Collection[int]) -> dict[int, Pressed]:
    """The deliveries with their notices and accounts, by their ids; those that do not exist are left out."""
    if not delivery_ids:
        return {}
    rows = await conn.execute(_pressed(conn.dialect.name), parameters(conn, [{"id": one} for one in delivery_ids]))
    return {row["delivery_id"]: _read(row) for row in rows.mappings()}


def _read(row: RowMapping) -> Pressed:
    values = {name: value for name, value in row.items() if name not in ("delivered", "earlier")}
    arrived = min((at for at in (row["delivered"], row["earlier"]) if at is not None), default=None)
    flags = {name: bool(row[name]) for name in ("provisional", "before")}
    kinds = {"state": DeliveryState(row["state"]), "category": Category(row["category"])}
    return Pressed(**{**values, **flags, **kinds, "arrived": arrived})


@cache
def _pressed(dialect: str) -> Select[Any]:
    asked = given(dialect, {"id": _NUMBER})
    other = deliveries.alias("other")
    # Counted by a CASE: for a condition on the state PostgreSQL may go through the index of all that is planned.
    planned = func.count(case((other.c.state.in_(_WAITING), 1)))
    others_planned = select(planned).where(
        other.c.notice_id == deliveries.c.notice_id,
        other.c.person_id == deliveries.c.person_id,
        other.c.id != deliveries.c.id,
    )
    return (
        select(
            deliveries.c.id.label("delivery_id"),
            deliveries.c.notice_id,
            deliveries.c.person_id,
            people.c.language,
            deliveries.c.state,
            deliveries.c.account_id,
            accounts.c.chat_id,
            accounts.c.left_at.is_(None).label("account_current"),
            notices.c.acknowledge,
            notices.c.cancelled_at.is_not(None).label("cancelled"),
            (others_planned.scalar_subquery() > 0).label("others_planned"),
            notices.c.key,
            notices.c.category,
            notices.c.send_at.label("sent"),
            arrivals.counted_from().label("counted_from"),
            notices.c.acknowledge_by,
            notices.c.provisional,
            arrivals.delivered(deliveries.c.notice_id, deliveries.c.person_id).label("delivered"),
            arrivals.earlier(deliveries.c.notice_id, deliveries.c.person_id).label("earlier"),
            _since().label("since"),
            _before().label("before"),
        )
        .join_from(asked, deliveries, deliveries.c.id == asked.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(accounts, accounts.c.id == deliveries.c.account_id)
    )


def _since() -> ScalarSelect[datetime]:
    query = select(func.min(assignments.c.started_at)).join(
        obligations, obligations.c.assignment_id == assignments.c.id
    )
    return query.where(*_theirs(), assignments.c.ended_at.is_(None), is_kept()).scalar_subquery()


def _before() -> ColumnElement[bool]:
    """By the obligations: of acknowledgements a notice has very many, and a person too."""
    return exists().where(*_theirs(), is_acknowledged())


def _theirs() -> tuple[ColumnElement[bool], ...]:
    return obligations.c.notice_id == deliveries.c.notice_id, obligations.c.person_id == deliveries.c.person_id


async def add(conn: Connection, accepted: Sequence[Acknowledgement]) -> dict[Pair, list[int]]:
    """Acknowledge each notice for each post that its person holds and must answer for; gives the posts newly recorded.

    What was recorded before stays as it is, and so does what another process records at this moment.
    """
    if not accepted:
        return {}
    rows = [
        {
            "notice": one.pressed.notice_id,
            "person": one.pressed.person_id,
            "delivery": one.pressed.delivery_id,
            "account": one.pressed.account_id,
            "at": one.at,
        }
        for one in accepted
    ]
    posts: dict[Pair, list[int]] = defaultdict(list)
    for row in await conn.execute(_insert(conn.dialect.name), parameters(conn, rows)):
        posts[row.notice_id, row.person_id].append(row.post_id)
    return posts


@cache
def _insert(dialect: str) -> Executable:
    kinds: dict[str, TypeEngine[Any]] = dict.fromkeys(("notice", "person", "delivery", "account"), _NUMBER)
    accepted = given(dialect, {**kinds, "at": Instant()})
    obliged = (
        select(
            obligations.c.notice_id,
            obligations.c.assignment_id,
            obligations.c.post_id,
            obligations.c.person_id,
            accepted.c.delivery,
            accepted.c.account,
            accepted.c.at,
        )
        .join_from(
            accepted,
            obligations,
            (obligations.c.notice_id == accepted.c.notice) & (obligations.c.person_id == accepted.c.person),
        )
        .join(assignments, assignments.c.id == obligations.c.assignment_id)
        .where(assignments.c.ended_at.is_(None), is_kept())
        # Two processes that record the same presses wait for each other's rows in one order, and so never for ever.
        .order_by(obligations.c.notice_id, obligations.c.assignment_id)
    )
    names = ["notice_id", "assignment_id", "post_id", "person_id", "delivery_id", "account_id", "at"]
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    added = insert(acknowledgements).from_select(names, obliged).on_conflict_do_nothing()
    return added.returning(acknowledgements.c.notice_id, acknowledgements.c.person_id, acknowledgements.c.post_id)


async def first_at(conn: Connection, pairs: Collection[Pair]) -> dict[Pair, datetime]:
    """When each person first acknowledged the notice; those who have not are left out."""
    if not pairs:
        return {}
    rows = [{"notice": notice, "person": person} for notice, person in pairs]
    found = await conn.execute(_first(conn.dialect.name), parameters(conn, rows))
    return {(row.notice_id, row.person_id): row.first for row in found}


@cache
def _first(dialect: str) -> Select[Any]:
    asked = given(dialect, {"notice": _NUMBER, "person": _NUMBER})
    mine = (acknowledgements.c.notice_id == asked.c.notice) & (acknowledgements.c.person_id == asked.c.person)
    key = acknowledgements.c.notice_id, acknowledgements.c.person_id
    return (
        select(*key, func.min(acknowledgements.c.at).label("first"))
        .join_from(asked, acknowledgements, mine)
        .group_by(*key)
    )


_delivery, _notice = bindparam("press_delivery", type_=BigInteger), bindparam("press_notice", type_=BigInteger)
_person, _message = bindparam("press_person", type_=BigInteger), bindparam("press_message", type_=BigInteger)
_at = bindparam("press_at", type_=Instant())
_arrived = deliveries.c.id == _delivery
_SETTLE: Final = (
    update(deliveries)
    .where(
        deliveries.c.notice_id == _notice,
        deliveries.c.person_id == _person,
        or_(
            deliveries.c.state.in_(_WAITING),
            _arrived & (deliveries.c.state != DeliveryState.DELIVERED.value),
        ),
    )
    .values(
        state=case((_arrived, DeliveryState.DELIVERED.value), else_=DeliveryState.CANCELLED.value),
        message_id=case((_arrived, func.coalesce(deliveries.c.message_id, _message)), else_=deliveries.c.message_id),
        reason=None,
        settled_at=_at,
    )
)


async def settle(conn: Connection, recorded: Iterable[Acknowledgement]) -> None:
    """After acknowledgements: the pressed deliveries did arrive, and their people are not reminded again."""
    open_still = [
        one for one in recorded if one.pressed.others_planned or one.pressed.state is not DeliveryState.DELIVERED
    ]
    if open_still:
        await conn.execute(
            _SETTLE, [_named(one) for one in sorted(open_still, key=lambda one: one.pressed.delivery_id)]
        )


def _named(one: Acknowledgement) -> dict[str, Any]:
    return {
        _delivery.key: one.pressed.delivery_id,
        _notice.key: one.pressed.notice_id,
        _person.key: one.pressed.person_id,
        _message.key: one.message_id,
        _at.key: one.at,
    }
