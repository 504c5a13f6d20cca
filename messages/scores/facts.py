"""Facts: what the ledger says about a person that can count. Whatever a score needs stands in the event itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias

from messages.deliveries import DeliveryState
from messages.notices import Category, Grade

HANDED_OVER: Final = "handed_over"
"""Why somebody is not charged with what was not acknowledged: the post went to another before the day had passed."""


class AbsenceEvent(StrEnum):
    """What happens to an absence."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class LedgerEvent:
    """A row of the ledger: the ``id`` names it for ever; ``kind`` may be one that we do not know (yet)."""

    id: int
    at: datetime
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _OfEvent:
    """That it stands in the ledger: in which row, and since when."""

    event: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Asked(_OfEvent):
    """A notice that a person was asked to acknowledge, for ``posts`` (their ids).

    ``sent`` is when its first wave was due, ``due`` the person's own day: the notice's, later by as many working days
    as the message had come later; None: no day was set. ``since`` is when the person came to hold the post, the
    earliest of several. ``provisional`` days have no consequences.
    """

    notice: int
    key: str
    category: Category
    posts: tuple[int, ...]
    sent: datetime
    due: datetime | None
    delivered: datetime | None
    since: datetime
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Acknowledged(Asked):
    """The person acknowledged it; ``first``: and had not acknowledged this notice before, for another post."""

    first: bool


@dataclass(frozen=True, kw_only=True)
class Missed(Asked):
    """The person's day has passed and it is not acknowledged, or the post was handed over before (``why``).

    ``undelivered`` says how it stood where it had not arrived: ``unreachable/never_joined``.
    """

    undelivered: str | None
    why: str | None

    @property
    def unreachable(self) -> bool:
        """Whether it had not arrived as the person could not be reached at all."""
        return _unreachable(self.undelivered)


@dataclass(frozen=True, kw_only=True)
class Charged(_OfEvent):
    """A warning of this grade, issued or raised at ``issued``, is the person's: what tells of it is settled.

    ``before`` is the grade that the person was charged with before, by the same warning. ``delivered``, ``undelivered``
    and ``since`` are as in ``Missed``.
    """

    warning: int
    post: str
    key: str | None
    grade: Grade
    before: Grade | None
    turn: int
    delivered: datetime | None
    undelivered: str | None
    since: datetime
    issued: datetime

    @property
    def unreachable(self) -> bool:
        """Whether it had not arrived as the person could not be reached at all."""
        return _unreachable(self.undelivered)


@dataclass(frozen=True, kw_only=True)
class Answered(_OfEvent):
    """The person answered a warning; ``timely`` is None where no certain day held. ``first``: had not before."""

    warning: int
    post: str
    due: datetime | None
    timely: bool | None
    provisional: bool
    first: bool


@dataclass(frozen=True, kw_only=True)
class Entered(_OfEvent):
    """The person entered an item (录入); ``timely`` is None where it has no day. ``first``: not once more."""

    item: int
    category: Category
    due: datetime | None
    timely: bool | None
    provisional: bool
    first: bool


@dataclass(frozen=True, kw_only=True)
class Absent(_OfEvent):
    """What happened to an absence of the person, from its ``first`` to its ``last`` day."""

    absence: int
    what: AbsenceEvent
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Corrected(_OfEvent):
    """So many ``points`` more, or fewer, in a period; ``about`` is the event whose entry is corrected, if it is one."""

    period: str
    points: Decimal
    why: str
    about: int | None


Fact: TypeAlias = Acknowledged | Missed | Charged | Answered | Entered | Absent | Corrected


def _unreachable(undelivered: str | None) -> bool:
    return undelivered is not None and undelivered.partition("/")[0] == DeliveryState.UNREACHABLE.value


# --- reading ----------------------------------------------------------------------------------------------------------
