"""Queries of the secret links of calendars: one that is open for a person and feed, known by its hash alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select, update

from messages.organisation.records import Person
from messages.store.database import Connection
from messages.store.tables import accounts, calendar_links, people


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open link of a feed: since when, and when a calendar program read it last."""

    feed: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Whose feed a link leads to."""

    id: int
    feed: str
    person: Person
    read_at: datetime | None


async def find(conn: Connection, token_hash: str) -> Linked | None:
    """The open link with this hash, while its person has an account."""
    query = (
        select(calendar_links.c.id, calendar_links.c.feed, calendar_links.c.read_at)
        .add_columns(people.c.id.label("person_id"), people.c.code, people.c.name, people.c.language)
        .join(people, people.c.id == calendar_links.c.person_id)
        .join(accounts, and_(accounts.c.person_id == people.c.id, accounts.c.left_at.is_(None)))
        .where(calendar_links.c.token_hash == token_hash, calendar_links.c.revoked_at.is_(None))
    )
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    person = Person(id=row.person_id, code=row.code, name=row.name, language=row.language)
    return Linked(id=row.id, feed=row.feed, person=person, read_at=row.read_at)


async def opened(conn: Connection, person_id: int) -> list[Opened]:
    """The open links of a person, at most one for each feed."""
    query = (
        select(calendar_links.c.feed, calendar_links.c.created_at, calendar_links.c.read_at)
        .where(calendar_links.c.person_id == person_id, calendar_links.c.revoked_at.is_(None))
        .order_by(calendar_links.c.id)
    )
    return [Opened(**row) for row in (await conn.execute(query)).mappings()]


async def revoke(conn: Connection, person_id: int, feed: str, at: datetime) -> bool:
    """End the open link of a person and feed; whether there was one."""
    mine = calendar_links.c.person_id == person_id, calendar_links.c.feed == feed
    done = await conn.execute(
        update(calendar_links).where(*mine, calendar_links.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    return bool(done.rowcount)


async def add(conn: Connection, *, person_id: int, feed: str, token_hash: str, at: datetime) -> None:
    """Open a link; the person and feed may have no other that is open."""
    values = {"person_id": person_id, "feed": feed, "token_hash": token_hash, "created_at": at}
    await conn.execute(insert(calendar_links).values(values))


async def note_read(conn: Connection, link_id: int, at: datetime) -> None:
    """A calendar program has read a feed."""
    await conn.execute(update(calendar_links).where(calendar_links.c.id == link_id).values(read_at=at))
