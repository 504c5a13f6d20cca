"""Figures (送达与签收情况): how a notice stands, by unit and over time, as they were counted at one instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from messages.notices import Counts
from messages.scopes import Scope

POINTS: Final = 120
"""A course over time has about so many points at the most."""

Course: TypeAlias = tuple[tuple[datetime, int], ...]
"""How many there were by each instant, rising."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFigures:
    """How a notice stands in one unit, those below it not included.

    ``people`` are those that it tells there, of whom it was ``delivered`` to some, some are ``waiting`` to be sent it,
    and some were ``missed``. ``obligations`` and ``acknowledged`` (of which ``late``) are posts; those ``passed`` on
    are none of these: the post to which it was passed counts instead.
    """

    unit_id: int
    unit: str
    path: str
    people: int = 0
    delivered: int = 0
    waiting: int = 0
    missed: int = 0
    obligations: int = 0
    acknowledged: int = 0
    late: int = 0
    passed: int = 0

    @property
    def silent(self) -> int:
        """Posts that have not acknowledged."""
        return self.obligations - self.acknowledged


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How a notice stood ``at`` an instant; counting took ``seconds``.

    Of what is being counted for the first time ``counted`` is False, and nothing is known yet. Whoever holds posts in
    several units counts in each of them. The courses count people whom it was delivered to, by what is not archived,
    and posts that have acknowledged.
    """

    notice_id: int
    at: datetime
    seconds: float
    counts: Counts
    units: tuple[UnitFigures, ...] = ()
    delivered_over_time: Course = ()
    acknowledged_over_time: Course = ()
    counted: bool = True

    def within(self, scope: Scope) -> "Figures":
        """Only what lies in the units of ``scope``; the courses are of the whole notice, so they are left out."""
        if scope.everything:
            return self
        units = tuple(unit for unit in self.units if scope.covers(unit.path))
        return replace(self, units=units, counts=counts_of(units), delivered_over_time=(), acknowledged_over_time=())

    def delivered_by(self, at: datetime) -> int:
        """How many people it had been delivered to by an instant, as closely as the course tells."""
        return max((number for when, number in self.delivered_over_time if when <= at), default=0)

    @property
    def silent(self) -> int:
        """Posts that have not acknowledged."""
        return self.counts.obligations - self.counts.acknowledged


def counts_of(units: Sequence[UnitFigures]) -> Counts:
    """What units come to together; of who was missed, without telling how."""
    people, delivered, waiting, missed = (
        sum(getattr(unit, name) for unit in units) for name in ("people", "delivered", "waiting", "missed")
    )
    return Counts(
        recipients=people,
        planned=waiting,
        delivered=delivered,
        unreachable=missed,
        cancelled=people - delivered - waiting - missed,
        obligations=sum(unit.obligations for unit in units),
        acknowledged=sum(unit.acknowledged for unit in units),
    )


_UNIT_FIELDS: Final = tuple(UnitFigures.__dataclass_fields__)


def to_json(figures: Figures) -> dict[str, Any]:
    """What is kept of figures beside their instant: ``counts``, and the long rest as ``body``."""
    body = {
        "units": [[getattr(unit, name) for name in _UNIT_FIELDS] for unit in figures.units],  # tens of thousands
        "delivered": [[at.isoformat(), number] for at, number in figures.delivered_over_time],
        "acknowledged": [[at.isoformat(), number] for at, number in figures.acknowledged_over_time],
    }
    return {"counts": asdict(figures.counts), "body": body}


def from_json(
    notice_id: int, at: datetime, seconds: float, counts: Mapping[str, int], body: Mapping[str, Any]
) -> Figures:
    """Figures read back."""
    return Figures(
        notice_id=notice_id,
        at=at,
        seconds=seconds,
        counts=Counts(**counts),
        units=tuple(UnitFigures(**dict(zip(_UNIT_FIELDS, row, strict=True))) for row in body["units"]),
        delivered_over_time=_course(body["delivered"]),
        acknowledged_over_time=_course(body["acknowledged"]),
    )


def _course(kept: Iterable[Sequence[Any]]) -> Course:
    return tuple((datetime.fromisoformat(at), int(number)) for at, number in kept)
