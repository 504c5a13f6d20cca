"""What every test may ask for."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.store.database import Database
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests import postgresql

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database at the present schema."""
    database = Database(f"sqlite:///{tmp_path}/lianxun.db")
    await prepare(database)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for all tests, started by the first that asks for it."""
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database at the present schema: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/lianxun.db")
        await prepare(database)
        yield database
        await database.close()
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    url = await server.fresh()
    database = Database(url)
    yield database
    await database.close()
    await server.drop(url)


@pytest.fixture
def clock() -> Clock:
    """The morning of the National Day notice of 2026, a minute before it is due."""
    return Clock(ZONE, datetime(2026, 9, 21, 9, 9, tzinfo=ZONE))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Every language."""
    return Catalog.load()


@pytest.fixture(scope="session")
def renderer(catalog: Catalog) -> Renderer:
    """Templates in every language, in the office's zone."""
    return Renderer(catalog, ZONE)
