"""``lianxun serve``: the running service."""

import asyncio
import fcntl
import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import Session, run
from bot.role import ALL, Role
from messages.errors import Refused
from messages.text.phrase import phrase


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("serve")(serve)


class Part(StrEnum):
    """What ``--role`` accepts."""

    ALL = "all"
    CHAT = Role.CHAT.value
    SENDER = Role.SENDER.value
    SCHEDULER = Role.SCHEDULER.value
    WEB = Role.WEB.value


def serve(
    role: Annotated[
        list[Part] | None, typer.Option("--role", help="Do only this; may be given several times. All by default.")
    ] = None,
) -> None:
    """Run the service: receive, plan, send, record. Ends within five seconds on SIGTERM or Ctrl-C.

    On PostgreSQL any number of processes may share the work, each with its roles; on SQLite there is one process.
    """
    run(partial(_serve, roles=roles_of(role or [Part.ALL])))


def roles_of(parts: Collection[Part]) -> frozenset[Role]:
    """The roles that were named."""
    return ALL if Part.ALL in parts else frozenset(Role(part.value) for part in parts)


async def _serve(session: Session, roles: frozenset[Role]) -> None:
    from bot.app import build

    with alone(session.db.path):
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await build(session.settings, session.db, session.clock, roles=roles).run(stop)


@contextmanager
def alone(database: str | None) -> Iterator[None]:
    """Hold the one place of a service on an SQLite file (None: it is PostgreSQL, where leases keep each duty).

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
