"""Calendars of matters for calendar programs, opened by a secret link alone.

A program asks again and again without anybody looking, and shows what it got to whoever holds the phone: an entry names
the step, the matter and the article, and nothing else. The link's secret stands in the address, so no address is
logged, and what is refused is refused alike, whatever the reason.
"""

import asyncio
import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import UTC, timedelta
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from icalendar import Calendar, Event, vDuration
from icalendar.enums import STATUS, TRANSP

from bot.office import Office
from bot.web.pages import ROOT
from messages import calendar_links
from messages.calendar_links import Feed
from messages.store.calendar_links import Linked
from messages.store.database import is_away
from messages.text.articles import article_of, article_said
from messages.text.phrase import Phrase, phrase
from schedules.tenders.feed import Entry, entries_of

_PATH: Final = r"/calendar/{token}.ics"
_AGAIN: Final = timedelta(hours=1)
"""A program is asked not to come back earlier."""
_MOST: Final = 30
_WITHIN: Final = timedelta(minutes=10)
"""So many times within so long a link is read; a program that asks more often is told to wait."""
_LINKS: Final = 5000
"""Of so many links it is remembered when they were read."""
_NAMES: Final = {
    Feed.OWN: phrase("Limits of tenders: my posts"),
    Feed.OFFICE: phrase("Limits of tenders: my units"),
}
_LANGUAGE: Final = {"zh_CN": "ZH", "en": "EN"}

_log: Final = structlog.get_logger(__name__)


class CalendarFeed:
    """Hands out calendars."""

    def __init__(self, office: Office, address: Callable[[], str]) -> None:
        """``address`` is where the service is reached from outside, without a slash at the end."""
        self._office = office
        self._address = address
        self._readings = Readings()

    def hang(self, app: web.Application) -> None:
        """Serve the calendars of ``app``; HEAD too, as some programs ask before they read."""
        app.router.add_get(_PATH, self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 -- the program gets an error, the log the story
            if is_away(error):
                raise web.HTTPServiceUnavailable from None
            # The address is a secret: the log has the story without it.
            _log.exception("calendar_failed")
            raise web.HTTPInternalServerError from None

    async def _answer(self, request: web.Request) -> web.Response:
        office, now = self._office, self._office.clock.now()
        linked = await calendar_links.opened_by(office.db, request.match_info["token"], now)
        if linked is None:
            raise web.HTTPNotFound
        if (wait := self._readings.wait(linked.id, office.clock.steady())) is not None:
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})
        entries = await entries_of(office.tenders.tools, linked.person.id, Feed(linked.feed), now)
        if entries is None:
            raise web.HTTPNotFound
        return _sent(request, await asyncio.to_thread(self._drawn, linked, entries))

    def _drawn(self, linked: Linked, entries: tuple[Entry, ...]) -> bytes:
        language = linked.person.language
        calendar = Calendar.new(
            prodid=f"-//Lianxun//Matters//{_LANGUAGE.get(language, 'EN')}",
            name=self._office.catalog.say(_NAMES[Feed(linked.feed)], language),
            uid=f"calendar-{linked.id}@lianxun",
            refresh_interval=_AGAIN,
        )
        # RFC 7986, 5.7: the property has no type of its own, so it is to be named.
        calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
        calendar.add("X-PUBLISHED-TTL", vDuration(_AGAIN))
        for entry in entries:
            calendar.add_component(self._event(entry, language))
        return bytes(calendar.to_ical())

    def _event(self, entry: Entry, language: str) -> Event:
        def say(what: Phrase) -> str:
            return self._office.catalog.say(what, language)

        changed = entry.changed_at.astimezone(UTC)
        return Event.new(
            uid=f"{entry.uid}@lianxun",
            stamp=changed,
            last_modified=changed,
            sequence=entry.sequence,
            start=entry.day or (entry.at and entry.at.astimezone(UTC)),
            end=entry.day and entry.day + timedelta(days=1),
            summary=say(entry.summary),
            description="\n".join([*map(say, entry.lines), *self._source(entry, language)]),
            categories=[say(entry.category)],
            status=STATUS.CANCELLED if entry.cancelled else STATUS.CONFIRMED,
            transparency=TRANSP.TRANSPARENT,
            url=f"{self._address()}{ROOT}/tenders/{entry.matter_id}",
        )

    def _source(self, entry: Entry, language: str) -> list[str]:
        """The article that a limit is of."""
        article = article_of(entry.article, self._office.policy.tenders.laws)
        if article is None:
            return []
        catalog = self._office.catalog
        return [catalog.say(phrase("Source: {article}", article=article_said(article, catalog, language)), language)]


class Readings:
    """How often each link was read lately: known to this process alone, which is enough to keep a program in bounds."""

    def __init__(self) -> None:
        """None was read yet."""
        self._read: OrderedDict[int, deque[float]] = OrderedDict()

    def wait(self, link_id: int, now: float) -> int | None:
        """Seconds that a link is to wait; None where it may be read, which is then counted. ``now`` is in seconds."""
        read = self._read.setdefault(link_id, deque(maxlen=_MOST))
        self._read.move_to_end(link_id)
        if len(self._read) > _LINKS:
            self._read.popitem(last=False)
        if len(read) == _MOST and now - read[0] < _WITHIN.total_seconds():
            return int(_WITHIN.total_seconds() - (now - read[0])) + 1
        read.append(now)
        return None


def _sent(request: web.Request, body: bytes) -> web.Response:
    """A calendar, or that it is what the program has already."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    headers = {
        "Cache-Control": "private, no-cache",
        "ETag": f'"{etag}"',
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "Content-Disposition": 'inline; filename="lianxun.ics"',
    }
    if any(one.value in (etag, "*") for one in request.if_none_match or ()):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)
