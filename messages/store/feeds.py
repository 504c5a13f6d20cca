"""What was seen last of watched folders, of their files, and of polled addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from messages.store.database import Connection
from messages.store.tables import feeds
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A source, or (``file``) a file of a watched folder: what was seen of it last.

    ``digest`` is of the content that was taken or refused last, ``etag`` and ``last_modified`` are as its server said,
    ``failures`` counts those in a row. ``error`` is why it was refused or failed, as it was told.
    """

    name: str
    file: str = ""
    digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    looked_at: datetime | None = None
    taken_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    error: str | None = None


async def of_source(conn: Connection, name: str) -> Mapping[str, Feed]:
    """What is known of a source, by file; under ``""`` of the source itself."""
    query = select(*(column for column in feeds.c if column.name != "id")).where(feeds.c.name == name)
    return {row.file: Feed(**row._mapping) for row in await conn.execute(query)}  # noqa: SLF001 -- its public name is this


async def save(conn: Connection, feed: Feed) -> None:
    """Remember what was seen, in place of what was seen before."""
    values = vars(feed)
    seen = {name: value for name, value in values.items() if name not in {"name", "file"}}
    statement = insert_new(conn, feeds).values(values)
    await conn.execute(statement.on_conflict_do_update(index_elements=["name", "file"], set_=seen))
