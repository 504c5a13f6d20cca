"""The dashboard's entrance: a link from the chat becomes a session, and a session ends.

Opening the link changes nothing, so that a chat program that looks at it for a preview does not use it up: a person
presses the button on it.
"""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from bot.web.reception import Reception, Visit, chosen_in, form_of, spoken_by
from messages import sessions
from messages.store.database import Database
from messages.text.catalog import LANGUAGES
from messages.text.phrase import phrase

_PATH: Final = r"/enter/{token:[A-Za-z0-9_-]{1,100}}"
_SPENT: Final = phrase(
    "This link no longer works: it opens once, within five minutes, in the account that asked for it."
)
_SIGN_IN: Final = phrase("Please sign in")


class Entrance:
    """Signs people in and out, and changes the language that their browser shows."""

    def __init__(self, reception: Reception, db: Database) -> None:
        """Let people in through ``reception``."""
        self._reception = reception
        self._db = db

    def routes(self) -> list[web.RouteDef]:
        """The entrance's addresses."""
        return [
            web.get(_PATH, self._show),
            web.post(_PATH, self._enter),
            web.post("/leave", self._reception.posted(self._leave)),
            web.post("/language", self._reception.posted(self._speak)),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        person = await sessions.whose_link(self._db, request.match_info["token"], self._reception.clock.now())
        if person is None:
            return self._spent(request)
        return self._reception.pages.answer("enter", chosen_in(request) or person.language, person=person)

    async def _enter(self, request: web.Request) -> web.Response:
        await form_of(request)  # a button alone: what else was sent is of no use
        begun = await sessions.sign_in(self._db, request.match_info["token"], self._reception.clock.now())
        if begun is None:
            return self._spent(request)
        response = self._reception.go("/")
        self._reception.let_in(response, begun.token)
        return response

    def _spent(self, request: web.Request) -> web.Response:
        status, language = HTTPStatus.GONE, spoken_by(request)
        pages = self._reception.pages
        return pages.answer("refused", language, status, title=_SIGN_IN, why=_SPENT, signed_in=False)

    async def _leave(self, visit: Visit) -> web.Response:
        await sessions.sign_out(self._db, visit.viewer.session_id, visit.now)
        response = self._reception.pages.answer("left", visit.language)
        self._reception.let_out(response)
        return response

    async def _speak(self, visit: Visit) -> web.Response:
        location = self._reception.pages.local(visit.form.get("here", ""))
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": location})
        if (language := visit.form.get("language", "")) in LANGUAGES:
            self._reception.speak(response, language)
        return response
