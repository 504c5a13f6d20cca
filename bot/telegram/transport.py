"""The Bot API's transport under python-telegram-bot: its ``BaseRequest`` over aiohttp.

The Bot API has the token in every URL, and the library logs, shows and raises what it knows. So the bot is built
without the token (see ``bot.py``): the library's URLs carry ``HIDDEN`` in its place, and only this transport puts the
token in, at the last moment. Errors of aiohttp carry URLs and hosts; none of them leaves this file.
"""

import json
import re
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Final, TypeGuard
from urllib.request import getproxies, proxy_bypass

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

HIDDEN: Final = "hidden-token"
"""Stands for the token in the URLs that the library knows."""

_TOKEN = re.compile(rb"(/bot)[^/\s\"'<>]+(?=/)")
_SORTED_BY_THE_LIBRARY: Final = frozenset({400, 401, 403, 404, 409})
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_NOT_WRITTEN: Final = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, ValueError)
_LONGEST_WORDS: Final = 200
UNSAID_SILENCE: Final = timedelta(seconds=1)
"""How long to be silent when a flood error does not say."""


class NotSent(NetworkError):
    """Nothing was written: no name, no connection, no free connection, or no TLS."""

    __slots__ = ()


class AnswerLost(TimedOut):
    """The request was, or may have been, written, and no complete answer came."""

    __slots__ = ()


class StatusFault(NetworkError):
    """A status that is not the Bot API's own refusal: of a server in trouble, or of something between us and it."""

    __slots__ = ("status",)

    def __init__(self, status: int, words: str) -> None:
        """Keep the status; ``words`` is the start of what was said, without the token."""
        super().__init__(f"HTTP {status}: {words[:_LONGEST_WORDS]}")
        self.status = status


class FloodFault(RetryAfter):
    """A flood error; ``retry_after`` is always a timedelta (in the library's own an environment variable says)."""

    __slots__ = ()

    def __init__(self, silence: timedelta) -> None:
        """Ask for ``silence``. The library's own beginning is passed over: it warns of the number's form each time."""
        TelegramError.__init__(self, f"Flood control: silence for {silence}")
        self._retry_after = silence

    @property
    def retry_after(self) -> timedelta:
        """The silence asked for."""
        return self._retry_after


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API over one pool of kept connections.

    ``connections`` limits the pool; the timeouts are seconds, None waits for ever. A proxy is taken from the
    environment (``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``, ``NO_PROXY``) when the pool opens.
    """

    def __init__(
        self,
        *,
        token: str = "",
        connections: int = 64,
        read_timeout: float | None = 10,
        write_timeout: float | None = 10,
        connect_timeout: float | None = 5,
        pool_timeout: float | None = 5,
        media_write_timeout: float | None = 60,
    ) -> None:
        """Nothing is opened before ``initialize``."""
        self._token = token
        self._connections = connections
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._session: ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._proxies: dict[str, str] = {}

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call does not say."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; a second call changes nothing."""
        if _is_open(self._session):
            return
        self._proxies = getproxies()
        self._session = ClientSession(
            connector=TCPConnector(limit=self._connections, ttl_dns_cache=300, keepalive_timeout=15),
            cookie_jar=DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
            raise_for_status=False,
        )

    async def shutdown(self) -> None:
        """Close the pool; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """The answer's object; one that cannot be read is a lost one. It is not logged: it may repeat what was sent."""
        answer = _object(payload)
        if answer is None:
            message = "The answer is not JSON."
            raise AnswerLost(message)
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send once: the status and the body, or ``NotSent``, ``AnswerLost``, ``StatusFault``, ``FloodFault``."""
        uploads = request_data is not None and request_data.contains_files
        patience = _timeout(
            _given(read_timeout, self._read_timeout),
            _given(write_timeout, self._media_write_timeout if uploads else self._write_timeout),
            _given(connect_timeout, self._connect_timeout),
            _given(pool_timeout, self._pool_timeout),
        )
        answer = await self._exchange(url, method, request_data, patience)
        # Raised here, outside any `except`, so that no error of aiohttp (with its URL) is the context of ours.
        if isinstance(answer, NetworkError):
            raise answer
        status, payload = answer
        if method == "POST" or not _is_success(status):
            status = _checked_status(status, payload)
        return status, payload

    async def _exchange(
        self, url: str, method: str, request_data: RequestData | None, patience: ClientTimeout
    ) -> tuple[int, bytes] | NetworkError:
        if not _is_open(self._session):
            return NotSent("The transport is not open.")
        body, headers = _body(request_data)
        try:
            target = self._target(url)
            async with self._session.request(
                method,
                target,
                data=body,
                headers=headers,
                timeout=patience,
                allow_redirects=False,
                proxy=self._proxy(target),
            ) as response:
                payload = await response.read()
                # The page of something in between may repeat the URL.
                return response.status, payload if response.ok else _TOKEN.sub(rb"\1", payload)
        except _NOT_WRITTEN as error:
            return NotSent(f"Nothing was sent: {type(error).__name__}.")
        except (ClientError, TimeoutError, OSError) as error:
            return AnswerLost(f"No answer came back: {type(error).__name__}.")

    def _target(self, url: str) -> URL:
        """The real URL; those of methods are few and kept, those of files are not."""
        if (target := self._urls.get(url)) is None:
            target = URL(url.replace(HIDDEN, self._token))
            if "/file/" not in url:
                self._urls[url] = target
        return target

    def _proxy(self, target: URL) -> str | None:
        if not self._proxies or proxy_bypass(target.host or ""):
            return None
        return self._proxies.get(target.scheme) or self._proxies.get("all")


def _is_open(session: ClientSession | None) -> TypeGuard[ClientSession]:
    return session is not None and not session.closed


def _given(value: ODVInput[float], default: float | None) -> float | None:
    return default if value is BaseRequest.DEFAULT_NONE else value  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _timeout(read: float | None, write: float | None, connect: float | None, pool: float | None) -> ClientTimeout:
    """As aiohttp has them: ``connect`` has the wait for the pool in it, the write's is a part of the total."""
    waits = None if pool is None or connect is None else pool + connect
    total = None if waits is None or write is None or read is None else waits + write + read
    return ClientTimeout(total=total, connect=waits, sock_connect=connect, sock_read=read)


def _body(request_data: RequestData | None) -> tuple[bytes | FormData | None, dict[str, str] | None]:
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        # yarl's quoting is ten times as quick on Chinese as the standard library's.
        return URL.build(query=request_data.json_parameters).raw_query_string.encode(), _FORM
    form = FormData(quote_fields=False)  # a Chinese file name goes as it is, as other clients send it
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, None


def _is_success(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - HTTP's own classes


def _object(payload: bytes) -> JSONDict | None:
    try:
        answer = json.loads(payload)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _checked_status(status: int, payload: bytes) -> int:
    """The status that the library may sort by type; raises for an answer that is not the Bot API's.

    A firewall's own 403 or 404 says nothing about a person or a token, so it must not be read as the Bot API's.
    """
    if _is_success(status) and payload.startswith(b'{"ok":true,"result":'):
        return status
    answer = _object(payload) or {}
    if _is_success(status):
        if answer.get("ok") is True and "result" in answer:
            return status
        if answer.get("ok") is not False:
            message = "The answer is not the Bot API's."
            raise AnswerLost(message)
        status = int(answer.get("error_code", 500))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise FloodFault(_silence(answer))
    if answer.get("ok") is not False or status not in _SORTED_BY_THE_LIBRARY:
        raise StatusFault(status, str(answer.get("description", payload[:_LONGEST_WORDS].decode(errors="replace"))))
    return status


def _silence(answer: JSONDict) -> timedelta:
    parameters = answer.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return timedelta(seconds=asked) if isinstance(asked, int | float) and asked > 0 else UNSAID_SILENCE
