"""Absences (请假): days on which a person is on leave. What came of them late, missed or bad on such days has no entry.

A person asks, and whoever looks after the person's unit grants or refuses; or enters it at once for somebody. Days are
working days and others alike, both ends included. What was granted is never changed: it is taken back, as a whole or,
where it has begun, with the days that have passed granted anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.errors import refused
from messages.organisation.records import LONGEST_WHY
from messages.text.phrase import Phrase, phrase

LONGEST: Final = 366
"""Days of one absence."""
FARTHEST: Final = timedelta(days=366)
"""So far from today, either way, days may lie."""


class AbsenceState(StrEnum):
    """How an absence stands."""

    ASKED = "asked"  # somebody is to decide
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # taken back by the person, or by who may grant it


LIVE: Final = (AbsenceState.ASKED, AbsenceState.GRANTED)
"""The states in which no other absence of the person may lie on the same days."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of an absence, both ends included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many days, those off too."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class Absence:
    """An absence as it stands. ``asked_by`` is None where the operator entered it, ``path`` is of the person's unit.

    ``path`` and ``unit`` are those of the post that the person has held longest, else of the person's oldest role; None
    of who has none.
    """

    id: int
    version: int
    state: AbsenceState
    person_id: int
    person_code: str
    person: str
    unit: str | None
    path: str | None
    days: Days
    note: str | None
    asked_at: datetime
    asked_by: int | None
    decided_at: datetime | None
    decided_by: int | None
    decider: str | None
    decider_code: str | None
    why: str | None

    @property
    def waits(self) -> bool:
        """Whether somebody is to decide about it."""
        return self.state is AbsenceState.ASKED

    @property
    def key(self) -> str:
        """Names it, as it is laid before those who decide."""
        return key_of(self.id)


def key_of(absence_id: int) -> str:
    """Names an absence, as it is laid before those who decide."""
    return f"absence:{absence_id}"


@dataclass(frozen=True, kw_only=True)
class AbsencePage:
    """A page of absences: ``number`` of ``pages``, both from 1; ``total`` counts those on all of them."""

    absences: tuple[Absence, ...]
    number: int
    pages: int
    total: int


def checked(days: Days, today: date) -> Days:
    """Days as they can be asked for; raises ``Refused`` for any others."""
    if days.last < days.first:
        raise refused(phrase("The last day does not lie before the first one."), column="last", value=f"{days.last}")
    if days.count > LONGEST:
        raise refused(phrase("At most {most} days are accepted.", most=LONGEST), column="last", value=f"{days.last}")
    nearest, farthest = today - FARTHEST, today + FARTHEST
    for column, day in (("first", days.first), ("last", days.last)):
        if not nearest <= day <= farthest:
            accepted = phrase("Days from {first} to {last} are accepted.", first=f"{nearest}", last=f"{farthest}")
            raise refused(accepted, column=column, value=f"{day}")
    return days


def note_of(given: str) -> str | None:
    """A note as it is kept, on one line; None for none. Raises ``Refused`` for one that is too long."""
    plain = given.encode("utf-8", "replace").decode().replace("\0", "")  # no database keeps such
    note = " ".join(plain.split())
    if len(note) > LONGEST_WHY:
        raise refused(phrase("A note of at most {most} characters is accepted.", most=LONGEST_WHY), column="note")
    return note or None


def days_said(days: Days) -> Phrase:
    """The days, to be said to people: ISO dates, which no year's end can make unclear."""
    if days.first == days.last:
        return phrase("{day}", day=f"{days.first}")
    return phrase("{first} to {last}", first=f"{days.first}", last=f"{days.last}")


_STATES: Final[Mapping[AbsenceState, Phrase]] = MappingProxyType(
    {
        AbsenceState.ASKED: phrase("waits to be granted"),
        AbsenceState.GRANTED: phrase("granted"),
        AbsenceState.REFUSED: phrase("not granted"),
        AbsenceState.WITHDRAWN: phrase("taken back"),
    }
)
MARKS: Final[Mapping[AbsenceState, str]] = MappingProxyType(
    {
        AbsenceState.ASKED: "⏳",
        AbsenceState.GRANTED: "✅",
        AbsenceState.REFUSED: "✖️",
        AbsenceState.WITHDRAWN: "↩️",
    }
)
"""How each stands, at a glance."""


def absence_state_said(state: AbsenceState) -> Phrase:
    """How an absence stands, to be said to people."""
    return _STATES[state]
