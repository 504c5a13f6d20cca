"""Queries of files: their contents, and by which name each bot knows them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from messages.files import Attachment, FileContent, FileInfo, FileKind, GivenFile
from messages.store.database import Connection
from messages.store.tables import files, telegram_files
from messages.store.upsert import insert_new


async def known(conn: Connection, bot_id: int, telegram_id: str) -> Attachment | None:
    """The file that a bot knows by this name, if it was kept before."""
    query = (
        select(files.c.id, files.c.kind)
        .join(telegram_files, telegram_files.c.file_id == files.c.id)
        .where(telegram_files.c.bot_id == bot_id, telegram_files.c.telegram_id == telegram_id)
        .limit(1)
    )
    row = (await conn.execute(query)).one_or_none()
    return Attachment(file=row.id, kind=FileKind(row.kind)) if row else None


async def same(conn: Connection, given: GivenFile) -> int | None:
    """The number of a file that was kept before with this content, name and kind."""
    if given.sha256 is None:
        return None
    alike = files.c.sha256 == given.sha256, files.c.kind == given.kind.value, files.c.name == given.name
    found = await conn.scalar(select(files.c.id).where(*alike).limit(1))
    return None if found is None else int(found)


async def keep(conn: Connection, given: GivenFile, *, by: int | None, now: datetime) -> int:
    """Keep a file, and give its number: the same content of the same name and kind is kept once."""
    if (found := await same(conn, given)) is not None:
        return found
    row = {
        "sha256": given.sha256,
        "kind": given.kind.value,
        "name": given.name,
        "mime": given.mime,
        "size": given.size,
        "content": given.content,
        "created_by": by,
        "created_at": now,
    }
    return int(await conn.scalar(insert(files).values(row).returning(files.c.id)) or 0)


async def telegram_id(conn: Connection, file: int, bot_id: int) -> str | None:
    """By which name a bot knows a file; None where it does not."""
    names = select(telegram_files.c.telegram_id)
    found: str | None = await conn.scalar(
        names.where(telegram_files.c.file_id == file, telegram_files.c.bot_id == bot_id)
    )
    return found


async def remember(conn: Connection, file: int, bot_id: int, name: str) -> None:
    """A bot knows a file by this name from now on."""
    row = {"file_id": file, "bot_id": bot_id, "telegram_id": name}
    made = insert_new(conn, telegram_files).values(row)
    await conn.execute(made.on_conflict_do_update(index_elements=["file_id", "bot_id"], set_={"telegram_id": name}))


async def forget(conn: Connection, file: int, bot_id: int, name: str) -> None:
    """A bot no longer knows a file by this name; a newer one that it has stays."""
    mine = telegram_files.c.file_id == file, telegram_files.c.bot_id == bot_id
    await conn.execute(delete(telegram_files).where(*mine, telegram_files.c.telegram_id == name))


async def infos(conn: Connection, wanted: Iterable[Attachment]) -> dict[int, FileInfo]:
    """What these files are, by their ids."""
    query = select(files.c.id, files.c.name, files.c.mime, files.c.size)
    rows = await conn.execute(query.where(files.c.id.in_({one.file for one in wanted})))
    return {row.id: FileInfo(name=row.name, mime=row.mime, size=row.size) for row in rows}


async def content(conn: Connection, file: int) -> FileContent | None:
    """A file's content; None where only the bot that it was sent to can pass it on."""
    query = select(files.c.name, files.c.mime, files.c.content).where(files.c.id == file)
    row = (await conn.execute(query)).one_or_none()
    if row is None or row.content is None:
        return None
    return FileContent(name=row.name, mime=row.mime, content=row.content)
