"""A year's official days as a file: ``{"year": 2027, "days": [{"name": …, "date": "2027-01-01", "isOffDay": true}]}``.

It is read strictly: what the file makes official has consequences for people. More keys may stand beside these.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from messages.errors import Fault, Refused
from messages.official_days import SEVEN, OfficialDay, festival_name
from messages.text.phrase import Phrase, phrase

_SATURDAY: Final = 5
_NAME_WIDTH: Final = 100
_YEARS: Final = range(1950, 2200)


@dataclass(frozen=True, kw_only=True)
class OfficialNotice:
    """The days that one year's notice names, in the order of the file."""

    year: int
    days: tuple[OfficialDay, ...]


def read_notice(text: str, file: str) -> OfficialNotice:
    """Read the text of ``file``.

    Raises ``Refused`` with every fault, by line and column of broken JSON, otherwise by the entry's place and key.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        message = phrase("this is not well-formed JSON: {reason}", reason=error.msg)
        raise _refused([Fault(sheet=file, line=error.lineno, column=str(error.colno), message=message)]) from None
    except RecursionError:
        raise _refused([Fault(sheet=file, message=phrase("a list of days is accepted"))]) from None
    reading = _Reading(file)
    notice = reading.notice(document)
    if notice is None or reading.faults:
        raise _refused(reading.faults)
    return notice


def _refused(faults: list[Fault]) -> Refused:
    return Refused(phrase("The official days were refused; nothing was imported."), faults)


class _Reading:
    """One reading of a file: collects its faults."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def _fault(self, place: str, value: object, message: Phrase) -> None:
        shown = None if value is None else json.dumps(value, ensure_ascii=False)[:100]
        self.faults.append(Fault(sheet=self._file, column=place, value=shown, message=message))

    def notice(self, document: Any) -> OfficialNotice | None:  # noqa: ANN401 -- any JSON
        """The notice; None where the document has not even its shape."""
        if not isinstance(document, dict):
            self._fault("", None, phrase('an object with "year" and "days" is accepted'))
            return None
        year, entries = document.get("year"), document.get("days")
        if type(year) is not int or year not in _YEARS:
            self._fault("year", year, phrase("a year is accepted, such as 2027"))
            return None
        if not isinstance(entries, list) or not entries:
            self._fault("days", entries, phrase("a list of days is accepted"))
            return None
        days = [day for place, entry in enumerate(entries) if (day := self._day(f"days[{place}]", entry))]
        if not self.faults:
            self._check(year, days)
        return OfficialNotice(year=year, days=tuple(days))

    def _day(self, place: str, entry: Any) -> OfficialDay | None:  # noqa: ANN401 -- any JSON
        if not isinstance(entry, dict):
            self._fault(place, entry, phrase('an object with "name", "date" and "isOffDay" is accepted'))
            return None
        name, written, off = entry.get("name"), entry.get("date"), entry.get("isOffDay")
        named = name.strip() if isinstance(name, str) and len(name) <= _NAME_WIDTH else ""
        if not named:
            self._fault(f"{place}.name", name, phrase("the festival's name is accepted, such as 元旦"))
        day = _iso_date(written)
        if day is None:
            self._fault(f"{place}.date", written, phrase("a date is accepted, such as 2027-01-01"))
        if not isinstance(off, bool):
            self._fault(f"{place}.isOffDay", off, phrase("true (a day off) or false (a workday) is accepted"))
        if not named or day is None or not isinstance(off, bool):
            return None
        return OfficialDay(date=day, name=named, off=off)

    def _check(self, year: int, days: list[OfficialDay]) -> None:
        """What only the days together, or the day and its year, can tell."""
        seen: set[date] = set()
        for index, day in enumerate(days):
            place, written = f"days[{index}].date", day.date.isoformat()
            if day.date in seen:
                self._fault(place, written, phrase("each date is accepted once"))
            seen.add(day.date)
            if day.year != year:
                self._fault(place, written, _wrong_year(year))
            if not day.off and day.date.weekday() < _SATURDAY:
                self._fault(place, written, phrase("a make-up workday on a Saturday or Sunday is accepted"))
        for missing in _missing(days):
            self._fault("days", None, missing)


def _iso_date(written: object) -> date | None:
    try:
        day = date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == written else None


def _wrong_year(year: int) -> Phrase:
    return phrase(
        "a day of {year} is accepted, or one of New Year's Day in December {before}",
        year=str(year),
        before=str(year - 1),
    )


def _missing(days: list[OfficialDay]) -> Iterator[Phrase]:
    """Festivals without a day off: every official notice names all seven."""
    named = {festival for day in days if day.off for festival in day.festivals}
    for festival in SEVEN:
        if festival not in named:
            yield phrase(
                "a day off is wanted for {festival}: the official notice names all seven",
                festival=festival_name(festival),
            )
