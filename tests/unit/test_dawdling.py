"""A browser that sends a form a byte at a time is not waited for."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web.reception import form_of

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALF = HEAD + b"Content-Length: 9\r\n\r\na=b"


async def read(request: web.Request) -> web.Response:
    return web.json_response(await form_of(request, 0.05))


async def answer_to(sent: bytes) -> bytes:
    """What comes of bytes that are sent as they are."""
    app = web.Application()
    app.router.add_post("/", read)
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(sent)
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
    return line.strip()


async def test_a_form_that_does_not_end_is_given_up() -> None:
    """Whoever promised nine bytes and sent three was waited for without end."""
    assert await answer_to(HALF) == b"HTTP/1.1 408 Request Timeout"


async def test_a_form_that_is_whole_is_read() -> None:
    assert await answer_to(HALF + b"&c=def") == b"HTTP/1.1 200 OK"
