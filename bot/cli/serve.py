"""``lianxun serve``: the running service."""

import asyncio
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.app import build
from bot.cli.frame import Session, run
from messages.errors import Refused
from messages.store.lease import sole_sender
from messages.text.phrase import phrase


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("serve")(serve)


def serve() -> None:
    """Run the service: receive, plan, send, record. Ends within five seconds on SIGTERM or Ctrl-C."""
    run(_serve)


async def _serve(session: Session) -> None:
    with alone(session.db.path):
        async with sole_sender(session.db) as is_sole:
            if not is_sole:
                raise Refused(phrase("Another «lianxun serve» already runs on this database."))
            await _run(session)


async def _run(session: Session) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await build(session.settings, session.db, session.clock).run(stop)


@contextmanager
def alone(database: str | None) -> Iterator[None]:
    """Hold the one place of a sender on an SQLite file (None: it is PostgreSQL, see ``sole_sender``).

    The lock is the kernel's: it goes with the process, however that ends.
    """
    if database is None:
        yield
        return
    path = Path(f"{database}.lock")
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "?"
            message = phrase(
                "Another «lianxun serve» (process {holder}) already runs on {path}.", holder=holder, path=database
            )
            raise Refused(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
