"""A province: people by the million, each with a post and an account, made by the database itself; on both."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, String, Table, cast, insert, literal, select, text

from messages.store.database import Connection, Database
from messages.store.schema import prepare
from messages.store.tables import accounts, assignments, people, posts, units
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from tests import postgresql

ZONE: Final = ZoneInfo("Asia/Shanghai")
DUE: Final = datetime(2026, 9, 21, 9, 10, tzinfo=ZONE)
_BEFORE: Final = DUE - timedelta(days=30)
_IN_A_UNIT: Final = 50
_NEVER_JOINED: Final = 20
"""One of so many has never joined."""


@asynccontextmanager
async def databases() -> AsyncIterator[list[Database]]:
    """An empty SQLite file, and an empty PostgreSQL that is as durable as an office's."""
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder, postgresql.running(durable=True) as server:
        found = [Database(f"sqlite:///{folder}/lianxun.db"), Database(await server.fresh())]
        await prepare(found[0])
        yield found
        for db in found:
            await db.close()


def planner_of(db: Database) -> Planner:
    """As the service builds it."""
    return Planner(db=db, policy=load(None), zone=ZONE, calendars=Calendars(db, "CN"))


def numbers(count: int) -> CTE:
    """1 … ``count``, as the column n."""
    begun = select(literal(1).label("n")).cte("numbers", recursive=True)
    return begun.union_all(select(begun.c.n + 1).where(begun.c.n < count))


def named(prefix: str, number: ColumnElement[int]) -> ColumnElement[str]:
    """A name such as P17."""
    return literal(prefix) + cast(number, String)


def instant(at: datetime) -> ColumnElement[Any]:
    """An instant of its own type, so that every database reads it alike."""
    return literal(at, people.c.created_at.type)


async def fill(conn: Connection, table: Table, **columns: ColumnElement[Any]) -> None:
    """Put in a row for each of the columns' numbers."""
    await conn.execute(insert(table).from_select([*columns], select(*list(columns.values()))))


async def populate(db: Database, count: int) -> None:
    """So many people R1, R2, … with the posts P1, P2, …; nearly all have joined."""
    n, then = numbers(count).c.n, instant(_BEFORE)
    unit = numbers(count // _IN_A_UNIT).c.n
    async with db.writing() as conn:
        path = literal("/") + cast(unit, String) + literal("/")
        await fill(conn, units, id=unit, name=named("U", unit), kind=literal("department"), path=path, created_at=then)
        row = {"id": n, "created_at": then}
        await fill(conn, people, **row, code=named("R", n), name=named("N", n), language=literal("zh_CN"))
        post = {"code": named("P", n), "unit_id": 1 + n % (count // _IN_A_UNIT), "title": named("T", n)}
        await fill(conn, posts, **row, **post, level=1 + n % 5, risk=literal(value=False))
        await fill(conn, assignments, id=n, post_id=n, person_id=n, started_at=then)
        joined = select(n, n, 1000 + n, then).where(n % _NEVER_JOINED != 0)
        await conn.execute(insert(accounts).from_select(["id", "person_id", "chat_id", "joined_at"], joined))
    await tidy(db)


async def tidy(db: Database) -> None:
    """What PostgreSQL does by itself within minutes: take its statistics, and write out what was changed."""
    if db.dialect == "sqlite":
        return
    async with db.standing() as conn:
        for command in ("VACUUM ANALYZE", "CHECKPOINT"):
            await conn.execute(text(command))
