"""Matters to try things with, for the fictional district of ``messages.organisation.sample``.

They are made of the courses and titles in ``sample.toml``, around a present: some are in preparation, some are opened
in two days, some break a limit. The same present always gives the same matters.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from messages.tenders.dating import day_fact
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, MatterState, Method, Source, Told

_SATURDAY: Final = 5
_WEEK: Final = 7


def sample_matters(now: datetime, zone: ZoneInfo) -> list[Told]:
    """Some 40 matters as they stand at ``now``, with their units by name."""
    today = now.astimezone(zone).date()
    return [
        _told(group, number, row, today, zone)
        for group in _data()["matters"]
        for number, row in enumerate(group["list"], 1)
    ]


def _told(group: Mapping[str, Any], number: int, row: Sequence[str], today: date, zone: ZoneInfo) -> Told:
    course, unit, title, amount, method = row
    taken = _data()[group["kind"]][course]
    return Told(
        ref=f"{group['number']}-{today.year}-{number:03}",
        kind=MatterKind(group["kind"]),
        title=title,
        buyer=unit,
        source=Source.SHEET,
        amount=amount or None,
        currency="CNY" if amount else None,
        method=Method(method) if method else None,
        state=MatterState(taken["state"]),
        facts=tuple(_facts(taken["dates"], today, zone)),
        whole=True,
    )


def _facts(dates: Sequence[tuple[str, int, str]], today: date, zone: ZoneInfo) -> Iterator[Fact]:
    for name, days, clock in dates:
        milestone, day = Milestone(name), _worked(today + timedelta(days=days))
        if clock:
            yield Fact(milestone=milestone, at=datetime.combine(day, time.fromisoformat(clock), zone))
        else:
            yield day_fact(milestone, day, zone)


def _worked(day: date) -> date:
    return day + timedelta(days=_WEEK - day.weekday()) if day.weekday() >= _SATURDAY else day


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("messages.tenders").joinpath("sample.toml").read_text(encoding="utf-8"))
