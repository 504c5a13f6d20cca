"""The sandbox in a process of its own, and what it has counted."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

TOKEN: Final = "123456:AAbenchbenchbenchbenchbenchbenchbe"
_SEND: Final = "sendMessage"
_TOO_MANY: Final = "429"


@dataclass(frozen=True)
class Arrival:
    """One message that was taken; ``at`` is in seconds of the machine's steady clock, which all processes share."""

    chat_id: int
    at: float


class Standin:
    """A line to the sandbox's own counts."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def _get(self, path: str) -> Any:  # noqa: ANN401 -- whatever is asked for
        async with self._session.get(self.url + path) as answer:
            return json.loads(await answer.read())

    async def sends(self) -> dict[str, int]:
        """How many messages were sent to it, by the status it gave."""
        calls: dict[str, dict[str, int]] = (await self._get("/sandbox/tally"))["calls"]
        return calls.get(_SEND, {})

    async def taken(self) -> int:
        """How many messages were taken."""
        return (await self.sends()).get("200", 0)

    async def floods(self) -> int:
        """How many messages were refused with a flood error."""
        return (await self.sends()).get(_TOO_MANY, 0)

    async def arrivals(self) -> list[Arrival]:
        """The messages that were taken, oldest first."""
        calls = await self._get(f"/sandbox/calls?method={_SEND}&limit=20000")
        return [Arrival(int(call["chat_id"]), call["at"]) for call in calls if call["status"] == 200]


@asynccontextmanager
async def standin(*, limits: bool) -> AsyncIterator[Standin]:
    """A sandbox with the documented limits, or with none, where every chat is a person; gone at the end."""
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--token", TOKEN, "--welcome-all"]
    process = await asyncio.create_subprocess_exec(*command, *([] if limits else ["--no-limits"]), stdout=PIPE)
    try:
        async with aiohttp.ClientSession() as session:
            yield Standin(await _address(process), session)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(process: Process) -> str:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the sandbox did not start"
    return line.decode().strip()
