"""An SQLite database moved to PostgreSQL: all of it, whatever happens in between, or it cannot be used."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text

from messages.errors import LianxunError, Refused, Unreachable, WrongSchema
from messages.files import FileKind, GivenFile
from messages.ledger import Kind
from messages.store import files, ledger, marks, rows, tables
from messages.store.database import Database, DatabaseFailure
from messages.store.moving import LOCK, Moved, NotMoved, Step, Told, ends, move, shown
from messages.store.schema import migrate, prepare
from tests.district import MORNING, District, saying
from tests.every_table import counts, fill
from tests.postgresql import Server


class CutOffError(Exception):
    """What a test ends a move with."""


def in_silence(_step: Step, _table: str, _done: int, _total: int) -> None:
    """Hear nothing."""


def cut_off(after: int) -> Told:
    """End the move once it has copied or compared so many batches."""
    left = iter(range(after - 1))

    def told(step: Step, _table: str, _done: int, _total: int) -> None:
        if step is not Step.RECHECKING and next(left, None) is None:
            raise CutOffError

    return told


@pytest.fixture
async def source(sqlite_db: Database) -> Database:
    """An office with rows in every table."""
    await fill(sqlite_db)
    return sqlite_db


@pytest.fixture
async def target(postgresql_server: Server) -> AsyncIterator[Database]:
    """A PostgreSQL that a command made ready, without data: quicker to have than one without tables."""
    url = await postgresql_server.fresh()
    db = Database(url)
    yield db
    await db.close()
    await postgresql_server.drop(url)


@pytest.fixture
async def blank(postgresql_server: Server) -> AsyncIterator[Database]:
    """A PostgreSQL without a table."""
    url = await postgresql_server.empty()
    db = Database(url)
    yield db
    await db.close()
    await postgresql_server.drop(url)


async def moved(source: Database, target: Database, told: Told = in_silence, batch: int = 2) -> Moved:
    return await move(source, target, now=MORNING, told=told, batch=batch)


async def begin(source: Database, target: Database, after: int) -> None:
    """A move that ends midway."""
    with pytest.raises(CutOffError):
        await moved(source, target, cut_off(after))


async def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as the service reads them."""
    async with db.reading() as conn:
        return {
            table.name: sorted((tuple(row) for row in await conn.execute(select(table))), key=str)
            for table in tables.metadata.sorted_tables
        }


async def execute(db: Database, *statements: str) -> None:
    async with db.writing() as conn:
        for statement in statements:
            await conn.execute(text(statement))


async def names(db: Database) -> list[str]:
    """The tables there are."""
    async with db.reading() as conn:
        return await conn.run_sync(lambda connection: inspect(connection).get_table_names())


def schema_differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), tables.metadata))


async def test_every_row_of_every_table_arrives_with_its_id(source: Database, target: Database) -> None:
    done = await moved(source, target)
    assert await everything(target) == await everything(source)
    assert done.tables == await counts(source)
    assert not done.resumed


async def test_whole_files_are_held_a_few_at_a_time(source: Database, target: Database) -> None:
    async with source.writing() as conn:
        for number in range(9):
            given = GivenFile(kind=FileKind.DOCUMENT, name=f"{number}", mime="a/b", size=1, content=bytes([number]))
            await files.keep(conn, given, by=None, now=MORNING)
    async with source.reading() as conn:
        assert [len(some) async for some in rows.in_batches(conn, tables.files)] == [4, 4, 3]
    await moved(source, target, batch=100)
    assert await everything(target) == await everything(source)


async def test_the_schema_is_whole_afterwards_its_foreign_keys_too(source: Database, target: Database) -> None:
    await moved(source, target)
    async with target.reading() as conn:
        assert await conn.run_sync(schema_differences) == []
    for _ in range(2):
        await prepare(target)


async def test_a_target_without_any_table_gets_them(source: Database, blank: Database) -> None:
    await begin(source, blank, after=3)
    assert (await moved(source, blank)).resumed
    assert await everything(blank) == await everything(source)


async def test_the_ledger_s_digest_can_be_recomputed_by_anyone(source: Database, target: Database) -> None:
    done = await moved(source, target)
    digest = sha256()
    async with source.reading() as conn:
        for row in await conn.execute(select(tables.ledger).order_by(tables.ledger.c.id)):
            line = [row.id, row.at.isoformat(), row.kind, row.person_id, row.body]
            document = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            digest.update(f"{document}\n".encode())
    assert done.ledger_digest == digest.hexdigest()


async def test_the_service_works_on_the_target_and_new_ids_follow_the_old(source: Database, target: Database) -> None:
    await moved(source, target)
    before = await counts(target)
    district = District(target)
    await district.unit("审计局")
    await district.person("E", ("P10", "审计局", 2))
    notice_id = await district.issue(saying("broadcast:2", acknowledge=True))
    assert notice_id == 2
    assert len(await district.claim()) == 4
    for name in ("units", "posts", "people", "assignments", "accounts", "notices", "deliveries", "obligations"):
        assert (await counts(target))[name] > before[name]


async def test_the_ledger_goes_on_and_is_kept(source: Database, target: Database) -> None:
    await moved(source, target)
    before = await counts(target)
    async with target.writing() as conn:
        await ledger.append(conn, at=MORNING, kind=Kind.JOINED, person_id=1, body={})
    assert (await counts(target))["ledger_pending"] == before["ledger_pending"] + 1
    for refused in ("DELETE FROM ledger", "UPDATE ledger_links SET seq = 1", "TRUNCATE seals"):
        with pytest.raises(DatabaseFailure, match="only added to"):
            await execute(target, refused)


async def test_the_source_is_left_as_it_was_and_nobody_writes_to_it_meanwhile(
    source: Database, target: Database
) -> None:
    def dump() -> list[str]:
        with sqlite3.connect(str(source.path)) as file:
            return list(file.iterdump())

    def write(_step: Step, _table: str, _done: int, _total: int) -> None:
        with (
            sqlite3.connect(str(source.path), timeout=0) as file,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            file.execute("DELETE FROM places")

    before = dump()
    await moved(source, target, write)
    assert dump() == before


# --- ended midway -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 9, 20, 38])
async def test_a_move_that_was_ended_midway_goes_on(source: Database, target: Database, after: int) -> None:
    await begin(source, target, after)
    copied: list[str] = []
    done = await moved(source, target, lambda step, table, *_: copied.append(table) if step is Step.COPYING else None)
    assert done.resumed
    assert await everything(target) == await everything(source)
    batches = sum(-(-rows // 2) for rows in (await counts(source)).values())
    assert len(copied) == max(batches - after, 0)


async def test_a_move_may_be_ended_again_and_again(source: Database, target: Database) -> None:
    for _ in range(4):
        await begin(source, target, after=3)
    assert (await moved(source, target)).resumed
    assert await everything(target) == await everything(source)


async def test_a_cancelled_move_goes_on(source: Database, target: Database) -> None:
    def cancel(step: Step, table: str, done: int, _total: int) -> None:
        if (step, table, done) == (Step.COPYING, "people", 2):
            moving.cancel()

    moving = asyncio.create_task(moved(source, target, cancel))
    with pytest.raises(asyncio.CancelledError):
        await moving
    assert (await moved(source, target)).resumed
    assert await everything(target) == await everything(source)


_ON_PEOPLE = """
    CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.id = 3 THEN {act}; END IF; RETURN NEW; END $$
"""
_SPOIL = "CREATE TRIGGER spoil BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION spoil()"


async def test_a_lost_connection_ends_the_move_with_a_sentence_and_it_goes_on(
    source: Database, target: Database
) -> None:
    await begin(source, target, after=1)
    await execute(target, _ON_PEOPLE.format(act="PERFORM pg_terminate_backend(pg_backend_pid())"), _SPOIL)
    with pytest.raises(NotMoved, match="rows 3 to 4 of people"):
        await moved(source, target)
    await execute(target, "DROP TRIGGER spoil ON people", "DROP FUNCTION spoil")
    assert (await moved(source, target)).resumed
    assert await everything(target) == await everything(source)


async def test_a_row_that_postgresql_does_not_take_is_named(source: Database, target: Database) -> None:
    await execute(source, "UPDATE people SET language = 'much too long for it' WHERE id = 4")
    with pytest.raises(NotMoved, match=r"rows 3 to 4 of people: value too long"):
        await moved(source, target)
    await execute(source, "UPDATE people SET language = 'en' WHERE id = 4")
    await moved(source, target)


async def test_an_unfinished_move_cannot_be_used(source: Database, target: Database) -> None:
    await begin(source, target, after=4)
    for use in (prepare, migrate):
        with pytest.raises(WrongSchema, match="--from"):
            await use(target)
    await moved(source, target)
    await prepare(target)


# --- verified ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("UPDATE people SET name = 'another' WHERE id = 2", "people differs, first at 2"),
        ("UPDATE units SET created_at = '2026-09-21 01:10:00.000001' WHERE id = 1", "units differs, first at 1"),
        ("UPDATE people SET language_chosen = 1 WHERE id = 4", "people differs, first at 4"),
        ("DELETE FROM wrong_codes WHERE id = 1", "wrong_codes differs, first at 1"),
        ("DELETE FROM archived WHERE state = 'delivered'", "archived differs, first at 1/0/delivered"),
        ("INSERT INTO archived VALUES (1, 0, 'aborted', 1)", "archived differs, first at 1/0/aborted"),
        ("UPDATE marks SET at = '2027-01-01 00:00:00.000000'", "marks differs, first at digested"),
    ],
)
async def test_a_source_that_changed_meanwhile_is_refused(
    source: Database, target: Database, change: str, where: str
) -> None:
    everywhere = len([rows for rows in (await counts(source)).values() for _ in range(0, rows, 2)])
    await begin(source, target, after=everywhere)
    await execute(source, change)
    with pytest.raises(Refused, match=where):
        await moved(source, target)
    with pytest.raises(WrongSchema):
        await prepare(target)


async def test_rows_that_the_source_got_meanwhile_move_as_well(source: Database, target: Database) -> None:
    await begin(source, target, after=12)
    await District(source).unit("新局")
    await execute(source, "INSERT INTO places (bot_id, chat_id) VALUES (1, 9)")
    await moved(source, target)
    assert await everything(target) == await everything(source)


@pytest.mark.parametrize(
    ("table", "act"),
    [
        ("ledger", "UPDATE ledger SET body = '{}' WHERE id = 4"),
        ("acknowledgements", "DELETE FROM acknowledgements WHERE id = 1"),
        ("assignments", "UPDATE assignments SET ended_at = now() WHERE id = 2"),
        ("deliveries", "UPDATE deliveries SET settled_at = now() WHERE id = 2"),
    ],
)
async def test_what_differs_in_the_end_is_told_and_the_target_stays_unusable(
    source: Database, target: Database, table: str, act: str
) -> None:
    await begin(source, target, after=1)
    spoil = _ON_PEOPLE.replace("IF NEW.id = 3 THEN {act}; END IF; RETURN NEW;", f"{act}; RETURN NEW;")
    # The last of all tables to arrive spoils one that was there before it.
    last = tables.metadata.sorted_tables[-1].name
    await execute(target, "ALTER TABLE ledger DISABLE TRIGGER ledger_keeps", spoil)
    await execute(target, f"CREATE TRIGGER spoil AFTER INSERT ON {last} EXECUTE FUNCTION spoil()")
    with pytest.raises(NotMoved, match=f"{table} differs, first at"):
        await moved(source, target)
    with pytest.raises(WrongSchema):
        await prepare(target)
    async with target.reading() as conn:
        assert await marks.find(conn, marks.MOVING) == MORNING


# --- refused ----------------------------------------------------------------------------------------------------------


async def test_an_unfinished_move_of_another_source_is_refused(
    source: Database, target: Database, tmp_path: Path
) -> None:
    other = Database(f"sqlite:///{tmp_path}/other.db")
    await prepare(other)
    await District(other).bureau("X")
    await begin(other, target, after=3)
    await other.close()
    with pytest.raises(Refused, match="another source"):
        await moved(source, target)


async def test_a_database_of_something_else_is_refused_and_left_alone(source: Database, blank: Database) -> None:
    await execute(blank, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(Refused, match="not empty"):
        await moved(source, blank)
    assert await names(blank) == ["theirs"]


async def test_a_target_of_another_version_is_refused(source: Database, target: Database) -> None:
    await execute(target, "UPDATE alembic_version SET version_num = '0'")
    with pytest.raises(Refused, match="not empty"):
        await moved(source, target)


async def test_a_database_that_is_in_use_is_refused_and_left_alone(source: Database, target: Database) -> None:
    await prepare(target)
    await District(target).unit("财政局")
    with pytest.raises(Refused, match="not empty"):
        await moved(source, target)
    assert (await counts(target))["units"] == 1


async def test_a_finished_move_is_not_done_again(source: Database, target: Database) -> None:
    await moved(source, target)
    with pytest.raises(Refused, match="not empty"):
        await moved(source, target)


async def test_a_source_of_an_older_version_is_refused(source: Database, blank: Database) -> None:
    await execute(source, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(WrongSchema, match="lianxun migrate"):
        await moved(source, blank)
    assert await names(blank) == []


async def test_a_target_that_does_not_answer_is_told(source: Database, tmp_path: Path) -> None:
    nobody = Database(f"postgresql://postgres@/x?host={tmp_path}")
    with pytest.raises(Unreachable):
        await moved(source, nobody)


async def test_a_second_move_into_the_same_database_is_refused(source: Database, target: Database) -> None:
    async with target.standing() as conn:
        await conn.execute(select(func.pg_advisory_lock(LOCK)))
        with pytest.raises(Refused, match="Another move"):
            await moved(source, target)
        await conn.invalidate()
    await moved(source, target)


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        (lambda here: (here, here), "goes from"),
        (lambda here: ("postgresql://u:geheim@h/d", here), "goes from"),
        (lambda here: (f"{here}.none", "postgresql://u:geheim@h/d"), "no database at"),
        (lambda here: ("sqlite:///:memory:", "postgresql://u:geheim@h/d"), "no database at"),
        (lambda here: (here, "postgresql://u:geheim@h:port/d"), "cannot be read"),
        (lambda here: (here, "mysql://u:geheim@h/d"), "refused"),
    ],
)
async def test_other_addresses_are_refused_without_telling_their_secrets(
    sqlite_db: Database, addresses: Callable[[str], tuple[str, str]], said: str
) -> None:
    with pytest.raises(LianxunError, match=said) as refusal:
        ends(*addresses(f"sqlite:///{sqlite_db.path}"))
    assert "geheim" not in str(refusal.value)


def test_an_address_is_shown_without_its_secrets() -> None:
    given = "postgresql://clerk:geheim@db.example:5433/lianxun?host=/run/pg&password=geheim&sslpassword=geheim"
    assert shown(given) == "postgresql://clerk@db.example:5433/lianxun?host=/run/pg"
    assert shown("sqlite:////data/廉讯.db") == "sqlite:////data/廉讯.db"
