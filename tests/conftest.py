"""What every test may ask for."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from messages.store.database import Database
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database at the present schema."""
    database = Database(f"sqlite:///{tmp_path}/lianxun.db")
    await prepare(database)
    yield database
    await database.close()


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
