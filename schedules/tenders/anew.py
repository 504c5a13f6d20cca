"""Reckons limits anew: when rules or official days have changed, and when a limit has passed."""

from datetime import datetime

from messages.store import matter_limits, matters
from schedules.tenders.reckoning import digest_of, reckon_all
from schedules.tenders.writing import reckoned_of
from schedules.tools import Tools


async def stale(tools: Tools, now: datetime, most: int) -> list[int]:
    """The first ``most`` of the matters whose limits are to be reckoned anew, by the calendar as it was found last."""
    async with tools.db.reading() as conn:
        return await matter_limits.stale(conn, digest_of(tools), now, most)


async def reckon_anew(tools: Tools, matter_id: int, now: datetime) -> bool:
    """Reckon a matter's limits by the present rules and days; whether any of its dates came out otherwise.

    Who was told of such a date is looked at anew. A matter that is not there any more is no fault.
    """
    await tools.calendars.current()
    async with tools.db.writing() as conn:
        kept = await matters.hold_one(conn, matter_id)
        if kept is None:
            return False
        changed = await reckon_all(conn, tools, [reckoned_of(matter_id, kept)], now)
        await matters.follow_anew(conn, sorted(changed))
        return bool(changed)
