"""Queries of imported official days."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from messages.official_days import OfficialDay
from messages.store.database import Connection
from messages.store.tables import days


async def load(conn: Connection) -> dict[date, OfficialDay]:
    """Every imported day by its date: what ``WorkCalendar`` takes."""
    rows = await conn.execute(select(days.c.date, days.c.name, days.c.off).order_by(days.c.date))
    found = [OfficialDay(date=date.fromisoformat(row.date), name=row.name, off=row.off) for row in rows]
    return {day.date: day for day in found}


async def save(conn: Connection, year: int, new: Sequence[OfficialDay], now: datetime) -> None:
    """Replace what is kept of a year's notice (its New Year's days in the December before too)."""
    dates = [day.date.isoformat() for day in (await load(conn)).values() if day.year == year]
    dates += [day.date.isoformat() for day in new]
    await conn.execute(delete(days).where(days.c.date.in_(dates)))
    rows = [{"date": day.date.isoformat(), "name": day.name, "off": day.off, "imported_at": now} for day in new]
    await conn.execute(insert(days), rows)
