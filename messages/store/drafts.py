"""Queries of drafts: a person has one open draft of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, text, update

from messages.store.database import Connection
from messages.store.tables import drafts, people
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft as it is kept; ``updated_at`` is when it was touched last."""

    id: int
    person_id: int
    fields: Mapping[str, Any]
    updated_at: datetime


def _kept(row: Row[Any]) -> Kept:
    return Kept(id=row.id, person_id=row.person_id, fields=row.fields, updated_at=row.updated_at)


async def find(conn: Connection, person_id: int, kind: str) -> Kept | None:
    """A person's open draft of a kind."""
    mine = drafts.c.person_id == person_id, drafts.c.kind == kind, drafts.c.closed_at.is_(None)
    row = (await conn.execute(select(drafts).where(*mine))).one_or_none()
    return _kept(row) if row else None


async def all_open(conn: Connection, person_id: int) -> dict[str, Kept]:
    """A person's open drafts by their kinds, the one that was touched last before all others."""
    mine = drafts.c.person_id == person_id, drafts.c.closed_at.is_(None)
    last = drafts.c.updated_at.desc(), drafts.c.id.desc()
    return {row.kind: _kept(row) for row in await conn.execute(select(drafts).where(*mine).order_by(*last))}


async def about_limit(conn: Connection, limit_id: int, person_id: int) -> str | None:
    """The name of who else has an open draft about a limit of a matter."""
    about = drafts.c.fields["of_limit"]["limit_id"].as_integer() == limit_id
    query = select(people.c.name).join(drafts, drafts.c.person_id == people.c.id)
    mine = drafts.c.closed_at.is_(None), drafts.c.person_id != person_id, about
    found: str | None = await conn.scalar(query.where(*mine).order_by(drafts.c.id).limit(1))
    return found


async def touch(conn: Connection, draft_id: int, now: datetime) -> None:
    """An open draft is attended to now."""
    mine = drafts.c.id == draft_id, drafts.c.closed_at.is_(None)
    await conn.execute(update(drafts).where(*mine).values(updated_at=now))


async def last_closed(conn: Connection, person_id: int, kind: str) -> Kept | None:
    """The newest of a person's drafts of a kind that are closed."""
    mine = drafts.c.person_id == person_id, drafts.c.kind == kind, drafts.c.closed_at.is_not(None)
    row = (await conn.execute(select(drafts).where(*mine).order_by(drafts.c.id.desc()).limit(1))).one_or_none()
    return _kept(row) if row else None


async def any_of(conn: Connection, person_id: int, kind: str, draft_id: int) -> Kept | None:
    """A person's draft of a kind, whether it is open or closed."""
    mine = drafts.c.person_id == person_id, drafts.c.kind == kind, drafts.c.id == draft_id
    row = (await conn.execute(select(drafts).where(*mine))).one_or_none()
    return _kept(row) if row else None


async def lock(conn: Connection, draft_id: int) -> Kept | None:
    """An open draft, which nobody else reads to change it before this transaction has ended."""
    mine = drafts.c.id == draft_id, drafts.c.closed_at.is_(None)
    row = (await conn.execute(select(drafts).where(*mine).with_for_update())).one_or_none()
    return _kept(row) if row else None


async def begin(conn: Connection, person_id: int, kind: str, fields: Mapping[str, Any], now: datetime) -> Kept:
    """Open a draft; where one is open already it stays as it is, and is given."""
    values = {"person_id": person_id, "kind": kind, "fields": dict(fields), "created_at": now, "updated_at": now}
    await conn.execute(
        insert_new(conn, drafts)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["person_id", "kind"], index_where=text("closed_at IS NULL"))
    )
    found = await find(conn, person_id, kind)
    assert found is not None  # noqa: S101 -- it was opened in this transaction, or was open before
    return found


async def keep(conn: Connection, draft_id: int, fields: Mapping[str, Any], now: datetime) -> None:
    """Keep an open draft as it is now; one that is closed stays as it was."""
    mine = drafts.c.id == draft_id, drafts.c.closed_at.is_(None)
    await conn.execute(update(drafts).where(*mine).values(fields=dict(fields), updated_at=now))


async def delete_closed(conn: Connection, kind: str, before: datetime) -> None:
    """Delete the drafts of a kind that were closed before this instant."""
    await conn.execute(delete(drafts).where(drafts.c.kind == kind, drafts.c.closed_at < before))


async def close(conn: Connection, draft_id: int, now: datetime) -> bool:
    """Close a draft; False where it was closed already."""
    mine = drafts.c.id == draft_id, drafts.c.closed_at.is_(None)
    return bool((await conn.execute(update(drafts).where(*mine).values(closed_at=now))).rowcount)
