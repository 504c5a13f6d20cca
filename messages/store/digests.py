"""Queries of digests: what one message said of several notices, and how these stand now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select, union_all, update

from messages.deliveries import ClaimedDelivery, DeliveryState
from messages.store import contents
from messages.store.acknowledgements import first_at
from messages.store.database import Connection
from messages.store.obligations import is_unanswered
from messages.store.sets import among
from messages.store.tables import accounts, deliveries, earlier_messages, people


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A notice of a digest; ``acknowledged_at`` where nothing of it is left to acknowledge."""

    delivery: ClaimedDelivery
    acknowledged_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A digest that was sent to a chat, in the language that its person speaks now; without what was recalled."""

    chat_id: int
    language: str
    items: tuple[Listed, ...]


async def find(conn: Connection, account_id: int, message_id: int, now: datetime) -> Sent | None:
    """The digest that a message in an account's chat is; None where it is none, or not recorded yet.

    What is of it and was planned anew since still stands in it.
    """
    whose = select(accounts.c.chat_id, accounts.c.person_id, people.c.language).join(people)
    account = (await conn.execute(whose.where(accounts.c.id == account_id))).one()
    present = _of_digest(deliveries, deliveries.c.id, account_id, message_id)
    earlier = _of_digest(earlier_messages, earlier_messages.c.delivery_id, account_id, message_id)
    # By the person, as the index has it.
    told = (await conn.execute(union_all(present.where(deliveries.c.person_id == account.person_id), earlier))).all()
    if not told:
        return None
    items = await _listed(conn, [row.id for row in told if row.recall is None], now)
    return Sent(chat_id=account.chat_id, language=account.language, items=items)


def _of_digest(table: Table, delivery: ColumnElement[int], account_id: int, message_id: int) -> Select[Any]:
    mine = table.c.account_id == account_id, table.c.message_id == message_id, table.c.gathered
    return select(delivery.label("id"), table.c.recall).where(*mine)


async def _listed(conn: Connection, ids: Sequence[int], now: datetime) -> tuple[Listed, ...]:
    rows = await contents.look(conn, ids)
    said = await contents.described(conn, rows, await contents.notices_of(conn, rows, now))
    unanswered = select(deliveries.c.id).where(among(conn, deliveries.c.id, ids), is_unanswered())
    waiting = set(await conn.scalars(unanswered))
    firsts = await first_at(conn, {(one.notice_id, one.person_id) for one in said if one.id not in waiting})
    return tuple(Listed(delivery=one, acknowledged_at=firsts.get((one.notice_id, one.person_id))) for one in said)


async def one(conn: Connection, delivery_id: int, account_id: int, now: datetime) -> ClaimedDelivery | None:
    """What a delivery to this account says; None where there is none, or it was recalled."""
    mine = deliveries.c.id == delivery_id, deliveries.c.account_id == account_id, deliveries.c.recall.is_(None)
    if await conn.scalar(select(deliveries.c.id).where(*mine)) is None:
        return None
    (listed,) = await _listed(conn, [delivery_id], now)
    return listed.delivery


async def confirm(conn: Connection, delivery_id: int, message_id: int, now: datetime) -> None:
    """A press under a digest proves that all of it arrived, though no answer told us so when it was sent."""
    pressed = select(deliveries.c.person_id, deliveries.c.account_id, deliveries.c.claimed_at)
    of = (await conn.execute(pressed.where(deliveries.c.id == delivery_id))).one()
    await conn.execute(
        update(deliveries)
        .where(
            deliveries.c.person_id == of.person_id,
            deliveries.c.account_id == of.account_id,
            deliveries.c.claimed_at == of.claimed_at,
            deliveries.c.gathered,
            deliveries.c.state == DeliveryState.UNCONFIRMED.value,
        )
        .values(state=DeliveryState.DELIVERED.value, message_id=message_id, settled_at=now, reason=None)
    )
