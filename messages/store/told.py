"""Whom notices went to, counted."""

from collections.abc import Sequence

from sqlalchemy import func, select

from messages.store.database import Connection
from messages.store.tables import deliveries


async def people(conn: Connection, notice_ids: Sequence[int]) -> int:
    """How many people any of these notices went to."""
    query = select(func.count(deliveries.c.person_id.distinct())).where(deliveries.c.notice_id.in_(notice_ids))
    return int(await conn.scalar(query) or 0)
