"""Facts read back from the ledger, strictly.

An event without what a score needs, written by an earlier version or by anybody else, is no fact: nothing can be said
of it that would be fair.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from messages.ledger import Kind
from messages.notices import Category, Grade, Json
from messages.scores.facts import (
    HANDED_OVER,
    AbsenceEvent,
    Absent,
    Acknowledged,
    Answered,
    Charged,
    Corrected,
    Entered,
    Fact,
    LedgerEvent,
    Missed,
)
from messages.warnings.records import WarningEvent

_POINTS: Final = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,2})?")
_YEARS: Final = range(1970, 9000)
"""Instants of other years cannot be said in every zone."""
_Text = TypeVar("_Text", bound=StrEnum)


def fact_of(event: LedgerEvent) -> Fact | None:
    """What an event says that can count; None where it says nothing, or not all that it would have to."""
    read = _READ.get(event.kind)
    if read is None:
        return None
    try:
        return read(event, _Body(event.body))
    except ValueError:
        return None


class _Strange(ValueError):
    """Something is missing, or is not what it should be."""


class _Body:
    """A body, whose values are what they should be or ``_Strange``."""

    def __init__(self, body: Mapping[str, Json]) -> None:
        self._body = body

    def has(self, name: str) -> bool:
        """Whether it has a value; ``_Strange`` where it does not even say that there is none."""
        return self._value(name) is not None

    def text(self, name: str) -> str:
        value = self._value(name)
        if not isinstance(value, str) or not value:
            raise _Strange
        return value

    def number(self, name: str) -> int:
        return _number(self._value(name))

    def flag(self, name: str) -> bool:
        value = self._value(name)
        if not isinstance(value, bool):
            raise _Strange
        return value

    def instant(self, name: str) -> datetime:
        at = datetime.fromisoformat(self.text(name))
        if at.utcoffset() != timedelta(0) or at.year not in _YEARS:
            raise _Strange
        return at

    def day(self, name: str) -> date:
        day = date.fromisoformat(self.text(name))
        if day.year not in _YEARS:
            raise _Strange
        return day

    def word(self, name: str, of: type[_Text]) -> _Text:
        return of(self.text(name))

    def numbers(self, name: str) -> tuple[int, ...]:
        value = self._value(name)
        if not isinstance(value, list):
            raise _Strange
        return tuple(map(_number, value))

    def points(self, name: str) -> Decimal:
        """Hundredths at most, written as text."""
        if not _POINTS.fullmatch(self.text(name)):
            raise _Strange
        return Decimal(self.text(name))

    def _value(self, name: str) -> Json:
        try:
            return self._body[name]
        except (KeyError, TypeError, IndexError):
            raise _Strange from None


def _number(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Strange
    return value


def _asked(event: LedgerEvent, body: _Body) -> dict[str, Any]:
    return {
        "event": event.id,
        "at": event.at,
        "notice": body.number("notice"),
        "key": body.text("key"),
        "category": body.word("category", Category),
        "posts": body.numbers("posts"),
        "sent": body.instant("sent"),
        "due": body.instant("due") if body.has("due") else None,
        "delivered": body.instant("delivered") if body.has("delivered") else None,
        "since": body.instant("since"),
        "provisional": body.flag("provisional"),
    }


def _undelivered(body: _Body) -> dict[str, Any]:
    """Either it arrived, or it is said how it stood."""
    if body.has("delivered") == body.has("undelivered"):
        raise _Strange
    return {"undelivered": body.text("undelivered") if body.has("undelivered") else None}


def _acknowledged(event: LedgerEvent, body: _Body) -> Acknowledged:
    return Acknowledged(**_asked(event, body), first=body.flag("first"))


def _missed(event: LedgerEvent, body: _Body) -> Missed:
    why = body.text("why") if body.has("why") else None
    if why not in (None, HANDED_OVER):
        raise _Strange
    return Missed(**_asked(event, body), **_undelivered(body), why=why)


def _charged(event: LedgerEvent, body: _Body) -> Charged:
    return Charged(
        event=event.id,
        at=event.at,
        warning=body.number("warning"),
        post=body.text("post"),
        key=body.text("key") if body.has("key") else None,
        grade=body.word("grade", Grade),
        before=body.word("before", Grade) if body.has("before") else None,
        turn=body.number("turn"),
        delivered=body.instant("delivered") if body.has("delivered") else None,
        since=body.instant("since"),
        issued=body.instant("issued"),
        **_undelivered(body),
    )


def _answered(event: LedgerEvent, body: _Body) -> Answered | None:
    """Of all that happens to a warning it is the answer that counts."""
    if body.text("event") != WarningEvent.ANSWERED.value:
        return None
    return Answered(event=event.id, at=event.at, warning=body.number("warning"), post=body.text("post"), **_timed(body))


def _entered(event: LedgerEvent, body: _Body) -> Entered:
    category = body.word("category", Category)
    return Entered(event=event.id, at=event.at, item=body.number("item"), category=category, **_timed(body))


def _timed(body: _Body) -> dict[str, Any]:
    return {
        "due": body.instant("due") if body.has("due") else None,
        "timely": body.flag("timely") if body.has("timely") else None,
        "provisional": body.flag("provisional"),
        "first": body.flag("first"),
    }


def _absent(event: LedgerEvent, body: _Body) -> Absent:
    first, last = body.day("first"), body.day("last")
    if last < first:
        raise _Strange
    what = body.word("event", AbsenceEvent)
    return Absent(event=event.id, at=event.at, absence=body.number("absence"), what=what, first=first, last=last)


def _corrected(event: LedgerEvent, body: _Body) -> Corrected:
    return Corrected(
        event=event.id,
        at=event.at,
        period=body.text("period"),
        points=body.points("points"),
        why=body.text("why"),
        about=body.number("event") if body.has("event") else None,
    )


_READ: Final[Mapping[str, Callable[[LedgerEvent, _Body], Fact | None]]] = MappingProxyType(
    {
        Kind.ACKNOWLEDGED.value: _acknowledged,
        Kind.ACKNOWLEDGEMENT_MISSED.value: _missed,
        Kind.WARNING_CHARGED.value: _charged,
        Kind.WARNING.value: _answered,
        Kind.ITEM_SUBMITTED.value: _entered,
        Kind.ABSENCE.value: _absent,
        Kind.SCORE_CORRECTED.value: _corrected,
    }
)
