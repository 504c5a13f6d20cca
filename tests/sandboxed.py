"""A sandbox that is running, and a line to it: for tests that speak HTTP to it themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp

from bot.sandbox import Sandbox

TOKEN = "123456:AAsandboxsandboxsandboxsandboxsandb"
MORNING = datetime(2026, 9, 21, 9, 10, tzinfo=UTC)


class Time:
    """Steady seconds and civil time that move only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def steady(self) -> float:
        """Seconds."""
        return self.seconds

    def now(self) -> datetime:
        """The civil instant."""
        return MORNING + timedelta(seconds=self.seconds - 1000.0)


class Line:
    """Calls over HTTP."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        """A call with a JSON body; the whole answer."""
        url = f"{self.sandbox.url}/bot{self.sandbox.token}/{method}"
        async with self.session.post(url, json=params) as answer:
            body = cast("dict[str, Any]", await answer.json())
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def done(self, method: str, **params: object) -> Any:  # noqa: ANN401 -- whatever the method gives
        """A call that must succeed; its result."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: object) -> str:
        """A call that must be refused; what was said."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """What the page asks for."""
        async with self.session.get(self.sandbox.url + path, headers=headers) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        """What the page does."""
        async with self.session.post(self.sandbox.url + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def sandboxed(**options: Any) -> AsyncIterator[tuple[Sandbox, Line]]:  # noqa: ANN401 -- the sandbox's own options
    """A running sandbox with one person (5) and one group (-7).

    Its time stands still unless ``steady`` or ``now`` is given.
    """
    time = Time()
    given: dict[str, Any] = {"token": TOKEN, "steady": time.steady, "now": time.now, "strict": True} | options
    sandbox = Sandbox(**given)
    sandbox.add_person(5, "王秀英", "zh-hans", detail="财政局 · 采购岗")
    sandbox.chats.add_group(-7, "财政局")
    await sandbox.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield sandbox, Line(sandbox, session)
    finally:
        await sandbox.stop()
