"""The database's own failures: told without the values that were to be stored."""

import pytest
from sqlalchemy import insert

from messages.store.database import Database, DatabaseFailure
from messages.store.tables import people
from tests.office import MORNING


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
