"""A small stand-in for the Bot API over real HTTP: it answers what a test tells it to, and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from schedules.pacer import Send

TOKEN = "123456:AAsecretsecretsecretsecretsecretsec"
MESSAGE = {"message_id": 7, "date": 1_790_000_000, "chat": {"id": 5, "type": "private"}, "text": "x"}

Respond = Callable[[str, Mapping[str, Any]], Awaitable[web.StreamResponse]]


class StandIn:
    """Answers each call by ``respond``; by default every message is taken."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.paths: list[str] = []
        self.clients: set[object] = set()
        self.respond: Respond = taken
        self.url = ""

    def script(self, *answers: tuple[int, object]) -> None:
        """Answer the next calls with these statuses and bodies, and the rest as taken."""
        waiting = list(answers)

        async def respond(method: str, params: Mapping[str, Any]) -> web.StreamResponse:
            return answer(*waiting.pop(0)) if waiting else await taken(method, params)

        self.respond = respond

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Read the parameters, whatever their form, and answer."""
        data = await request.post()
        params = {
            name: value.file.read() if isinstance(value, web.FileField) else value for name, value in data.items()
        }
        self.paths.append(request.raw_path)
        self.clients.add(request.transport and request.transport.get_extra_info("peername"))
        self.calls.append((request.match_info["method"], params))
        return await self.respond(request.match_info["method"], params)


async def taken(method: str, _params: Mapping[str, Any]) -> web.StreamResponse:
    """Success: a message for what sends, true for the rest."""
    return answer(200, {"ok": True, "result": MESSAGE if method.startswith(("send", "edit")) else True})


def answer(status: int, body: object) -> web.Response:
    """A body of JSON, or one as it is."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.Response(status=status, body=raw, content_type="application/json")


def refusal(code: int, description: str, **parameters: object) -> tuple[int, object]:
    """The Bot API's own shape of an error."""
    body = {"ok": False, "error_code": code, "description": description}
    return code, body | ({"parameters": parameters} if parameters else {})


class Pace:
    """A pace without limits; keeps what was counted, and the silences that were waited out or told."""

    def __init__(self) -> None:
        self.sends: list[Send] = []
        self.silences: list[float] = []
        self.floods: list[float] = []

    async def answer(self, chat_id: int) -> Send:
        self.sends.append(Send(chat_id, 0))
        return self.sends[-1]

    def end(self, send: Send) -> None:
        send.ended = 1

    def flooded(self, retry_after: float) -> None:
        self.floods.append(retry_after)

    async def sleep(self, seconds: float) -> None:
        self.silences.append(seconds)

    @property
    def counted(self) -> list[int]:
        return [send.chat_id for send in self.sends]


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    """A stand-in that listens."""
    server = StandIn()
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{bot}/{method}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(said: bytes | None, *, reads: bool = True) -> AsyncIterator[str]:
    """A server that reads a request, says ``said`` and hangs up; with None it never answers."""
    silent = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if reads:
            await reader.readuntil(b"\r\n\r\n")
        if said is None:
            await silent.wait()
        else:
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield "http://{}:{}".format(*server.sockets[0].getsockname()[:2])
    finally:
        silent.set()
        server.close()
        await server.wait_closed()
