"""The schema that migrations make is the one that the tables say, on both databases; data is kept."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from typer.testing import CliRunner

from bot.cli import cli
from messages.errors import WrongSchema
from messages.store import marks, tables
from messages.store.database import Database
from messages.store.schema import head, migrate, prepare
from tests.district import MORNING


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, tables.metadata))


def where_of_indexes(connection: Connection) -> dict[str, str]:
    """The conditions of partial indexes, which Alembic does not compare."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
    found = {name: sql.partition(" WHERE ")[2] for name, sql in connection.execute(text(query))}
    return {name: plain(where) for name, where in found.items()}


def plain(where: str) -> str:
    return "".join(where.replace("::text", "").replace("(", "").replace(")", "").split()).lower()


async def test_migrations_make_what_the_tables_say(empty_db: Database) -> None:
    await migrate(empty_db)
    async with empty_db.reading() as conn:
        assert await conn.run_sync(differences) == []


async def test_partial_indexes_have_the_conditions_that_the_tables_say(empty_db: Database) -> None:
    await migrate(empty_db)
    expected = {
        str(index.name): plain(str(index.dialect_options["sqlite"]["where"]))
        for table in tables.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    async with empty_db.reading() as conn:
        assert await conn.run_sync(where_of_indexes) == expected


async def test_an_empty_database_is_made_ready(empty_db: Database) -> None:
    await prepare(empty_db)
    async with empty_db.reading() as conn:
        revision = await conn.scalar(text("SELECT version_num FROM alembic_version"))
    assert revision == head()
    await prepare(empty_db)


async def test_processes_that_start_together_make_an_empty_database_ready_once(empty_db: Database) -> None:
    """Both found it empty, and the second one failed with «table exists» at the start of a whole deployment."""
    address = empty_db.path and f"sqlite:///{empty_db.path}"
    other = Database(address) if address else empty_db
    await asyncio.gather(prepare(empty_db), prepare(other), prepare(empty_db))
    async with empty_db.reading() as conn:
        assert await conn.scalar(text("SELECT version_num FROM alembic_version")) == head()
        assert await conn.scalar(text("SELECT count(*) FROM bots")) == 1
    if other is not empty_db:
        await other.close()


async def test_migrating_says_from_where_to_where_and_changes_nothing_twice(empty_db: Database) -> None:
    assert await migrate(empty_db) == (None, head())
    assert await migrate(empty_db) == (head(), head())


@pytest.mark.parametrize("revision", ["0000", "9999"])
async def test_a_database_of_another_version_is_refused_with_advice(db: Database, revision: str) -> None:
    async with db.writing() as conn:
        await marks.put(conn, "x", MORNING)
        await conn.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    with pytest.raises(WrongSchema, match="lianxun migrate"):
        await prepare(db)
    async with db.reading() as conn:
        assert await marks.find(conn, "x") == MORNING


async def test_a_database_of_something_else_is_refused_and_left_alone(empty_db: Database) -> None:
    async with empty_db.writing() as conn:
        await conn.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(WrongSchema):
        await prepare(empty_db)
    async with empty_db.reading() as conn:
        assert await conn.run_sync(lambda connection: inspect(connection).get_table_names()) == ["theirs"]


async def test_a_migration_that_fails_leaves_nothing(empty_db: Database) -> None:
    async with empty_db.writing() as conn:
        await conn.execute(text("CREATE TABLE deliveries (id INTEGER)"))
    with pytest.raises(Exception, match="deliveries"):
        await migrate(empty_db)
    async with empty_db.reading() as conn:
        assert await conn.run_sync(lambda connection: inspect(connection).get_table_names()) == ["deliveries"]


def test_the_command_line_says_what_to_do_about_an_older_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANXUN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LIANXUN_LOCALE", "en")
    monkeypatch.delenv("LIANXUN_DATABASE_URL", raising=False)
    command = CliRunner()
    assert command.invoke(cli, ["migrate"]).exit_code == 0
    file = sqlite3.connect(tmp_path / "lianxun.db")
    file.execute("UPDATE alembic_version SET version_num = '0000'")
    file.commit()
    file.close()

    refused = command.invoke(cli, ["notice", "list", "--json"])

    assert refused.exit_code == 1
    assert "lianxun migrate" in json.loads(refused.stdout)["error"]
