"""Messages rendered from templates: one file a message, in the reader's language, as the Bot API's HTML."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined

from messages.text.catalog import LANGUAGES, Catalog

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


class Renderer:
    """Renders templates; one environment for each language, built once."""

    def __init__(self, catalog: Catalog, zone: ZoneInfo) -> None:
        """Speak every language of ``catalog``; instants are shown in ``zone``."""
        self._environments = {language: _environment(catalog, zone, language) for language in LANGUAGES}

    def render(self, template: str, language: str, **params: Any) -> str:  # noqa: ANN401 -- a template's values
        """The message's whole text. ``template`` is a name under ``templates/`` without its ending."""
        return self._environment(language).get_template(f"{template}.html").render(**params).strip()

    def title(self, template: str, language: str, **params: Any) -> str:  # noqa: ANN401 -- a template's values
        """The message's title alone: the template's block ``title``."""
        loaded = self._environment(language).get_template(f"{template}.html")
        context = loaded.new_context({"language": language, **params})
        return "".join(loaded.blocks["title"](context)).strip()

    def moment(self, instant: datetime, language: str) -> str:
        """An instant as a person reads it: day and time in the office's zone."""
        said: str = self._environment(language).filters["moment"](instant)
        return said

    def _environment(self, language: str) -> Environment:
        return self._environments.get(language, self._environments[LANGUAGES[0]])


def _environment(catalog: Catalog, zone: ZoneInfo, language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("messages.text", "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(catalog.translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = _formatter(language, zone, _DAY)
    environment.filters["moment"] = _formatter(language, zone, _MOMENT)
    environment.filters["weekday"] = _formatter(language, zone, _WEEKDAY)
    environment.globals["language"] = language
    return environment
