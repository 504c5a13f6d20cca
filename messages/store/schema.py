"""The schema's version: made, upgraded and checked by Alembic's migrations beside this file."""

from functools import cache
from importlib import resources
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import func, inspect, select

from messages.errors import Unreachable, WrongSchema
from messages.store import marks
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

_UPGRADING: Final = 0x6C7800FF  # any number, as long as every process of ours takes the same


def config(connection: SyncConnection | None = None) -> Config:
    """Alembic's configuration, bound to an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(resources.files("messages.store") / "migrations"))
    settings.attributes["connection"] = connection
    return settings


@cache
def head() -> str:
    """The revision that this version of the service needs."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None  # noqa: S101 -- there is always a first migration
    return revision


def _upgrade(connection: SyncConnection, revision: str) -> None:
    command.upgrade(config(connection), revision)


def _revision(connection: SyncConnection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_empty(connection: SyncConnection) -> bool:
    return not inspect(connection).get_table_names()


async def migrate(db: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database to ``revision`` in one transaction; gives the revisions before and after."""
    async with db.writing() as conn:
        return await upgrade(conn, revision)


async def upgrade(conn: Connection, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database to ``revision`` within the caller's transaction; gives the revisions before and after.

    One at a time: processes that start together on an empty database would all make its tables.
    """
    if conn.dialect.name != "sqlite":  # there the transaction that writes is alone
        await conn.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
    before = await conn.run_sync(_revision)
    if before is not None:
        await _refuse_half_moved(conn)
    await conn.run_sync(_upgrade, revision)
    return before, await conn.run_sync(_revision)


async def look(db: Database) -> tuple[str | None, bool]:
    """The database's revision, and whether it is empty. Raises ``Unreachable`` where it does not answer."""
    try:
        async with db.reading() as conn:
            return await conn.run_sync(_revision), await conn.run_sync(_is_empty)
    except Exception as error:  # each driver has errors of its own
        why = str(getattr(error, "orig", error)).split("\n", 1)[0]
        raise Unreachable(phrase("The database cannot be opened: {why}", why=why)) from error


async def prepare(db: Database) -> None:
    """Make an empty database ready; refuse one that another version made.

    Raises ``WrongSchema`` where a migration is due: a person decides when (``lianxun migrate``), and where a move into
    the database is not finished; ``Unreachable`` where the database does not answer.
    """
    current, empty = await look(db)
    if current == head():
        async with db.reading() as conn:
            await _refuse_half_moved(conn)
        return
    if not empty:
        what = phrase("The database is not at this version's schema. Run «lianxun migrate» first.")
        raise WrongSchema(what)
    await migrate(db)


async def _refuse_half_moved(conn: Connection) -> None:
    """Refuse what is only a part of another database (see ``messages.store.moving``)."""
    if await marks.find(conn, marks.MOVING) is not None:
        what = phrase("A move into this database is not finished: run «lianxun migrate --from … --to …» again first.")
        raise WrongSchema(what)
