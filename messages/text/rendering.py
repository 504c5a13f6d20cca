"""Messages rendered from templates: one file a message, in the reader's language, as the Bot API's HTML."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined

from messages.deliveries import Reason, reason_said
from messages.notices import Json
from messages.text.articles import article_said
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.markup import parse
from messages.text.periods import label_said
from messages.text.phrase import phrase_of

_LONGEST_BEGINNING: Final = 40
_DAY: Final = {"zh_CN": "M月d日", "en": "d MMMM"}
_MOMENT: Final = {"zh_CN": "M月d日 HH:mm", "en": "d MMMM, HH:mm"}
_WEEKDAY: Final = {"zh_CN": "M月d日（EEE）", "en": "EEEE d MMMM"}


def _formatter(language: str, zone: ZoneInfo, patterns: dict[str, str]) -> Callable[[datetime | date | str], str]:
    pattern, locale = patterns.get(language, patterns["en"]), Locale.parse(language)

    def say(value: datetime | date | str) -> str:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, tzinfo=zone)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return format_datetime(moment.astimezone(zone), pattern, locale=locale)

    return say


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around a notice's own text, in ``notice.html``; ``title`` is one that a person gave.

    One that is ``listed`` has its heading elsewhere.
    """

    title: str | None
    acknowledge: bool = False
    acknowledge_by: datetime | None = None
    provisional: bool = False
    reminder: int = 0
    repeat: bool = False
    passed_by: str | None = None
    listed: bool = False


class Renderer:
    """Renders templates; one environment for each language, built once."""

    def __init__(self, catalog: Catalog, zone: ZoneInfo) -> None:
        """Speak every language of ``catalog``; instants are shown in ``zone``."""
        self._environments = {language: _environment(catalog, zone, language) for language in LANGUAGES}

    def render(self, template: str, language: str, **params: Any) -> str:  # noqa: ANN401 -- a template's values
        """The message's whole text. ``template`` is a name under ``templates/`` without its ending."""
        return self._environment(language).get_template(f"{template}.html").render(**params).strip()

    def notice(self, template: str, language: str, params: Mapping[str, Json], frame: Frame) -> str:
        """A notice in its frame (``notice.html``)."""
        return self.render(template, language, **{"heading_text": frame.title or "", **params, "frame": frame})

    def title(self, template: str, language: str, given: str | None = None, /, **params: Json) -> str:
        """A notice's title alone, as plain text: the one ``given`` by a person, or the template's block ``title``.

        What a person wrote without one is called by how it begins.
        """
        return self.heading(template, language, given, **params) or _beginning(str(params.get("text", "")))

    def heading(self, template: str, language: str, given: str | None = None, /, **params: Json) -> str:
        """The title that stands above a notice's text, as plain text; empty where it has none."""
        if given:
            return given
        loaded = self._environment(language).get_template(f"{template}.html")
        context = loaded.new_context({"language": language, "heading_text": "", **params})
        return html.unescape("".join(loaded.blocks["title"](context)).strip())

    def moment(self, instant: datetime, language: str) -> str:
        """An instant as a person reads it: day and time in the office's zone."""
        said: str = self._environment(language).filters["moment"](instant)
        return said

    def _environment(self, language: str) -> Environment:
        return self._environments.get(language, self._environments[LANGUAGES[0]])


def _beginning(text: str) -> str:
    line = parse(text).text.strip().split("\n", 1)[0]
    return line if len(line) <= _LONGEST_BEGINNING else f"{line[: _LONGEST_BEGINNING - 1]}…"


def environment_of(loader: BaseLoader, catalog: Catalog, language: str) -> Environment:
    """Templates in one language: everything escaped, nothing undefined, what they say translated by ``catalog``."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(catalog.translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _environment(catalog: Catalog, zone: ZoneInfo, language: str) -> Environment:
    environment = environment_of(PackageLoader("messages.text", "templates"), catalog, language)
    environment.filters["day"] = _formatter(language, zone, _DAY)
    environment.filters["moment"] = _formatter(language, zone, _MOMENT)
    environment.filters["weekday"] = _formatter(language, zone, _WEEKDAY)
    environment.filters["period"] = lambda label: label_said(label, language)
    environment.filters["reason"] = lambda code: catalog.say(reason_said(Reason(code)), language)
    environment.filters["article"] = lambda article: article_said(article, catalog, language)
    environment.filters["said"] = lambda phrase: catalog.say(phrase_of(phrase), language)
    environment.globals["language"] = language
    return environment
