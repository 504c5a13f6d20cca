"""A database that an earlier version filled is brought to the present one: every row stays, and the service goes on."""

import json
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from messages.acknowledgements import AlreadyRecorded, Recorded
from messages.store import tables
from messages.store.database import Database, DatabaseFailure
from messages.store.schema import config, head, migrate
from tests.acknowledging import acknowledger
from tests.district import District, saying
from tests.earlier import ACKNOWLEDGED, MADE, MORNING, REACHES, ROWS, SENT, WAITS, fill
from tests.unit.test_migrations import differences, where_of_indexes

EARLIER = [one.revision for one in ScriptDirectory.from_config(config()).walk_revisions() if one.revision != head()]
Kept = dict[str, list[tuple[Any, ...]]]


def columns(connection: Connection) -> dict[str, list[str]]:
    """Every table of ours with its columns."""
    found = inspect(connection)
    names = [name for name in found.get_table_names() if name != "alembic_version"]
    return {name: [column["name"] for column in found.get_columns(name)] for name in names}


async def kept(db: Database, of: dict[str, list[str]]) -> Kept:
    """Every row as the database itself gives it."""
    rows: Kept = {}
    async with db.reading() as conn:
        for table, names in of.items():
            chosen = ", ".join(f'"{name}"' for name in names)
            found = await conn.execute(text(f"SELECT {chosen} FROM {table} ORDER BY 1"))  # noqa: S608
            rows[table] = [tuple(map(_meant, row) if table == "ledger" else row) for row in found]
    return rows


def _meant(value: object) -> object:
    """What the ledger says: its JSON is written in another way since 0007, once."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


@pytest.mark.parametrize("revision", EARLIER)
async def test_what_an_earlier_version_filled_is_kept_and_the_service_goes_on(
    revision: str, empty_db: Database
) -> None:
    """One story of each version and database: filling an earlier one takes most of the time."""
    await migrate(empty_db, revision)
    await fill(empty_db, revision)
    tables_before, rows = await _seen(empty_db, revision)
    assert await migrate(empty_db) == (revision, head())
    assert await kept(empty_db, tables_before) == rows, "every row is as it was"
    await _it_has_the_schema_of_a_new_one(empty_db)
    await _no_row_points_into_nothing(empty_db)
    await _every_link_is_still_checked(empty_db)
    await _who_joined_before_there_were_several_bots_is_served_by_the_main_one(empty_db)
    await _a_button_sent_before_is_pressed(empty_db)
    await _what_was_due_before_is_claimed(empty_db)


async def _seen(db: Database, revision: str) -> tuple[dict[str, list[str]], Kept]:
    """What an earlier version has: rows in every table."""
    async with db.reading() as conn:
        before = await conn.run_sync(columns)
    assert set(before) == set(ROWS[revision]), "tests/earlier.py has rows for every table"
    rows = await kept(db, before)
    assert {table: len(found) for table, found in rows.items()} == {
        table: len(given) + MADE[revision].get(table, 0) for table, given in ROWS[revision].items()
    }
    return before, rows


async def _it_has_the_schema_of_a_new_one(migrated: Database) -> None:
    async with migrated.reading() as conn:
        assert await conn.run_sync(differences) == []
        full = await conn.run_sync(where_of_indexes)
    partial = {
        str(index.name)
        for table in tables.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert set(full) == partial


async def _no_row_points_into_nothing(migrated: Database) -> None:
    if migrated.dialect == "postgresql":
        return  # it would have refused to make the keys
    async with migrated.reading() as conn:
        assert (await conn.execute(text("PRAGMA foreign_key_check"))).all() == []
        assert await conn.scalar(text("PRAGMA integrity_check")) == "ok"


async def _every_link_is_still_checked(migrated: Database) -> None:
    links = [(table.name, key.parent.name) for table in tables.metadata.sorted_tables for key in table.foreign_keys]
    async with migrated.writing() as conn:
        filled = [link for link in links if await conn.scalar(text(f"SELECT count(*) FROM {link[0]}"))]  # noqa: S608
    assert {"acknowledgements", "accounts", "assignments", "waves"} <= {table for table, _ in filled}
    for table, column in filled:
        with pytest.raises(DatabaseFailure):
            async with migrated.writing() as conn:
                await conn.execute(text(f"UPDATE {table} SET {column} = 999999 WHERE id = 1"))  # noqa: S608


async def _who_joined_before_there_were_several_bots_is_served_by_the_main_one(migrated: Database) -> None:
    async with migrated.reading() as conn:
        (bot,) = (await conn.execute(select(tables.bots))).mappings().all()
        accounts = list(await conn.scalars(select(tables.accounts.c.bot_id)))
        found = await conn.execute(select(tables.deliveries.c.bot_id, tables.deliveries.c.term))
        deliveries = {tuple(row) for row in found}
    assert {name: value for name, value in bot.items() if name != "added_at"} == {
        "id": 1, "name": "main", "unit_id": None, "telegram_id": None, "username": None, "token": None, "term": 0,
        "retired_at": None,
    }  # fmt: skip
    assert bot["added_at"].tzinfo is not None
    assert set(accounts) == {1}
    assert deliveries == {(1, None)}


async def _a_button_sent_before_is_pressed(migrated: Database) -> None:
    chat_id = REACHES["C"]
    assert isinstance(
        await acknowledger(migrated).acknowledge(chat_id=chat_id, delivery_id=SENT, now=MORNING), Recorded
    )
    again = await acknowledger(migrated).acknowledge(chat_id=chat_id, delivery_id=ACKNOWLEDGED, now=MORNING)
    assert isinstance(again, AlreadyRecorded)
    assert (again.at - MORNING).total_seconds() == 60


async def _what_was_due_before_is_claimed(migrated: Database) -> None:
    district = District(migrated)
    assert await district.claim(MORNING) == [WAITS]
    fresh = await district.issue(saying("broadcast:new"))
    assert len(await district.states(fresh)) == 8
