"""Queries of chat accounts, and of what a person is still to be sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Json
from messages.organisation.records import HeldPost, Person, Role
from messages.store.anew import leave_files, plan_anew
from messages.store.database import Connection
from messages.store.deliveries import IS_SENDING, IS_WAITING
from messages.store.obligations import is_kept, is_live, is_unanswered
from messages.store.tables import (
    accounts,
    acknowledgements,
    assignments,
    deliveries,
    notices,
    obligations,
    people,
    posts,
    roles,
    units,
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """The person whose current account a chat is, with the bot through which the person joined.

    ``reachable`` is False while the chat cannot be written to.
    """

    account_id: int
    chat_id: int
    bot_id: int
    person_id: int
    name: str
    language: str
    reachable: bool


async def find(conn: Connection, chat_id: int) -> Member | None:
    """The member whose current account this chat is, at whichever bot: a private chat has one id at all of them."""
    return await _member(conn, accounts.c.chat_id == chat_id)


async def find_served(conn: Connection, chat_id: int, bot_id: int) -> Member | None:
    """The member whose current account this chat is at this bot."""
    return await _member(conn, and_(accounts.c.chat_id == chat_id, accounts.c.bot_id == bot_id))


async def find_person(conn: Connection, person_id: int) -> Member | None:
    """The member with this person's current account."""
    return await _member(conn, accounts.c.person_id == person_id)


async def _member(conn: Connection, condition: ColumnElement[bool]) -> Member | None:
    query = (
        select(
            accounts.c.id.label("account_id"),
            accounts.c.chat_id,
            accounts.c.bot_id,
            accounts.c.person_id,
            people.c.name,
            people.c.language,
            accounts.c.unreachable_since.is_(None).label("reachable"),
        )
        .join(people, people.c.id == accounts.c.person_id)
        .where(condition, accounts.c.left_at.is_(None))
    )
    row = (await conn.execute(query)).mappings().one_or_none()
    return Member(**row) if row else None


async def person(conn: Connection, person_id: int) -> Person:
    """A person who is known to exist."""
    query = select(people.c.id, people.c.code, people.c.name, people.c.language).where(people.c.id == person_id)
    return Person(**(await conn.execute(query)).mappings().one())


async def hold_person(conn: Connection, person_id: int) -> None:
    """Let others wait who want to change this person's account. SQLite has one writer and needs no lock."""
    await conn.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())


async def last_account(conn: Connection, person_id: int) -> int | None:
    """The account that a person had last, left or not."""
    found: int | None = await conn.scalar(select(func.max(accounts.c.id)).where(accounts.c.person_id == person_id))
    return found


async def open_account(conn: Connection, *, person_id: int, chat_id: int, bot_id: int, at: datetime) -> int:
    """Tie a chat at a bot to a person and give the account's id; neither may have a current account."""
    values = {"person_id": person_id, "chat_id": chat_id, "bot_id": bot_id, "joined_at": at}
    made = insert(accounts).values(values).returning(accounts.c.id)
    return int((await conn.execute(made)).scalar_one())


async def leave(conn: Connection, account_id: int, at: datetime) -> None:
    """End an account: its chat is a stranger's from now on."""
    await conn.execute(update(accounts).where(accounts.c.id == account_id).values(left_at=at))


async def leave_bot(conn: Connection, bot_id: int, at: datetime) -> int:
    """End every account of a bot that is to be no more; gives how many people lost theirs.

    What was planned for them is unreachable until they join again. What is in flight, or was when a sender died, is
    unconfirmed, unless its outcome still comes.
    """
    mine = deliveries.c.bot_id == bot_id
    # In the order in which outcomes are recorded, so that neither waits for the other for ever.
    await _settle(conn, and_(mine, IS_SENDING), DeliveryState.UNCONFIRMED, Reason.NO_ANSWER, at)
    left = await conn.execute(
        update(accounts).where(accounts.c.bot_id == bot_id, accounts.c.left_at.is_(None)).values(left_at=at)
    )
    joined = exists().where(accounts.c.person_id == deliveries.c.person_id, accounts.c.left_at.is_(None))
    await _settle(conn, and_(mine, IS_WAITING, ~joined), DeliveryState.UNREACHABLE, Reason.NEVER_JOINED, at)
    return left.rowcount


async def _settle(
    conn: Connection, which: ColumnElement[bool], state: DeliveryState, reason: Reason, at: datetime
) -> None:
    values = {"state": state.value, "reason": reason.value, "settled_at": at}
    await conn.execute(update(deliveries).where(which).values(values))


async def mark_reachable(conn: Connection, account_id: int) -> None:
    """Note that a chat can be written to again."""
    query = update(accounts).where(accounts.c.id == account_id)
    await conn.execute(query.values(unreachable_since=None, unreachable_reason=None))


async def choose_language(conn: Connection, person_id: int, language: str) -> None:
    """Keep the language that a person chose."""
    await conn.execute(update(people).where(people.c.id == person_id).values(language=language, language_chosen=True))


async def held_posts(conn: Connection, person_id: int) -> tuple[HeldPost, ...]:
    """The posts that a person holds now, by level and code."""
    query = (
        select(
            assignments.c.id.label("assignment_id"),
            posts.c.id.label("post_id"),
            posts.c.code,
            posts.c.title,
            units.c.name.label("unit"),
            posts.c.level,
        )
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None))
        .order_by(posts.c.level, posts.c.code)
    )
    return tuple(HeldPost(**row) for row in (await conn.execute(query)).mappings())


async def roles_borne(conn: Connection, person_id: int) -> frozenset[Role]:
    """The roles that a person bears now, in any scope."""
    query = select(roles.c.role).where(roles.c.person_id == person_id, roles.c.ended_at.is_(None))
    return frozenset(Role(role) for role in await conn.scalars(query))


# --- what is sent again -----------------------------------------------------------------------------------------------


def _answered() -> ColumnElement[bool]:
    return exists().where(
        acknowledgements.c.notice_id == deliveries.c.notice_id,
        acknowledgements.c.person_id == deliveries.c.person_id,
    )


def _passed_on() -> ColumnElement[bool]:
    return exists().where(
        obligations.c.notice_id == deliveries.c.notice_id,
        obligations.c.person_id == deliveries.c.person_id,
        ~is_kept(),
    )


def _open(query: Select[Any], person_id: int, now: datetime) -> Select[Any]:
    """Those of a person's deliveries whose notice is still worth sending."""
    return query.join(notices, notices.c.id == deliveries.c.notice_id).where(
        deliveries.c.person_id == person_id,
        is_live(now),
        or_(deliveries.c.expires_at.is_(None), deliveries.c.expires_at > now),
    )


def _earliest_wave(states: tuple[str, ...]) -> ColumnElement[bool]:
    """One message is enough for each notice: the earliest of the waves in these states."""
    same = deliveries.alias("same")
    earliest = select(func.min(same.c.wave)).where(
        same.c.notice_id == deliveries.c.notice_id, same.c.person_id == deliveries.c.person_id, same.c.state.in_(states)
    )
    return and_(deliveries.c.state.in_(states), deliveries.c.wave == earliest.scalar_subquery())


def _on_its_way(now: datetime) -> ColumnElement[bool]:
    """Another wave of the same notice goes out to the person at this moment."""
    other = deliveries.alias("other")
    going = (DeliveryState.PLANNED.value, DeliveryState.PAUSED.value, DeliveryState.SENDING.value)
    return exists().where(
        other.c.notice_id == deliveries.c.notice_id,
        other.c.person_id == deliveries.c.person_id,
        other.c.state.in_(going),
        other.c.due_at <= now,
    )


async def reopen_unreachable(conn: Connection, person_id: int, now: datetime) -> int:
    """Plan once more, due at once, what could not reach a person and is still open; gives how many deliveries.

    What the Bot API refused as a message stays as it is: another chat would not help it. What the person has
    acknowledged or passed on is not sent again.
    """
    query = _open(select(deliveries.c.id), person_id, now).where(
        _earliest_wave((DeliveryState.UNREACHABLE.value,)),
        ~_on_its_way(now),
        or_(deliveries.c.reason.is_(None), deliveries.c.reason != Reason.REJECTED.value),
        or_(~notices.c.acknowledge, and_(~_answered(), ~_passed_on()), is_unanswered()),
    )
    found = list(await conn.scalars(query))
    await plan_anew(conn, found, now)
    return len(found)


async def follow_person(conn: Connection, person_id: int, bot_id: int) -> None:
    """What is still planned for a person goes out through the bot that serves the person now."""
    waiting = and_(deliveries.c.person_id == person_id, IS_WAITING)
    await leave_files(conn, waiting)
    await conn.execute(update(deliveries).where(waiting).values(bot_id=bot_id))


async def reopen_left(conn: Connection, person_id: int, account_id: int, now: datetime) -> list[Json]:
    """Plan once more what earlier accounts than ``account_id`` were sent and their person has not acknowledged.

    Only the account that a delivery went to may acknowledge it, so a person who moved must get it there. Gives what is
    known of each earlier delivery, for the ledger.
    """
    sent = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)
    columns = select(deliveries.c.id, deliveries.c.state, deliveries.c.settled_at, deliveries.c.message_id)
    query = _open(columns, person_id, now).where(
        _earliest_wave(sent), deliveries.c.account_id != account_id, notices.c.acknowledge, is_unanswered()
    )
    found = (await conn.execute(query)).all()
    await plan_anew(conn, [row.id for row in found], now)
    return [
        {
            "delivery": row.id,
            "state": row.state,
            "at": row.settled_at.isoformat() if row.settled_at else None,
            "message_id": row.message_id,
        }
        for row in found
    ]


async def name_of(conn: Connection, person_id: int) -> str:
    """A person's name."""
    return str(await conn.scalar(select(people.c.name).where(people.c.id == person_id)))
