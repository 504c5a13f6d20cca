"""The sandbox alone, in a process of its own: ``python -m bot.sandbox --port N --token T [--no-limits]``."""

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from bot.sandbox.limits import NO_LIMITS, Limits
from bot.sandbox.server import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--token", required=True)
    parser.add_argument("--no-limits", action="store_true", help="lift every limit")
    parser.add_argument("--rate", type=int, default=30, help="messages a second for the whole bot")
    parser.add_argument("--people", type=int, default=0, help="make so many people, with ids from 1")
    parser.add_argument("--welcome-all", action="store_true", help="every positive chat id is a person")
    parser.add_argument("--strict", action="store_true", help="keep a list of unknown methods and parameters")
    parser.add_argument("--store", type=Path, help="keep chats over restarts in this file")
    return parser.parse_args()


async def _serve(given: argparse.Namespace) -> None:
    sandbox = Sandbox(
        token=given.token,
        limits=NO_LIMITS if given.no_limits else Limits(overall=given.rate),
        store=given.store,
        strict=given.strict,
        welcome_all=given.welcome_all,
    )
    for number in range(1, given.people + 1):
        sandbox.add_person(number, f"Person {number}")
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await sandbox.start(given.host, given.port)
    print(sandbox.url, flush=True)  # noqa: T201 -- the one line that whoever started us waits for
    await stop.wait()
    await sandbox.stop()


def main() -> None:
    """Run until a signal comes."""
    uvloop.run(_serve(_arguments()))


if __name__ == "__main__":
    main()
