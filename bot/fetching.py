"""Asks addresses for data over HTTP: politely, in bounded memory and time, and saying nothing of the address.

Errors of aiohttp carry URLs and hosts; none of them leaves this file.
"""

import hashlib
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from schedules.tenders.polling import (
    Answer,
    Asked,
    Failed,
    Given,
    Trouble,
    Unchanged,
    kept_date,
    kept_etag,
)

_USER_AGENT: Final = f"lianxun/{version('lianxun')} (procurement data reader)"
_ACCEPT: Final = (
    "application/json, text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5"
)
_TIMEOUT: Final = ClientTimeout(total=1800, sock_connect=20, sock_read=60)
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024
_UNPACKED: Final = 1024 * 1024
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class _Stopped(Exception):
    """The answer is not read on."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Fetching:
    """Asks addresses (the port ``schedules.tenders.polling.Fetch``)."""

    def __init__(self, timeout: ClientTimeout = _TIMEOUT) -> None:
        """``timeout``: of an answer as a whole, and of each wait."""
        self._timeout = timeout

    async def __call__(self, asked: Asked) -> Answer:
        """What an address gives that is new. Redirects are followed to http and https, never from https to http."""
        session = ClientSession(timeout=self._timeout, auto_decompress=False, cookie_jar=DummyCookieJar())
        async with session:
            try:
                return await _followed(session, asked)
            except _Stopped as stopped:
                return Failed(trouble=stopped.trouble)
            except TimeoutError:
                return Failed(trouble=Trouble.SLOW)
            except (ClientError, OSError, ValueError):
                return Failed(trouble=Trouble.UNREACHABLE)


async def _followed(session: ClientSession, asked: Asked) -> Answer:
    url = URL(asked.url)
    for _ in range(_MOST_REDIRECTS + 1):
        async with session.get(url, headers=_headers(asked), allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return await _answer(response, asked)
            url = _next(url, response.headers.get("Location"))
    raise _Stopped(Trouble.REDIRECTS)


def _headers(asked: Asked) -> dict[str, str]:
    known = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
    conditions = {name: value for name, value in known.items() if value}
    return {"User-Agent": _USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", **conditions}


def _next(url: URL, location: str | None) -> URL:
    to = url.join(URL(location)) if location else None
    if to is None or not to.host or to.scheme not in {"https", url.scheme} or to.scheme not in {"http", "https"}:
        raise _Stopped(Trouble.REDIRECTS)
    return to


async def _answer(response: ClientResponse, asked: Asked) -> Answer:
    if response.status == HTTPStatus.NOT_MODIFIED:
        return Unchanged()
    if response.status != HTTPStatus.OK:
        return Failed(trouble=Trouble.STATUS, status=response.status, retry_after=response.headers.get("Retry-After"))
    if (response.content_length or 0) > asked.most_bytes:
        raise _Stopped(Trouble.TOO_LARGE)
    with _written(asked.into) as file:
        digest = await _stored(response, file, asked.most_bytes)
    etag, changed = response.headers.get("ETag"), response.headers.get("Last-Modified")
    return Given(digest=digest, etag=kept_etag(etag), last_modified=kept_date(changed))


async def _stored(response: ClientResponse, file: BinaryIO, most: int) -> str:
    """Write what comes; gives its digest. At ``most`` so many bytes are taken, packed as they come and unpacked."""
    digest, size = hashlib.sha256(), 0
    async for piece in _unpacked(response, most):
        size += len(piece)
        if size > most:
            raise _Stopped(Trouble.TOO_LARGE)
        digest.update(piece)
        file.write(piece)
    return digest.hexdigest()


async def _unpacked(response: ClientResponse, most: int) -> AsyncIterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", "deflate", ""}:
        raise _Stopped(Trouble.BROKEN)
    unpacking = None if encoding in {"identity", ""} else _Unpacking()
    came = 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        came += len(chunk)
        if came > most:
            raise _Stopped(Trouble.TOO_LARGE)
        if unpacking is None:
            yield chunk
            continue
        for piece in unpacking.pieces(chunk):
            yield piece
    if unpacking is not None and not unpacking.whole:
        raise _Stopped(Trouble.BROKEN)


class _Unpacking:
    """Unpacks gzip (also of several parts) and deflate, a little at a time, however much a little may become."""

    def __init__(self) -> None:
        self._part = zlib.decompressobj(_GZIP_OR_ZLIB)

    @property
    def whole(self) -> bool:
        """Whether what came has come to its end."""
        return self._part.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk becomes. Raises ``_Stopped`` for what is packed otherwise."""
        rest = chunk
        while rest:
            if self._part.eof:
                self._part = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                piece = self._part.decompress(rest, _UNPACKED)
            except zlib.error:
                raise _Stopped(Trouble.BROKEN) from None
            yield piece
            rest = self._part.unused_data if self._part.eof else self._part.unconsumed_tail


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb") as file:
        yield file
