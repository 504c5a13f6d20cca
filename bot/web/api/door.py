"""The interface's door: every request passes it. It knows whose token it bears, and says plainly what was refused.

1. Whose token: 401. 2. Not too often: 429. 3. Good for this: 403. Then the request is read: 413, 415, 400, 422.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

import structlog
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.web.api.problems import Denied, Problems, refused_by
from bot.web.api.rate import Rate
from bot.web.api.shapes import Shape
from bot.web.reception import in_time, spoken_by
from messages import api_tokens
from messages.api_tokens import ApiScope, Bearer
from messages.errors import Fault, LianxunError, Refused
from messages.file_types import MOST_FILES_BYTES
from messages.files import MOST_FILES
from messages.store.database import Database, is_away
from messages.text.phrase import Phrase, phrase
from schedules.clock import Clock

ROOT: Final = "/api/v1"
"""Where the interface begins on the server."""
MOST_BYTES: Final = 256 * 1024 + (MOST_FILES_BYTES + MOST_FILES) * 4 // 3
"""The largest body that is read: an item, and its files in base64."""

_LANGUAGE: Final = web.RequestKey("language", str)
_BODY_SECONDS: Final = 120.0
_AWAY_SECONDS: Final = 5
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_JSON: Final = "application/json"
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="lianxun"'}
_INPUT_REFUSED: Final = phrase("The input was refused.")
_ONCE: Final = phrase("Once is accepted.")
_PLACE: Final = re.compile(r"line (\d+) column (\d+)")

_log: Final = structlog.get_logger(__name__)
_S = TypeVar("_S", bound=Shape)
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request of whoever bears a token that is good for it, at an instant."""

    request: web.Request
    who: Bearer
    now: datetime


Attend = Callable[[Call], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets requests in, and answers whichever are not."""

    def __init__(self, *, db: Database, clock: Clock, problems: Problems, rate: Rate) -> None:
        """Tokens are looked up in ``db``, counted by ``rate``."""
        self._db = db
        self._clock = clock
        self._problems = problems
        self._rate = rate

    def open_to(self, scope: ApiScope, attend: Attend) -> Handler:
        """An address for whoever bears a token of this scope."""

        async def handle(request: web.Request) -> web.StreamResponse:
            now = self._clock.now()
            who = await self._bearer(request, now)
            if wait := self._rate.wait(who.token_id):
                often = phrase("That is too often: please wait {seconds} seconds.", seconds=wait)
                raise Denied(HTTPStatus.TOO_MANY_REQUESTS, often, {"Retry-After": str(wait)})
            if scope not in who.scopes:
                narrow = phrase("This token is not good for that: the scope {scope} is needed.", scope=scope.value)
                raise Denied(HTTPStatus.FORBIDDEN, narrow)
            return await attend(Call(request=request, who=who, now=now))

        return handle

    async def _bearer(self, request: web.Request, now: datetime) -> Bearer:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        who = await api_tokens.bearer(self._db, token.strip(), now) if scheme.lower() == "bearer" else None
        if who is None:
            needed = phrase("A good token is needed: Authorization: Bearer …")
            raise Denied(HTTPStatus.UNAUTHORIZED, needed, _CHALLENGE)
        request[_LANGUAGE] = who.language
        return who

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever is refused is a problem; every answer has the headers that protect it."""
        response = await self._attended(request, handler)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _attended(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Denied as denied:
            return self._problem(request, denied)
        except LianxunError as error:
            return self._problems.of_ours(error, _language(request))
        except web.HTTPException as error:
            return self._problem(request, _of_http(error))
        except Exception as error:  # noqa: BLE001 -- who asked gets a plain line, the log the whole story
            if is_away(error):
                return self._problem(request, _away())
            _log.exception("call_failed", method=request.method)
            sorry = phrase("Sorry, that did not work. Please try again in a moment.")
            return self._problem(request, Denied(HTTPStatus.INTERNAL_SERVER_ERROR, sorry))

    def _problem(self, request: web.Request, denied: Denied) -> web.Response:
        return self._problems.answer(denied.status, denied.why, _language(request), headers=denied.headers)


def _language(request: web.Request) -> str:
    return request.get(_LANGUAGE) or spoken_by(request)


def _away() -> Denied:
    away = phrase("The database is away for the moment. Please try again soon.")
    return Denied(HTTPStatus.SERVICE_UNAVAILABLE, away, {"Retry-After": str(_AWAY_SECONDS)})


def _of_http(error: web.HTTPException) -> Denied:
    """What the server itself refuses."""
    said = {
        HTTPStatus.NOT_FOUND: phrase("There is nothing at this address."),
        HTTPStatus.METHOD_NOT_ALLOWED: phrase("This address does not take this method."),
        HTTPStatus.REQUEST_TIMEOUT: phrase("The request did not arrive in time."),
    }
    status = HTTPStatus(error.status)
    allowed = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    return Denied(status, said.get(status, phrase("This cannot be answered.")), allowed)


async def body_of(request: web.Request, most: int = MOST_BYTES) -> bytes:
    """The body of a request in JSON. Raises ``Denied`` where it is something else, or has more bytes than ``most``."""
    if request.content_type != _JSON or (request.charset or "utf-8").lower() != "utf-8":
        raise Denied(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, phrase("A body of the type application/json is accepted."))
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Denied(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, phrase("A body that is not compressed is accepted."))
    too_large = phrase("A body of at most {most} KiB is accepted.", most=most // 1024)
    body = bytearray()
    async with in_time(_BODY_SECONDS):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > most:
                raise Denied(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
    return bytes(body)


def read_as(shape: TypeAdapter[_T], body: bytes, *, of_kind: bool = False) -> _T:
    """A body as what its shape says, which (``of_kind``) its kind chooses.

    Raises ``Denied`` for what is no JSON, ``Refused`` with its fields' faults.
    """
    try:
        read = shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            raise Denied(HTTPStatus.BAD_REQUEST, _no_json(first["msg"])) from None
        raise refused_by(error, of_kind=of_kind) from None
    json.loads(body.decode(), object_pairs_hook=_each_once)
    return read


def _no_json(said: str) -> Phrase:
    """Where a body ceases to be JSON, which is all that is taken of what the library ``said``."""
    if place := _PLACE.search(said):
        return phrase("This is no JSON: see line {line}, column {column}.", line=int(place[1]), column=int(place[2]))
    return phrase("This is no JSON.")


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object in which a name stands twice: which of them is meant would be a guess."""
    names = [name for name, _ in pairs]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise Refused(_INPUT_REFUSED, [Fault(column=name, message=_ONCE) for name in twice])


def query_as(shape: type[_S], request: web.Request) -> _S:
    """The address's query as what it has to be. Raises ``Refused``."""
    twice = [name for name in dict.fromkeys(request.query) if len(request.query.getall(name)) > 1]
    if twice:
        raise Refused(_INPUT_REFUSED, [Fault(column=name, message=_ONCE) for name in twice])
    try:
        return shape.model_validate(dict(request.query))
    except ValidationError as error:
        raise refused_by(error) from None
