"""Queries of acknowledgements. A press must be quick: a look, one INSERT … SELECT for all posts, one UPDATE if need be.

The statements of a press are built once: building one takes longer than running it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Executable, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messages.deliveries import DeliveryState
from messages.ledger import Kind
from messages.store.database import Connection
from messages.store.tables import (
    accounts,
    acknowledgements,
    assignments,
    deliveries,
    ledger,
    notices,
    obligations,
    people,
)
from messages.store.types import Instant

_delivery, _account = bindparam("press_delivery", type_=BigInteger), bindparam("press_account", type_=BigInteger)
_notice, _person = bindparam("press_notice", type_=BigInteger), bindparam("press_person", type_=BigInteger)
_at, _message = bindparam("press_at", type_=Instant()), bindparam("press_message", type_=BigInteger)


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A delivery whose button was pressed. ``chat_id`` and ``account_id`` are those it went to, if it did.

    ``language`` is that of the person it is for.

    ``others_planned`` says that more waves of the notice are on their way to the person.
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


_other = deliveries.alias("other")
_PRESSED: Final = (
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
        exists()
        .where(
            _other.c.notice_id == deliveries.c.notice_id,
            _other.c.person_id == deliveries.c.person_id,
            _other.c.state == DeliveryState.PLANNED.value,
            _other.c.id != deliveries.c.id,
        )
        .label("others_planned"),
    )
    .join(notices, notices.c.id == deliveries.c.notice_id)
    .join(people, people.c.id == deliveries.c.person_id)
    .outerjoin(accounts, accounts.c.id == deliveries.c.account_id)
    .where(deliveries.c.id == _delivery)
)


async def pressed(conn: Connection, delivery_id: int) -> Pressed | None:
    """The delivery with its notice and account."""
    row = (await conn.execute(_PRESSED, {_delivery.key: delivery_id})).mappings().one_or_none()
    return Pressed(**{**row, "state": DeliveryState(row["state"])}) if row else None


_OBLIGED: Final = (
    select(
        obligations.c.notice_id,
        obligations.c.assignment_id,
        obligations.c.post_id,
        obligations.c.person_id,
        _delivery,
        _account,
        _at,
    )
    .join(assignments, assignments.c.id == obligations.c.assignment_id)
    .where(obligations.c.notice_id == _notice, obligations.c.person_id == _person, assignments.c.ended_at.is_(None))
)


async def add(conn: Connection, press: Pressed, *, at: datetime) -> list[int]:
    """Acknowledge a notice for each post that its person holds and must answer for; gives the posts newly recorded.

    What was recorded before stays as it is.
    """
    return list(await conn.scalars(_insert(conn.dialect.name), {**_named(press), _at.key: at}))


@cache
def _insert(dialect: str) -> Executable:
    names = ["notice_id", "assignment_id", "post_id", "person_id", "delivery_id", "account_id", "at"]
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    added = insert(acknowledgements).from_select(names, _OBLIGED).on_conflict_do_nothing()
    return added.returning(acknowledgements.c.post_id)


def _named(press: Pressed) -> dict[str, Any]:
    return {
        _delivery.key: press.delivery_id,
        _account.key: press.account_id,
        _notice.key: press.notice_id,
        _person.key: press.person_id,
    }


async def first_at(conn: Connection, press: Pressed) -> datetime | None:
    """When the person first acknowledged the notice."""
    mine = acknowledgements.c.notice_id == press.notice_id, acknowledgements.c.person_id == press.person_id
    found: datetime | None = await conn.scalar(select(func.min(acknowledgements.c.at)).where(*mine))
    return found


_arrived = deliveries.c.id == _delivery
_SETTLE: Final = (
    update(deliveries)
    .where(
        deliveries.c.notice_id == _notice,
        deliveries.c.person_id == _person,
        or_(
            deliveries.c.state == DeliveryState.PLANNED.value,
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


async def settle(conn: Connection, press: Pressed, *, at: datetime, message_id: int | None) -> None:
    """After an acknowledgement: the pressed delivery did arrive, and the person is not reminded again."""
    if press.others_planned or press.state is not DeliveryState.DELIVERED:
        await conn.execute(_SETTLE, {**_named(press), _at.key: at, _message.key: message_id})


async def count_refused(conn: Connection, chat_id: int, *, since: datetime) -> int:
    """How many refused presses of a chat the ledger has noted since an instant."""
    query = select(func.count()).where(
        ledger.c.kind == Kind.PRESS_REFUSED.value, ledger.c.at > since, ledger.c.body["chat_id"].as_integer() == chat_id
    )
    return int(await conn.scalar(query) or 0)
