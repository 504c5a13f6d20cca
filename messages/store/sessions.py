"""Queries of the dashboard's links and sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, select, update

from messages.organisation.records import Person
from messages.store.database import Connection
from messages.store.tables import accounts, people, web_links, web_sessions

_PERSON = (people.c.id.label("person_id"), people.c.code, people.c.name, people.c.language)


@dataclass(frozen=True, kw_only=True)
class Open:
    """A session that has not ended, with its person."""

    id: int
    person: Person
    created_at: datetime
    expires_at: datetime


async def void_links(conn: Connection, person_id: int, at: datetime) -> None:
    """The person's links that nobody has used work no longer."""
    mine = web_links.c.person_id == person_id, web_links.c.used_at.is_(None)
    await conn.execute(update(web_links).where(*mine).values(used_at=at))


async def add_link(
    conn: Connection,
    *,
    person_id: int,
    account_id: int,
    token_hash: str,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    """Keep a link that was given to a person's account."""
    values = {
        "person_id": person_id,
        "account_id": account_id,
        "token_hash": token_hash,
        "created_at": created_at,
        "expires_at": expires_at,
    }
    await conn.execute(insert(web_links).values(values))


async def whose_link(conn: Connection, token_hash: str, now: datetime) -> Person | None:
    """The person of a link that can still be used, in the account that it was given to."""
    row = (await conn.execute(_linked(token_hash, now))).one_or_none()
    return _person(row) if row else None


async def use_link(conn: Connection, token_hash: str, now: datetime) -> Person | None:
    """Use a link up, and give its person; None where another was quicker, or it is no longer good."""
    row = (await conn.execute(_linked(token_hash, now))).one_or_none()
    if row is None:
        return None
    unused = web_links.c.token_hash == token_hash, web_links.c.used_at.is_(None)
    done = await conn.execute(update(web_links).where(*unused).values(used_at=now))
    return _person(row) if done.rowcount else None


def _linked(token_hash: str, now: datetime) -> Select[Any]:
    return (
        select(*_PERSON)
        .select_from(web_links)
        .join(people, people.c.id == web_links.c.person_id)
        .join(accounts, _still_theirs(web_links.c.account_id))
        .where(
            web_links.c.token_hash == token_hash,
            web_links.c.used_at.is_(None),
            web_links.c.expires_at > now,
        )
    )


def _still_theirs(account_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(accounts.c.id == account_id, accounts.c.left_at.is_(None))


async def begin(conn: Connection, person_id: int, *, token_hash: str, at: datetime, expires_at: datetime) -> None:
    """Begin a session of a person, in the account that the person has now."""
    account = select(accounts.c.id).where(accounts.c.person_id == person_id, accounts.c.left_at.is_(None))
    values = {
        "person_id": person_id,
        "account_id": account.scalar_subquery(),
        "token_hash": token_hash,
        "created_at": at,
        "expires_at": expires_at,
    }
    await conn.execute(insert(web_sessions).values(values))


async def find(conn: Connection, token_hash: str, now: datetime) -> Open | None:
    """The session of a token that is still open."""
    query = (
        select(*_PERSON, web_sessions.c.id, web_sessions.c.created_at, web_sessions.c.expires_at)
        .select_from(web_sessions)
        .join(people, people.c.id == web_sessions.c.person_id)
        .join(accounts, _still_theirs(web_sessions.c.account_id))
        .where(web_sessions.c.token_hash == token_hash, *_open_at(now))
    )
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    return Open(id=row.id, person=_person(row), created_at=row.created_at, expires_at=row.expires_at)


def _open_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return web_sessions.c.ended_at.is_(None), web_sessions.c.expires_at > now


def _person(row: Any) -> Person:  # noqa: ANN401 -- a row of one of two queries
    return Person(id=row.person_id, code=row.code, name=row.name, language=row.language)


async def is_open(conn: Connection, session_id: int, now: datetime) -> bool:
    """Whether a session is open, its person still in the account that it was opened from."""
    query = (
        select(web_sessions.c.id)
        .join(accounts, _still_theirs(web_sessions.c.account_id))
        .where(web_sessions.c.id == session_id, *_open_at(now))
    )
    return await conn.scalar(query) is not None


async def prolong(conn: Connection, session_id: int, until: datetime) -> None:
    """Let a session that has not ended go on."""
    mine = web_sessions.c.id == session_id, web_sessions.c.ended_at.is_(None)
    await conn.execute(update(web_sessions).where(*mine).values(expires_at=until))


async def end(conn: Connection, session_id: int, at: datetime) -> None:
    """End a session."""
    mine = web_sessions.c.id == session_id, web_sessions.c.ended_at.is_(None)
    await conn.execute(update(web_sessions).where(*mine).values(ended_at=at))
