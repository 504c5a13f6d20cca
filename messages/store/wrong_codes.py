"""Queries of wrong joining codes: enough of them to know who is guessing, and no longer than that."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from messages.store.database import Connection
from messages.store.tables import wrong_codes


async def latest(conn: Connection, chat_id: int, count: int) -> list[datetime]:
    """The instants of the last ``count`` wrong tries of a chat, newest first."""
    query = select(wrong_codes.c.at).where(wrong_codes.c.chat_id == chat_id)
    return list(await conn.scalars(query.order_by(wrong_codes.c.at.desc()).limit(count)))


async def add(conn: Connection, *, chat_id: int, at: datetime, keep: timedelta) -> None:
    """Note one wrong try, and forget those of this chat that are older than ``keep``."""
    await conn.execute(delete(wrong_codes).where(wrong_codes.c.chat_id == chat_id, wrong_codes.c.at < at - keep))
    await conn.execute(insert(wrong_codes).values(chat_id=chat_id, at=at))
