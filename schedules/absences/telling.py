"""What people are told about leave: who may grant it, and whose it is.

The values of the templates ``absence_card`` and ``absence_told``.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.absences import Absence, Days, days_said
from messages.audience import sayable
from messages.notices import Json, NewNotice
from messages.text.phrase import kept
from schedules.desks import DeskKind, DeskOf
from schedules.laying import one_key
from schedules.reporting import report
from schedules.workdays import WorkCalendar

_USEFUL: Final = timedelta(days=30)
"""What is told about leave is of no use after this."""


class Told(StrEnum):
    """What is told of an absence."""

    GRANTED = "granted"  # to the person, who had asked
    REFUSED = "refused"
    ENTERED = "entered"  # to the person, who had not
    ENDED = "ended"  # to the person: somebody else took it back
    GIVEN_BACK = "given_back"  # to who granted it: the person took it back


def card(calendar: WorkCalendar, absence: Absence, *, deputy: bool) -> dict[str, Json]:
    """What who may grant leave has to know."""
    return {
        "person": absence.person,
        "unit": absence.unit,
        "days": kept(days_said(absence.days)),
        "workdays": workdays(calendar, absence.days),
        "note": absence.note,
        "deputy": deputy,
    }


def workdays(calendar: WorkCalendar, days: Days) -> int:
    """How many working days there are among these."""
    return sum(calendar.is_workday(days.first + timedelta(days=place)) for place in range(days.count))


def card_notice(calendar: WorkCalendar, absence: Absence, code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """The card that lays an absence before one person who may grant it."""
    desk = DeskOf(kind=DeskKind.ABSENCE, id=absence.id, version=absence.version)
    key = f"{one_key(absence.key, deputy=deputy)}:{code}"
    params = card(calendar, absence, deputy=deputy)
    return report(key, "absence_card", params, code, now, expires_at=now + _USEFUL, desk=str(desk))


def told_notices(
    absence: Absence, told: Told, now: datetime, *, by: str | None, rest: Days | None = None
) -> list[NewNotice]:
    """What became of an absence: ``by`` whom, by name (None: the operator); ``rest`` are days that stay granted.

    Whoever no message can name is told nothing.
    """
    code = absence.decider_code if told is Told.GIVEN_BACK else absence.person_code
    if code is None or not sayable(code):
        return []
    params: dict[str, Json] = {
        "told": told.value,
        "person": absence.person,
        "days": kept(days_said(absence.days)),
        "rest": kept(days_said(rest)) if rest else None,
        "by": by,
        "why": absence.why if told is Told.REFUSED else None,
    }
    key = f"{absence.key}:{told.value}:{code}"
    return [report(key, "absence_told", params, code, now, expires_at=now + _USEFUL)]
