"""Periods and spans of time as readers of a language write them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal

from babel.dates import format_date
from babel.units import format_unit

from messages.scores.periods import Period, PeriodKind
from messages.text.catalog import SOURCE_LANGUAGE

_WHOLE: Final = {
    "zh_CN": {PeriodKind.MONTH: "y年M月", PeriodKind.QUARTER: "y年QQQQ", PeriodKind.YEAR: "y年"},
    "en": {PeriodKind.MONTH: "MMMM y", PeriodKind.QUARTER: "QQQ y", PeriodKind.YEAR: "y"},
}
_SHORT: Final = {
    "zh_CN": {PeriodKind.MONTH: "M月", PeriodKind.QUARTER: "yy年QQQ", PeriodKind.YEAR: "y"},
    "en": {PeriodKind.MONTH: "MMM", PeriodKind.QUARTER: "QQQ yy", PeriodKind.YEAR: "y"},
}
_LENGTHS: Final[Mapping[str, Literal["short", "long"]]] = {"zh_CN": "short", "en": "long"}
"""Of which there are words: the library has no longer ones in Chinese."""
_UNITS: Final = (
    ("duration-day", timedelta(days=1)),
    ("duration-hour", timedelta(hours=1)),
    ("duration-minute", timedelta(minutes=1)),
)


def period_said(period: Period, language: str) -> str:
    """A period with its year: «2026年11月», «November 2026», «2026年第四季度», «Q4 2026»."""
    return _written(period, _WHOLE, language)


def label_said(label: str, language: str) -> str:
    """The same of a period that is given by its label; another text is left as it is."""
    period = Period.read(label)
    return period_said(period, language) if period else label


def period_shortly(period: Period, language: str) -> str:
    """A period among others of its kind, twelve at the most: «11月», «Nov»; a quarter with its year."""
    return _written(period, _SHORT, language)


def _written(period: Period, patterns: Mapping[str, Mapping[PeriodKind, str]], language: str) -> str:
    spoken = language if language in patterns else SOURCE_LANGUAGE
    said: str = format_date(period.first, patterns[spoken][period.kind], locale=spoken)
    return said


def time_said(time: timedelta, language: str) -> str:
    """How long something took, in the largest unit of which it is one at least, by halves: «1.5小时», «45 minutes»."""
    name, unit = next((one for one in _UNITS if time >= one[1]), _UNITS[-1])
    count = round(time / unit * 2) / 2
    said = int(count) if count.is_integer() else count
    return format_unit(said, name, length=_LENGTHS[language], locale=language)
