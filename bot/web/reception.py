"""The dashboard's reception: every request passes it. It knows who is signed in, and says kindly what is not open.

1. The guard looks at where the request comes from. 2. The session's cookie says who it is; what the person may do is
asked anew each time. 3. What changes something carries the session's own stamp. 4. Whatever is refused becomes a page.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, TypeVar

import structlog
from aiohttp import web

from bot.web.guard import HEADERS, Guard
from bot.web.navigation import groups_for
from bot.web.pages import Pages
from bot.web.seals import Seals
from messages import sessions
from messages.errors import LianxunError, NotEntitled, NotFound, Refused
from messages.sessions import Viewer
from messages.store.database import Database, is_away
from messages.text.catalog import LANGUAGES
from messages.text.phrase import Phrase, phrase
from schedules.clock import Clock

STAMP: Final = "stamp"
"""The field of a form that carries the session's stamp."""

_LANGUAGE: Final = web.RequestKey("language", str)
_PLAIN: Final = "lianxun"
_STRICT: Final = "__Host-lianxun"
_SPOKEN: Final = "lianxun-language"
"""The cookie of the language that was chosen in this browser; nothing else is in it."""
_YEAR: Final = 365 * 86_400
_LONGEST_FORM: Final = 64 * 1024
_FORM_SECONDS: Final = 30.0
"""A form that is not here by then is not waited for: nobody holds us up by sending a byte at a time."""
_AWAY: Final = phrase("The database is away for the moment. Please try again soon.")
_SORRY: Final = phrase("Sorry, that did not work. Please try again in a moment.")
_NO_STAMP: Final = phrase("This page was too old for that. Please go back, load it again, and repeat it.")
_TITLES: Final[dict[int, Phrase]] = {
    HTTPStatus.UNAUTHORIZED: phrase("Please sign in"),
    HTTPStatus.FORBIDDEN: phrase("This is not open to you"),
    HTTPStatus.NOT_FOUND: phrase("There is no such page"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: phrase("That is too large"),
}
_STATUS: Final[dict[type[LianxunError], HTTPStatus]] = {
    NotEntitled: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
}
_SIGN_IN: Final = phrase("Write /web to the bot. It answers with a link that opens the dashboard.")
_NOT_THERE: Final = phrase(
    "The address may be mistyped, or what was there is no more. Write /web to the bot to open the dashboard."
)

Choice = TypeVar("Choice", bound=StrEnum)

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request of somebody who is signed in, at an instant; ``stamp`` goes into every form of the answer."""

    request: web.Request
    viewer: Viewer
    now: datetime
    stamp: str
    form: dict[str, str]

    @property
    def language(self) -> str:
        """The language of the pages: the one chosen in this browser, or else the reader's own."""
        return chosen_in(self.request) or self.viewer.person.language

    def word(self, name: str, most: int = 200) -> str:
        """A value of the address's query, trimmed and cut; no text holds a NUL."""
        return self.request.query.get(name, "").replace("\0", "").strip()[:most]

    def choice(self, name: str, among: type[Choice]) -> Choice | None:
        """A member of ``among`` by its value in the query; None for anything else."""
        given = self.word(name)
        return next((one for one in among if one.value == given), None)

    def count(self, name: str, default: int = 1) -> int:
        """A whole number from 1 on of the query."""
        given = self.word(name)
        return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else default  # noqa: PLR2004 -- digits

    def part(self, name: str) -> int:
        """A number of the address's path; its route takes digits only."""
        return int(self.request.match_info[name])


Attend = Callable[[Visit], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Reception:
    """Lets people in, and answers whoever is not."""

    def __init__(self, *, db: Database, clock: Clock, pages: Pages, seals: Seals, guard: Guard, secure: bool) -> None:
        """``secure``: browsers reach us by https alone, so the cookie never travels otherwise."""
        self._db = db
        self.clock = clock
        self.pages = pages
        self.seals = seals
        self._guard = guard
        self._secure = secure
        self._cookie = _STRICT if secure else _PLAIN

    def signed_in(self, attend: Attend) -> Handler:
        """A page for whoever is signed in."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await attend(await self.visit(request))

        return handle

    def posted(self, attend: Attend) -> Handler:
        """An act of whoever is signed in: its form carries the session's stamp."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visit = await self.visit(request, await form_of(request))
            self.check_stamp(visit, visit.form.get(STAMP, ""))
            return await attend(visit)

        return handle

    async def visit(self, request: web.Request, form: dict[str, str] | None = None) -> Visit:
        """Who comes; raises ``HTTPUnauthorized`` where nobody is signed in."""
        now = self.clock.now()
        token = self.seals.opened(request.cookies.get(self._cookie, ""))
        viewer = await sessions.viewer(self._db, token, now) if token else None
        if token is None or viewer is None:
            raise web.HTTPUnauthorized
        visit = Visit(request=request, viewer=viewer, now=now, stamp=self.seals.mark(STAMP, token), form=form or {})
        request[_LANGUAGE] = visit.language
        return visit

    def check_stamp(self, visit: Visit, stamp: str) -> None:
        """Raise ``Refused`` for a form that is not one of this session."""
        if not self.seals.is_mark(stamp, STAMP, self.seals.opened(visit.request.cookies[self._cookie]) or ""):
            raise Refused(_NO_STAMP)

    def let_in(self, response: web.Response, token: str) -> None:
        """Give the browser a session."""
        cookie = self.seals.sealed(token)
        response.set_cookie(self._cookie, cookie, path="/", httponly=True, secure=self._secure, samesite="Strict")

    def let_out(self, response: web.Response) -> None:
        """Take the session from the browser."""
        response.del_cookie(self._cookie, path="/", httponly=True, secure=self._secure, samesite="Strict")

    def speak(self, response: web.Response, language: str) -> None:
        """Have this browser read the pages in a language; the chat keeps its own."""
        response.set_cookie(
            _SPOKEN, language, path="/", max_age=_YEAR, httponly=True, secure=self._secure, samesite="Strict"
        )

    def answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        """A page of the frame."""
        frame: dict[str, Any] = {
            "viewer": visit.viewer,
            "groups": groups_for(visit.viewer.acts),
            "stamp": visit.stamp,
            "here": self.pages.here(visit.request),
        }
        return self.pages.answer(template, visit.language, **frame, **values)

    def go(self, path: str) -> web.Response:
        """See another page of the dashboard: ``path`` below its root."""
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": self.pages.at(path)})

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever comes of a request is a page, with the headers that protect it."""
        response = await self._attended(request, handler)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    async def _attended(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if (objection := self._guard.objection(request)) is not None:
            return self._kind(request, HTTPStatus.FORBIDDEN, objection)
        try:
            return await handler(request)
        except LianxunError as error:
            return self._kind(request, _STATUS.get(type(error), HTTPStatus.BAD_REQUEST), error.phrase)
        except web.HTTPException as error:
            return self._of_http(request, error)
        except Exception as error:  # noqa: BLE001 -- the reader gets a kind page, the log the whole story
            if is_away(error):
                return self._kind(request, HTTPStatus.SERVICE_UNAVAILABLE, _AWAY)
            _log.exception("page_failed", method=request.method)
            return self._kind(request, HTTPStatus.INTERNAL_SERVER_ERROR, _SORRY)

    def _of_http(self, request: web.Request, error: web.HTTPException) -> web.Response:
        known = {HTTPStatus.UNAUTHORIZED: _SIGN_IN, HTTPStatus.NOT_FOUND: _NOT_THERE}
        if error.status < HTTPStatus.BAD_REQUEST:
            return web.Response(status=error.status, headers={"Location": error.headers["Location"]})
        return self._kind(request, error.status, known.get(HTTPStatus(error.status), _SORRY))

    def _kind(self, request: web.Request, status: int, why: Phrase) -> web.Response:
        language = request.get(_LANGUAGE) or spoken_by(request)
        title = _TITLES.get(status, phrase("That did not work"))
        signed_in = _LANGUAGE in request
        return self.pages.answer("refused", language, status, title=title, why=why, signed_in=signed_in)


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """Within, something is read from a browser; one that dawdles raises ``HTTPRequestTimeout``."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


async def form_of(request: web.Request, seconds: float = _FORM_SECONDS) -> dict[str, str]:
    """The text fields of a small form; raises ``HTTPRequestEntityTooLarge`` and ``HTTPRequestTimeout``."""
    if (request.content_length or 0) > _LONGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(max_size=_LONGEST_FORM, actual_size=request.content_length or 0)
    async with in_time(seconds):
        given = await request.post()
    return {name: value for name, value in given.items() if isinstance(value, str)}


def chosen_in(request: web.BaseRequest) -> str | None:
    """The language that was chosen in this browser, if it is one of ours."""
    chosen = request.cookies.get(_SPOKEN)
    return chosen if chosen in LANGUAGES else None


def spoken_by(request: web.BaseRequest) -> str:
    """The language for somebody of whom only the browser's choice or wish is known."""
    if (chosen := chosen_in(request)) is not None:
        return chosen
    wish = request.headers.get("Accept-Language", LANGUAGES[0]).strip().lower()
    return next((known for known in LANGUAGES if wish.startswith(known[:2])), LANGUAGES[0] if not wish else "en")
