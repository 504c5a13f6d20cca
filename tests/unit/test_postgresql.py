"""The tests' own PostgreSQL: who gets a database that was given back must not see that anybody had it before."""

from typing import Any

from sqlalchemy import text

from messages.store import tables
from messages.store.database import Database
from tests.district import District, saying
from tests.postgresql import Server

_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
_PAGES = "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND oid >= 16384 ORDER BY 1"


async def whole(db: Database) -> list[Any]:
    """Every row, every sequence, the length of every table's file."""
    async with db.reading() as conn:
        names = [*tables.metadata.tables, "alembic_version"]
        rows = [(await conn.execute(text(f"SELECT * FROM {name}"))).all() for name in sorted(names)]  # noqa: S608
        return [rows, (await conn.execute(text(_NUMBERS))).all(), (await conn.execute(text(_PAGES))).all()]


async def test_a_database_that_was_given_back_is_as_it_was_made(postgresql_server: Server) -> None:
    held = [await postgresql_server.fresh() for _ in range(2)]
    new, used = (Database(url) for url in held)
    as_made = await whole(new)
    district = District(used)
    await district.bureau("A", "B")
    await district.issue(saying(acknowledge=True))
    async with used.writing() as conn:
        await conn.execute(text("UPDATE bots SET name = 'another'"))
        await conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert await whole(used) != as_made
    await used.close()
    await postgresql_server.drop(held[1])
    assert await postgresql_server.fresh() == held[1]
    again = Database(held[1])
    assert await whole(again) == as_made
    for db in (new, again):
        await db.close()
    for url in held:
        await postgresql_server.drop(url)


async def test_a_database_whose_schema_was_touched_is_not_given_to_another(postgresql_server: Server) -> None:
    url = await postgresql_server.fresh()
    db = Database(url)
    async with db.writing() as conn:
        await conn.execute(text("ALTER TABLE people ALTER COLUMN name DROP NOT NULL"))
    await db.close()
    await postgresql_server.drop(url)
    another = await postgresql_server.fresh()
    assert another != url
    await postgresql_server.drop(another)
