"""The dashboard's pages: templates in the reader's language, everything on them escaped."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from messages.deliveries import Reason, reason_said
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.periods import period_said, time_said
from messages.text.phrase import Phrase
from messages.text.rendering import environment_of

ROOT: Final = "/web"
"""Where the dashboard begins on the server."""

_MOMENT: Final = {"zh_CN": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
_DAY: Final = {"zh_CN": "y年M月d日（EEE）", "en": "EEE d MMM y"}
_MONTH: Final = {"zh_CN": "y年M月", "en": "MMMM y"}
_SHORT_MONTH: Final = {"zh_CN": "M月", "en": "MMM"}
_CLOCK: Final = "HH:mm"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Static:
    """The dashboard's own files, read once; an address carries the content's hash, so that it may be kept for good."""

    def __init__(self) -> None:
        """Read every file of a type that we serve."""
        found = [file for file in (resources.files("bot.web") / "static").iterdir() if _ending(file.name) in _TYPES]
        self._files = {file.name: file.read_bytes() for file in found}
        self._hashes = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._files.items()}

    def address(self, name: str) -> str:
        """Where a file is, below the root."""
        return f"/static/{name}?v={self._hashes[name]}"

    async def serve(self, request: web.Request) -> web.Response:
        """One file."""
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=self._files[name], content_type=_TYPES[_ending(name)], charset="utf-8", headers=kept)


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2]}"


class Pages:
    """Draws pages; one environment for each language, built once."""

    def __init__(self, catalog: Catalog, zone: ZoneInfo, static: Static, prefix: str = "") -> None:
        """``prefix`` is the path that the public address puts before ours."""
        self._catalog = catalog
        self.zone = zone
        self._prefix = prefix
        self._root = f"{prefix}{ROOT}"
        self._environments = {language: self._environment(language, static) for language in LANGUAGES}

    def at(self, path: str) -> str:
        """An address of the dashboard as the browser knows it; ``path`` begins with a slash."""
        return f"{self._root}{path}"

    def here(self, request: web.BaseRequest) -> str:
        """The address of a request as the browser knows it."""
        return f"{self._prefix}{request.rel_url}"

    def local(self, address: str) -> str:
        """``address`` where it lies within the dashboard, its beginning otherwise: never another site."""
        inside = address.startswith(f"{self._root}/") and "\\" not in address and address.isprintable()
        return address if inside and "//" not in address else self.at("/")

    def draw(self, template: str, language: str, **values: Any) -> str:  # noqa: ANN401 -- a template's values
        """A page, or a part of one."""
        return self._of(language).get_template(f"{template}.html").render(**values)

    def answer(self, template: str, language: str, status: int = 200, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        """A page as it is sent."""
        drawn = self.draw(template, language, **values)
        return web.Response(text=drawn, status=status, content_type="text/html", charset="utf-8")

    def say(self, what: Phrase, language: str) -> str:
        """A phrase in a language."""
        return self._catalog.say(what, language)

    def moment(self, instant: datetime, language: str) -> str:
        """An instant by the office's clock."""
        return format_datetime(instant.astimezone(self.zone), _MOMENT[language], locale=language)

    def _of(self, language: str) -> Environment:
        return self._environments.get(language, self._environments[LANGUAGES[0]])

    def _environment(self, language: str, static: Static) -> Environment:
        loader = PackageLoader("bot.web", "templates/dashboard")
        environment = environment_of(loader, self._catalog, language)
        environment.filters |= self._filters(language)
        environment.globals |= {
            "language": language,
            "lang": language.replace("_CN", "-CN"),
            "languages": {code: Locale.parse(code).get_language_name() for code in LANGUAGES},
            "at": self.at,
            "static": lambda name: self.at(static.address(name)),
        }
        return environment

    def _filters(self, language: str) -> Mapping[str, Any]:
        locale, zone = Locale.parse(language), self.zone

        def when(instant: datetime) -> Markup:
            machine = instant.astimezone(zone).isoformat(timespec="minutes")
            return Markup('<time datetime="{}">{}</time>').format(machine, self.moment(instant, language))

        def day(value: date) -> str:
            return format_date(value, _DAY[language], locale=locale)

        return {
            "moment": lambda instant: self.moment(instant, language),
            "when": when,
            "day": day,
            "month": lambda value: format_date(value, _MONTH[language], locale=locale),
            "short_month": lambda value: format_date(value, _SHORT_MONTH[language], locale=locale),
            "period": lambda period: period_said(period, language),
            "duration": lambda time: time_said(time, language),
            "weekday": lambda value: format_date(value, "EEE", locale=locale),
            "clock": lambda instant: format_datetime(instant.astimezone(zone), _CLOCK, locale=locale),
            "number": lambda count: format_decimal(count, locale=locale),
            "percent": lambda share: format_percent(share, "0.#%", locale=locale),
            "say": lambda what: self._catalog.say(what, language),
            "reason": lambda code: self._catalog.say(reason_said(Reason(code)), language),
        }
