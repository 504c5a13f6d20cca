"""Addresses are asked over real HTTP: conditions, redirects, sizes, packing, and servers that do not end."""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientTimeout, web

from bot.fetching import Fetching
from schedules.tenders.polling import Answer, Asked, Failed, Given, Trouble, Unchanged

BODY = b'{"releases": []}'
MOST = 1_000_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A server at 127.0.0.1 whose one address is answered by ``handler``."""

    def __init__(self) -> None:
        self.url = ""
        self.handler: Handler = _whole
        self.asked: list[web.Request] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.handler(request)


async def _whole(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=BODY, headers={"ETag": '"1"', "Last-Modified": "Mon, 21 Sep 2026 09:00:00 GMT"})


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/data?key=secret"
    yield server
    await runner.cleanup()


async def _ask(server: Server, folder: Path, etag: str | None = None, changed: str | None = None) -> Answer:
    fetching = Fetching(ClientTimeout(total=20, sock_read=0.5))
    into = folder / "answer"
    return await fetching(Asked(url=server.url, etag=etag, last_modified=changed, most_bytes=MOST, into=into))


def _responding(body: bytes, status: int = 200, **headers: str) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    return handle


async def test_what_an_address_gives_is_kept_with_the_marks_by_which_it_is_asked_again(
    server: Server, tmp_path: Path
) -> None:
    given = await _ask(server, tmp_path)
    digest, changed = hashlib.sha256(BODY).hexdigest(), "Mon, 21 Sep 2026 09:00:00 GMT"
    assert given == Given(digest=digest, etag='"1"', last_modified=changed)
    assert (tmp_path / "answer").read_bytes() == BODY
    server.handler = _responding(b"", 304)
    assert await _ask(server, tmp_path, '"1"', changed) == Unchanged()
    first, again = (dict(request.headers) for request in server.asked)
    assert "If-None-Match" not in first
    assert first["User-Agent"].startswith("lianxun/")
    assert (again["If-None-Match"], again["If-Modified-Since"]) == ('"1"', changed)


async def test_a_user_in_an_address_is_named_to_its_server(server: Server, tmp_path: Path) -> None:
    server.url = server.url.replace("//", "//user:word@")
    assert isinstance(await _ask(server, tmp_path), Given)
    assert server.asked[0].headers["Authorization"] == "Basic dXNlcjp3b3Jk"


@pytest.mark.parametrize(("status", "after"), [(429, "120"), (503, None), (404, None), (204, None)])
async def test_a_status_is_told_with_what_the_server_asks_for(
    server: Server, tmp_path: Path, status: int, after: str | None
) -> None:
    server.handler = _responding(b"", status, **({"Retry_After": after} if after else {}))
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.STATUS, status=status, retry_after=after)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_what_is_packed_is_unpacked(server: Server, tmp_path: Path, encoding: str) -> None:
    packed = gzip.compress(BODY) + gzip.compress(b"  ") if encoding == "gzip" else zlib.compress(BODY + b"  ")
    server.handler = _responding(packed, Content_Encoding=encoding)
    assert isinstance(await _ask(server, tmp_path), Given)
    assert (tmp_path / "answer").read_bytes() == BODY + b"  "


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(BODY)[:-6], b"no gzip", gzip.compress(BODY) + b"rest"],
    ids=["cut off", "not packed", "with a rest"],
)
async def test_what_cannot_be_unpacked_is_refused(server: Server, tmp_path: Path, packed: bytes) -> None:
    server.handler = _responding(packed, Content_Encoding="gzip")
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.BROKEN)


async def test_a_little_that_unpacks_to_very_much_is_cut(server: Server, tmp_path: Path) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(200)) + bomb.flush()
    assert len(packed) < MOST
    server.handler = _responding(packed, Content_Encoding="gzip")
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.TOO_LARGE)
    assert (tmp_path / "answer").stat().st_size <= MOST


async def test_an_answer_that_says_that_it_is_too_large_is_not_read(server: Server, tmp_path: Path) -> None:
    server.handler = _responding(bytes(MOST + 1))
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.TOO_LARGE)
    assert not (tmp_path / "answer").exists()


async def test_an_answer_without_end_is_cut(server: Server, tmp_path: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1 << 16))

    server.handler = endless
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.TOO_LARGE)


async def test_an_answer_that_stops_halfway_is_given_up(server: Server, tmp_path: Path) -> None:
    async def stalled(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"{")
        await asyncio.Event().wait()
        return response

    server.handler = stalled
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.SLOW)


async def test_an_answer_that_is_shorter_than_it_said_is_none(server: Server, tmp_path: Path) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return response

    server.handler = cut
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.UNREACHABLE)


async def test_a_server_that_is_not_there_is_unreachable(server: Server, tmp_path: Path) -> None:
    server.url = "http://127.0.0.1:1/"
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.UNREACHABLE)


async def test_it_follows_a_redirect_but_not_without_end(server: Server, tmp_path: Path) -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        if request.path == "/moved":
            return web.Response(body=BODY)
        return web.Response(status=302, headers={"Location": "/moved"})

    server.handler = once
    assert isinstance(await _ask(server, tmp_path), Given)
    server.handler = _responding(b"", 302, Location="/data")
    assert await _ask(server, tmp_path) == Failed(trouble=Trouble.REDIRECTS)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[", ""])
async def test_it_follows_no_redirect_to_anything_but_the_web(server: Server, tmp_path: Path, location: str) -> None:
    server.handler = _responding(b"", 302, Location=location)
    failed = await _ask(server, tmp_path)
    assert isinstance(failed, Failed)
    assert failed.trouble in {Trouble.REDIRECTS, Trouble.UNREACHABLE}
    assert len(server.asked) == 1
