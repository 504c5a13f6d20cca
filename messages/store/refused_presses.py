"""Queries about presses that were refused."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select

from messages.ledger import Kind
from messages.store.database import Connection
from messages.store.tables import accounts, ledger


async def count(conn: Connection, chat_ids: Collection[int], *, since: datetime) -> Mapping[int, int]:
    """How many refused presses of each chat the ledger has noted since an instant; none: left out."""
    chat = cast(ledger.c.body["chat_id"].as_string(), BigInteger)  # chats' ids need more than 32 bits
    query = (
        select(chat.label("chat_id"), func.count().label("noted"))
        .where(ledger.c.kind == Kind.PRESS_REFUSED.value, ledger.c.at > since, chat.in_(chat_ids))
        .group_by(chat)
    )
    return {row.chat_id: row.noted for row in await conn.execute(query)}


async def members(conn: Connection, chat_ids: Collection[int]) -> Mapping[int, int]:
    """The people whose current accounts these chats are, by chat; strangers are left out."""
    query = select(accounts.c.chat_id, accounts.c.person_id)
    rows = await conn.execute(query.where(accounts.c.chat_id.in_(chat_ids), accounts.c.left_at.is_(None)))
    return {row.chat_id: row.person_id for row in rows}
