"""Statistics made right again, whatever has made them wrong: what ``verify`` names is cured by it.

The sums become those of what is kept of each notice, a month at a time, so that who counts meanwhile waits for a moment
only. Then every notice is counted anew by whoever plans, and the sums are corrected by what was wrong of it.
"""

from dataclasses import dataclass

from messages.store import counted, counted_sums, uncounted
from messages.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Recounted:
    """How many ``notices`` are counted anew, and how many ``sums`` were not those of what is kept of each notice."""

    notices: int
    sums: int


async def recount(db: Database) -> Recounted:
    """Mend the sums, and note every notice as to be counted. May be interrupted, and run again."""
    async with db.writing() as conn:
        await counted.drop_strays(conn)
    async with db.reading() as conn:
        months = await counted_sums.months(conn)
    mended = 0
    for month in months:
        async with db.writing() as conn:
            mended += await counted_sums.mend(conn, month)
    async with db.writing() as conn:
        return Recounted(notices=await uncounted.want_all(conn), sums=mended)
