"""The working-day calendar: the official one where it is known, and what is provisional (暂定) where it is not.

China: the days of the yearly notices (国务院办公厅关于节假日安排的通知) as ``chinesecalendar`` has them or as they were
imported; any other year has its weekends and the statutory days (全国年节及纪念日放假办法) that ``holidays`` computes,
and is provisional. Other countries: the public holidays and the weekend that ``holidays`` knows, never provisional.

Counting: the start day is excluded, and a date that falls on a day off rolls forward to the next working day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

import holidays
from chinese_calendar import constants

from messages.errors import NotFound
from messages.official_days import SEVEN, Festival, OfficialDay, festivals_named
from messages.text.phrase import phrase

__all__ = ["CHINA", "DaysOff", "OfficialDay", "WorkCalendar"]

CHINA: Final = "CN"
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_NOTHING_IMPORTED: Final[Mapping[date, OfficialDay]] = MappingProxyType({})
_ENGLISH: Final = "en_US"
_OBSERVED: Final = re.compile(r" \([^)]*\)$")


@dataclass(frozen=True, kw_only=True)
class DaysOff:
    """A run of days off around a festival, ``first`` and ``last`` included, with the weekend days that touch it.

    ``festivals`` has two where 中秋 falls inside or beside 国庆. ``name`` is a public holiday's in English or, where
    the calendar has none, in the country's own language; empty for the seven festivals.
    """

    year: int
    festivals: tuple[Festival, ...]
    first: date
    last: date
    provisional: bool
    name: str = ""

    @property
    def festival(self) -> Festival:
        """The festival that the occasion is named by: 国庆 where 中秋 is merged into it."""
        return self.festivals[-1]

    @property
    def slug(self) -> str:
        """The festival's part of an occasion key."""
        return f"{self.festival}-{self.first:%m%d}" if self.festival is Festival.OTHER else str(self.festival)

    @property
    def days(self) -> int:
        """How many days off."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class _FestivalDay:
    """A day off and the festivals that it belongs to."""

    date: date
    festivals: tuple[Festival, ...]
    name: str


@cache
def _shipped() -> tuple[OfficialDay, ...]:
    """Every day that ``chinesecalendar`` knows."""
    off = (OfficialDay(date=day, name=name, off=True) for day, name in constants.holidays.items())
    worked = (OfficialDay(date=day, name=name, off=False) for day, name in constants.workdays.items())
    return (*off, *worked)


@cache
def statutory(year: int) -> tuple[OfficialDay, ...]:
    """China's festival days by law, computed; without the days in lieu that only an official notice can give."""
    known = holidays.country_holidays(CHINA, years=year, observed=False, language=_ENGLISH)
    days = (OfficialDay(date=day, name=name, off=True) for day, name in sorted(known.items()) if festivals_named(name))
    return tuple(day for day in days if day.date.year == year)


class _China:
    """China's days by year: official where a notice is known, statutory elsewhere."""

    def __init__(self, imported: Mapping[date, OfficialDay]) -> None:
        replaced = {day.year for day in imported.values()}
        official = {day.date: day for day in _shipped() if day.year not in replaced} | dict(imported)
        # Every notice has a National Day; a year of which only New Year's December days are known is not known.
        self._official_years = {day.year for day in official.values() if Festival.NATIONAL_DAY in day.festivals}
        self._by_year: dict[int, dict[date, OfficialDay]] = {}
        self._whole: set[int] = set()  # the years whose statutory days were added where they are needed
        for day in official.values():
            self._by_year.setdefault(day.date.year, {})[day.date] = day

    def provisional(self, year: int) -> bool:
        return year not in self._official_years

    def named(self, year: int) -> Mapping[date, OfficialDay]:
        days = self._by_year.setdefault(year, {})
        if year in self._whole:  # asked for each day that is counted
            return days
        self._whole.add(year)
        if self.provisional(year) and not any(day.year == year for day in days.values()):
            days |= {day.date: day for day in statutory(year) if day.date not in days}
        return days

    def festival_days(self, year: int) -> list[_FestivalDay]:
        """The festivals' days, the statutory ones too: a notice may name 中秋 inside 国庆 only as National Day."""
        off = [day for near in (year - 1, year) for day in self.named(near).values() if day.off and day.year == year]
        dates = {day.date for day in off}
        inside = [day for day in statutory(year) if day.date in dates]
        return [_FestivalDay(date=day.date, festivals=day.festivals, name=day.name) for day in (*off, *inside)]

    def is_workday(self, day: date) -> bool:
        named = self.named(day.year).get(day)
        return not named.off if named else day.weekday() < _SATURDAY


class _Elsewhere:
    """Another country's public holidays and weekend."""

    def __init__(self, country: str) -> None:
        try:
            self._local = holidays.country_holidays(country)
        except NotImplementedError:
            raise NotFound(phrase("The public holidays of «{country}» are not known.", country=country)) from None
        languages = self._local.supported_languages
        self._english = holidays.country_holidays(country, language=_ENGLISH if _ENGLISH in languages else None)

    def provisional(self, year: int) -> bool:
        del year
        return False

    def named(self, year: int) -> Mapping[date, OfficialDay]:
        self._english.get(date(year, 1, 1))  # asking for a day makes its year known
        return {
            day: OfficialDay(date=day, name=name, off=True) for day, name in self._english.items() if day.year == year
        }

    def festival_days(self, year: int) -> list[_FestivalDay]:
        """The public holidays, of the neighbouring years too: days off around New Year's belong together."""
        near = (day for one in (year - 1, year, year + 1) for day in self.named(one).values())
        return [
            _FestivalDay(date=day.date, festivals=(Festival.OTHER,), name=_OBSERVED.sub("", day.name)) for day in near
        ]

    def is_workday(self, day: date) -> bool:
        return bool(self._local.is_working_day(day))


class WorkCalendar:
    """Which days are worked in a country (ISO 3166 code)."""

    def __init__(self, country: str = CHINA, imported: Mapping[date, OfficialDay] = _NOTHING_IMPORTED) -> None:
        """Imported days replace every day of their years; only China has such. An unknown country is ``NotFound``."""
        self.country = country
        self._days: _China | _Elsewhere = _China(imported) if country == CHINA else _Elsewhere(country)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day."""
        return self._days.is_workday(day)

    def provisional(self, year: int) -> bool:
        """Whether the year's official notice is not known yet."""
        return self._days.provisional(year)

    def provisional_between(self, start: date, end: date) -> bool:
        """Whether a count of days from ``start`` to ``end`` (either order) touches a provisional year."""
        first, last = sorted((start.year, end.year))
        return any(self.provisional(year) for year in range(first, last + 1))

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which is excluded; before it for a negative count.

        Zero rolls forward: the day itself if it is worked, the next working day otherwise.
        """
        if count == 0:
            return self.roll_forward(day)
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day = self._roll(day + step, step)
        return day

    def roll_forward(self, day: date) -> date:
        """The day itself if it is worked, the next working day otherwise."""
        return self._roll(day, _DAY)

    def roll_back(self, day: date) -> date:
        """The day itself if it is worked, the working day before it otherwise."""
        return self._roll(day, -_DAY)

    def _roll(self, day: date, step: timedelta) -> date:
        while not self.is_workday(day):
            day += step
        return day

    def days_off(self, year: int) -> tuple[date, ...]:
        """The days off that the year's notice names, in order: weekend days of a holiday too, plain weekends not."""
        return tuple(sorted(day.date for day in self._days.named(year).values() if day.off))

    def makeup_workdays(self, year: int) -> tuple[date, ...]:
        """The weekend days that are worked, in order."""
        return tuple(sorted(day.date for day in self._days.named(year).values() if not day.off))

    def festivals(self, year: int) -> tuple[DaysOff, ...]:
        """The year's holidays in order, each with all days off around it; New Year's may begin in December."""
        runs: list[DaysOff] = []
        for day in sorted(self._days.festival_days(year), key=lambda day: day.date):
            if runs and day.date <= runs[-1].last:
                runs[-1] = _joined(runs[-1], day)
            else:
                runs.append(self._around(day, year))
        return tuple(run for run in runs if self.country == CHINA or run.last.year == year)

    def _around(self, day: _FestivalDay, year: int) -> DaysOff:
        first = last = day.date
        while not self.is_workday(first - _DAY):
            first -= _DAY
        while not self.is_workday(last + _DAY):
            last += _DAY
        return DaysOff(
            year=year,
            festivals=day.festivals,
            first=first,
            last=last,
            provisional=self.provisional(year),
            name=day.name if day.festivals == (Festival.OTHER,) else "",
        )


def _joined(run: DaysOff, day: _FestivalDay) -> DaysOff:
    """The run, with the festival of another of its days."""
    known = {*run.festivals, *day.festivals}
    festivals = tuple(festival for festival in SEVEN if festival in known) or (Festival.OTHER,)
    names = run.name.split(", ") if run.name else []
    name = ", ".join([*names, *([] if day.name in names else [day.name])]) if festivals == (Festival.OTHER,) else ""
    return replace(run, festivals=festivals, name=name)
