"""The one place of a sender on a PostgreSQL database. On SQLite the operating system's lock on the file keeps it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import func, select

from messages.store.database import Database

_PLACE: Final = 0x6C69616E78756E  # any number, as long as every process of ours takes the same


@asynccontextmanager
async def sole_sender(db: Database) -> AsyncIterator[bool]:
    """Hold the place until this block is left; False where another process has it.

    The lock is that of a connection: it goes with the process, however that ends.
    """
    if db.dialect == "sqlite":
        yield True
        return
    async with db.standing() as conn:
        taken = bool(await conn.scalar(select(func.pg_try_advisory_lock(_PLACE))))
        try:
            yield taken
        finally:
            if taken:
                await conn.execute(select(func.pg_advisory_unlock(_PLACE)))
