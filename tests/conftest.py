"""What every test may ask for."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.sandbox.limits import NO_LIMITS, Limits
from messages.store.database import Database
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests import compiled, directly, hurry, postgresql, processes
from tests.service import Founding, Town, town

ZONE = ZoneInfo("Asia/Shanghai")
_FIRST: Final = ("faults", "browser", "acceptance")


settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # how fast a machine is fails no test


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the interface is fuzzed."""
    parser.addoption("--fuzz", type=int, metavar="N", help="make up N requests of each kind for the interface")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of several processes, crashes and browsers wait much of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection() -> None:
    """What is collected stays to the end: nothing of it needs to be looked for among what can be forgotten."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits the most comes first: one worker does it while the others keep the processors busy."""
    items.sort(key=lambda item: _FIRST.index(folder) if (folder := item.path.parent.name) in _FIRST else len(_FIRST))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> None:
    compiled.share()
    directly.ask_sqlite()


@pytest.fixture(scope="session", autouse=True)
def _faults_logged_plainly() -> None:
    """As the service logs them: drawn with all variables, one fault took seconds in which nothing else ran.

    Of a loaded machine PostgreSQL's leases were lost meanwhile, and what was to be sent then was waited for in vain.
    """
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(scope="session", autouse=True)
def _processes_end() -> Iterator[None]:
    yield
    processes.end()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for all tests, started by the first that asks for it."""
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite file: copying it is quicker than running every migration for every test."""
    path = tmp_path_factory.mktemp("template") / "lianxun.db"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        await prepare(database)
        await database.close()

    with asyncio.Runner() as runner:
        runner.run(make())
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[str]:
    """The address of an empty database at the present schema: once SQLite, once PostgreSQL.

    For a test of one of them alone: ``@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)``.
    """
    if request.param == "sqlite":
        yield _copied(sqlite_template, tmp_path)
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    url = await server.fresh()
    yield url
    await server.drop(url)


def _copied(template: Path, folder: Path) -> str:
    shutil.copyfile(template, folder / "lianxun.db")
    return f"sqlite:///{folder}/lianxun.db"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An empty database at the present schema: once SQLite, once PostgreSQL."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        await database.close()
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    url = await server.empty()
    database = Database(url)
    yield database
    await database.close()
    await server.drop(url)


@pytest.fixture
async def sqlite_db(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, for what is about SQLite alone."""
    database = Database(_copied(sqlite_template, tmp_path))
    yield database
    await database.close()


@pytest.fixture
def found(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Founding:
    """Found a small office for the service, on either database: ``async with found(people=3) as place``."""
    hurry.look_often(monkeypatch)

    def founded(people: int = 8, *, limits: Limits = NO_LIMITS, **given: bool) -> AbstractAsyncContextManager[Town]:
        if limits is NO_LIMITS:
            hurry.leave_no_chat_alone(monkeypatch)
        return town(tmp_path, people, limits=limits, url=database_url, **given)

    return founded


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
