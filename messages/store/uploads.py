"""Queries of rosters that were sent in and are looked at before they are imported."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from messages.store.database import Connection
from messages.store.tables import web_uploads


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a person sent in."""

    id: int
    name: str
    content: bytes


async def add(conn: Connection, *, person_id: int, name: str, content: bytes, at: datetime) -> int:
    """Keep a file; gives its id."""
    values = {"person_id": person_id, "name": name, "content": content, "created_at": at}
    return int((await conn.execute(insert(web_uploads).values(values).returning(web_uploads.c.id))).scalar_one())


async def find(conn: Connection, upload_id: int, person_id: int) -> Upload | None:
    """A file that this person sent in."""
    mine = web_uploads.c.id == upload_id, web_uploads.c.person_id == person_id
    row = (await conn.execute(select(web_uploads).where(*mine))).one_or_none()
    return Upload(id=row.id, name=row.name, content=row.content) if row else None


async def forget(conn: Connection, person_id: int, *, older_than: datetime) -> None:
    """Drop what a person sent in, and what anybody did before an instant."""
    theirs = web_uploads.c.person_id == person_id
    await conn.execute(delete(web_uploads).where(theirs | (web_uploads.c.created_at < older_than)))
