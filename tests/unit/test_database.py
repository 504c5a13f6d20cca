"""The database: its failures name nobody; what one process tells, another hears."""

import asyncio
import contextlib

import pytest
from sqlalchemy import insert, text

from messages.store.database import Database, DatabaseFailure, notify
from messages.store.tables import people
from tests.office import MORNING
from tests.service import PATIENCE


async def test_a_failure_names_nobody(db: Database) -> None:
    """A full disk printed a page of people's names and codes into the terminal."""
    person = {"code": "P1", "name": "张三丰", "language": "zh_CN", "created_at": MORNING}
    with pytest.raises(DatabaseFailure) as raised:
        async with db.writing() as conn:
            await conn.execute(insert(people), [person, {**person, "name": "李四光"}])
    told = str(raised.value)
    assert "张三丰" not in told
    assert "李四光" not in told


async def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    person = {"code": "P1", "name": "张三", "language": "zh_CN", "created_at": MORNING}

    async def twice() -> None:
        async with db.writing() as conn:
            await conn.execute(insert(people).values(**person))
            await conn.execute(insert(people).values(**person))

    with pytest.raises(DatabaseFailure):
        await twice()
    async with db.reading() as conn:
        assert (await conn.execute(people.select())).all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_one_process_tells_another_hears_once_it_is_committed(db: Database, database_url: str) -> None:
    heard: list[str] = []
    news = asyncio.Event()

    def hear(payload: str) -> None:
        heard.append(payload)
        news.set()

    other = Database(database_url)
    listening = asyncio.create_task(other.listen({"said": hear}))
    async with asyncio.timeout(PATIENCE):
        while not heard:
            async with db.writing() as conn:
                await notify(conn, "said", "7")
                assert not heard
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await news.wait()
    assert set(heard) == {"7"}
    async with db.writing() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
    with pytest.raises(ConnectionError, match="listens"):
        await listening
    await other.close()


async def test_sqlite_tells_nobody_and_listens_to_nobody(sqlite_db: Database) -> None:
    await sqlite_db.listen({"said": lambda _: None})
    async with sqlite_db.writing() as conn:
        await notify(conn, "said", "7")
