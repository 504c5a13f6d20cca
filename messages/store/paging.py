"""Pages of what a query finds."""

from sqlalchemy import Select

from messages import pages
from messages.pages import Place
from messages.store.database import Connection


async def place_of(conn: Connection, counting: Select[int], number: int, size: int) -> Place:
    """The nearest page that there is to the one with a number, of as many rows as ``counting`` says."""
    return pages.place_of(number, int(await conn.scalar(counting) or 0), size)
