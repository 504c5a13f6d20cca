"""What units come to in a period: rates per person, never sums; and whether they are ranked."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from messages.scores.records import Closing


@dataclass(frozen=True, kw_only=True)
class UnitScore:
    """A unit's figures: rates per person who was actually addressed, never sums.

    ``unit`` is None for smaller units together. The rates are of the notices that counted, from 0 to 1; None: of none.
    ``place`` is that in the ranking, among all units that are named; equal points share one.
    """

    unit_id: int | None
    unit: str | None
    people: int
    points_per_person: Decimal | None
    acknowledged_rate: Decimal | None
    in_time_rate: Decimal | None
    place: int | None = None


@dataclass(frozen=True, kw_only=True)
class UnitScores:
    """The units of a closed period in somebody's scope; those under the policy's minimum stand together at the end."""

    closing: Closing
    units: tuple[UnitScore, ...]


@dataclass(frozen=True, kw_only=True)
class RankingSwitch:
    """Whether units are ranked, and who has said so last: ``by`` the code, with the ``name``."""

    on: bool
    by: str | None = None
    name: str | None = None
    at: datetime | None = None
