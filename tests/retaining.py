"""A district whose old deliveries leave for files."""

import csv
import gzip
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Counts
from messages.store import notice_standing, tables
from schedules.policy import load
from schedules.retention import Retention
from tests.acknowledging import acknowledger
from tests.district import MORNING, ZONE, District, saying

NEXT_DAY = MORNING + timedelta(days=1)
EXPIRY = MORNING + timedelta(days=30)
LONG_AFTER = MORNING + timedelta(days=800)
PEOPLE = ("A", "B", "C", "D", "E")


def retention(district: District, folder: Path, step: int = 1000) -> Retention:
    policy = load().retention.model_copy(update={"step": step})
    return Retention(db=district.db, policy=policy, zone=ZONE, folder=folder)


async def counted(district: District) -> None:
    """All that is to be counted has been; until then nothing of it leaves."""
    async with district.db.writing() as conn:
        await conn.execute(delete(tables.uncounted))


async def archive_all(district: District, folder: Path, now: datetime = LONG_AFTER, step: int = 1000) -> int:
    """Every step until nothing is left; gives how many deliveries left. What is to be counted has been."""
    await counted(district)
    keeper, left = retention(district, folder, step), 0
    while archived := await keeper.step(now):
        left += archived
    return left


async def rows_of(district: District, table: Table) -> list[dict[str, Any]]:
    async with district.db.reading() as conn:
        found = await conn.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


async def put_back(district: District, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """What a crash before the removal leaves: the table as it was."""
    async with district.db.writing() as conn:
        await conn.execute(delete(table))
        if rows:
            await conn.execute(insert(table), list(rows))


async def stands(district: District, notice: int) -> tuple[Counts, int, list[Counts]]:
    async with district.db.reading() as conn:
        newest = await notice_standing.newest_wave(conn, notice)
        by_wave = [await notice_standing.wave_counts(conn, notice, number) for number in range(3)]
        return await notice_standing.counts(conn, notice), newest, by_wave


async def asked_and_reminded(district: District, key: str = "broadcast:1") -> int:
    """A notice that reached A at once, B by a reminder, C never, and was acknowledged by A; D's and E's expired."""
    new = saying(key, acknowledge=True, reminders=(NEXT_DAY,), expires_at=EXPIRY)
    notice = await district.issue(new)
    a, b, c = await district.claim(limit=3)
    await district.settle([a], DeliveryState.DELIVERED)
    await district.settle([b], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await district.settle([c], DeliveryState.UNREACHABLE, Reason.BLOCKED)
    await acknowledger(district.db).acknowledge(chat_id=district.chat("A"), delivery_id=a, now=MORNING, message_id=None)
    async with district.db.writing() as conn:
        expired = {"state": "expired", "reason": "too_late", "settled_at": MORNING}
        await conn.execute(update(tables.deliveries).where(tables.deliveries.c.state == "planned").values(expired))
    await district.plan(NEXT_DAY)
    await district.settle(await district.claim(NEXT_DAY), DeliveryState.DELIVERED, at=NEXT_DAY)
    await counted(district)
    return notice


async def newest_of_all(district: District) -> int:
    """A delivery of today: the newest one never leaves."""
    newest = await district.issue(saying("today", send_at=LONG_AFTER), LONG_AFTER)
    await counted(district)
    return newest


def lines_of(folder: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted(folder.iterdir()):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found
